"""What moves a number most: against functions whose indices are known in closed form."""

import math
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

import numpy
import pytest

from deceptive_sim.core.errors import InputError
from deceptive_sim.landscapes.axes import Axis
from deceptive_sim.landscapes.sensitivity import Range, Sobol, sobol, tornado
from deceptive_sim.landscapes.sweep import Kind, Variable

F = Fraction
PI = math.pi


class Made:
    """A sweep of points made from a function of its columns."""

    def __init__(self, function: Any, kind: Kind = Kind.NUMBER) -> None:
        self.function = function
        self.kind = kind
        self.seen: list[Axis] = []

    @property
    def variables(self) -> Sequence[Variable]:
        return [Variable(name="height", title="", unit="", description="", kind=self.kind, labels=("a", "b"))]

    @property
    def identity(self) -> Mapping[str, Any]:
        return {}

    def __call__(self, axes: Sequence[Axis]) -> Mapping[str, Any]:
        (axis,) = axes
        self.seen.append(axis)
        return {"height": numpy.asarray(self.function(**dict(zip(axis.paths, axis.floats.T, strict=True))))}


def generator(seed: int = 7) -> numpy.random.Generator:
    return numpy.random.default_rng(seed)


def by_path(found: Sobol) -> dict[str, Any]:
    return {share.path: share for share in found.shares}


ANGLES = [Range(path=path, low=F(-PI), high=F(PI)) for path in "xyz"]


def ishigami(x: Any, y: Any, z: Any) -> Any:
    return numpy.sin(x) + 7 * numpy.sin(y) ** 2 + 0.1 * z**4 * numpy.sin(x)


def test_the_ishigami_function_has_its_published_indices() -> None:
    # Ishigami and Homma 1990 with a = 7, b = 0.1; values as printed in Saltelli et al. 2008, Global Sensitivity
    # Analysis: The Primer, and in SciPy's own documentation: S = 0.3139, 0.4424, 0; total = 0.5576, 0.4424, 0.2437.
    found = sobol(Made(ishigami), ANGLES, "height", n=16384, rng=generator())
    shares = by_path(found)
    for path, first, total in (("x", 0.3139, 0.5576), ("y", 0.4424, 0.4424), ("z", 0.0, 0.2437)):
        assert shares[path].first == pytest.approx(first, abs=0.01)
        assert shares[path].total == pytest.approx(total, abs=0.01)
    assert [share.path for share in found.shares] == ["x", "y", "z"]
    assert found.mean == pytest.approx(3.5, abs=0.02)
    assert found.variance == pytest.approx(49 / 8 + 0.1 * PI**4 / 5 + 0.01 * PI**8 / 18 + 0.5, rel=0.01)


def test_intervals_hold_the_true_indices_and_shrink_with_the_sample() -> None:
    widths = []
    for n in (256, 4096):
        share = by_path(sobol(Made(ishigami), ANGLES, "height", n=n, rng=generator(), confidence=0.999))["x"]
        assert share.first_interval[0] <= 0.3139 <= share.first_interval[1]
        assert share.total_interval[0] <= 0.5576 <= share.total_interval[1]
        assert share.first_interval[0] <= share.first <= share.first_interval[1]
        widths.append(share.total_interval[1] - share.total_interval[0])
    assert widths[1] < widths[0] / 2.5


def test_without_interactions_first_and_total_agree_and_add_up_to_one() -> None:
    ranges = [Range(path="x", low=F(0), high=F(1)), Range(path="y", low=F(0), high=F(1))]
    found = by_path(sobol(Made(lambda x, y: 3 * x + 4 * y), ranges, "height", n=4096, rng=generator()))
    assert found["x"].first == pytest.approx(9 / 25, abs=0.005)
    assert found["x"].total == pytest.approx(9 / 25, abs=0.005)
    assert found["y"].first == pytest.approx(16 / 25, abs=0.005)


def test_whole_numbers_are_drawn_evenly_both_ends_included() -> None:
    made = Made(lambda x, y: x + 0 * y)
    ranges = [Range(path="x", low=F(1), high=F(4), whole=True), Range(path="y", low=F(0), high=F(1))]
    found = sobol(made, ranges, "height", n=1024, rng=generator())
    drawn, counts = numpy.unique(made.seen[0].floats[:, 0], return_counts=True)
    assert drawn.tolist() == [1, 2, 3, 4]
    assert counts.min() > 0.24 * counts.sum()
    assert found.variance == pytest.approx(15 / 12, abs=0.01)  # of four equally likely neighbours
    assert by_path(found)["x"].total == pytest.approx(1, abs=0.01)
    assert by_path(found)["y"].total == pytest.approx(0, abs=1e-9)


def test_logarithmic_ranges_are_even_in_the_logarithm() -> None:
    made = Made(lambda x, y: numpy.log10(x) + y)
    ranges = [Range(path="x", low=F(1, 100), high=F(1), log=True), Range(path="y", low=F(0), high=F(2))]
    found = by_path(sobol(made, ranges, "height", n=2048, rng=generator()))
    assert found["x"].first == pytest.approx(0.5, abs=0.01)
    assert found["y"].first == pytest.approx(0.5, abs=0.01)
    assert made.seen[0].floats[:, 0].min() >= 0.01


def test_equal_generators_give_equal_results_and_others_other_ones() -> None:
    first, again, other = (sobol(Made(ishigami), ANGLES, "height", n=64, rng=generator(seed)) for seed in (3, 3, 4))
    assert first == again
    assert first != other


def test_what_does_not_vary_has_no_shares() -> None:
    found = sobol(Made(lambda x, y, z: 0 * x + 0.1), ANGLES, "height", n=64, rng=generator())
    assert found.variance == pytest.approx(0, abs=1e-30)
    assert {(share.first, share.total, share.first_interval) for share in found.shares} == {(0, 0, (0, 0))}


def test_numbers_that_are_missing_are_an_error_with_the_point() -> None:
    made = Made(lambda x, y, z: numpy.where(x > 3, numpy.nan, x))
    with pytest.raises(
        InputError, match=r"^height must be a finite number all .* none at \d+ of 320 points.* at x = 3\."
    ):
        sobol(made, ANGLES, "height", n=64, rng=generator())


UNIT = [Range(path="x", low=F(0), high=F(1)), Range(path="y", low=F(1, 10), high=F(1, 5))]


def test_a_tornado_moves_one_parameter_at_a_time_and_sorts_by_swing() -> None:
    made = Made(lambda x, y: 2 * x - 30 * y)
    found = tornado(made, UNIT, {"x": "1/2", "y": 0.15}, "height")
    assert found.at_base == pytest.approx(-3.5)
    assert [bar.path for bar in found.bars] == ["y", "x"]
    assert [bar.at_low for bar in found.bars] == pytest.approx([-2, -4.5])
    assert [bar.at_high for bar in found.bars] == pytest.approx([-5, -2.5])
    assert [bar.swing for bar in found.bars] == pytest.approx([3, 2])
    assert found.base == {"x": F(1, 2), "y": F(3, 20)}
    assert made.seen[0].rows[0] == (F(1, 2), F(3, 20))  # exact: a tie at the base stays a tie
    assert made.seen[0].rows[4] == (F(1, 2), F(1, 5))
    assert len(made.seen) == 1


def test_a_tornado_states_what_is_missing_and_puts_it_last() -> None:
    found = tornado(Made(lambda x, y: numpy.where(x == 1, numpy.nan, y)), UNIT, {"x": 0, "y": "1/10"}, "height")
    assert [bar.path for bar in found.bars] == ["y", "x"]
    assert found.bars[1].at_low == pytest.approx(0.1)
    assert math.isnan(found.bars[1].at_high)
    assert math.isnan(found.bars[1].swing)


def test_flags_and_counts_count_as_numbers() -> None:
    found = tornado(Made(lambda x, y: x > 0.5, Kind.FLAG), UNIT, {"x": 0, "y": 0}, "height")
    assert (found.bars[0].path, found.bars[0].swing) == ("x", 1)


@pytest.mark.parametrize(
    ("settings", "line"),
    [
        ({"low": 1, "high": 1}, 'range x must go from low to high, got "1:1"'),
        ({"low": 2, "high": 1}, 'range x must go from low to high, got "2:1"'),
        ({"low": "1/2", "high": 2, "whole": True}, 'range x must have whole ends, got "1/2:2"'),
        ({"low": 0, "high": 1, "log": True}, "range x must be of positive real numbers to be logarithmic, got 0"),
        ({"low": "one", "high": 2}, 'range x must be a number such as 1/3, 0.2 or 2, got "one"'),
    ],
)
def test_ranges_that_are_none(settings: dict[str, Any], line: str) -> None:
    with pytest.raises(InputError) as caught:
        Range(path="x", **settings)
    assert str(caught.value) == line


@pytest.mark.parametrize(
    ("call", "line"),
    [
        (
            lambda: tornado(Made(ishigami), UNIT, {"x": 1}, "height"),
            "base must have a value for every range (missing: y)",
        ),
        (lambda: tornado(Made(ishigami), UNIT, {"x": 1, "y": "b"}, "height"), "base y must be a number such as"),
        (lambda: tornado(Made(ishigami), [], {}, "height"), "ranges must be at least one"),
        (lambda: tornado(Made(ishigami), UNIT * 2, {"x": 1, "y": 1}, "height"), "range x must be given once"),
        (lambda: tornado(Made(ishigami), UNIT, {}, "hight"), 'variable must be one that is measured, got "hight" (did'),
        (lambda: tornado(Made(ishigami, Kind.CATEGORY), UNIT, {}, "height"), "variable must be a number, a count or"),
        (lambda: sobol(Made(ishigami), UNIT[:1], "height", rng=generator()), "ranges must be at least two"),
        (lambda: sobol(Made(ishigami), UNIT, "height", n=100, rng=generator()), "n must be a power of 2, at least 2"),
        (lambda: sobol(Made(ishigami), UNIT, "height", confidence=1, rng=generator()), "confidence must be in (0, 1)"),
    ],
)
def test_questions_that_are_none(call: Any, line: str) -> None:
    with pytest.raises(InputError) as caught:
        call()
    assert str(caught.value).startswith(line)
