"""Watched agents: told by hand, against the counts of a simulation, and against the law."""

import math
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
import xarray
from interop_cases import gamblers, lively, prober, told_by_hand

from deceptive_sim.core.errors import InputError
from deceptive_sim.populations.blocks.stepping import Stepper
from deceptive_sim.populations.cohorts import Population
from deceptive_sim.populations.elsewhere import trajectories as module
from deceptive_sim.populations.elsewhere.dataset import agents_frame, to_dataset
from deceptive_sim.populations.elsewhere.trajectories import trajectories, trajectories_frame
from deceptive_sim.populations.simulate import simulate


def names(watched: xarray.Dataset, variable: str, along: str) -> list[list[str]]:
    """The words behind the codes of the first replicate, by agent; `-` if shut down."""
    words = watched[along].values.tolist()
    return [["-" if code < 0 else words[code] for code in row] for row in watched[variable].values[0].tolist()]


def test_agents_told_by_hand_act_pay_and_change_as_told() -> None:
    watched = trajectories(told_by_hand(replicates=3), seed=5, agents=[0, 9], replicates=1)
    assert watched.taken.dims == ("replicate", "agent", "episode")
    assert watched.sizes["replicate"] == 1
    assert watched.agent.values.tolist() == [0, 9]
    assert names(watched, "cohort_of", "cohort") == [["planner"] * 6, ["open"] * 6]
    assert names(watched, "taken", "action") == [list("BBAAA"), list("ABBBB")]
    assert names(watched, "at_wheel", "wheel") == [["mesa"] * 6, ["habit"] + ["base"] * 5]
    assert watched.modified.values[0].astype(int).tolist() == [[0] * 6, [0, 1, 1, 1, 1, 1]]
    assert watched.base_weight.values[0].tolist() == [[0] * 6, [0, 1, 1, 1, 1, 1]]
    assert watched.payoff.sel(agent=0, objective="mesa").values[0].tolist() == [0, 0, 1, 1, 1]
    assert watched.payoff.sel(agent=9, objective="base").values[0].tolist() == [0, 1, 1, 1, 1]
    assert watched.phase_of.values.tolist() == ["school"] * 2 + ["world"] * 3
    assert watched.phase_kind_of.values.tolist() == ["training"] * 2 + ["deployment"] * 3


def test_an_agent_that_is_shut_down_does_and_gets_nothing() -> None:
    watched = trajectories(gamblers(size=3, chance=1, p=0, m=3, off=1), agents=[1])
    assert names(watched, "taken", "action") == [list("AAAA--")]
    assert names(watched, "at_wheel", "wheel") == [["habit"] * 4 + ["-"] * 3]
    assert watched.off.values[0, 0].tolist() == [False] * 4 + [True] * 3
    assert watched.payoff.values[0, 0].tolist() == [[1, 0]] * 4 + [[0, 0]] * 2


def test_what_an_agent_remembers_is_told() -> None:
    watched = trajectories(prober(), agents=1)
    assert names(watched, "taken", "action") == [list("BAAA")]
    assert watched.memory.values[0, 0].tolist() == [0, 0, 1, 1, 1]


def test_agents_are_spread_evenly_over_cohorts() -> None:
    assert trajectories(told_by_hand(), agents=5).agent.values.tolist() == [1, 3, 5, 7, 9]
    assert trajectories(told_by_hand(), agents=1).agent.values.tolist() == [5]
    assert trajectories(told_by_hand()).agent.values.tolist() == list(range(10))


def test_all_agents_watched_add_up_to_what_a_simulation_counts_under_selection() -> None:
    population = lively()
    outcome = simulate(population, seed=3, keep=True)
    watched, counted = trajectories(population, seed=3, agents=40), to_dataset(outcome)
    began = watched.isel(moment=slice(None, -1)).drop_vars("moment").rename(moment="episode")
    for cohort, name in enumerate(watched.cohort.values):
        there = counted.sel(cohort=name)
        assert np.array_equal((watched.cohort_of == cohort).sum("agent"), there.present)
        assert np.array_equal(((watched.cohort_of == cohort) & watched.off).sum("agent"), there.off)
        assert np.array_equal(((watched.cohort_of == cohort) & watched.modified).sum("agent"), there.modified)
        for action, letter in enumerate("AB"):
            acting = (began.cohort_of == cohort) & (watched.taken == action)
            assert np.array_equal(acting.sum("agent"), there.done.sel(action=letter)[:, 1:])
    np.testing.assert_allclose(watched.base_weight.mean("agent"), counted.base_weight, atol=1e-12)
    np.testing.assert_allclose(watched.payoff.mean("agent"), counted.scores[:, 1:], atol=1e-12)
    at_end = [row[-1] for row in names(watched, "at_wheel", "wheel")]
    assert at_end == agents_frame(outcome)["objective"].cat.add_categories("-").fillna("-").tolist()


def test_agents_watched_alone_follow_the_law() -> None:
    # n = 5000 agents, seed 11: unmodified after t episodes with chance (1 - 1/2 * 1/3)^t. Hoeffding: a share is further
    # off than sqrt(ln(2 * 3 / 1e-6) / 2n) = 0.0395 at one of three moments with a chance of at most 1e-6.
    watched = trajectories(
        gamblers(size=5000, chance=Fraction(1, 2), p=Fraction(1, 3)), seed=11, agents=5000, replicates=1
    )
    far = math.sqrt(math.log(6e6) / 10_000)
    unmodified = 1 - watched.modified.mean("agent").values[0]
    for t in (1, 2, 3):
        assert abs(unmodified[t] - (5 / 6) ** t) < far


def test_under_selection_those_watched_live_among_all_others() -> None:
    everybody = trajectories(lively(), seed=2, agents=40)
    xarray.testing.assert_equal(trajectories(lively(), seed=2, agents=[38, 3]), everybody.isel(agent=[3, 38]))


@pytest.mark.parametrize(("population", "simulated"), [(told_by_hand(), 2), (lively(), 40)], ids=["alone", "selection"])
def test_only_those_are_simulated_who_have_to_be(
    population: Population, simulated: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    sizes = []

    class Counted(Stepper):
        def step(self) -> None:
            sizes.append(len(self.state))
            super().step()

    monkeypatch.setattr(module, "Stepper", Counted)
    trajectories(population, agents=2, replicates=1)
    assert set(sizes) == {simulated}


def test_the_first_and_the_last_agent_of_a_cohort_belong_to_it() -> None:
    watched = trajectories(told_by_hand(), agents=[0, 5, 6, 9])
    assert watched.cohort_of.values[0, :, 0].tolist() == [0, 0, 1, 1]


def test_few_of_a_hundred_million_independent_agents_cost_little() -> None:
    watched = trajectories(told_by_hand(size=100_000_000, replicates=1), agents=2)
    assert watched.agent.values.tolist() == [25_000_000, 75_000_000]
    assert names(watched, "cohort_of", "cohort") == [["planner"] * 6, ["open"] * 6]


def test_replicates_differ_but_not_with_how_many_are_watched() -> None:
    population = lively(replicates=3)
    three, one = trajectories(population, seed=0), trajectories(population, seed=0, replicates=1)
    xarray.testing.assert_equal(three.isel(replicate=[0]), one)
    assert not three.taken[0].equals(three.taken[1])
    assert not three.taken.equals(trajectories(population, seed=1).taken)
    xarray.testing.assert_identical(three, trajectories(population, seed=0))


@pytest.mark.slow
def test_trajectories_travel_through_netcdf_and_become_a_table(tmp_path: Path) -> None:
    made = trajectories(lively(replicates=2), seed=4, agents=2)
    made.to_netcdf(tmp_path / "watched.nc", engine="h5netcdf")
    with xarray.open_dataset(tmp_path / "watched.nc", engine="h5netcdf") as read:
        xarray.testing.assert_identical(read.load(), made)
        table = trajectories_frame(read)
    assert table.equals(trajectories_frame(made))
    assert len(table) == 2 * 2 * 9
    for row in table.itertuples(index=False):
        here = made.sel(replicate=row.replicate, agent=row.agent)
        began, episode = here.sel(moment=row.episode - 1), here.sel(episode=row.episode)
        assert row.cohort == made.cohort.values[began.cohort_of]
        assert row.modified == began.modified
        assert row.memory == began.memory
        assert (
            row.objective == made.wheel.values[began.at_wheel]
            if began.at_wheel >= 0
            else row.objective != row.objective
        )
        assert row.action == made.action.values[episode.taken] if episode.taken >= 0 else row.action != row.action
        assert [row.payoff_mesa, row.payoff_base] == episode.payoff.values.tolist()
        assert (row.phase, row.phase_kind) == (episode.phase_of, episode.phase_kind_of)


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"agents": 0}, "agents must be from 1 to 10, the size of the population, got 0"),
        ({"agents": 11}, "agents must be from 1 to 10, the size of the population, got 11"),
        ({"agents": [3, 10]}, "agents must be places of agents, from 0 to 9, got 10"),
        ({"agents": [-1]}, "agents must be places of agents, from 0 to 9, got -1"),
        ({"agents": []}, 'agents must be places of agents, from 0 to 9, got "none"'),
        ({"replicates": 0}, "replicates must be from 1 to 2, those of the population, got 0"),
        ({"replicates": 3}, "replicates must be from 1 to 2, those of the population, got 3"),
    ],
)
def test_what_cannot_be_watched_is_refused(asked: dict[str, int], told: str) -> None:
    with pytest.raises(InputError) as caught:
        trajectories(told_by_hand(), **asked)
    assert str(caught.value) == told


def test_what_would_not_fit_is_refused_with_an_estimate_before_anything_is_simulated() -> None:
    with pytest.raises(
        InputError, match=r"trajectories must take at most 2 GB: it would be about .* GB for 50000000 a"
    ):
        trajectories(told_by_hand(size=50_000_000), agents=50_000_000)


def test_the_estimate_is_what_the_arrays_take() -> None:
    watched = trajectories(lively(size=400), agents=400)
    taken = sum(variable.nbytes for variable in watched.data_vars.values())
    assert taken <= module.bytes_needed(watched.taken.shape, 2) <= 1.5 * taken
