"""Hypothesis strategies for finite games with world states, as tables: games of the `Game` protocol and no more."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import lru_cache
from itertools import combinations

from hypothesis import strategies as st

from deceptive_sim.core.exact import Number
from deceptive_sim.model.actions import Action, TieRule
from deceptive_sim.model.objectives import Objective, Selves
from deceptive_sim.model.protocols import Transition, World
from deceptive_sim.testing.numbers import DISCOUNTINGS, discountings, fractions
from deceptive_sim.testing.phased import ACTIONS, OBJECTIVES
from deceptive_sim.testing.table_game import Table, TableGame

WORLDS: tuple[World, ...] = (0, "there", ("a", 2), None, 1.5)
"""World states of several types, since any hashable will do."""


@st.composite
def finite_games(
    draw: st.DrawFn,
    *,
    horizon: tuple[int, int] = (0, 4),
    worlds: tuple[int, int] = (1, 3),
    objectives: tuple[int, int] = (1, 3),
    actions: tuple[int, int] = (1, 3),
    discounting: Sequence[str] = DISCOUNTINGS,
    selves: Sequence[Selves] = tuple(Selves),
    tie_rules: Sequence[TieRule] = tuple(TieRule),
    floats: bool = False,
) -> TableGame:
    """Finite games with world states.

    Actions on offer may depend on who is at the wheel and on the world; an action leads to one or two states, or may
    end the run. Episodes share a table where their labels are equal.

    Parameters
    ----------
    horizon, worlds, objectives, actions : pair of int
        Least and most of each; up to 5 worlds, objectives and actions.
    discounting : sequence of str
        Of "exponential", "quasi-hyperbolic" and "hyperbolic".
    selves : sequence of Selves
    tie_rules : sequence of TieRule
    floats : bool
        Whether payoffs and probabilities are floats instead of Fractions.

    Returns
    -------
    SearchStrategy of TableGame
        Shrinks to few episodes and one world in which nothing pays and nothing changes.
    """
    names = OBJECTIVES[: draw(st.integers(*objectives))]
    places = WORLDS[: draw(st.integers(*worlds))]
    acts = [Action(name=name, defects=draw(st.booleans())) for name in ACTIONS[: draw(st.integers(*actions))]]
    labels = draw(st.lists(st.sampled_from("xyz"), min_size=horizon[0], max_size=horizon[1]))
    return TableGame(
        labels=tuple(labels),
        tables={label: draw(_tables(names, places, len(acts), floats)) for label in sorted(set(labels))},
        objectives=tuple(
            Objective(
                name=name, discounting=draw(discountings(discounting)), selves=draw(st.sampled_from(list(selves)))
            )
            for name in names
        ),
        actions=tuple(acts),
        tie_rule=draw(st.sampled_from(list(tie_rules))),
        start=draw(st.sampled_from(places)),
    )


@st.composite
def _tables(draw: st.DrawFn, names: Sequence[str], worlds: Sequence[World], actions: int, floats: bool) -> Table:
    states = [(name, world) for name in names for world in worlds]
    offers, paid, ways_on = _offers(actions), fractions(-2, 2, denominator=4), _ways(tuple(states))
    offered = {state: draw(offers) for state in states}
    payoffs = {(world, action): {name: draw(paid) for name in names} for world in worlds for action in range(actions)}
    ways = {(*state, action): draw(ways_on) for state in states for action in range(actions)}
    return Table(
        offered={state: offer for state, offer in offered.items() if offer},
        payoffs={
            place: {name: _number(paid, floats) for name, paid in row.items()}
            for place, row in payoffs.items()
            if any(row.values())
        },
        ways={
            place: tuple(Transition(_number(way.probability, floats), way.objective, way.world) for way in found)
            for place, found in ways.items()
            if found
        },
    )


@lru_cache(maxsize=16)
def _offers(actions: int) -> st.SearchStrategy[tuple[int, ...]]:
    """Some of the actions, ascending; none stands for all of them."""
    subsets = [chosen for size in range(actions) for chosen in combinations(range(actions), size)]
    return st.sampled_from(subsets)


@lru_cache(maxsize=64)
def _ways(states: tuple[tuple[str, World], ...]) -> st.SearchStrategy[tuple[Transition, ...]]:
    """No change, or one or two ways on, perhaps to the same state; what is missing to 1 is shutdown."""
    goal, part = st.sampled_from(states), st.integers(0, 6)

    def ways(
        parts: int, first: int, second: int, goals: tuple[tuple[str, World], tuple[str, World]]
    ) -> tuple[Transition, ...]:
        first = min(first, parts)
        second = min(second, parts - first)
        return tuple(Transition(Fraction(n, parts), *to) for n, to in zip((first, second), goals, strict=True))

    return st.just(()) | st.builds(ways, st.integers(1, 6), part, part, st.tuples(goal, goal))


def _number(value: Number, floats: bool) -> Number:
    return float(value) if floats else value
