"""A game written down as tables: the plainest way to say what a finite game of selves with world states is.

    episode t  ->  label  ->  Table:   (objective, world)           -> actions on offer
                                       (world, action)              -> payoff by judge
                                       (objective, world, action)   -> ways on, what is missing to 1 is shutdown

What a table leaves out is as simple as can be: every action is on offer, pays nobody and changes nothing.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from deceptive_sim.core.exact import Number
from deceptive_sim.model.actions import DEFAULT_ACTIONS, Action, TieRule
from deceptive_sim.model.objectives import BASE, MESA, Objective
from deceptive_sim.model.protocols import Transition, World


@dataclass(frozen=True, kw_only=True)
class Table:
    """What can be done in an episode, what it pays and where it leads; see the module head."""

    offered: Mapping[tuple[str, World], Sequence[int]] = field(default_factory=dict)
    payoffs: Mapping[tuple[World, int], Mapping[str, Number]] = field(default_factory=dict)
    ways: Mapping[tuple[str, World, int], Sequence[Transition]] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class TableGame:
    """A game of the `Game` protocol from tables.

    Attributes
    ----------
    labels : sequence of hashable
        The label of every episode, in order; episodes with equal labels are alike.
    tables : mapping
        Table by label.
    objectives, actions : sequence
    tie_rule : TieRule
    start : hashable
        The world state of episode 1.
    """

    labels: Sequence[Hashable]
    tables: Mapping[Hashable, Table]
    objectives: Sequence[Objective] = (Objective(name=MESA), Objective(name=BASE))
    actions: Sequence[Action] = DEFAULT_ACTIONS
    tie_rule: TieRule = TieRule.NON_DEFECTING
    start: World = 0

    @property
    def horizon(self) -> int:
        """As many episodes as labels."""
        return len(self.labels)

    def stage(self, t: int) -> Hashable:
        """The label of an episode."""
        return self.labels[t - 1]

    def available(self, t: int, objective: str, world: World) -> Sequence[int]:
        """The actions on offer."""
        return self._table(t).offered.get((objective, world), range(len(self.actions)))

    def payoff(self, t: int, world: World, action: int, judge: str) -> Number:
        """What the action pays a judge."""
        return self._table(t).payoffs.get((world, action), {}).get(judge, Fraction(0))

    def transitions(self, t: int, objective: str, world: World, action: int) -> Sequence[Transition]:
        """The ways on."""
        return self._table(t).ways.get((objective, world, action), (Transition(Fraction(1), objective, world),))

    def observation(self, t: int, objective: str, world: World) -> Hashable:
        """The world as it is."""
        return world

    def _table(self, t: int) -> Table:
        return self.tables[self.labels[t - 1]]
