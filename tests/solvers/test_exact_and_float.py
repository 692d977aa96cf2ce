"""Solving in floats and solving in Fractions agree: the same decisions always, the same values within rounding."""

from __future__ import annotations

import random
from dataclasses import fields
from fractions import Fraction
from typing import Any

import pytest
from adapters import phased, quick
from hypothesis import given
from hypothesis import strategies as st
from oracle.plain import Game, phase_of_each_episode, two_phase_game
from oracle.random_games import believed_games, discount_specs, phased_games
from thinned import thinned, thorough

from deceptive_sim.core.exact import Number
from deceptive_sim.games.two_phase import two_phase
from deceptive_sim.model.agents import AgentSpec
from deceptive_sim.model.phased import PhasedGame
from deceptive_sim.model.phases import Phase, PhaseKind
from deceptive_sim.solvers import recursion
from deceptive_sim.solvers.solution import Solution
from deceptive_sim.solvers.solve import solve_game

F = Fraction
NUMBERS = {
    "value",
    "believed_value",
    "values",
    "premium",
    "reaches_deployment_unmodified",
    "expected_deployment_defections",
    "goal_preservation",
    "outer_gap",
    "inner_gap",
    "at_wheel",
    "unmodified",
    "action_values",
}
"""Fields of a solution that are numbers; all others are decisions."""


def decisions(solution: Solution) -> dict[str, Any]:
    return {field.name: getattr(solution, field.name) for field in fields(solution) if field.name not in NUMBERS}


def numbers(solution: Solution) -> list[Number]:
    """Every number of a solution, in a fixed order."""
    found: list[Number] = []

    def collect(value: Any) -> None:
        if isinstance(value, int | float | Fraction):
            found.append(value)
        elif value is not None:
            for each in value.values() if hasattr(value, "values") else value:
                collect(each)

    for name in sorted(NUMBERS):
        collect(getattr(solution, name))
    return found


def largest_sum(game: Game) -> Fraction:
    """The largest absolute payoff that a lifetime can add up to, for any judge; at least 1."""
    tables = [phase["payoffs"].values() for phase in phase_of_each_episode(game)]
    return max(F(1), sum((max(abs(u) for row in table for u in row.values()) for table in tables), F(0)))


def assert_agree(
    game: Game, agent: AgentSpec, spec: dict[str, Any] | None = None, *, longest: Fraction | None = None
) -> None:
    exact = solve_game(phased(game, spec), agent, exact=True)
    fast = solve_game(phased(game, spec), agent)
    assert decisions(fast) == decisions(exact)
    assert all(isinstance(number, float) for number in numbers(fast) if not isinstance(number, int))
    allowed = F(1, 10**12) * (longest or largest_sum(game))
    found, expected = numbers(fast), numbers(exact)
    assert len(found) == len(expected)
    assert all(abs(F(a) - F(b)) <= allowed for a, b in zip(found, expected, strict=True))
    if exact.premium is not None:
        assert (fast.premium > 0, fast.premium < 0) == (exact.premium > 0, exact.premium < 0)


# --- random games -----------------------------------------------------------------------------------------------------


def random_game(rng: random.Random, max_episodes: int) -> Game:
    """A game of two to four phases, numbers with denominators up to 10 or 1000; few of them, or many."""
    denominator = rng.choice([2, 5, 10, 1000])
    objectives = ["mesa", "base", "human"][: rng.choice([2, 2, 3])]
    names = ["A", "B", "C"][: rng.choice([2, 2, 3])]

    def number() -> Fraction:
        return F(rng.randint(-2 * denominator, 3 * denominator), denominator)

    def payoffs() -> dict[str, dict[str, Fraction]]:
        return {k: {a: number() for a in names} for k in objectives}

    def fates() -> list[int]:
        cuts = sorted(rng.randint(0, denominator) for _ in range(3))
        return [F(cuts[0], denominator), F(cuts[1] - cuts[0], denominator), F(cuts[2] - cuts[1], denominator)]

    common = payoffs()
    phases = []
    for name in ("training", "deployment", "later-training", "later-deployment")[: rng.randint(1, 4)]:
        after = {a: fates() for a in names}
        phases.append(
            {
                "name": name,
                "training": "training" in name,
                "episodes": rng.randint(0, max_episodes),
                "payoffs": common if rng.random() < 0.7 else payoffs(),
                "modification": {a: {"base": p, "mesa": q} for a, (p, q, _) in after.items()},
                "shutdown": {a: s for a, (_, _, s) in after.items()},
            }
        )
    return {
        "objectives": objectives,
        "base": "base",
        "actions": [["A", True], ["B", False], ["C", rng.random() < 0.5]][: len(names)],
        "discount": {k: rng.choice([F(1), F(9, 10), F(1, 3), F(rng.randint(0, 100), 100)]) for k in objectives},
        "phases": phases,
        "prefer": rng.choice(["non-defecting", "defecting", "declared"]),
    }


def tied_game(rng: random.Random) -> Game:
    """A two-phase game whose unmodified self is exactly indifferent at the w-th last training episode: p g^w V0 = 1."""
    while True:
        m, w = rng.randint(1, 12), rng.randint(1, 6)
        g, d = rng.choice([F(1), F(9, 10), F(7, 10), F(2, 3)]), rng.choice([F(0), F(0), F(1, 10), F(1, 3)])
        p = 1 / (g**w * sum((g * (1 - d)) ** j for j in range(m)))
        if p <= 1:
            return two_phase_game(
                rng.randint(w, 8), m, p, F(0), d, g, prefer=rng.choice(["non-defecting", "defecting"])
            )


@pytest.mark.parametrize(
    "seed", [0, *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(1, thorough(8, 4)))]
)
def test_hundreds_of_games(seed: int) -> None:
    rng = random.Random(seed)
    for _ in range(100):
        assert_agree(random_game(rng, 3), AgentSpec(objective="mesa"))
    for _ in range(25):
        assert_agree(tied_game(rng), AgentSpec(objective="mesa"))


@pytest.mark.slow
def test_hundreds_of_longer_games() -> None:
    rng = random.Random(100)
    for _ in range(thorough(250, 80)):
        assert_agree(random_game(rng, 40), AgentSpec(objective="mesa"))
        assert_agree(tied_game(rng), AgentSpec(objective="mesa"))


@pytest.mark.slow
@given(phased_games(max_total=5), st.data())
@quick(50)
def test_games_of_selves_that_disagree_over_time_or_are_wrong(game: Game, data: st.DataObject) -> None:
    spec = data.draw(st.none() | discount_specs(game["objectives"]))
    believed = data.draw(st.none() | believed_games(game))
    mind = None if believed is None else phased(believed, spec)
    longest = largest_sum(game) + (largest_sum(believed) if believed is not None else 0)
    assert_agree(game, AgentSpec(objective="mesa", believed=mind), spec, longest=longest)


@pytest.mark.slow
@given(phased_games(max_total=6, max_episodes=4), st.data())
@quick(60)
def test_fractions_and_integers_agree(game: Game, data: st.DataObject) -> None:
    # exact numbers are Fractions while these are short, integers over a common denominator beyond: here at once
    spec = data.draw(st.none() | discount_specs(game["objectives"]))
    believed = data.draw(st.none() | believed_games(game))
    agent = AgentSpec(objective="mesa", believed=None if believed is None else phased(believed, spec))
    short = solve_game(phased(game, spec), agent, exact=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(recursion, "SHORT_BITS", 0)
        assert solve_game(phased(game, spec), agent, exact=True) == short


@pytest.mark.parametrize("seed", range(4))
def test_integers_decide_what_fractions_outgrow(seed: int) -> None:
    # 25 to 60 episodes, in integers from the first on, and in fractions to the last
    rng = random.Random(1000 + seed)
    game = random_game(rng, 15)
    while not 25 <= len(phase_of_each_episode(game)) <= 60:
        game = random_game(rng, 15)
    found = []
    for bits in (0, 10**9):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(recursion, "SHORT_BITS", bits)
            found.append(solve_game(phased(game), AgentSpec(objective="mesa"), exact=True))
    assert found[0] == found[1]


# --- ties, and what is nearly one -------------------------------------------------------------------------------------


@pytest.mark.parametrize("m", thinned(range(1, 31), 4))  # 5 is among them
@pytest.mark.parametrize("k", [1, 3, 7])
def test_one_over_m_is_a_tie_for_every_m(m: int, k: int) -> None:
    # the last training self finds A worth 1 + (1 - 1/m) m = m, and B worth m: a float 0.2 would break the tie at m = 5
    found = solve_game(two_phase(n=k, m=m, p=F(1, m)))
    assert (found.premium, found.deception_pays, k in found.ties) == (0, False, True)


@pytest.mark.parametrize("written", ["1/5", "0.2", 0.2, F(1, 5), "2e-1"])
def test_a_decimal_is_what_it_says(written: Any) -> None:
    found = solve_game(two_phase(n=1, m=5, p=written))
    assert (found.strategy, found.ties, found.n_optimal) == ("BAAAAA", (1,), 2)


@pytest.mark.parametrize("exponent", [12, 15, 16, 18, 25, 50])
@pytest.mark.parametrize("side", [-1, 1])
def test_the_narrowest_margin_is_decided_exactly(exponent: int, side: int) -> None:
    found = solve_game(two_phase(n=3, m=5, p=F(1, 5) + F(side, 10**exponent)))
    assert found.strategy == ("BBB" if side > 0 else "AAA") + "AAAAA"
    assert (found.premium > 0) == found.deception_pays == (side > 0)
    assert 3 not in found.ties
    # the premium is about 5 * 10^-exponent, at the edge or below what floats can tell from 5
    exact = solve_game(two_phase(n=3, m=5, p=F(1, 5) + F(side, 10**exponent)), exact=True)
    assert F(found.premium) == pytest.approx(float(exact.premium), rel=1e-3, abs=1e-12)


@pytest.mark.parametrize("size", [10**16, 10**100, 10**149])
def test_a_small_advantage_in_huge_payoffs_decides(size: int) -> None:
    # A pays size + 1, B size: as floats they are one number
    payoffs = {"mesa": {"A": F(size + 1), "B": F(size)}, "base": {"A": F(0), "B": F(1)}}
    phase = Phase(name="deployment", kind=PhaseKind.DEPLOYMENT, episodes=3, payoffs=payoffs)
    found = solve_game(PhasedGame(phases=[phase]))
    assert (found.strategy, found.ties, found.n_optimal) == ("AAA", (), 1)
    assert found.value == pytest.approx(3.0 * size)


@pytest.mark.parametrize("side", [-1, 1])
def test_a_premium_that_hangs_on_a_tiny_chance_keeps_its_sign(side: int) -> None:
    # B pays 1 in episode 1 and leaves the agent unmodified with 10^-20 only; then an A pays 1/2 and is modified,
    # or a B leads to a deployment worth 1/4 or 1. The premium is that difference times 10^-20, lost in floats beside 1.
    rare = F(1, 10**20)
    first = {"mesa": {"A": F(0), "B": F(1)}, "base": {"A": F(0), "B": F(1)}}
    second = {"mesa": {"A": F(1, 2), "B": F(0)}, "base": {"A": F(0), "B": F(1)}}
    third = {"mesa": {"A": F(1, 4) if side < 0 else F(1), "B": F(0)}, "base": {"A": F(0), "B": F(1)}}
    after = [{"A": {"base": F(1)}, "B": {"base": 1 - rare}}, {"A": {"base": F(1)}}, {}]
    kinds = [("first", PhaseKind.TRAINING), ("second", PhaseKind.TRAINING), ("third", PhaseKind.DEPLOYMENT)]
    game = PhasedGame(
        phases=[
            Phase(name=name, kind=kind, episodes=1, payoffs=payoffs, modification=moves)
            for (name, kind), payoffs, moves in zip(kinds, (first, second, third), after, strict=True)
        ]
    )
    found = solve_game(game)
    assert found.strategy == ("BAA" if side < 0 else "BBA")
    assert (found.premium > 0, found.premium < 0) == (side > 0, side < 0)
    assert found.deception_pays == (side > 0)
    assert solve_game(game, exact=True).premium == rare * (F(1, 2) if side > 0 else F(-1, 4))


def test_rounding_that_adds_up_over_many_episodes_breaks_no_tie() -> None:
    # 100 deployment episodes worth 1/10 each, p = 1/100: B protects 10 * 1/100, what an A pays, and so on backwards
    payoffs = {"mesa": {"A": F(1, 10), "B": F(0)}, "base": {"A": F(0), "B": F(1)}}
    phases = [
        Phase(
            name="training",
            kind=PhaseKind.TRAINING,
            episodes=3,
            payoffs=payoffs,
            modification={"A": {"base": F(1, 100)}},
        ),
        Phase(name="deployment", kind=PhaseKind.DEPLOYMENT, episodes=100, payoffs=payoffs),
    ]
    assert sum([0.1] * 100) != 10.0
    found = solve_game(PhasedGame(phases=phases))
    assert (found.ties, found.premium, found.strategy[:3]) == ((1, 2, 3), 0, "BBB")


@pytest.mark.slow
def test_rounding_grows_with_the_square_of_the_episodes_and_is_allowed_for() -> None:
    # A takes 1000 and ends the run, B waits for 3000 episodes worth 1/3 each; in floats these sum to 1000 + 4.4e-11
    take = {"mesa": {"A": F(1000), "B": F(0)}, "base": {"A": F(0), "B": F(1)}}
    wait = {"mesa": {"A": F(1, 3), "B": F(0)}, "base": {"A": F(0), "B": F(1, 4)}}
    choice = Phase(name="training", kind=PhaseKind.TRAINING, episodes=1, payoffs=take, shutdown={"A": F(1)})
    rest = Phase(name="deployment", kind=PhaseKind.DEPLOYMENT, episodes=3000, payoffs=wait)
    found = solve_game(PhasedGame(phases=[choice, rest]))
    assert (found.ties, found.premium, found.regime) == ((1,), 0, "deceptive")
    assert found.n_optimal == 1 + 2**3000
    assert found.value == pytest.approx(1000, abs=1e-9)


def test_an_exact_solution_is_made_of_fractions() -> None:
    found = solve_game(two_phase(n=2, m=3, p=F(1, 3), g=F(9, 10)), exact=True)
    displayed = {"at_wheel", "unmodified", "action_values"}
    for name in NUMBERS - displayed - {"values", "goal_preservation", "outer_gap"}:
        assert isinstance(getattr(found, name), Fraction), name
    assert all(isinstance(number, Fraction) for row in found.values.values() for number in row.values())
    assert all(isinstance(number, Fraction) for number in found.goal_preservation)
