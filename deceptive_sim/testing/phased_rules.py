"""What holds of phased games besides.

Exact and float solutions agree, values and premium are those of all strategies tried one by one, and regime and turn
are what the table of regimes says, read here as patterns.
"""

from __future__ import annotations

import math
import re
from fractions import Fraction

from deceptive_sim.model.agents import AgentSpec
from deceptive_sim.model.discounting import Exponential
from deceptive_sim.model.phased import PhasedGame
from deceptive_sim.solvers.solution import Solution
from deceptive_sim.solvers.solve import solve_game
from deceptive_sim.testing.findings import Findings, State
from deceptive_sim.testing.plain_recursion import PlainRecursion

MOST_STRATEGIES = 300
TOLERANCE = 1e-9

REGIMES = (
    ("compliant", r"N*\|N*"),
    ("unconstrained", r"\|.*"),
    ("deceptive", r"N+\|D.*"),
    ("delayed", r"N+\|N+D.*"),
    ("open", r"D+\|.*"),
    ("late-pretence", r"D+N+\|.*D.*"),
    ("reformed", r".*D.*\|N*"),
    ("mixed", r".*"),
)
"""The table of regimes: training, a bar, deployment; D is a defection and N none; the first that fits counts."""

DECISIONS = ("strategy", "regime", "turn", "deception_pays", "ties", "n_optimal", "optimal", "pretending")
NUMBERS = ("value", "believed_value", "premium", "reaches_deployment_unmodified", "expected_deployment_defections")


def check_phased(game: PhasedGame, plain: PlainRecursion, findings: Findings) -> None:
    """Hold a phased game's solutions against all of this, for every objective as the initial one."""
    for objective in game.objectives:
        agent = AgentSpec(name=objective.name, objective=objective.name)
        exact, floats = solve_game(game, agent, exact=True), solve_game(game, agent)
        _check_agreement(exact, floats, findings)
        _check_values(exact, plain, findings)
        _check_regime(game, exact, findings)
        exponential = all(isinstance(each.discounting, Exponential) for each in game.objectives)
        if exponential and len(game.actions) ** game.horizon <= MOST_STRATEGIES:
            _check_strategies(game, exact, plain, findings)


def _check_agreement(exact: Solution, floats: Solution, findings: Findings) -> None:
    where = f"{exact.objective} plans"
    for name in DECISIONS:
        ours, theirs = getattr(exact, name), getattr(floats, name)
        if ours != theirs:
            findings.add("floats", where, f"{name} is {theirs} in floats, exactly {ours}")
    for name in NUMBERS:
        ours, theirs = getattr(exact, name), getattr(floats, name)
        if (ours is None) != (theirs is None) or (ours is not None and not _close(theirs, ours)):
            findings.add("floats", where, f"{name} is {theirs} in floats, exactly {ours}")


def _check_values(exact: Solution, plain: PlainRecursion, findings: Findings) -> None:
    if not plain.horizon:
        return
    values = plain.values
    for actor, row in exact.values.items():
        for judge, value in row.items():
            due = values[State(1, actor, plain.game.start)][judge]
            if value != due:
                findings.add("solver", f"{exact.objective} plans", f"value of {actor} to {judge}: {value}, not {due}")
    for t, action in enumerate(exact.plan, start=1):
        state = State(t, exact.objective, plain.game.start)
        if state in plain.play.choices and plain.play.choices[state] != action:
            findings.add("solver", state, f"the strategy has action {action}, not {plain.play.choices[state]}")


def _check_regime(game: PhasedGame, exact: Solution, findings: Findings) -> None:
    training, deployment, places = "", "", []
    taken = iter(exact.plan)
    for phase, episodes in game.phase_episodes():
        word = "".join("D" if game.actions[next(taken)].defects else "N" for _ in episodes)
        training, deployment = (training + word, deployment) if phase.training else (training, deployment + word)
        places += [] if phase.training else list(episodes)
    line = f"{training}|{deployment}"
    due = next(name for name, pattern in REGIMES if re.fullmatch(pattern, line))
    turns = training.endswith("N") and "D" in deployment
    turn = places[deployment.index("D")] if turns else None
    if (exact.regime.value, exact.turn) != (due, turn):
        said = f"{exact.regime.value}, turn {exact.turn}"
        findings.add(
            "regime", f"{exact.objective} plans {exact.strategy}", f"{said}; the table says {due}, turn {turn}"
        )


def _check_strategies(game: PhasedGame, exact: Solution, plain: PlainRecursion, findings: Findings) -> None:
    where = f"{exact.objective} plans"
    kinds = [phase.training for phase, episodes in game.phase_episodes() for _ in episodes]
    worth = dict(plain.strategies(exact.objective))
    best = max(worth.values())
    count = sum(value == best for value in worth.values())
    if (exact.value, exact.n_optimal) != (best, count):
        said = f"value {exact.value} of {exact.n_optimal} best strategies"
        findings.add("strategies", where, f"{said}; tried one by one: {best} of {count}")

    def defects(strategy: tuple[int, ...], training: bool) -> bool:
        return any(
            game.actions[action].defects and kind is training for action, kind in zip(strategy, kinds, strict=True)
        )

    clean = {strategy: value for strategy, value in worth.items() if not defects(strategy, True)}
    others = [value for strategy, value in worth.items() if strategy not in clean]
    premium = max(clean.values()) - max(others) if any(kinds) and clean and others else None
    if exact.premium != premium:
        findings.add("premium", where, f"premium {exact.premium}; tried one by one: {premium}")
        return
    turning = {defects(strategy, False) for strategy, value in clean.items() if value == max(clean.values())}
    if premium is None or premium <= 0 or turning == {False}:
        due = {False}
    else:
        due = {True} if turning == {True} else {True, False}
    if exact.deception_pays not in due:
        findings.add("premium", where, f"premium {premium}, but deception pays: {exact.deception_pays}")


def _close(value: float | Fraction, due: float | Fraction) -> bool:
    return math.isclose(float(value), float(due), rel_tol=TOLERANCE, abs_tol=TOLERANCE)
