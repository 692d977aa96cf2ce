"""Landscapes become labelled datasets, files and tables, and come back as they were."""

from __future__ import annotations

import csv
import io
import json
import math
from fractions import Fraction
from pathlib import Path

import h5py
import numpy
import pandas
import pytest
import xarray
from landscapes.toys import VARIABLES, Waves, pair, thirds

from deceptive_sim.core.errors import InputError
from deceptive_sim.landscapes import tables
from deceptive_sim.landscapes.axes import Axis, listed, points
from deceptive_sim.landscapes.dataset import from_dataset, read_landscape, to_dataset
from deceptive_sim.landscapes.landscape import Landscape, measure
from deceptive_sim.landscapes.netcdf import layout, open_netcdf, write_netcdf
from deceptive_sim.landscapes.tables import csv_text, to_frame
from deceptive_sim.landscapes.tiles import plan_for

AXES = (thirds("training.x", 7), pair(5), listed("k", [4]))


@pytest.fixture(scope="module")
def waves() -> Landscape:
    return measure(Waves(), AXES)


def same(one: Landscape, other: Landscape) -> None:
    assert one.variables == other.variables
    assert dict(one.identity) == dict(other.identity)
    assert [(axis.paths, axis.spacing, list(axis)) for axis in one.axes] == [
        (axis.paths, axis.spacing, list(axis)) for axis in other.axes
    ]
    for name, array in one.arrays.items():
        assert other.arrays[name].dtype == array.dtype
        assert not other.arrays[name].flags.writeable
        numpy.testing.assert_array_equal(other.arrays[name], array)


def test_a_dataset_has_coordinates_units_and_meanings(waves: Landscape) -> None:
    dataset = to_dataset(waves)
    assert dict(dataset.sizes) == {"training.x": 7, "up": 5, "k": 1}
    assert dataset["training.x"].values.tolist() == [place / 3 for place in range(7)]
    assert dataset["down.by"].dims == ("up",)
    assert dataset["down.by"].values[2] == -2 / 7
    assert dataset["training.x_exact"].values.tolist() == ["0", "1/3", "2/3", "1", "4/3", "5/3", "2"]
    assert dataset["down.by_exact"].values.tolist() == ["0", "-1/7", "-2/7", "-3/7", "-4/7"]
    assert dataset.height.attrs["units"] == "m"
    assert dataset.height.attrs["long_name"] == "height of the wave"
    assert dataset.first.attrs["comment"] == "0: none"
    assert "units" not in dataset.colour.attrs
    assert dataset.colour.attrs["flag_values"].tolist() == [0, 1, 2]
    assert dataset.colour.attrs["flag_meanings"].split() == ["red", "late-blue", "dark_green"]
    assert json.loads(dataset.colour.attrs["labels"]) == ["red", "late-blue", "dark green"]
    assert json.loads(dataset.attrs["identity"]) == {"name": "waves"}
    assert dataset.attrs["source"].startswith("deceptive-sim ")
    assert [dataset[variable.name].dtype for variable in VARIABLES] == ["f8", "i8", "i8", "i1", "?"]
    picked = dataset.sel({"training.x": 1, "up": 5}).squeeze()
    numpy.testing.assert_allclose(picked.height, math.sin(1 + 2 * (5 - 2 / 7) + 3 * 4))


def test_the_file_opened_is_the_dataset(tmp_path: Path, waves: Landscape) -> None:
    write_netcdf(waves, tmp_path / "waves.nc")
    with open_netcdf(tmp_path / "waves.nc") as opened:
        xarray.testing.assert_identical(opened.load(), to_dataset(waves))
    with xarray.open_dataset(tmp_path / "waves.nc") as opened:  # whichever way xarray chooses
        xarray.testing.assert_identical(opened.load(), to_dataset(waves))


def test_the_file_is_plain_hdf5_with_dimensions_attached(tmp_path: Path, waves: Landscape) -> None:
    write_netcdf(waves, tmp_path / "waves.nc")
    with h5py.File(tmp_path / "waves.nc") as file:
        numpy.testing.assert_array_equal(file["height"][()], waves.arrays["height"])
        assert [scale.keys() for scale in file["height"].dims] == [["training.x"], ["up"], ["k"]]
        assert file["high"].dtype == "i1"
        assert file["height"].chunks is None


def test_what_is_read_back_is_what_was_written(tmp_path: Path, waves: Landscape) -> None:
    write_netcdf(waves, tmp_path / "waves.nc")
    same(read_landscape(tmp_path / "waves.nc"), waves)
    same(from_dataset(to_dataset(waves)), waves)
    write_netcdf(read_landscape(tmp_path / "waves.nc"), tmp_path / "again.nc")
    assert (tmp_path / "again.nc").read_bytes() == (tmp_path / "waves.nc").read_bytes()


def test_equal_landscapes_have_equal_bytes_whatever_nan_they_hold(tmp_path: Path, waves: Landscape) -> None:
    arrays = {name: array.copy() for name, array in waves.arrays.items()}
    assert numpy.isnan(arrays["height"]).any()
    arrays["height"][numpy.isnan(arrays["height"])] = numpy.copysign(numpy.nan, -1)  # the other NaN
    assert arrays["height"].tobytes() != waves.arrays["height"].tobytes()
    arrays["height"] = numpy.asfortranarray(arrays["height"])
    other = Landscape(axes=AXES, variables=waves.variables, arrays=arrays, identity={"name": "waves"})
    for name, landscape in (("a", waves), ("b", other)):
        write_netcdf(landscape, tmp_path / name)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_values_of_a_search_come_back_exactly(tmp_path: Path) -> None:
    landscape = measure(Waves(), [points(["a", "b"], numpy.array([[0.1, 1e-200], [math.pi, -3.0]]))])
    write_netcdf(landscape, tmp_path / "points.nc")
    back = read_landscape(tmp_path / "points.nc")
    assert list(back.axes[0]) == [(Fraction(0.1), Fraction(1e-200)), (Fraction(math.pi), Fraction(-3))]


def test_a_layout_far_larger_than_memory_is_laid_out_at_once() -> None:
    axes = [listed(name, range(10_000)) for name in "abc"]
    form = layout(plan_for(Waves(), axes))
    assert form.image.size > 10**12 * sum(variable.dtype.itemsize for variable in VARIABLES)
    assert sum(len(content) for _, content in form.image.pieces()) < 10**7
    offsets = [form.offsets[variable.name] for variable in VARIABLES]
    sizes = [10**12 * variable.dtype.itemsize for variable in VARIABLES]
    assert all(b - a >= size for a, b, size in zip(offsets, offsets[1:], sizes, strict=False))


def test_a_frame_has_a_row_for_every_point_and_spells_labels_out(waves: Landscape) -> None:
    frame = to_frame(waves)
    assert list(frame.columns) == ["training.x", "up", "down.by", "k", *(variable.name for variable in VARIABLES)]
    assert len(frame) == 35
    dataset = to_dataset(waves)
    for _, row in frame.iterrows():
        point = dataset.sel({"training.x": row["training.x"], "up": row["up"], "k": 4})
        assert row["down.by"] == point["down.by"]
        assert row["height"] == point.height or (math.isnan(row["height"]) and math.isnan(point.height))
        assert row["colour"] == VARIABLES[3].labels[int(point.colour)]
        assert (row["first"] if row["first"] is not pandas.NA else 0) == point["first"]
        assert row["high"] == bool(point.high)
    assert frame["first"].isna().any()


def test_the_csv_says_what_the_frame_says(waves: Landscape) -> None:
    rows = list(csv.reader(io.StringIO(csv_text(waves))))
    frame = to_frame(waves)
    assert rows[0] == list(frame.columns)
    assert {row[rows[0].index("high")] for row in rows[1:]} == {"true", "false"}
    read = pandas.read_csv(io.StringIO(csv_text(waves)), dtype={"first": "Int64"})
    pandas.testing.assert_frame_equal(read, frame, check_dtype=False, check_categorical=False, rtol=1e-14)
    assert {row[rows[0].index("first")] for row in rows[1:]} == {"", "1", "2", "3"}


def test_large_tables_are_refused(monkeypatch: pytest.MonkeyPatch, waves: Landscape) -> None:
    monkeypatch.setattr(tables, "MOST_ROWS", 34)
    for make in (to_frame, csv_text):
        with pytest.raises(InputError, match="landscape must have at most 34 points to be a table, got 35"):
            make(waves)


@pytest.mark.parametrize(
    ("axes", "message"),
    [
        ([listed("a/b", [1])], 'axis a/b must have a name without slashes and outer blanks, got "a/b"'),
        ([listed("height", [1])], 'axis height must not be called like something else in the result, got "height"'),
        ([listed("x", [1]), listed("x_exact", [1])], "axis x_exact must not be called like something else"),
    ],
)
def test_names_that_a_file_cannot_hold_are_refused(tmp_path: Path, axes: list[Axis], message: str) -> None:
    landscape = measure(Waves(), axes)
    with pytest.raises(InputError) as caught:
        write_netcdf(landscape, tmp_path / "x.nc")
    assert str(caught.value).startswith(message)
    assert list(tmp_path.iterdir()) == []


def test_files_that_are_no_landscape_are_said(tmp_path: Path, waves: Landscape) -> None:
    (tmp_path / "text.nc").write_text("text")
    xarray.Dataset({"x": 1}).to_netcdf(tmp_path / "other.nc", engine="h5netcdf")
    write_netcdf(waves, tmp_path / "cut.nc")
    (tmp_path / "cut.nc").write_bytes((tmp_path / "cut.nc").read_bytes()[:-1000])
    for name in ("nothere.nc", "text.nc", "other.nc", "cut.nc"):
        with pytest.raises(InputError, match=f"{name} must be the file of a landscape"):
            read_landscape(tmp_path / name)


def test_the_csv_gives_back_the_same_floats(waves: Landscape) -> None:
    rows = csv.DictReader(io.StringIO(csv_text(waves)))
    for row, height in zip(rows, waves.arrays["height"].reshape(-1), strict=True):
        assert float(row["height"] or "nan") == height or (row["height"] == "" and math.isnan(height))
