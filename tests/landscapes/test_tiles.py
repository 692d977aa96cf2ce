"""Tiles cover a grid once, in order and in bounded pieces, and are named by what determines them."""

from __future__ import annotations

import math
from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy
import pytest
from hypothesis import given
from hypothesis import strategies as st
from landscapes.toys import VARIABLES, Waves, pair, thirds

from deceptive_sim.core.errors import InputError
from deceptive_sim.landscapes import provenance
from deceptive_sim.landscapes import tiles as tiles_module
from deceptive_sim.landscapes.axes import Axis, Spacing, listed, points
from deceptive_sim.landscapes.tiles import LEAST_POINTS, MOST_POINTS, Plan, plan_for

SHAPES = st.lists(st.integers(1, 9), min_size=1, max_size=4)


def plan(shape: list[int], most: int | None = None) -> Plan:
    axes = [listed(f"axis{place}", range(length)) for place, length in enumerate(shape)]
    return plan_for(Waves(), axes, most_points=most)


@pytest.mark.slow
@given(SHAPES, st.integers(1, 60))
def test_every_point_is_in_one_tile_and_a_tile_is_one_run_of_points(shape: list[int], most: int) -> None:
    places = numpy.arange(math.prod(shape)).reshape(shape)
    seen = []
    for number, tile in enumerate(cut := plan(shape, most)):
        block = places[tuple(slice(start, stop) for start, stop in zip(tile.starts, tile.stops, strict=True))]
        assert block.reshape(-1).tolist() == list(range(tile.position, tile.position + tile.points))
        assert (tile.number, block.shape, block.size) == (number, tile.shape, tile.points)
        assert 1 <= tile.points <= most
        seen += block.reshape(-1).tolist()
    assert seen == list(range(math.prod(shape)))
    assert len({tile.name for tile in cut}) == len(cut)


@pytest.mark.slow
@given(SHAPES, st.integers(1, 60))
def test_a_tile_has_its_own_parts_of_the_axes(shape: list[int], most: int) -> None:
    cut = plan(shape, most)
    for tile in cut:
        for axis, start, stop in zip(tile.axes_of(cut), tile.starts, tile.stops, strict=True):
            assert [row[0] for row in axis] == list(range(start, stop))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("shape", "count"), [([3, 4], 1), ([100, 100], 100), ([1000, 1000], 67), ([10**4, 10**4], 385), ([10**5], 64)]
)
def test_large_grids_have_many_tiles_and_small_ones_few(shape: list[int], count: int) -> None:
    cut = plan(shape)
    assert len(cut) == count
    assert LEAST_POINTS <= cut.most_points <= MOST_POINTS


def names(sweep: Any, axes: list[Axis]) -> list[str]:
    return [tile.name for tile in plan_for(sweep, axes, most_points=4)]


AXES = [thirds("x", 4), pair(4)]


def test_names_stay_the_same_for_the_same_content() -> None:
    assert names(Waves(), AXES) == names(Waves(pause=1), [thirds("x", 4), pair(4)])
    assert names(Waves(), [AXES[0], Axis(paths=AXES[1].paths, rows=AXES[1].rows, spacing=Spacing.LISTED)]) == names(
        Waves(), AXES
    )


def test_values_that_are_floats_exactly_are_named_alike_however_they_are_held() -> None:
    assert names(Waves(), [points(["x"], numpy.array([[0.1], [0.5]]))]) == names(
        Waves(), [listed("x", [Fraction(0.1), Fraction(1, 2)])]
    )


def test_a_value_that_moves_renames_only_the_tiles_that_hold_it() -> None:
    moved = listed("x", [0, Fraction(1, 3), Fraction(2, 3), Fraction(10**20 + 1, 10**20)])  # the same float
    before, after = names(Waves(), AXES), names(Waves(), [moved, AXES[1]])
    assert [a == b for a, b in zip(before, after, strict=True)] == [True, True, True, False]


def test_everything_that_determines_values_is_in_the_names(monkeypatch: pytest.MonkeyPatch) -> None:
    found = [
        names(Waves(), AXES),
        names(Waves(name="other"), AXES),
        names(Waves(), [thirds("y", 4), pair(4)]),
        names(Waves(), [AXES[0], Axis(paths=("up", "aside"), rows=AXES[1].rows)]),
    ]
    other_labels = replace(VARIABLES[3], labels=("a", "b", "c"))
    with monkeypatch.context() as changed:
        changed.setattr(Waves, "variables", (*VARIABLES[:3], other_labels, VARIABLES[4]))
        found.append(names(Waves(), AXES))
    for module, name in ((provenance, "package_version"), (provenance, "code_digest"), (tiles_module, "FORMAT")):
        with monkeypatch.context() as changed:
            changed.setattr(module, name, 9 if name == "FORMAT" else lambda: "9")
            found.append(names(Waves(), AXES))
    assert len({name for some in found for name in some}) == 4 * len(found)


@pytest.mark.parametrize(
    ("axes", "message"),
    [
        ([], "axes must be at least one"),
        ([thirds("x", 3), thirds("y", 0)], "axis y must have at least one point"),
        ([thirds("up", 3), pair(2)], "axis up must be given once"),
        ([thirds("down.by", 3), pair(2)], "axis down.by must be given once"),
    ],
)
def test_grids_that_are_none_are_refused(axes: list[Axis], message: str) -> None:
    with pytest.raises(InputError) as caught:
        plan_for(Waves(), axes)
    assert str(caught.value) == message
