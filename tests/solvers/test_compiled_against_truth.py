"""The compiled kernel against games whose answers are known, enumeration of strategies, and exact recursion."""

from __future__ import annotations

from dataclasses import asdict, replace
from fractions import Fraction
from typing import Any

import numpy
import pytest
from adapters import phased, quick
from compiled_games import AGENT, SHAPES, assert_true, random_games
from compiled_truth import REGIMES, Truth, truth
from hypothesis import given
from hypothesis import strategies as st
from oracle.measurements import report
from oracle.plain import Game, two_phase_game
from oracle.profiles import solve
from oracle.random_games import phased_games
from test_reference_games import ROWS, agrees, game_of

from deceptive_sim.model.actions import TieRule
from deceptive_sim.model.agents import AgentSpec
from deceptive_sim.model.numbers import numbers_of
from deceptive_sim.model.phased import PhasedGame
from deceptive_sim.solvers.compiled.grids import games_on_grid, roles_in
from deceptive_sim.solvers.compiled.kernel import measure_games
from deceptive_sim.solvers.measurements import measured
from deceptive_sim.solvers.solve import solve_game

LARGEST = 20.0
"""The largest value in play of games whose numbers are at most 2, over a handful of episodes."""


def kernel(game: PhasedGame, agent: AgentSpec = AGENT, jump: bool = True) -> tuple[dict[str, Any], bool] | None:
    """What the kernel measures of one game, and whether it doubts it; None if it cannot do the game."""
    roles = roles_in(game, agent, {})
    if roles is None:
        return None
    found = measure_games(games_on_grid(game, roles, {}, (1,)), jump=jump, threads=1)
    return {name: array[0] for name, array in found.arrays.items()}, bool(found.doubtful[0])


def enumerated(game: Game, own: str) -> dict[str, Any]:
    """The nine measurements by the oracle."""
    every = report(game, own)
    profile = solve(game)
    base = game["base"]
    string = every.chosen
    trains = [phase["training"] for phase in game["phases"] for _ in range(phase["episodes"])]
    return {
        "value": every.value,
        "base_value": None if base is None else profile.values.get((1, own, base), Fraction(0)),
        "premium": every.premium,
        "deception_pays": every.deception_pays,
        "regime": REGIMES.index(every.regime),
        "training_defections": sum(a == "A" for a, training in zip(string, trains, strict=True) if training),
        "turn": every.turn or 0,
        "reaches_deployment_unmodified": every.reaches_deployment_unmodified,
        "expected_deployment_defections": every.expected_deployment_defections,
    }


# --- 1. games whose answers are known ---------------------------------------------------------------------------------


@pytest.mark.parametrize("jump", [True, False], ids=["jumping", "episode-by-episode"])
@pytest.mark.parametrize("row", [row for row in ROWS if "believed" not in row.values[0]])
def test_the_kernel_finds_the_known_answers(row: dict[str, Any], jump: bool) -> None:
    game = phased(game_of(row["game"]))
    result = kernel(game, jump=jump)
    assert result is not None
    found, doubtful = result
    slack = Fraction(1, 10**12)
    for field, key in (("value", "value"), ("premium", "premium")):
        assert key not in row or agrees(found[field], row[key], slack), field
    if doubtful:
        assert truth(game).tied or row["name"] == "premium-at-the-switch"
        return
    string = row["strategy"]
    training = string[: game.phases[0].episodes]
    assert found["training_defections"] == training.count("A")
    assert "regime" not in row or REGIMES[found["regime"]] == row["regime"]
    assert "turn" not in row or found["turn"] == row["turn"]
    assert "deception-pays" not in row or found["deception_pays"] == row["deception-pays"]


@pytest.mark.parametrize("nudge", [-1, 1])
def test_pretending_first_and_last_is_found_by_jumping(nudge: int) -> None:
    # the advantage of A changes its sign twice within the phase; the episode before the last of training is a tie,
    # B as printed, which the kernel has to doubt
    row = next(row.values[0] for row in ROWS if row.id == "pretends-first-and-last")
    plain = game_of(row["game"])
    tied = kernel(phased(plain))
    assert tied is not None
    assert tied[1]
    for phase in plain["phases"]:
        phase["payoffs"]["mesa"] = {"A": Fraction(1, 2) + Fraction(nudge, 10**9), "B": Fraction(1, 5)}
    known = truth(phased(plain))
    assert known.string[:12] == ("BAAAAAAAAAAA" if nudge > 0 else "BAAAAAAAAAAB")
    result = kernel(phased(plain))
    assert result is not None
    assert not result[1]
    assert_true(result[0], known.measurements, known.largest)


# --- 2. random games --------------------------------------------------------------------------------------------------

# without "declared": it is one of the other two by the order of the actions, which `test_every_declared_order` tries
SMALL = phased_games(n_actions=(2, 2), max_episodes=4, max_total=7, n_phases=(1, 4))


@pytest.mark.slow
@given(SMALL, st.sampled_from(["mesa", "base", "human"]), st.sampled_from(["base", "mesa", None]))
@quick(60)
def test_short_games_measure_as_enumeration_says(plain: Game, own: str, base: str | None) -> None:
    own = own if own in plain["objectives"] else "mesa"
    plain = {**plain, "base": base}
    game, agent = phased(plain), AgentSpec(objective=own)
    results = [kernel(game, agent, jump=jump) for jump in (True, False)]
    if None in results:  # three objectives count
        targets = {k for phase in plain["phases"] for move in phase["modification"].values() for k, p in move.items()}
        assert len({own, *targets, *([base] if base else [])}) > 2
        return
    known = None
    for result in results:
        assert result is not None
        found, doubtful = result
        if not doubtful:
            known = known or enumerated(plain, own)
            assert_true(found, known, LARGEST)


@pytest.mark.slow
@given(phased_games(n_actions=(2, 2), n_objectives=(2, 2), max_episodes=4, max_total=6, n_phases=(1, 3)))
@quick(40)
def test_exact_recursion_agrees_with_enumeration(plain: Game) -> None:
    # so that it may stand for it where games are too long to be enumerated
    game = phased(plain)
    prefers = game.tie_rule.pick([0, 1], game.actions)
    known = truth(game, prefer_defecting=game.actions[prefers].defects)
    assert known.measurements == enumerated(plain, "mesa")


@pytest.mark.slow
@given(
    phased_games(n_actions=(2, 2), n_objectives=(2, 2), max_total=5, prefer=("declared",)),
    st.permutations([["A", True], ["B", False]]),
)
@quick(25)
def test_every_declared_order(plain: Game, order: list[list[Any]]) -> None:
    plain = {**plain, "actions": order}
    for jump in (True, False):
        result = kernel(phased(plain), jump=jump)
        assert result is not None
        if not result[1]:
            assert_true(result[0], enumerated(plain, "mesa"), LARGEST)


@pytest.mark.slow
@pytest.mark.parametrize("ties", [TieRule.NON_DEFECTING, TieRule.DEFECTING], ids=str)
@pytest.mark.parametrize("kinds", SHAPES)
def test_random_games_measure_as_exact_recursion_says(kinds: str, ties: TieRule) -> None:
    prefers = ties is TieRule.DEFECTING
    for steps in (4, 10, 10**6):
        for idle, returns in ((False, False), (True, False), (False, True)):
            rng = numpy.random.default_rng([len(kinds), ord(kinds[0]), steps, idle, returns, prefers])
            games = random_games(rng, 6, kinds, episodes=9, steps=steps, idle=idle, returns=returns, ties=ties)
            known = [truth(games.game(i), prefer_defecting=prefers) for i in range(games.size)]
            check(games.measure(), known)
            check(games.measure(jump=False), known)


@pytest.mark.slow
@pytest.mark.parametrize("kinds", SHAPES)
def test_many_longer_random_games_measure_as_exact_recursion_says(kinds: str) -> None:
    for steps in (4, 10, 1000):
        for idle, returns in ((False, False), (True, False), (False, True)):
            rng = numpy.random.default_rng([7, len(kinds), ord(kinds[0]), steps, idle, returns])
            games = random_games(rng, 12, kinds, episodes=40, steps=steps, idle=idle, returns=returns)
            known = [truth(games.game(i)) for i in range(games.size)]
            check(games.measure(), known)
            check(games.measure(jump=False), known)


def check(found: Any, known: list[Truth]) -> None:
    """Hold games against the truth, each one that is not in doubt; a tie must not go unnoticed where it matters."""
    for i, one in enumerate(known):
        if not found.doubtful[i]:
            assert_true({name: array[i] for name, array in found.arrays.items()}, one.measurements, one.largest)


@pytest.mark.parametrize("kinds", ["TD", "TDTD"])
def test_random_games_measure_as_the_reference_solver_says(kinds: str) -> None:
    for returns in (False, True):
        rng = numpy.random.default_rng([3, len(kinds), returns])
        games = random_games(rng, 10, kinds, episodes=40 // len(kinds), steps=1000, returns=returns)
        found = games.measure()
        for i in numpy.flatnonzero(~found.doubtful):
            game = games.game(i)
            known = asdict(measured(solve_game(game, AGENT), game))
            for name, value in known.items():
                assert found.arrays[name][i] == pytest.approx(value, rel=1e-12, abs=1e-11, nan_ok=True), name


@pytest.mark.slow
@pytest.mark.parametrize("kinds", SHAPES)
def test_games_of_fine_numbers_are_seldom_in_doubt(kinds: str) -> None:
    rng = numpy.random.default_rng(len(kinds))
    games = random_games(rng, 2000, kinds, episodes=12, steps=10**6)
    assert games.measure(jump=False).doubtful.mean() <= 0.005
    assert games.measure().doubtful.mean() <= 0.05  # a deployment before a training may raise false doubts


# --- numbers at the edge of what they may be --------------------------------------------------------------------------


@pytest.mark.parametrize("own", ["mesa", "base"])
@pytest.mark.parametrize("base", ["base", "mesa", None])
def test_whose_the_base_objective_is(own: str, base: str | None) -> None:
    plain = {**two_phase_game(3, 3, Fraction(2, 3), Fraction(1, 7), Fraction(1, 5), Fraction(7, 8)), "base": base}
    result = kernel(phased(plain), AgentSpec(objective=own))
    assert result is not None
    assert_true(result[0], enumerated(plain, own), 3.0)


def test_an_objective_that_nobody_becomes_may_judge() -> None:
    plain = two_phase_game(2, 3, Fraction(5, 6))
    pays = {"human": {"A": Fraction(-1), "B": Fraction(2)}}
    plain["objectives"] = ["human", *plain["objectives"]]
    plain["discount"]["human"] = Fraction(1)
    for phase in plain["phases"]:
        phase["payoffs"] = {**phase["payoffs"], **pays}
    result = kernel(phased(plain))
    assert result is not None
    assert_true(result[0], enumerated(plain, "mesa"), 3.0)
    assert kernel(phased({**plain, "base": "human"})) is None


@pytest.mark.parametrize("p", [0, 1])
@pytest.mark.parametrize("off", [0, 1])
@pytest.mark.parametrize("g", [0, 1])
@pytest.mark.parametrize("empty", [(0, 3), (3, 0), (0, 0), (3, 3)], ids=str)
def test_certain_and_impossible_things(p: int, off: int, g: int, empty: tuple[int, int]) -> None:
    for pays in ((Fraction(1, 3), Fraction(0)), (Fraction(0), Fraction(0)), (Fraction(1, 3), Fraction(1, 3))):
        plain = two_phase_game(*empty, Fraction(p), Fraction(0), Fraction(0), Fraction(g))
        for phase in plain["phases"]:
            phase["payoffs"] = {"mesa": dict(zip("AB", pays, strict=True)), "base": phase["payoffs"]["base"]}
            phase["shutdown"] = {"A": Fraction(0), "B": Fraction(off, 2)}
            if not p:
                phase["shutdown"]["A"] = Fraction(off)
        known = truth(phased(plain))
        for jump in (True, False):
            result = kernel(phased(plain), jump=jump)
            assert result is not None
            if not result[1]:
                assert_true(result[0], known.measurements, known.largest)
            # payoffs that tie in floats as they are told tie exactly: nothing to doubt
            assert not result[1] or known.tied


def test_probabilities_that_fill_one_in_tenths_leave_nothing() -> None:
    # 1 - 0.9 - 0.1 is not 0 in floats
    plain = two_phase_game(3, 3, Fraction(9, 10))
    plain["phases"][0]["shutdown"] = {"A": Fraction(1, 10), "B": Fraction(0)}
    result = kernel(phased(plain))
    assert result is not None
    assert_true(result[0], truth(phased(plain)).measurements, 3.0)


def test_other_games_are_refused() -> None:
    game = phased(two_phase_game(2, 2))
    assert roles_in(game, AgentSpec(objective="mesa", strategy="BBAA"), {}) is None
    assert roles_in(game, AgentSpec(objective="mesa", believed=game), {}) is None
    both = replace(game, actions=[replace(action, defects=True) for action in game.actions])
    assert roles_in(both, AGENT, {}) is None
    assert len(numbers_of(game)) == 2 * (1 + 2 * (1 + 2 + 2)) + 2


@pytest.mark.parametrize("m", [5, 10, 20])
def test_a_tie_of_the_modified_self_is_doubted(m: int) -> None:
    # base gets 1 for a defection, which shuts it down with 1/m, and 1 for each of the m episodes to come: a tie, but
    # not in floats; own, which is paid for the rest, is nowhere near one
    plain = two_phase_game(3, m, Fraction(0), Fraction(1, 2))
    for phase in plain["phases"]:
        phase["payoffs"] = {"mesa": {"A": Fraction(0), "B": Fraction(1)}, "base": {"A": Fraction(1), "B": Fraction(0)}}
    plain["phases"][0]["shutdown"] = {"A": Fraction(1, m), "B": Fraction(0)}
    assert truth(phased(plain)).tied
    for jump in (True, False):
        result = kernel(phased(plain), jump=jump)
        assert result is not None
        assert result[1]
