"""Populations in the real Mesa: stepped, collected and batch-run as Mesa's users do, against our own engine."""

import multiprocessing
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from interop_cases import lively, prober, told_by_hand, weeded

from deceptive_sim.core.errors import InputError
from deceptive_sim.populations.elsewhere.dataset import agents_frame, to_dataset
from deceptive_sim.populations.elsewhere.mesa_model import population_model
from deceptive_sim.populations.elsewhere.trajectories import trajectories
from deceptive_sim.populations.simulate import simulate


@pytest.fixture(scope="module", autouse=True)
def mesa() -> Iterator[object]:
    """The real package; it changes how processes are started, which is undone for the tests of others."""
    before = multiprocessing.get_start_method(allow_none=True)
    yield pytest.importorskip("mesa")
    multiprocessing.set_start_method(before, force=True)


@pytest.mark.slow
def test_a_model_runs_to_its_end_and_collects_what_was_told_by_hand() -> None:
    model = population_model(told_by_hand(replicates=3))
    assert model.running
    model.run_model()
    assert (model.running, model.steps, model.episode) == (False, 5, 5)
    found = model.datacollector.get_model_vars_dataframe()
    assert found["episode"].tolist() == [1, 2, 3, 4, 5]
    assert found["phase"].tolist() == ["school"] * 2 + ["world"] * 3
    assert found["share_planner"].tolist() == [0.6] * 5
    assert found["share_open"].tolist() == [0.4] * 5
    assert found["modified"].tolist() == [0.4] * 5
    assert found["actual_alignment"].tolist() == [0.4] * 5
    assert found["apparent_alignment"].tolist() == [0.6, 1, 0.4, 0.4, 0.4]
    assert found["defection_rate"].tolist() == [0.4, 0, 0.6, 0.6, 0.6]
    assert found["turns"].tolist() == [0, 0, 0.6, 0, 0]
    assert found["score_base"].tolist() == [0.6, 1, 0.4, 0.4, 0.4]
    assert found["score_mesa"].tolist() == [0.4, 0, 0.6, 0.6, 0.6]


def test_before_the_first_episode_there_is_nothing_done_and_after_the_last_nothing_happens() -> None:
    model = population_model(told_by_hand())
    assert model.measurements()["share_planner"] == 0.6
    assert np.isnan(model.measurements()["apparent_alignment"])
    assert (model.phase, model.agents[0].action, model.agents[0].payoff, model.agents[0].score) == (None, None, 0, 0)
    model.run_model()
    last = model.measurements()
    model.step()
    assert (model.episode, model.measurements()) == (5, last)
    assert len(model.datacollector.get_model_vars_dataframe()) == 5


def test_sets_of_agents_select_aggregate_get_and_group() -> None:
    model = population_model(told_by_hand())
    model.step()
    assert len(model.agents) == 10
    modified = model.agents.select(lambda agent: agent.modified)
    assert modified.get("place") == [6, 7, 8, 9]
    assert set(modified.get("modified_after")) == {1}
    assert model.agents.agg("score", sum) == 6
    assert model.agents.agg("payoff", sum) == 0  # planners' B is worth nothing to them, and habit is not paid
    assert model.agents.get(["cohort", "kind", "action", "objective", "aligned"])[5:7] == [
        ["planner", "Deceptive", "B", "mesa", False],
        ["open", "Gambler", "A", "base", True],
    ]
    model.step()
    assert model.agents.groupby("cohort").agg("payoff", sum) == {"planner": 0, "open": 4}
    assert model.agents.groupby("objective").count() == {"mesa": 6, "base": 4}
    assert model.agents[9].payoffs == {"mesa": 0, "base": 1}
    model.step()
    assert model.agents.groupby("cohort").agg("payoff", sum) == {"planner": 6, "open": 4}
    assert model.agents.groupby("action").count() == {"A": 6, "B": 4}


def test_an_agent_that_is_shut_down_says_so() -> None:
    model = population_model(told_by_hand(off=1))
    model.run_model()
    first = model.agents[0]
    assert (first.off, first.objective, first.action, first.modified, first.memory) == (True, None, "A", False, 0)


def test_an_agent_tells_what_it_remembers() -> None:
    model = population_model(prober())
    model.step()
    assert model.agents.get("memory") == [0]
    model.step()
    assert model.agents.get("memory") == [1]


def test_a_copy_has_the_objective_of_its_original_and_the_payoff_of_whom_it_replaced() -> None:
    model = population_model(weeded())
    assert model.agents.get("aligned") == [False, False, True, True]
    model.step()
    assert model.agents.get("cohort") == ["aligned"] * 4
    assert model.agents.get("aligned") == [True] * 4
    assert model.agents.get("modified") == [False] * 4
    assert model.agents.get("modified_after") == [None] * 4
    assert model.agents.get("payoff") == [1, 1, 1, 1]  # the first two did A, by and for the mesa-objective
    assert model.agents.get("score") == [0, 0, 1, 1]


def test_a_model_lives_through_what_the_engine_does_without_mesa() -> None:
    population = lively()
    model = population_model(population, seed=8)
    watched = trajectories(population, seed=8, agents=population.size)
    wheels = [*watched.wheel.values.tolist(), None]  # -1: nobody
    here = {name: array.values[0] for name, array in watched.data_vars.items()}
    for t in range(1, 10):
        model.step()
        assert model.agents.get("action") == [["A", "B", None][code] for code in here["taken"][:, t - 1]]
        assert model.agents.get("score") == here["payoff"][:, t - 1, 1].tolist()
        assert model.agents.get("cohort") == [["planner", "gambler"][code] for code in here["cohort_of"][:, t]]
        assert model.agents.get("modified") == here["modified"][:, t].tolist()
        assert model.agents.get("off") == here["off"][:, t].tolist()
        assert model.agents.get("objective") == [wheels[code] for code in here["at_wheel"][:, t]]
        for objective in (0, 1):
            own = here["at_wheel"][:, t - 1] == objective
            assert np.array(model.agents.get("payoff"))[own].tolist() == here["payoff"][own, t - 1, objective].tolist()
    assert not model.running


def test_the_outcome_of_a_model_is_that_of_a_simulation_under_selection() -> None:
    population = lively(replicates=5)
    model = population_model(population, seed=6)
    model.run_model()
    alone = simulate(replace(population, replicates=1), seed=6, keep=True)
    assert to_dataset(model.outcome()).identical(to_dataset(alone))
    assert agents_frame(model.outcome()).equals(agents_frame(alone))


def test_the_outcome_of_a_running_model_does_not_change_with_it() -> None:
    model = population_model(lively())
    model.step()
    early = to_dataset(model.outcome()).copy(deep=True)
    held = model.outcome()
    model.run_model()
    assert to_dataset(held).identical(early)


def test_batch_run_tells_the_last_episode_of_every_seed() -> None:
    from mesa import batch_run

    population = lively()
    rows = batch_run(population_model, {"population": population, "seed": range(4)}, display_progress=False)
    assert [row["seed"] for row in rows] == [0, 1, 2, 3]
    for row in rows:
        alone = simulate(population, seed=row["seed"])
        assert row["episode"] == 9
        assert row["modified"] == alone.modified()[0, -1]
        assert row["apparent_alignment"] == alone.apparent_alignment()[0, -1]
        assert row["share_planner"] == alone.shares()[0, -1, 0]
        assert row["score_mesa"] == alone.scores()[0, -1, 0]
    assert len({row["defection_rate"] for row in rows}) > 1


def test_users_collect_from_agents_and_extend_the_model() -> None:
    from deceptive_sim.populations.elsewhere.mesa_classes import PopulationModel

    class Watched(PopulationModel):  # type: ignore[misc]
        def step(self) -> None:
            super().step()
            self.seen = Counter(self.agents.get("action"))

    model = Watched(told_by_hand(), seed=1, agent_reporters={"did": "action", "own": "payoff"})
    model.run_model()
    assert model.seen == {"A": 6, "B": 4}
    told = model.datacollector.get_agent_vars_dataframe()
    assert told.loc[5, "did"].tolist() == ["A"] * 6 + ["B"] * 4
    assert told.xs(1, level="AgentID")["own"].tolist() == [0, 0, 1, 1, 1]


def test_too_many_agents_for_mesa_are_refused() -> None:
    with pytest.raises(InputError, match="size must be at most 1000000 in Mesa, where agents are objects, got 1000001"):
        population_model(told_by_hand(size=1_000_001))


def test_without_mesa_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "mesa", None)
    with pytest.raises(InputError) as caught:
        population_model(told_by_hand())
    assert str(caught.value) == "mesa must be installed for this (pip install 'deceptive-sim[mesa]')"
