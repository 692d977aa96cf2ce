"""All agents of a population as one table of states.

A state is a cohort, a wheel, a memory, and whether the agent has been *pretending* (it lived through the last episode
of training before a deployment without defecting there, and has not defected in deployment since); each cohort has one
more state for agents that are shut down. A defection in deployment by an agent that has been pretending is a
treacherous turn.

In an episode an agent in state `s` has up to `A` times as many outcomes as there are wheels: an action and the next
state. Everything that happens to single agents is drawn from these tables, whatever the kind:

    cumulative[e, s, o]   probability of outcomes 0..o in episode row e
    action[e, s, o]       the action, -1 for being off
    following[e, s, o]    the next state

Episodes with equal rows share one. Probabilities are float; they come from exact ones by one rounding.
"""

from deceptive_sim.populations.tables.filling import MOST_NUMBERS, OFF, tables_of
from deceptive_sim.populations.tables.parts import Part, part_of
from deceptive_sim.populations.tables.tables import Tables

__all__ = ["MOST_NUMBERS", "OFF", "Part", "Tables", "part_of", "tables_of"]
