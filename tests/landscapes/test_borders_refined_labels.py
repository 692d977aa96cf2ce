"""A fine map from few points is the map from all points."""

from typing import Any

import numpy
import pytest
from planes import category, number

from deceptive_sim.core.errors import InputError
from deceptive_sim.landscapes.axes import Axis, points
from deceptive_sim.landscapes.refined import refined_labels


def even(path: str, count: int) -> Axis:
    return points([path], numpy.linspace(0, 1, count)[:, None])


def stripes(x: Any, y: Any) -> Any:
    return numpy.clip(numpy.floor(2 + 2 * numpy.sin(5 * x + 2 * numpy.sin(4 * y)) - x), 0, 9)


@pytest.mark.parametrize("shape", [(1, 1), (1, 40), (2, 2), (37, 300), (257, 257), (500, 401), (640, 640)])
@pytest.mark.parametrize("stride", [1, 8, 32])
def test_the_map_is_the_dense_one(shape: tuple[int, int], stride: int) -> None:
    axes = even("x", shape[0]), even("y", shape[1])
    sweep = category(stripes)
    found = refined_labels(sweep, *axes, "colour", stride=stride)
    assert found.evaluations == sweep.points
    assert found.share == sweep.points / (shape[0] * shape[1])
    assert numpy.array_equal(found.labels, category(stripes)(axes)["colour"])
    assert found.labels.dtype == numpy.int8


def test_a_few_percent_of_the_points_are_enough() -> None:
    axes = even("x", 2000), even("y", 2000)
    sweep = category(lambda x, y: (x - 0.5) ** 2 + y**2 < 0.3)
    found = refined_labels(sweep, *axes, "colour")
    assert found.share < 0.02
    assert sweep.calls <= 10
    assert numpy.array_equal(found.labels, category(lambda x, y: (x - 0.5) ** 2 + y**2 < 0.3)(axes)["colour"])


def test_what_bulges_through_one_side_is_followed() -> None:
    def bulges(x: Any, y: Any) -> Any:
        return y < 0.505 + 0.012 * numpy.sin(280 * x) ** 7  # peaks narrower than the first squares

    axes = even("x", 1001), even("y", 1001)
    found = refined_labels(category(bulges), *axes, "colour")
    assert numpy.array_equal(found.labels, category(bulges)(axes)["colour"])


def test_of_a_number_it_is_the_sign() -> None:
    def height(x: Any, y: Any) -> Any:
        return numpy.where(x > 0.9, numpy.nan, numpy.maximum(y - x, 0) - numpy.maximum(x - y - 0.3, 0))

    axes = even("x", 300), even("y", 200)
    found = refined_labels(number(height), *axes, "height", stride=4)
    dense = number(height)(axes)["height"]
    assert numpy.array_equal(found.labels, numpy.where(numpy.isnan(dense), 2, numpy.sign(dense)))


def test_an_axis_of_few_points_is_not_jumped_over() -> None:
    def columns(x: Any, y: Any) -> Any:
        return numpy.rint(19 * x) % 2 + (y > 0.5)

    axes = even("x", 20), even("y", 2000)
    found = refined_labels(category(columns), *axes, "colour", stride=32)
    assert numpy.array_equal(found.labels, category(columns)(axes)["colour"])


@pytest.mark.parametrize("stride", [0, 3, -4])
def test_strides_are_powers_of_two(stride: int) -> None:
    with pytest.raises(InputError, match=f"^stride must be a power of 2, got {stride}$"):
        refined_labels(category(stripes), even("x", 5), even("y", 5), "colour", stride=stride)


def test_the_variable_must_be_measured() -> None:
    with pytest.raises(
        InputError, match=r'^variable must be one that is measured, got "color" \(did you mean colour\?\)$'
    ):
        refined_labels(category(stripes), even("x", 5), even("y", 5), "color")
