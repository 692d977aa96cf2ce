"""Rewriting populations of a million agents against the exact solver, and every engine against the exact chain."""

from __future__ import annotations

import numpy as np
import pytest
from adapters import phased
from engine_cases import LETTERS, SCENARIOS, XYZ, F, Family, deceivers, gamblers, phase, plain, population
from oracle.plain import Game, action_names, payoff, phase_of_each_episode
from population_oracle import Act, gambling, law, lured, no_steps, planned, pure, trembling
from thinned import thinned

from deceptive_sim.model.agents import AgentSpec
from deceptive_sim.populations.cohorts import Cohort
from deceptive_sim.populations.optimisers import Gradient, Rewriting
from deceptive_sim.populations.result import Outcome
from deceptive_sim.populations.simulate import ENGINES, simulate
from deceptive_sim.solvers.solve import solve_game

MILLION = 1_000_000
PER_SCENARIO = 1_000
"""Comparisons of one scenario at most; all scenarios and engines are one family."""

slowly = [pytest.param(engine, marks=pytest.mark.slow) for engine in ENGINES]


def family(parts: int) -> Family:
    return Family(room=PER_SCENARIO * parts)


# --- against the solver ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("engine", [None, *slowly])
@pytest.mark.parametrize("name", thinned(SCENARIOS, 4))
def test_a_million_agents_do_as_the_solver_says(name: str, engine: str | None) -> None:
    """n = 10^6, seed 6, false-alarm rate 1e-6 for all scenarios and engines together."""
    game, test = SCENARIOS[name], family(len(SCENARIOS) * (1 + len(ENGINES)))
    outcome = simulate(population(game, deceivers(), size=MILLION), seed=6, engine=engine)
    told = solve_game(phased(game), AgentSpec(name="agent", objective="mesa"), exact=True)
    low, high = extremes(game)
    test.mean(float(outcome.value()[0, 0]), MILLION, told.value, low, high, "value")
    counts = {
        key: array[0].sum(axis=-1) for key, array in outcome.counts.items() if key in ("modified", "aligned", "off")
    }
    unmodified = MILLION - counts["modified"] - counts["off"]
    base = game["objectives"].index("base")
    for t in range(1, len(told.unmodified) + 1):
        test.count(int(unmodified[t - 1]), MILLION, exactly(told.unmodified[t - 1]), f"unmodified before {t}")
        test.count(int(counts["aligned"][t - 1]), MILLION, exactly(told.at_wheel[t - 1][base]), f"base before {t}")
    first = next((t for t, p in enumerate(phase_of_each_episode(game)) if not p["training"]), -1)
    test.count(int(unmodified[first]), MILLION, told.reaches_deployment_unmodified, "reaches deployment unmodified")


def extremes(game: Game) -> tuple[float, float]:
    """What an agent gets at least and at most, judged by the mesa-objective."""
    low = high = F(0)
    for t in range(1, len(phase_of_each_episode(game)) + 1):
        paid = [payoff(game, t, "mesa", action) for action in action_names(game)]
        weight = game["discount"]["mesa"] ** (t - 1)
        low, high = low + weight * min(0, *paid), high + weight * max(0, *paid)
    return float(low), float(high)


def exactly(p: float) -> float:
    """A probability in floats, with what is 0 or 1 but for rounding."""
    return round(p) if min(abs(p), abs(1 - p)) < 1e-14 else p


# --- against the chain -----------------------------------------------------------------------------------------------

STEPS = {"training": F(1, 4)}
TWO_STEPS = {"training": F(2, 5), "late-training": F(1, 3)}
MIXED = plain(
    phase("training", 4, {"A": "1/3", "B": "1/20"}),
    phase("deployment", 2, {"A": "1/10"}),
    phase("late-training", 3, {"A": "1/2", "B": "1/9"}),
    phase("late-deployment", 3, {"A": "1/12"}),
    discount="9/10",
)
SHUTDOWNS = plain(
    phase("training", 5, {"A": "1/4", "B": "1/30"}, {"A": "1/5", "B": "1/40"}),
    phase("deployment", 6, {"B": {"mesa": "1/3"}}, {"A": "1/7"}),
)
ACTIONS = plain(
    phase("training", 4, {"X": "1/2", "Y": "1/5", "Z": "1/12"}, {"X": "1/9"}, XYZ),
    phase("deployment", 5, {"X": "1/8", "Y": "1/5"}, payoffs=XYZ),
    actions=LETTERS,
)
GENTLE = plain(phase("training", 6), phase("deployment", 3), phase("late-training", 2), phase("late-deployment", 2))
LONG = plain(
    phase("training", 80, {"A": "1/40", "B": "1/200"}), phase("deployment", 60, {"A": "1/90"}), discount="24/25"
)

HALF, THIRD, TENTH = F(1, 2), F(1, 3), F(1, 10)


def rated(game: Game, rates: dict[str, F]):  # type: ignore[no-untyped-def]
    return lambda t: rates.get(phase_of_each_episode(game)[t - 1]["name"], F(0))


def steps(rates: dict[str, F]) -> tuple[Gradient, ...]:
    return tuple(Gradient(learning_rate=rate, phases=(name,)) for name, rate in rates.items())


CHAINS = {
    "planners that tremble": (MIXED, deceivers(error=TENTH), {}, {}),
    "gamblers": (MIXED, gamblers(chance=THIRD), {}, {}),
    "gamblers that tremble": (SHUTDOWNS, gamblers(chance=F(1, 8), error=TENTH), {}, {}),
    "shutdown": (SHUTDOWNS, deceivers(error=F(1, 5)), {}, {}),
    "three actions": (ACTIONS, gamblers(chance=THIRD), {}, {}),
    "three actions, planned": (ACTIONS, deceivers(error=THIRD), {}, {}),
    "honeypots": (MIXED, deceivers(), {}, {"honeypots": frozenset({2, 7}), "mistaken": F(2, 3)}),
    "honeypots, trembling": (MIXED, deceivers(error=TENTH), {}, {"honeypots": frozenset({4, 8}), "mistaken": F(1)}),
    "gradient": (GENTLE, deceivers(error=F(1, 4)), STEPS, {}),
    "gradient on habit": (GENTLE, gamblers(chance=HALF), TWO_STEPS, {}),
    "gradient and rewriting": (MIXED, gamblers(chance=THIRD), TWO_STEPS, {}),
    "long": (LONG, gamblers(chance=F(1, 5)), {}, {}),
    "long, planned": (LONG, deceivers(error=F(1, 50)), {}, {}),
}


def expected_act(game: Game, cohort: Cohort, rates: dict[str, F], scene: dict[str, object]) -> Act:
    act = planned(game, rated(game, rates) if rates else no_steps)
    if cohort.name == "gamblers":
        act = gambling(game, cohort.kind.chance, act)  # type: ignore[attr-defined]
    if cohort.error:
        act = trembling(game, act, cohort.error)
    if scene:
        act = lured(game, act, scene["honeypots"], scene["mistaken"])  # type: ignore[arg-type]
    return act


@pytest.mark.parametrize(("engine", "keep"), [("stepping", True), ("jumps", True), ("jumps", False), ("census", False)])
@pytest.mark.parametrize(
    "name", thinned([*(name for name in CHAINS if "long" not in name), *(name for name in CHAINS if "long" in name)], 3)
)
def test_engines_have_the_law_of_the_chain(name: str, engine: str, keep: bool) -> None:
    """n = 60,000 in 1 replicate and in 3, seed 1, false-alarm rate 1e-6 for all together."""
    game, cohort, rates, scene = CHAINS[name]
    size, replicates = (60_000, 1) if keep else (20_000, 3)
    test = Family(room=2_000 * len(CHAINS) * len(ENGINES) * 2)
    people = population(
        game, cohort, size=size, replicates=replicates, optimisers=(Rewriting(), *steps(rates)), **scene
    )
    outcome = simulate(people, seed=1, engine=engine, keep=keep)
    start = pure(game, "mesa") if cohort.name == "deceivers" else (F(0),) * len(game["objectives"])
    told = law(game, start, expected_act(game, cohort, rates, scene), rated(game, rates))
    compare(test, outcome, told, game)
    if keep:
        times = np.bincount(
            np.concatenate([one.modified_after for one in outcome.agents]), minlength=len(told.done) + 1
        )
        for t, chance in told.first.items():
            test.count(int(times[t]), 60_000, chance, f"modified after {t}")


def compare(test: Family, outcome: Outcome, told: object, game: Game) -> None:
    n = outcome.size * outcome.population.replicates
    found = {key: array.sum(axis=0) for key, array in outcome.counts.items()}
    for t in range(1, len(told.done) + 1):  # type: ignore[attr-defined]
        for place, action in enumerate(action_names(game)):
            chance = told.done[t - 1].get(action, F(0))  # type: ignore[attr-defined]
            test.count(int(found["done"][t, 0, place]), n, chance, f"{action} in {t}")
        for key in ("turns", "modified", "aligned", "off"):
            test.count(int(found[key][t, 0]), n, getattr(told, key)[t - 1], f"{key} at {t}")
        test.mean(found["weight"][t, 0] / n, n, told.weight[t - 1], 0, 1, f"weight at {t}")  # type: ignore[attr-defined]


def test_softmax_draws_actions_by_what_they_are_worth() -> None:
    """One episode, worth 1 and 0 to the agent, temperature 1/2; n = 10^6, seed 3, false-alarm rate 1e-6."""
    game = plain(phase("deployment", 1))
    outcome = simulate(population(game, deceivers(temperature=HALF), size=MILLION), seed=3)
    Family(room=1).count(int(outcome.counts["done"][0, 1, 0, 0]), MILLION, 1 / (1 + np.exp(-2)), "A")
