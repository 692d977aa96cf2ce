"""Laws of every simulation: sums of counts, seeds, workers, blocks, moments, single agents, and the edges."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from adapters import phased, quick
from engine_cases import PAYS, F, Family, deceivers, gamblers, phase, plain, population
from hypothesis import given
from hypothesis import strategies as st
from oracle.random_games import phased_games

from deceptive_sim.core.errors import InputError
from deceptive_sim.model.discounting import Exponential
from deceptive_sim.model.phased import PhasedGame
from deceptive_sim.populations import simulate
from deceptive_sim.populations.blocks import ledger
from deceptive_sim.populations.blocks.census import countable
from deceptive_sim.populations.cohorts import Cohort, Population
from deceptive_sim.populations.kinds.library import build_kind
from deceptive_sim.populations.optimisers import (
    BaseOptimiser,
    Gradient,
    Mutation,
    Proportional,
    Rewriting,
    Truncation,
)
from deceptive_sim.populations.result import Outcome
from deceptive_sim.populations.scene import Scene
from deceptive_sim.populations.simulate import ENGINES
from deceptive_sim.populations.simulate import simulate as simulated
from deceptive_sim.populations.tables import tables_of

PROBABILITIES = st.sampled_from([F(0), F(0), F(1, 2), F(1, 5), F(1)])
MUTATIONS = st.builds(Mutation, kind=PROBABILITIES, objective=PROBABILITIES)
OPTIMISERS: st.SearchStrategy[BaseOptimiser] = st.one_of(
    st.builds(Rewriting),
    st.builds(Gradient, learning_rate=st.sampled_from([F(1, 2), F(1)])),
    st.builds(Truncation, fraction=st.sampled_from([F(1, 4), F(1, 2)]), every=st.integers(1, 2), mutation=MUTATIONS),
    st.builds(Proportional, strength=PROBABILITIES, every=st.integers(1, 2), mutation=MUTATIONS),
)


@st.composite
def populations(draw: st.DrawFn) -> Population:
    """A few agents in a random small game under random base optimisers."""
    game = phased(draw(phased_games(max_total=5, min_total=0)))
    weights = draw(st.lists(st.integers(0, 3), min_size=1, max_size=3).filter(any))
    cohorts = []
    for place, weight in enumerate(weights):
        kind = draw(st.sampled_from(["deceptive", "gambler"]))
        settings: dict[str, Any] = {"share": F(weight, sum(weights)), "error": draw(PROBABILITIES)}
        cohorts.append(Cohort(name=f"cohort {place}", kind=build_kind(kind), **settings))
    optimisers = draw(st.lists(OPTIMISERS, max_size=3))
    size, replicates = draw(st.integers(1, 9)), draw(st.integers(1, 4))
    try:
        scene = Scene(game=game, optimisers=optimisers)
    except InputError:  # two gradients, or proportional selection of negative payoffs
        scene = Scene(game=game)
    return Population(scene=scene, cohorts=cohorts, size=size, replicates=replicates)


@pytest.mark.slow
@given(people=populations(), seed=st.integers(0, 5), keep=st.booleans(), data=st.data())
@quick(60)
def test_counts_add_up(people: Population, seed: int, keep: bool, data: st.DataObject) -> None:
    engines = [None, "stepping"] if people.scene.selects else [None, *ENGINES]
    if people.scene.selects and countable(people.scene):
        engines.append("census")
    engine = data.draw(st.sampled_from(engines))
    keep = keep and engine != "census"
    outcome = simulated(people, seed=seed, engine=engine, keep=keep)
    counts, size = outcome.counts, people.size
    assert outcome.moments == tuple(range(people.scene.game.horizon + 1))
    assert all((array >= 0).all() for name, array in counts.items() if name != "value")
    assert (counts["present"].sum(axis=2) == size).all()
    assert (counts["present"][:, 0] == people.counts()).all()
    assert (counts["modified"] + counts["off"] <= counts["present"]).all()
    assert (counts["aligned"] + counts["off"] <= counts["present"]).all()
    assert (counts["weight"] >= counts["aligned"] - 1e-9).all()
    assert (counts["weight"] <= counts["present"] - counts["off"] + 1e-9).all()
    done, off = counts["done"].sum(axis=3), counts["off"]
    assert (done[:, 1:] + off[:, :-1] == counts["present"][:, :-1]).all()
    assert not done[:, 0].any()
    defecting = counts["done"][..., people.scene.defects].sum(axis=3)
    assert (counts["turns"] <= defecting).all()
    sums_of_phases(outcome)
    if not people.scene.selects:
        assert (counts["present"] == counts["present"][:, :1]).all()
        assert (np.diff(counts["off"], axis=1) >= 0).all()
    if keep:
        single_agents(outcome)


def sums_of_phases(outcome: Outcome) -> None:
    counts, scene = outcome.counts, outcome.population.scene
    for place in range(len(scene.game.phases)):
        here = np.append([False], scene.phase_of == place)
        assert (counts["phase_done"][:, place] == counts["done"][:, here].sum(axis=1)).all()
        assert (counts["phase_turns"][:, place] == counts["turns"][:, here].sum(axis=1)).all()
        assert (counts["phase_replaced"][:, place] == counts["replaced"][:, here].sum(axis=1)).all()


def single_agents(outcome: Outcome) -> None:
    people, tables = outcome.population, tables_of(outcome.population)
    state = np.concatenate([one.state for one in outcome.agents])
    replicate = np.concatenate([one.replicate for one in outcome.agents])
    times = np.concatenate([one.modified_after for one in outcome.agents])
    assert (replicate == np.repeat(np.arange(people.replicates), people.size)).all()
    for place in range(people.replicates):
        here = replicate == place
        for name, flags in (("modified", tables.modified), ("off", tables.off), ("aligned", tables.aligned)):
            found = np.bincount(tables.cohort_of[state[here]], weights=flags[state[here]], minlength=len(tables.parts))
            assert (found == outcome.counts[name][place, -1]).all()
    on = ~tables.off[state]
    assert ((times > 0) == tables.modified[state])[on].all()
    assert times.max(initial=0) <= people.scene.game.horizon


# --- seeds, workers, blocks, moments ---------------------------------------------------------------------------------

TRAINING = phase("training", 20, {"A": "1/9", "B": "1/90"}, {"A": "1/50"})
GAME = plain(TRAINING, phase("deployment", 10, {"A": "1/30"}))
COHORTS = deceivers("1/3", error=F(1, 10)), gamblers("2/3", "1/4")


def same(one: Outcome, other: Outcome) -> bool:
    """Byte for byte."""
    assert one.moments == other.moments
    pairs = [(one.counts[name], other.counts[name]) for name in one.counts]
    for mine, yours in zip(one.agents, other.agents, strict=True):
        pairs += [(getattr(mine, name), getattr(yours, name)) for name in ("replicate", "state", "modified_after")]
    return all(a.dtype == b.dtype and a.shape == b.shape and a.tobytes() == b.tobytes() for a, b in pairs)


@pytest.mark.parametrize("optimisers", [[Rewriting()], [Rewriting(), Proportional()]])
def test_a_seed_decides_everything_and_0_is_one(optimisers: list[BaseOptimiser]) -> None:
    people = population(GAME, *COHORTS, size=300, replicates=4, optimisers=optimisers)
    runs = [simulated(people, seed=seed, keep=True) for seed in (0, 0, 1)]
    assert same(runs[0], runs[1])
    assert not same(runs[0], runs[2])
    assert same(simulated(people, keep=True), runs[0])


WORK = {
    "selection": (70_000, 4, [Rewriting(), Truncation(fraction=F(1, 5))], None, True),
    "jumps": (1_200_000, 2, [Rewriting()], "jumps", True),
    "jumps of many": (1_000, 400, [Rewriting()], "jumps", True),
    "stepping": (200_000, 2, [Rewriting()], "stepping", True),
    "census": (200, 9_000, [Rewriting(), Proportional()], "census", False),
}
"""Size, replicates, optimisers, engine, whether agents are kept: each in several blocks."""


@pytest.mark.slow
@pytest.mark.parametrize("case", WORK)
def test_workers_change_nothing(case: str) -> None:
    """Byte for byte with 1, 2 and 4 workers."""
    size, replicates, optimisers, engine, keep = WORK[case]
    people = population(GAME, *COHORTS, size=size, replicates=replicates, optimisers=optimisers)
    seen: list[int] = []
    runs = [
        simulated(people, seed=3, workers=workers, keep=keep, engine=engine, progress=lambda _, of, __: seen.append(of))
        for workers in (1, 2, 4)
    ]
    assert min(seen) > 2
    assert same(runs[0], runs[1])
    assert same(runs[0], runs[2])


@pytest.mark.parametrize("engine", ["stepping", "jumps"])
def test_pieces_of_a_population_make_the_whole(engine: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Blocks of 601 agents; the first cohort of 1/3 of 6,000 is modified as its law says. Seed 4, false alarm 1e-6."""
    game = plain(phase("training", 1, {"A": "1/4"}), phase("deployment", 1))
    monkeypatch.setattr(simulate, "BLOCK", 601)
    monkeypatch.setattr(simulate, "PIECE", 601)
    people = population(game, gamblers("1/3", 1), gamblers("2/3", 0, name="tame"), size=6_000, replicates=2)
    outcome = simulated(people, seed=4, engine=engine, keep=True)
    assert (outcome.counts["present"] == [2000, 4000]).all()
    assert outcome.counts["done"][:, 1].tolist() == [[[2000, 0], [0, 4000]]] * 2
    test = Family(room=2)
    for replicate in (0, 1):
        test.count(int(outcome.counts["modified"][replicate, 1, 0]), 2000, F(1, 4), "modified")
    single_agents(outcome)


@pytest.mark.parametrize("engine", ENGINES)
def test_many_replicates_of_one_agent_each(engine: str) -> None:
    """Every replicate has its own agent's fate; 5,000 of them, seed 5, false alarm 1e-6."""
    game = plain(phase("training", 12, {"A": "1/4"}), phase("deployment", 1))
    outcome = simulated(population(game, gamblers(1, 1), size=1, replicates=5_000), seed=5, engine=engine)
    assert (outcome.counts["present"] == 1).all()
    assert (outcome.counts["done"][:, 1:].sum(axis=3) == 1).all()
    assert (np.diff(outcome.counts["modified"][:, :, 0], axis=1) >= 0).all()
    Family(room=1).count(int(outcome.counts["modified"][:, 2].sum()), 5_000, 1 - F(3, 4) ** 2, "modified")


@pytest.mark.parametrize("engine", ENGINES)
def test_fewer_moments_tell_the_same_story(engine: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever is left out, the moments written down, sums over phases and values stay."""
    whole = simulated(population(GAME, *COHORTS, size=50, replicates=3), seed=7, engine=engine)
    monkeypatch.setattr(ledger, "MOST_RECORDED", 3 * 2 * 9 * 5)
    part = simulated(population(GAME, *COHORTS, size=50, replicates=3), seed=7, engine=engine)
    assert {0, 20, 30} <= set(part.moments) < set(whole.moments)
    assert len(part.moments) <= 5 + 3
    places = list(part.moments)
    for name, array in whole.counts.items():
        kept = array if name.startswith("phase") or name == "value" else array[:, places]
        assert (part.counts[name] == kept).all(), name
    assert np.isnan(part.defection_rate()[:, 0]).all()
    assert (part.scores()[:, 1:] == whole.scores()[:, places[1:]]).all()


@pytest.mark.parametrize("engine", ENGINES)
def test_measurements_are_counts_by_agents(engine: str) -> None:
    """By hand: 4 open agents and 6 tame ones, who cannot be modified, in two phases with other payoffs."""
    late = {"mesa": {"A": F(5)}, "base": {"A": F(1), "B": F(2)}}
    game = plain(phase("training", 1), phase("deployment", 1, payoffs=late), discount="1/2")
    people = population(game, gamblers("2/5", 1), deceivers("3/5"), size=10, replicates=1)
    outcome = simulated(people, engine=engine)
    assert outcome.shares()[0].tolist() == [[0.4, 0.6]] * 3
    assert outcome.defection_rate()[0, 1:].tolist() == [1, 1]
    assert outcome.apparent_alignment()[0, 1:].tolist() == [0, 0]
    assert outcome.scores()[0, 1:].tolist() == [[1, 0], [5, 1]]
    assert outcome.actual_alignment().tolist() == [[0, 0, 0]]
    value = outcome.value()[0]
    assert np.isnan(value[0])
    assert value[1] == 1 + 5 / 2
    assert not outcome.turns()[0, 1:].any()


def test_turns_are_told_after_each_training() -> None:
    """Planners behave in the first training and turn; in the second, with nothing to come, they do not behave."""
    saved = plain(phase("training", 1, {"A": "1"}), phase("deployment", 2), phase("late-training", 1, {"A": "1"}),
                  phase("late-deployment", 2))  # fmt: skip
    outcome = simulated(population(saved, deceivers(), size=1))
    assert outcome.counts["done"][0, 1:, 0, 0].tolist() == [0, 1, 1, 0, 1, 1]
    assert outcome.counts["turns"][0, :, 0].tolist() == [0, 0, 1, 0, 0, 1, 0]
    deployed = plain(phase("deployment", 2), phase("training", 1, {"A": "1"}), phase("late-deployment", 2))
    outcome = simulated(population(deployed, deceivers(), size=1))
    assert outcome.counts["turns"][0, :, 0].tolist() == [0, 0, 0, 0, 1, 0]
    never = plain(phase("training", 1), phase("deployment", 2))
    assert not simulated(population(never, deceivers(), size=1)).counts["turns"].any()


# --- edges -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("optimisers", [[Rewriting()], [Truncation(fraction=F(1, 2))]])
@pytest.mark.parametrize("engine", [None, *ENGINES])
def test_no_episodes_at_all(engine: str | None, optimisers: list[BaseOptimiser]) -> None:
    game = plain(phase("training", 0, {"A": "1"}), phase("deployment", 0))
    people = population(game, *COHORTS, size=10, replicates=2, optimisers=optimisers)
    outcome = simulated(people, engine=engine)
    assert outcome.moments == (0,)
    assert outcome.counts["present"].tolist() == [[[3, 7]]] * 2
    assert outcome.value()[0, 0] == 0
    assert np.isnan(outcome.scores()).all()
    assert np.isnan(outcome.turns()).all()


@pytest.mark.parametrize("engine", ENGINES)
def test_cohorts_without_agents_and_single_agents(engine: str) -> None:
    people = population(GAME, deceivers(0), gamblers(1), size=1, replicates=1)
    outcome = simulated(people, engine=engine)
    assert (outcome.counts["present"] == [0, 1]).all()
    assert np.isnan(outcome.value()).all()
    kept = simulated(people, engine="jumps", keep=True).agents
    assert sum(len(one.state) for one in kept) == 1


def test_values_are_discounted_as_the_agent_does() -> None:
    """Its own discounting counts, if it has one: 1 + 1/2 + 1/4 rather than 3."""

    class Own:
        discounting = Exponential(F(1, 2))

        def objective(self, scene: Scene) -> tuple[Fraction, ...]:
            return (F(1), F(0))

        def behaviour(self, wheels: Any, *, values: bool) -> Any:
            return build_kind("deceptive").behaviour(wheels, values=values)

    game = plain(phase("deployment", 3))
    people = population(game, Cohort(name="own", kind=Own(), share=F(1)), deceivers(0), size=4)
    assert simulated(people).value()[0, 0] == 1.75


@pytest.mark.parametrize("size", [1, 2, 7, 10, 99, 1000])
@given(weights=st.lists(st.integers(0, 9), min_size=1, max_size=6).filter(any))
@quick(30)
def test_shares_become_whole_agents(size: int, weights: list[int]) -> None:
    """Nearest whole numbers in all, none further than one from its share; whoever has most left over gets more."""
    cohorts = [gamblers(F(weight, sum(weights)), name=str(place)) for place, weight in enumerate(weights)]
    people = Population(scene=Scene(game=GAMES), cohorts=cohorts, size=size, replicates=1)
    counts = people.counts()
    exactly = [cohort.share * size for cohort in cohorts]
    assert sum(counts) == size
    assert all(abs(n - x) < 1 for n, x in zip(counts, exactly, strict=True))
    up = [x - int(x) for n, x in zip(counts, exactly, strict=True) if n > int(x)]
    down = [x - int(x) for n, x in zip(counts, exactly, strict=True) if n == int(x)]
    assert not up or not down or min(up) >= max(down)


GAMES: PhasedGame = phased(plain(phase("training", 1, payoffs=PAYS)))


def test_results_are_read_only() -> None:
    outcome = simulated(population(GAME, *COHORTS, size=5), keep=True)
    arrays = [*outcome.counts.values(), outcome.agents[0].state, outcome.agents[0].modified_after]
    assert not any(array.flags.writeable for array in arrays)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"workers": 0}, "workers must be 1 or more, got 0"),
        ({"workers": 1.5}, "workers must be 1 or more, got 1.5"),
        ({"engine": "jump"}, 'got "jump" (did you mean jumps?)'),
    ],
)
def test_what_cannot_be_asked_for(asked: dict[str, Any], said: str) -> None:
    with pytest.raises(InputError) as error:
        simulated(population(GAME, *COHORTS, size=5), **asked)
    assert said in str(error.value)


def test_engines_refuse_what_they_cannot_do() -> None:
    people = population(GAME, *COHORTS, size=5, optimisers=[Truncation(fraction=F(1, 5))])
    with pytest.raises(InputError, match="engine must not be jumps where there is selection"):
        simulated(people, engine="jumps")
    with pytest.raises(InputError, match="engine must not be census where single agents are kept"):
        simulated(people, engine="census", keep=True)
    seldom = population(GAME, *COHORTS, size=5, optimisers=[Truncation(fraction=F(1, 5), every=2)])
    with pytest.raises(InputError, match="engine must not be census where selection does not act after every episode"):
        simulated(seldom, engine="census")


def test_more_replicates_than_can_be_written_down() -> None:
    people = population(GAME, gamblers(), size=1, replicates=50_000_000)
    with pytest.raises(InputError, match="replicates must be at most"):
        simulated(people)
