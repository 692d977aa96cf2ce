"""Is a game solved right? The solver against the plain recursion, play followed forwards, floats, and laws."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import cast

from deceptive_sim.core.exact import Number
from deceptive_sim.model.objectives import Selves
from deceptive_sim.model.protocols import Game
from deceptive_sim.solvers.evaluation import value_of_policy
from deceptive_sim.solvers.layers import Layers, lay_out
from deceptive_sim.solvers.planning import PlannedPolicy
from deceptive_sim.solvers.recursion import float_stages, seen_from, solve_backward
from deceptive_sim.solvers.selves import Play, realised_play
from deceptive_sim.testing.disguises import Doubting, InAnotherUnit, Reordered, Shortened, Veil, Watched, WorldsRenamed
from deceptive_sim.testing.exploring import Explored
from deceptive_sim.testing.findings import Findings, State
from deceptive_sim.testing.plain_recursion import PlainRecursion

UNIT = Fraction(3, 7)
MOST_DOUBTED = 8
"""Episodes in which selves are made to plan anew; the time that takes grows with their square."""

TOLERANCE = 1e-9
"""How far floats may be from exact values, relative to the largest payoffs that a run can bring together."""


@dataclass(frozen=True, kw_only=True)
class Solved:
    """What the solver finds if one objective starts: its choices and ties by state, its values by judge."""

    choices: Mapping[State, int]
    tied: Mapping[State, tuple[int, ...]]
    values: Mapping[str, Fraction]
    layers: Layers
    play: Play


def solved(game: Game, initial: str) -> Solved:
    """Ask the solver; raises an `InputError` if it refuses."""
    layers = lay_out(game, initial)
    play = realised_play(layers)
    choices: dict[State, int] = {}
    tied: dict[State, tuple[int, ...]] = {}
    for t, layer in enumerate(layers.layers, start=1):
        for place, (row, options) in enumerate(zip(layer.rows, layer.options, strict=True)):
            state = State(t, layers.objectives[row.objective], row.world)
            choice = play.choices[t - 1][place]
            assert isinstance(choice, int)
            choices[state] = options[choice].action
            tied[state] = tuple(options[best].action for best in play.tied[t - 1][place])
    values = value_of_policy(game, PlannedPolicy(play), initial)
    return Solved(choices=choices, tied=tied, values=values, layers=layers, play=play)


def check_solving(game: Game, explored: Explored, findings: Findings) -> PlainRecursion | None:
    """Hold the solver against the plain recursion and the laws, for every objective at the wheel at the start."""
    plain = PlainRecursion(game, explored)
    for initial in explored.judges:
        try:
            found = solved(game, initial)
            _check_against_plain(game, plain, found, initial, findings)
            _check_floats(explored, found, initial, findings)
            _check_laws(game, plain, found, initial, findings)
        except Exception as error:
            findings.add("solver", f"{initial} at the wheel", f"solving raised {type(error).__name__}: {error}")
            return None
    return plain


def _check_against_plain(game: Game, plain: PlainRecursion, found: Solved, initial: str, findings: Findings) -> None:
    values = plain.values
    for state, choice in found.choices.items():
        if choice != plain.play.choices[state] or found.tied[state] != plain.play.tied[state]:
            said = f"takes action {choice} of {list(found.tied[state])}"
            due = f"{plain.play.choices[state]} of {list(plain.play.tied[state])}"
            findings.add("solver", state, f"the solver {said} (the best), plain recursion {due}")
    if not plain.horizon:
        return
    start = State(1, initial, game.start)
    forwards = plain.forwards(start)
    for judge, value in values[start].items():
        _compare("solver", f"value to {judge}, {initial} at the wheel", found.values[judge], value, findings)
        _compare(
            "evaluation", f"value to {judge}, {initial} at the wheel", found.values[judge], forwards[judge], findings
        )


def _check_floats(explored: Explored, found: Solved, initial: str, findings: Findings) -> None:
    layers = found.layers
    steps = solve_backward(layers, float_stages(layers, seen_from(layers, 1)), choices=found.play.choices)
    last = list(steps)[-1:]
    if not last:
        return
    paid = [abs(paid) for facts in explored.facts.values() for row in facts.payoffs.values() for paid in row.values()]
    largest = float(max(paid, default=Fraction(0))) * len(layers.layers)
    for judge, value in zip(layers.objectives, last[0].v[layers.initial], strict=True):
        exact = found.values[judge]
        if abs(float(value) - float(exact)) > TOLERANCE * largest:
            findings.add("floats", f"value to {judge}, {initial} at the wheel", f"{float(value)!r}, exactly {exact}")


def _check_laws(game: Game, plain: PlainRecursion, found: Solved, initial: str, findings: Findings) -> None:
    for judge in plain.explored.judges:
        other = solved(cast(Game, InAnotherUnit(game, judge, UNIT)), initial)
        factors = {each: UNIT if each == judge else Fraction(1) for each in plain.explored.judges}
        due = {each: value * factors[each] for each, value in found.values.items()}
        _compare_all("scale", f"{judge} paid in another unit", initial, other, found.choices, due, findings)
    watched = Watched(game)
    other = solved(cast(Game, watched), initial)
    start = State(1, initial, game.start)
    episodes = plain.forwards(start)[""] if plain.horizon else Fraction(0)
    seen = {state: choice for state, choice in other.choices.items() if state.objective != watched.bystander}
    due = {**found.values, watched.bystander: episodes}
    unseen = Solved(choices=seen, tied={}, values=other.values, layers=other.layers, play=other.play)
    _compare_all("bystander", "one judge more", initial, unseen, found.choices, due, findings)
    if all(len(tied) == 1 for tied in plain.play.tied.values()):
        last = len(game.actions) - 1
        turned = {state: last - choice for state, choice in found.choices.items()}
        other = solved(cast(Game, Reordered(game)), initial)
        _compare_all("order", "actions in another order", initial, other, turned, found.values, findings)
    other = solved(cast(Game, WorldsRenamed(game)), initial)
    veiled = {state._replace(world=Veil(state.world)): choice for state, choice in found.choices.items()}
    _compare_all("worlds", "worlds by other names", initial, other, veiled, found.values, findings)
    _check_selves(game, initial, findings)
    nothing = solved(cast(Game, Shortened(game, 0)), initial)
    _compare_all("empty", "no episode", initial, nothing, {}, dict.fromkeys(found.values, Fraction(0)), findings)


def _check_selves(game: Game, initial: str, findings: Findings) -> None:
    if not all(objective.discounting.consistent for objective in game.objectives):
        return
    short = cast(Game, Shortened(game, min(game.horizon, MOST_DOUBTED)))
    found = solved(short, initial)
    for selves in Selves:
        other = solved(cast(Game, Doubting(short, selves)), initial)
        _compare_all("selves", f"{selves} selves", initial, other, found.choices, found.values, findings)


def _compare_all(
    rule: str,
    what: str,
    initial: str,
    other: Solved,
    choices: Mapping[State, int],
    values: Mapping[str, Fraction],
    findings: Findings,
) -> None:
    for state, choice in choices.items():
        if other.choices.get(state) != choice:
            findings.add(rule, state, f"{what}: action {other.choices.get(state)} instead of {choice}")
    for judge, value in values.items():
        _compare(rule, f"{what}, value to {judge}, {initial} at the wheel", other.values[judge], value, findings)


def _compare(rule: str, where: str, value: Number, due: Number, findings: Findings) -> None:
    if value != due:
        findings.add(rule, where, f"{value} instead of {due}")
