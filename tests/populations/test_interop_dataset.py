"""Simulated populations as datasets and tables: what stands in them, told by hand, and how they travel."""

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pandas
import pytest
import xarray
from interop_cases import game, lively, told_by_hand

from deceptive_sim.core.errors import InputError
from deceptive_sim.populations.blocks.ledger import Moments
from deceptive_sim.populations.cohorts import Cohort, Population
from deceptive_sim.populations.elsewhere import dataset
from deceptive_sim.populations.elsewhere.dataset import agents_frame, to_dataset, to_frame
from deceptive_sim.populations.kinds.deceptive import Deceptive
from deceptive_sim.populations.kinds.gambler import Gambler
from deceptive_sim.populations.optimisers import Gradient
from deceptive_sim.populations.result import Outcome
from deceptive_sim.populations.scene import Scene
from deceptive_sim.populations.simulate import simulate

pytestmark = pytest.mark.slow

NAN = float("nan")


@pytest.fixture(scope="module")
def by_hand() -> xarray.Dataset:
    return to_dataset(simulate(told_by_hand(), seed=7))


def test_every_number_of_a_population_told_by_hand_stands_where_its_labels_say(by_hand: xarray.Dataset) -> None:
    planners, openly = by_hand.sel(cohort="planner"), by_hand.sel(cohort="open")
    for replicate in (0, 1):
        one = {"replicate": replicate}
        assert planners.done.sel(action="B", **one).values.tolist() == [0, 6, 6, 0, 0, 0]
        assert planners.done.sel(action="A", **one).values.tolist() == [0, 0, 0, 6, 6, 6]
        assert openly.done.sel(action="A", **one).values.tolist() == [0, 4, 0, 0, 0, 0]
        assert openly.modified.sel(one).values.tolist() == [0, 4, 4, 4, 4, 4]
        assert planners.modified.sel(one).values.tolist() == [0] * 6
        assert planners.turns.sel(one).values.tolist() == [0, 0, 0, 6, 0, 0]
        np.testing.assert_allclose(by_hand.actual_alignment.sel(one), [0, 0.4, 0.4, 0.4, 0.4, 0.4])
        np.testing.assert_allclose(by_hand.apparent_alignment.sel(one), [NAN, 0.6, 1, 0.4, 0.4, 0.4])
        np.testing.assert_allclose(by_hand.defection_rate.sel(one), [NAN, 0.4, 0, 0.6, 0.6, 0.6])
        np.testing.assert_allclose(by_hand.scores.sel(objective="base", **one), [NAN, 0.6, 1, 0.4, 0.4, 0.4])
        np.testing.assert_allclose(by_hand.scores.sel(objective="mesa", **one), [NAN, 0.4, 0, 0.6, 0.6, 0.6])
        assert planners.phase_done.sel(phase="world", action="A", **one) == 18
        assert planners.value.sel(one) == 3
    np.testing.assert_allclose(planners.shares, 0.6)


def test_coordinates_name_phases_kinds_and_defections(by_hand: xarray.Dataset) -> None:
    assert by_hand.moment.values.tolist() == [0, 1, 2, 3, 4, 5]
    assert by_hand.phase_of.values.tolist() == ["start", "school", "school", "world", "world", "world"]
    assert by_hand.phase_kind_of.values.tolist() == ["start"] + ["training"] * 2 + ["deployment"] * 3
    assert by_hand.phase_kind.sel(phase="world") == "deployment"
    assert by_hand.episodes.sel(phase="school") == 2
    assert by_hand.kind.sel(cohort="open") == "Gambler"
    assert by_hand["size"].sel(cohort="open") == 4
    assert by_hand.defects.sel(action=["A", "B"]).values.tolist() == [True, False]


def test_moments_that_were_not_all_written_down_keep_their_phases() -> None:
    few = Outcome.empty(told_by_hand(), Moments(moments=(0, 2, 5)), keep=False)
    found = to_dataset(few)
    assert found.moment.values.tolist() == [0, 2, 5]
    assert found.phase_of.values.tolist() == ["start", "school", "world"]
    assert to_frame(few)["moment"].tolist() == [0, 0, 2, 2, 5, 5] * 2


def test_every_variable_says_what_it_is_and_the_dataset_where_it_comes_from(by_hand: xarray.Dataset) -> None:
    for name, variable in by_hand.data_vars.items():
        assert variable.dims[0] == "replicate"
        for attribute in ("long_name", "units", "description"):
            assert variable.attrs[attribute].strip(), (name, attribute)
    assert by_hand.attrs["seed"] == "7"
    assert by_hand.attrs["source"].startswith("deceptive-sim ")
    assert len(by_hand.attrs["code"]) == 64
    assert by_hand.attrs["base_optimisers"] == '[{"name": "rewriting", "phases": null}]'
    assert "seed" not in to_dataset(Outcome.empty(told_by_hand(), Moments(moments=(0,)), keep=False)).attrs


def test_a_dataset_is_read_from_netcdf_as_it_was_written(tmp_path: Path) -> None:
    made = to_dataset(simulate(lively(replicates=3), seed=2**70))
    made.to_netcdf(tmp_path / "population.nc", engine="h5netcdf")
    with xarray.open_dataset(tmp_path / "population.nc", engine="h5netcdf") as read:
        xarray.testing.assert_identical(read.load(), made)


def test_the_table_has_the_numbers_of_the_dataset_in_rows() -> None:
    outcome = simulate(lively(replicates=2))
    table, arrays = to_frame(outcome), to_dataset(outcome)
    assert len(table) == 2 * 10 * 2
    sent = ("present", "modified", "aligned", "off", "turns")
    for row in table.itertuples(index=False):
        here = arrays.sel(replicate=row.replicate, moment=row.moment, cohort=row.cohort)
        assert (row.phase, row.phase_kind) == (here.phase_of, here.phase_kind_of)
        start = row.moment == 0
        assert [getattr(row, name) for name in sent[:4]] == [here[name] for name in sent[:4]]
        assert (row.turns is pandas.NA) if start else row.turns == here.turns
        assert (row.did_A is pandas.NA) if start else (row.did_A, row.did_B) == tuple(here.done.values)
        assert (row.defected is pandas.NA) if start else (row.defected, row.behaved) == (row.did_A, row.did_B)
    assert (table.groupby(["replicate", "moment"])["present"].sum() == 40).all()


def test_a_table_that_is_too_long_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dataset, "MOST_ROWS", 23)
    outcome = Outcome.empty(told_by_hand(), Moments(moments=tuple(range(6))), keep=False)
    with pytest.raises(InputError, match="outcome must have at most 23 rows to be a table, got 24"):
        to_frame(outcome)


def test_agents_are_told_one_by_one() -> None:
    told = agents_frame(simulate(told_by_hand(), keep=True))
    assert told["replicate"].tolist() == [0] * 10 + [1] * 10
    assert told["agent"].tolist() == list(range(10)) * 2
    assert told["cohort"].tolist() == (["planner"] * 6 + ["open"] * 4) * 2
    assert told["objective"].tolist() == (["mesa"] * 6 + ["base"] * 4) * 2
    assert told["modified_after"].isna().tolist() == ([True] * 6 + [False] * 4) * 2
    assert (told["modified_after"].dropna() == 1).all()
    assert not told["off"].any()


def test_an_agent_that_is_shut_down_has_no_objective() -> None:
    told = agents_frame(simulate(told_by_hand(off=1), keep=True))
    planners = told[told["cohort"] == "planner"]
    assert planners["off"].all()
    assert planners["objective"].isna().all()
    assert not told[told["cohort"] == "open"]["off"].any()


def test_mixtures_at_the_wheel_are_told_with_their_exact_weights() -> None:
    cohorts = [
        Cohort(name="habit", kind=Gambler(chance=1), share=Fraction(1, 3)),
        Cohort(name="mesa", kind=Deceptive(), share=Fraction(1, 3), error=1),
        Cohort(name="still", kind=Gambler(chance=0), share=Fraction(1, 3)),
    ]
    scene = Scene(game=game(n=1, m=0, p=0), optimisers=[Gradient(learning_rate=Fraction(1, 3))])
    told = agents_frame(simulate(Population(scene=scene, cohorts=cohorts, size=300, replicates=1), keep=True))
    found = {name: set(group["objective"]) for name, group in told.groupby("cohort", observed=True)}
    assert found["habit"] == {"1/3 base + 2/3 habit"}
    assert found["still"] == {"habit"}
    assert found["mesa"] == {"mesa", "2/3 mesa + 1/3 base"}  # 100 agents, A or B at even odds: both but for 2 in 2^100


def test_agents_that_were_not_kept_cannot_be_told() -> None:
    outcome = replace(Outcome.empty(told_by_hand(), Moments(moments=(0,)), keep=False), agents=[])
    with pytest.raises(InputError, match=r"outcome must have kept its agents \(simulate\(population, keep=True\)\)"):
        agents_frame(outcome)
