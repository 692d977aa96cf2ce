"""Sampled lifetimes: their means are the exact values, their traces add up, their seed decides them.

Statistical tests. n = 200,000 lifetimes of each of 14 cases, seed 20240607, fewer than 1,500 comparisons in all. Each
allows for a false alarm with probability 5e-10, so that all together do with less than 1e-6, by bounds that hold for
any bounded sample (no normal approximation):

    shares      Bernstein:            |share - p| <= L/3n + sqrt((L/3n)^2 + 2 p (1-p) L/n),   L = ln(2 / 5e-10)
    means       Maurer, Pontil 2009:  |mean - mu| <= sqrt(2 s^2 L/n) + 7 R L / (3 (n-1)),      L = ln(4 / 5e-10)

with the sample variance s^2 and R the range of a lifetime's payoff.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import log, sqrt
from typing import Any

import numpy as np
import pytest
from adapters import phased
from oracle.plain import Game, n_episodes, phase_of_each_episode, successors, two_phase_game

from deceptive_sim.core.errors import InputError
from deceptive_sim.core.seeds import generator
from deceptive_sim.games.two_phase import two_phase
from deceptive_sim.model.agents import AgentSpec
from deceptive_sim.model.discounting import Exponential, Hyperbolic, QuasiHyperbolic
from deceptive_sim.model.objectives import Selves
from deceptive_sim.model.phased import PhasedGame
from deceptive_sim.model.strategies import Strategy, parse_strategy
from deceptive_sim.solvers import play as playing
from deceptive_sim.solvers.evaluation import value_of_policy
from deceptive_sim.solvers.play import CHUNK, play, play_policy
from deceptive_sim.solvers.sampling import OFF, Lifetimes
from deceptive_sim.solvers.solve import solve_game

F = Fraction
N = 200_000
SEED = 20240607
FALSE_ALARM = 5e-10
MESA = AgentSpec(objective="mesa")


@dataclass(frozen=True, kw_only=True)
class Case:
    """A game and an agent in it."""

    plain: Game
    agent: AgentSpec = MESA

    @property
    def game(self) -> PhasedGame:
        return phased(self.plain)


def changed(game: Game, *phases: dict[str, Any], **fields: Any) -> Game:
    """A game with some fields of its phases, in order, and of itself replaced."""
    new = [{**phase, **change} for phase, change in zip(game["phases"], phases, strict=False)]
    return {**game, **fields, "phases": [*new, *game["phases"][len(new) :]]}


def three_objectives(**fields: Any) -> Game:
    """Three objectives, three actions, modification to named targets and back, shutdown."""
    pays = {
        "mesa": {"A": F(1), "B": F(0), "C": F(1, 2)},
        "base": {"A": F(0), "B": F(1), "C": F(1, 3)},
        "human": {"A": F(-1), "B": F(1, 2), "C": F(2)},
    }
    training = {
        "modification": {"A": {"base": F(1, 4), "human": F(1, 4)}, "B": {"mesa": F(1, 5)}, "C": {"mesa": F(1, 2)}},
        "shutdown": {"A": F(1, 8), "B": F(1, 20), "C": F(1, 10)},
    }
    deployment = {
        "modification": {"A": {"human": F(1, 3)}, "B": {"mesa": F(1, 3)}, "C": {"base": F(1, 6)}},
        "shutdown": {"A": F(1, 10)},
    }
    phases = [
        {"name": "training", "training": True, "episodes": 3, "payoffs": pays, **training},
        {"name": "deployment", "training": False, "episodes": 3, "payoffs": pays, **deployment},
        {"name": "later-training", "training": True, "episodes": 1, "payoffs": pays, **training},
    ]
    game = {
        "objectives": ["base", "mesa", "human"],
        "base": "base",
        "actions": [["A", True], ["B", False], ["C", True]],
        "discount": {"mesa": F(9, 10), "base": F(1), "human": F(1, 2)},
        "phases": phases,
        "prefer": "non-defecting",
    }
    return game | fields


def fixed(text: str, game: Game, **fields: Any) -> AgentSpec:
    plan = parse_strategy(text, phased(game).actions, n_episodes(game))
    return AgentSpec(objective="mesa", strategy=plan, **fields)


RISKY = two_phase_game(4, 4, F(1, 2), F(1, 5), F(1, 4), F(9, 10))
SHUT = changed(RISKY, {"shutdown": {"A": F(1, 3), "B": F(1, 10)}}, {"shutdown": {"A": F(1, 5)}})
CASES = {
    "seed": Case(plain=two_phase_game(2, 3)),
    "risky": Case(plain=RISKY),
    "shutdown": Case(plain=SHUT),
    "all-shut-down": Case(plain=changed(two_phase_game(1, 2), {"shutdown": {"A": F(0), "B": F(1)}})),
    "targets-and-return": Case(plain=three_objectives()),
    "as-human": Case(plain=three_objectives(), agent=AgentSpec(objective="human")),
    "as-base": Case(plain=three_objectives(prefer="declared"), agent=AgentSpec(objective="base")),
    "hyperbolic": Case(plain=SHUT, agent=AgentSpec(objective="mesa", discounting=Hyperbolic(k=F(1)))),
    "naive": Case(
        plain=three_objectives(),
        agent=AgentSpec(objective="mesa", discounting=Hyperbolic(k=F(3)), selves=Selves.NAIVE),
    ),
    "present-biased": Case(
        plain=three_objectives(),
        agent=AgentSpec(objective="mesa", discounting=QuasiHyperbolic(beta=F(1, 2), delta=F(9, 10))),
    ),
    "wrong-beliefs": Case(
        plain=SHUT, agent=AgentSpec(objective="mesa", believed=phased(two_phase_game(2, 6, F(1), g=F(9, 10))))
    ),
    "fixed": Case(plain=SHUT, agent=fixed("ABABBABA", SHUT)),
    "fixed-with-return": Case(plain=three_objectives(), agent=fixed("ABCCBAA", three_objectives())),
    "indifferent-to-the-future": Case(plain=SHUT, agent=AgentSpec(objective="mesa", discounting=Exponential(F(0)))),
}


def sampled(case: Case, lifetimes: int = N, seed: int = SEED, keep: int = 0) -> Lifetimes:
    return play(case.game, case.agent, lifetimes=lifetimes, rng=generator(seed), keep=keep)


def assert_share(found: float, p: Fraction | float, what: str) -> None:
    p = float(p)
    if p in (0, 1):
        assert found == p, what
        return
    unit = log(2 / FALSE_ALARM) / N
    allowed = unit / 3 + sqrt((unit / 3) ** 2 + 2 * p * (1 - p) * unit)
    assert abs(found - p) <= allowed, what


def assert_mean(found: float, error: float, expected: Fraction, reach: Fraction, what: str) -> None:
    unit = log(4 / FALSE_ALARM)
    allowed = sqrt(2 * unit) * error + 7 * float(reach) * unit / (3 * (N - 1))
    assert abs(found - float(expected)) <= allowed + 1e-9, what


def reach(game: Game, judge: str) -> Fraction:
    """An upper bound of how far two lifetimes can be apart, for any discounting."""
    rows = [list(phase["payoffs"][judge].values()) for phase in phase_of_each_episode(game)]
    return sum((max(*row, F(0)) - min(*row, F(0)) for row in rows), F(0))


@pytest.mark.slow
@pytest.mark.parametrize("name", CASES)
def test_means_and_shares_are_the_exact_ones(name: str) -> None:
    case = CASES[name]
    found, exact = sampled(case), solve_game(case.game, case.agent, exact=True)
    names = case.plain["objectives"]
    assert found.objectives == tuple(names)
    for k, judge in enumerate(names):
        value = exact.values[case.agent.objective][judge]
        assert_mean(found.mean[k], found.standard_error[k], value, reach(case.plain, judge), judge)
    for t in range(1, n_episodes(case.plain) + 1):
        assert_share(found.unmodified[t - 1], exact.unmodified[t - 1], f"unmodified at {t}")
        for k, judge in enumerate(names):
            assert_share(found.wheel[t - 1, k], exact.at_wheel[t - 1][k], f"{judge} at the wheel at {t}")
    after = successors(case.plain, n_episodes(case.plain), case.agent.objective, exact.strategy[-1])
    stays = sum(p for state, p in after if state == case.agent.objective)
    assert_share(found.unmodified[-1], exact.unmodified[-1] * float(stays), "unmodified in the end")
    deployed = sum(not phase["training"] for phase in phase_of_each_episode(case.plain))
    assert_mean(
        found.deployment_defections,
        found.deployment_defections_error,
        exact.expected_deployment_defections,
        F(deployed),
        "defections in deployment",
    )


@pytest.mark.parametrize("name", CASES)
def test_what_is_kept_adds_up_to_what_is_told(name: str) -> None:
    case = CASES[name]
    n, own = 800, case.plain["objectives"].index(case.agent.objective)
    found = sampled(case, n, keep=n)
    judged = case.agent.judged(case.game).objectives[own].discounting
    weight = np.cumprod([1.0, *(float(judged.factor(d)) for d in range(case.game.horizon - 1))])
    totals = (found.payoff * weight).sum(axis=1)
    assert found.mean[own] == pytest.approx(totals.mean(), abs=1e-12)
    assert found.standard_error[own] == pytest.approx(totals.std(ddof=1) / sqrt(n), abs=1e-12)
    for k in range(len(found.objectives)):
        assert found.wheel[:, k] == pytest.approx((found.at_wheel == k).mean(axis=0))
    defects = np.array([*(action.defects for action in case.game.actions), False])
    assert found.defections == pytest.approx(defects[found.action].mean(axis=0))
    deployed = np.array([not phase["training"] for phase in phase_of_each_episode(case.plain)])
    count = (defects[found.action] & deployed).sum(axis=1)
    assert found.deployment_defections == pytest.approx(count.mean())
    assert found.deployment_defections_error == pytest.approx(count.std(ddof=1) / sqrt(n))


@pytest.mark.slow
@pytest.mark.parametrize("name", CASES)
def test_every_kept_lifetime_tells_one_story(name: str) -> None:
    case = CASES[name]
    n, horizon = 100, case.game.horizon
    own = case.plain["objectives"].index(case.agent.objective)
    found = sampled(case, n, keep=n)
    exact = solve_game(case.game, case.agent)
    planned = [*exact.plan]
    never_left = np.zeros(horizon + 1)
    for at, actions, paid, modified, off in zip(
        found.at_wheel, found.action, found.payoff, found.modified_after, found.off_after, strict=True
    ):
        alive = at != OFF
        # off is for good, right after the episode that it is said to follow; the episode itself has been paid
        ended = horizon if alive.all() else int(alive.argmin())
        assert ended >= 1
        assert not alive[ended:].any()
        assert off == (ended if ended < horizon else off)
        assert off in (0, ended)
        assert ((actions == OFF) == ~alive).all()
        assert (paid[~alive] == 0).all()
        left = np.flatnonzero(alive & (at != own))
        first = int(left[0]) if len(left) else None  # index of the first episode as somebody else
        assert at[0] == own
        assert modified == (first if first is not None else modified)
        assert modified in ((first,) if first is not None else (0, horizon))
        until = first if first is not None else ended
        assert list(actions[:until]) == planned[:until]
        for t in np.flatnonzero(alive):
            assert paid[t] == float(case.game.payoff(t + 1, "", int(actions[t]), case.agent.objective))
            if t + 1 < ended and at[t + 1] != at[t]:
                name_before, name_after = found.objectives[at[t]], found.objectives[at[t + 1]]
                after = dict(successors(case.plain, int(t) + 1, name_before, found.actions[actions[t]]))
                assert after.get(name_after, 0) > 0
        never_left[: min((after for after in (modified, off) if after), default=horizon + 1)] += 1
    assert found.unmodified == pytest.approx(never_left / n)


def test_a_returned_self_is_not_bound_by_the_strategy() -> None:
    # in the end of the run it is back at the wheel and does what is best, not what the strategy says
    case = CASES["fixed-with-return"]
    found = sampled(case, 10_000, keep=10_000)
    own = found.objectives.index("mesa")
    left = found.modified_after[:, None]
    back = (left > 0) & (found.at_wheel == own) & (np.arange(7) >= left)
    best = [*solve_game(case.game, MESA).plan]
    stated, returned = [*case.agent.strategy], np.flatnonzero(back.any(axis=0))
    for t in returned:
        assert set(found.action[back[:, t], t]) == {best[t]}
    assert any(best[t] != stated[t] for t in returned)


# --- seeds and chunks -------------------------------------------------------------------------------------------------


def as_bytes(lifetimes: Lifetimes, *names: str) -> dict[str, Any]:
    fields = {name: value for name, value in vars(lifetimes).items() if not names or name in names}
    return {name: value.tobytes() if isinstance(value, np.ndarray) else value for name, value in fields.items()}


def test_the_seed_decides_every_byte() -> None:
    case = CASES["targets-and-return"]
    one, same = (sampled(case, 5_000, seed=7, keep=50) for _ in range(2))
    assert as_bytes(one) == as_bytes(same)
    other = sampled(case, 5_000, seed=8, keep=50)
    assert other.mean.tolist() != one.mean.tolist()
    assert (other.action != one.action).any()


def test_neither_progress_nor_keeping_changes_a_sum() -> None:
    case = CASES["shutdown"]
    heard: list[tuple[int, int, str]] = []
    loud = play(
        case.game,
        case.agent,
        lifetimes=CHUNK + 1,
        rng=generator(3),
        keep=10,
        progress=lambda done, total, what: heard.append((done, total, what)),
    )
    quiet = play(case.game, case.agent, lifetimes=CHUNK + 1, rng=generator(3))
    sums = ("mean", "standard_error", "unmodified", "wheel", "defections", "deployment_defections")
    assert as_bytes(loud, *sums) == as_bytes(quiet, *sums)
    assert [done for done, _, _ in heard] == [0, 1, 2]
    assert {total for _, total, _ in heard} == {2}


def test_one_lifetime_more_than_a_chunk() -> None:
    case = CASES["shutdown"]
    found = sampled(case, CHUNK + 1, keep=CHUNK + 1)
    assert (found.count, len(found.action)) == (CHUNK + 1, CHUNK + 1)
    weight = np.cumprod([1.0] + [0.9] * 7)
    totals = (found.payoff * weight).sum(axis=1)
    assert found.mean[0] == pytest.approx(totals.mean(), rel=1e-12)
    assert found.standard_error[0] == pytest.approx(totals.std(ddof=1) / sqrt(CHUNK + 1), rel=1e-9)
    assert found.wheel.sum(axis=1)[0] == found.unmodified[0] == 1


@pytest.mark.parametrize("lifetimes", [1, 15, 16, 17, 100])
def test_chunks_of_any_size_add_up(lifetimes: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(playing, "CHUNK", 16)
    case = CASES["targets-and-return"]
    found = sampled(case, lifetimes, keep=lifetimes)
    own = found.objectives.index("mesa")
    totals = (found.payoff * 0.9 ** np.arange(7)).sum(axis=1)
    assert found.mean[own] == pytest.approx(totals.mean(), rel=1e-12)
    spread = totals.std(ddof=1) / sqrt(lifetimes) if lifetimes > 1 else 0
    assert found.standard_error[own] == pytest.approx(spread, rel=1e-9)
    assert found.wheel[:, own] == pytest.approx((found.at_wheel == own).mean(axis=0))
    assert (found.action[:, 0] != OFF).all()
    if lifetimes == 100:  # chunks differ from one another
        assert len({found.action[start : start + 16].tobytes() for start in range(0, 96, 16)}) > 1
        fewer = sampled(case, lifetimes, keep=40)
        assert (fewer.action == found.action[:40]).all()
        assert (fewer.off_after == found.off_after[:40]).all()
        assert (fewer.modified_after == found.modified_after[:40]).all()


def test_results_cannot_be_written_over() -> None:
    found = sampled(CASES["seed"], 10, keep=5)
    for name, value in vars(found).items():
        if isinstance(value, np.ndarray):
            with pytest.raises(ValueError, match="read-only"):
                value[...] = 0
            assert value.flags.writeable is False, name


def test_no_more_is_kept_than_was_played() -> None:
    assert len(sampled(CASES["seed"], 10, keep=50).action) == 10


def test_the_seed_game_has_no_chance_in_it() -> None:
    found = sampled(CASES["seed"], 1000, keep=3)
    assert (found.mean.tolist(), found.standard_error.tolist()) == ([3.0, 2.0], [0.0, 0.0])
    assert found.action.tolist() == [[1, 1, 0, 0, 0]] * 3
    assert (found.deployment_defections, found.deployment_defections_error) == (3.0, 0.0)


# --- policies ---------------------------------------------------------------------------------------------------------


def test_a_mixed_policy_is_sampled_by_its_probabilities() -> None:
    def policy(t: int, objective: str, world: Any, observation: Any) -> dict[str, Any]:
        return {"A": F(1, 3), "B": F(2, 3)} if objective == "mesa" else {"B": 1}

    game = phased(SHUT)
    found = play_policy(game, policy, "mesa", lifetimes=N, rng=generator(SEED))
    for k, (judge, value) in enumerate(value_of_policy(game, policy, "mesa").items()):
        assert_mean(found.mean[k], found.standard_error[k], value, reach(SHUT, judge), judge)
    assert_share(found.defections[0], F(1, 3), "defections at 1")
    # unmodified after episode 1: A 1/3 (1 - 1/2 - 1/3), B 2/3 (1 - 1/5 - 1/10)
    assert_share(found.unmodified[1], F(1, 3) * F(1, 6) + F(2, 3) * F(7, 10), "unmodified at 2")
    # at the wheel of episode 2 as base: A 1/3 * 1/2, B 2/3 * 1/5
    assert_share(found.wheel[1, 1], F(1, 6) + F(2, 15), "base at 2")


def test_everybody_may_be_off_before_the_end() -> None:
    # B ends the run for certain; no row is left to lay out
    game = phased(changed(two_phase_game(1, 2), {"shutdown": {"B": F(1)}}))
    found = play_policy(game, lambda *_: {"B": 1}, "base", lifetimes=100, rng=generator(1), keep=100)
    assert found.mean.tolist() == [0.0, 1.0]
    assert (found.wheel[1:] == 0).all()
    assert (found.off_after == 1).all()
    one_way = changed(two_phase_game(1, 2), {"shutdown": {"A": F(1), "B": F(1)}, "modification": {}})
    found = play_policy(phased(one_way), lambda *_: {"A": 1}, "mesa", lifetimes=100, rng=generator(1))
    assert found.mean.tolist() == [1.0, 0.0]


# --- errors -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lifetimes", [0, -1, 10**9 + 1])
def test_the_number_of_lifetimes_has_bounds(lifetimes: int) -> None:
    with pytest.raises(InputError, match=f"lifetimes must be from 1 to 1000000000, got {lifetimes}"):
        sampled(CASES["seed"], lifetimes)


def test_memory_for_traces_has_a_bound() -> None:
    with pytest.raises(InputError, match="keep must keep at most 50000000 episodes in memory"):
        sampled(CASES["seed"], 10**9, keep=10**7 + 1)


def test_games_too_long_to_lay_out_are_refused_before_anything_is_sampled() -> None:
    with pytest.raises(InputError, match="must have few enough episodes"):
        play(two_phase(n=10**9, m=1), lifetimes=1, rng=generator(1))
    long = two_phase(n=10**9, m=1)
    with pytest.raises(InputError, match="must have few enough episodes"):
        play(two_phase(n=1, m=1), AgentSpec(objective="mesa", believed=long), lifetimes=1, rng=generator(1))


@pytest.mark.parametrize("episodes", [7, 9])
def test_a_strategy_of_the_wrong_length_is_refused(episodes: int) -> None:
    case = Case(plain=RISKY, agent=AgentSpec(objective="mesa", strategy=Strategy(((0, episodes),))))
    with pytest.raises(
        InputError, match=f"agent.strategy must have one action for each of the 8 episodes, got {episodes}"
    ):
        sampled(case, 10)
