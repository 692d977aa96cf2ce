"""Borders between two continuous parameters: against formulas, and against what labels say around them."""

from typing import Any

import numpy
import pytest
from outlines import pieces, strays, wrong_ways
from planes import Plain, category, number

from deceptive_sim.core.errors import InputError
from deceptive_sim.landscapes.axes import Axis, Spacing, listed
from deceptive_sim.landscapes.borders import Borders, find_borders
from deceptive_sim.landscapes.boundaries.spans import Span
from deceptive_sim.landscapes.sweep import Kind

X, Y = Span.between("x", 0, 1), Span.between("y", 0, 1)
UNIT = (0.0, 1.0, 0.0, 1.0)
TOLERANCE = 1e-6


def of_number(function: Any, x: Span = X, y: Span = Y, **how: Any) -> Borders:
    return find_borders(number(function), x, y, variables=["height"], **{"coarse": (33, 33), **how})


def of_category(function: Any, **how: Any) -> Borders:
    return find_borders(category(function), X, Y, variables=["colour"], **{"coarse": (33, 33), **how})


def distance(x: Any, y: Any) -> Any:
    return numpy.hypot(x - 0.52, y - 0.47)


@pytest.mark.parametrize("radius", [0.011, 0.1, 0.37])
def test_a_circle_of_known_radius_is_one_closed_line(radius: float) -> None:
    (border,) = of_number(lambda x, y: distance(x, y) - radius, coarse=(65, 65)).borders
    assert border.closed
    assert (border.between, border.jump, border.steps) == ((-1, 1), False, False)
    assert abs(distance(*border.vertices.T) - radius).max() < 1e-9  # the secant is far better than the bracket
    middles = pieces([border]).mean(axis=1)
    assert abs(distance(*middles.T) - radius).max() < 5.1e-5
    around = numpy.unwrap(numpy.arctan2(border.vertices[:, 1] - 0.47, border.vertices[:, 0] - 0.52))
    assert abs(around[-1] - around[0]) > 2 * numpy.pi * 0.9
    assert (numpy.diff(around) > 0).all() or (numpy.diff(around) < 0).all()


def test_the_border_of_a_label_is_within_the_tolerance() -> None:
    for tolerance in (1e-3, 1e-6, 1e-9):
        (border,) = of_category(lambda x, y: distance(x, y) < 0.3, tolerance=tolerance, chord=1e-3).borders
        assert border.closed
        error = abs(distance(*border.vertices.T) - 0.3).max()
        assert error <= tolerance
        assert not strays(border, lambda x, y: distance(x, y) < 0.3, tolerance)


def test_several_borders_and_islands_are_told_apart() -> None:
    centres = [(0.2, 0.2, 0.1), (0.7, 0.3, 0.15), (0.4, 0.75, 0.2), (0.85, 0.85, 0.04)]

    def height(x: Any, y: Any) -> Any:
        return numpy.min([numpy.hypot(x - a, y - b) - radius for a, b, radius in centres], axis=0)

    found = of_number(height)
    assert [border.closed for border in found.borders] == [True] * 4
    for a, b, radius in centres:
        (border,) = [
            border for border in found.borders if abs(numpy.hypot(*(border.vertices - [a, b]).T) - radius).max() < 1e-6
        ]
        length = numpy.hypot(*(pieces([border])[:, 1] - pieces([border])[:, 0]).T).sum()
        assert length == pytest.approx(2 * numpy.pi * radius, rel=1e-3)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
def test_any_field_of_waves_has_its_regions_outlined(seed: int) -> None:
    rng = numpy.random.default_rng(seed)
    waves = rng.normal(size=(6, 2)) * 9, rng.uniform(0, 7, size=6), rng.normal(size=6)

    def height(x: Any, y: Any) -> Any:
        return sum(c * numpy.sin(k[0] * x + k[1] * y + p) for k, p, c in zip(*waves, strict=True))

    def colour(x: Any, y: Any) -> Any:
        return numpy.clip(numpy.floor(height(x, y) + 2), 0, 4).astype(int)

    functions = {"height": (Kind.NUMBER, height), "colour": (Kind.CATEGORY, colour)}
    found = find_borders(Plain(functions=functions), X, Y, variables=["height", "colour"], coarse=(65, 65))
    assert found.unclear == 0
    for name, labels in (("height", lambda x, y: numpy.sign(height(x, y)).astype(int)), ("colour", colour)):
        borders = [border for border in found.borders if border.variable == name]
        assert len(borders) >= 1
        for border in borders:
            assert not strays(border, labels, 1.01 * TOLERANCE)
        assert not wrong_ways(borders, labels, UNIT, margin=1e-3)


@pytest.mark.parametrize("coarse", [(9, 9), (33, 20), (128, 129)])
def test_three_regions_meet_in_one_point(coarse: tuple[int, int]) -> None:
    def colour(x: Any, y: Any) -> Any:
        angle = numpy.arctan2(y - 0.513, x - 0.487)
        return numpy.where(angle < -2, 0, numpy.where(angle < 0.3, 1, numpy.where(angle < 2.2, 2, 0)))

    found = of_category(colour, coarse=coarse)
    assert sorted(border.between for border in found.borders) == [(0, 1), (0, 2), (1, 2)]
    assert found.unclear == 0
    for border in found.borders:
        ends = border.vertices[[0, -1]]
        nearest = ends[numpy.argmin(abs(ends - [0.487, 0.513]).sum(axis=1))]
        assert abs(nearest - [0.487, 0.513]).max() <= 2 * TOLERANCE
    assert not wrong_ways(found.borders, colour, UNIT, margin=1e-3)


def test_regions_that_meet_at_a_narrow_angle_are_unclear() -> None:
    def colour(x: Any, y: Any) -> Any:
        angle = numpy.arctan2(y - 0.513, x - 0.487)
        return numpy.where(abs(angle - 0.3) < 0.03, 0, numpy.where((angle < 0.3) & (angle > -2.8), 1, 2))

    assert of_category(colour, chord=0.1).unclear >= 1  # also if any line were straight enough
    found = of_category(colour)
    assert found.unclear >= 1
    assert {border.between for border in found.borders} == {(0, 1), (0, 2), (1, 2)}
    assert not wrong_ways(found.borders, colour, UNIT, margin=2e-3)


def test_four_regions_in_one_point_and_a_saddle() -> None:
    quarters = of_category(lambda x, y: 2 * (x > 0.504) + (y > 0.517))
    assert sorted(border.between for border in quarters.borders) == [(0, 1), (0, 2), (1, 3), (2, 3)]
    ends = numpy.array([border.vertices[[0, -1]] for border in quarters.borders]).reshape(-1, 2)
    assert sum(abs(end - [0.504, 0.517]).max() < 2e-6 for end in ends) == 4
    saddle = of_number(lambda x, y: (x - 0.504) * (y - 0.517))
    assert len(saddle.borders) == 2
    assert saddle.unclear == 1  # in the smallest cell the lines may touch either way
    hyperbola = of_number(lambda x, y: (x - 0.504) * (y - 0.517) - 1e-6)
    assert hyperbola.unclear == 0
    assert not wrong_ways(
        hyperbola.borders, lambda x, y: numpy.sign((x - 0.504) * (y - 0.517) - 1e-6), UNIT, margin=2e-3
    )


def test_jumps_are_told_from_steep_slopes() -> None:
    def side(x: Any, y: Any) -> Any:
        return y - 0.3 - 0.2 * x

    (jump,) = of_number(lambda x, y: numpy.where(side(x, y) > 0, 2.0, -1.0)).borders
    assert jump.jump
    assert abs(side(*jump.vertices.T)).max() <= TOLERANCE
    for steep in (numpy.tanh, numpy.cbrt, numpy.sinh, numpy.arctan):
        (slope,) = of_number(lambda x, y, steep=steep: steep(10 * side(x, y))).borders
        assert not slope.jump
    (layer,) = of_number(lambda x, y: numpy.tanh(1e8 * side(x, y))).borders
    assert not layer.jump


def test_a_line_that_jumps_in_part_is_parted() -> None:
    def height(x: Any, y: Any) -> Any:
        return numpy.where(y > 0.4, 1.0, -1.0) * numpy.where(x < 0.5, 1.0, abs(y - 0.4))

    found = of_number(height)
    assert sorted(border.jump for border in found.borders) == [False, True]
    ends = {border.jump: numpy.sort(border.vertices[[0, -1], 0]).tolist() for border in found.borders}
    assert ends[True] == pytest.approx([0, 0.5], abs=1 / 32)
    assert ends[False] == pytest.approx([0.5, 1], abs=1 / 32)


def test_a_region_of_zeros_is_a_third_side() -> None:
    def height(x: Any, y: Any) -> Any:
        return numpy.where(x > 0.6 + 0.1 * y, x - 0.6 - 0.1 * y, numpy.where(x < 0.3, x - 0.3, 0.0))

    found = of_number(height)
    assert sorted(border.between for border in found.borders) == [(-1, 0), (0, 1)]
    places = {border.between: border.vertices for border in found.borders}
    assert abs(places[-1, 0][:, 0] - 0.3).max() <= TOLERANCE
    assert abs(places[0, 1][:, 0] - 0.6 - 0.1 * places[0, 1][:, 1]).max() <= TOLERANCE
    assert not any(border.jump for border in found.borders)
    assert max(len(border.vertices) for border in found.borders) < 100  # a flat floor of zeros hides nothing


@pytest.mark.parametrize(
    "height",
    [lambda x, y: x - y, lambda x, y: x - 0.5 + 0 * y, lambda x, y: y - 0.25 + 0 * x, lambda x, y: x + y - 1],
    ids=["diagonal", "upright", "level", "falling"],
)
def test_zeros_exactly_on_the_grid_are_one_line(height: Any) -> None:
    found = of_number(height)
    (border,) = found.borders
    assert border.between == (-1, 1)
    assert abs(height(*border.vertices.T)).max() <= TOLERANCE
    assert abs(border.vertices[0] - border.vertices[-1]).max() == 1


def test_what_only_touches_zero_is_no_border() -> None:
    assert of_number(lambda x, y: (x - 0.5) ** 2 + 0 * y).borders == ()
    assert of_number(lambda x, y: abs(x - 0.5) + 0 * y).borders == ()
    assert of_number(lambda x, y: 0 * x * y).borders == ()


def test_a_number_that_ends_has_no_border_there() -> None:
    (border,) = of_number(lambda x, y: numpy.where(x > 0.7, numpy.nan, y - 0.4)).borders
    assert border.vertices[:, 0].max() == pytest.approx(0.7, abs=1e-3)
    assert abs(border.vertices[:, 1] - 0.4).max() <= TOLERANCE
    assert of_number(lambda x, y: numpy.where(x > 0.7, numpy.nan, y + 1)).borders == ()


@pytest.mark.parametrize("radius", [0.004, 0.0005])
def test_islands_between_the_points_are_found_where_a_number_hints_at_them(radius: float) -> None:
    for height in (lambda x, y: distance(x, y) - radius, lambda x, y: distance(x, y) ** 2 - radius**2):
        (border,) = of_number(height, coarse=(33, 33)).borders
        assert border.closed
        assert abs(distance(*border.vertices.T) - radius).max() < 1e-6


@pytest.mark.parametrize("centre", [(0.513, 0.0), (0.0, 0.3), (1.0, 0.771), (0.2, 1.0)])
def test_hints_reach_the_edge_of_the_plane(centre: tuple[float, float]) -> None:
    def height(x: Any, y: Any) -> Any:
        return numpy.hypot(x - centre[0], y - centre[1]) - 0.002

    (border,) = of_number(height).borders
    assert not border.closed
    assert abs(height(*border.vertices.T)).max() < 1e-6


def test_hints_at_one_edge_do_not_depend_on_the_other() -> None:
    (border,) = of_number(lambda x, y: numpy.minimum(numpy.hypot(x, y - 0.3) - 0.002, 0.004 + (1 - x))).borders
    assert abs(numpy.hypot(border.vertices[:, 0], border.vertices[:, 1] - 0.3) - 0.002).max() < 1e-6


def test_narrow_regions_that_pass_through_a_cell_need_no_splitting() -> None:
    for turn in (False, True):

        def colour(x: Any, y: Any, turn: bool = turn) -> Any:
            across, up = (1 - y, x) if turn else (x, y)
            place = across - 0.45 - 0.1 * up
            return numpy.where(place < 0, 0, numpy.where(place < 0.006, 1, 2))

        found = of_category(colour, depth=0, coarse=(21, 21))
        assert found.unclear == 0
        assert sorted(border.between for border in found.borders) in ([(0, 1), (1, 2)], [(0, 1), (0, 2), (1, 2)])
        assert not wrong_ways(found.borders, colour, UNIT, margin=2e-3)
        for border in found.borders:
            assert not strays(border, colour, 1.01 * TOLERANCE)


def test_a_sliver_narrower_than_the_grid_is_followed_along_its_length() -> None:
    def height(x: Any, y: Any) -> Any:
        return abs(x - 0.3 - 0.1 * y) - 0.0015  # a tenth of the grid's spacing

    found = of_number(height, coarse=(65, 65))
    assert len(found.borders) == 2
    for border in found.borders:
        assert numpy.sort(border.vertices[[0, -1], 1]).tolist() == pytest.approx([0, 1])
        assert abs(height(*border.vertices.T)).max() < 1e-9


def test_a_label_wider_than_the_spacing_is_never_missed() -> None:
    for offset in numpy.linspace(0, 1 / 32, 7):

        def colour(x: Any, y: Any, offset: float = offset) -> Any:
            return abs(x - 0.4 - offset) < 0.501 / 32  # a strip a little wider than the spacing

        found = of_category(colour)
        assert len(found.borders) == 2
        assert found.spacing == (1 / 32, 1 / 32)
        edges = sorted(border.vertices[:, 0].mean() for border in found.borders)
        assert edges == pytest.approx([0.4 + offset - 0.501 / 32, 0.4 + offset + 0.501 / 32], abs=TOLERANCE)


def test_a_third_region_between_two_is_followed_once_it_is_hit() -> None:
    width = 0.002  # a sixteenth of the spacing

    def colour(x: Any, y: Any) -> Any:
        return numpy.where(x < 0.45 + 0.1 * y, 0, numpy.where(x < 0.45 + 0.1 * y + width, 1, 2))

    found = of_category(colour)
    assert {border.between for border in found.borders} == {(0, 1), (1, 2)}
    assert not wrong_ways(found.borders, colour, UNIT, margin=5e-4)


def test_logarithmic_and_joint_axes_keep_the_tolerance_in_their_own_measure() -> None:
    x = Span.between("x", "1/1000", 10, log=True)
    (border,) = of_number(lambda x, y: numpy.log10(x) + 1 + y, x=x).borders
    assert abs(numpy.log10(border.vertices[:, 0]) + 1 + border.vertices[:, 1]).max() < 4e-6
    middles = numpy.column_stack(
        [
            numpy.log10(numpy.prod(pieces([border])[:, :, 0], axis=1)) / 2,
            pieces([border])[:, :, 1].mean(axis=1),
        ]
    )
    assert abs(middles.sum(axis=1) + 1).max() < 1e-4
    rows = tuple((value, 1 - value) for (value,) in listed("x", ["0", "1/4", "1/2", "1"]))
    both = Axis(paths=("x", "z"), rows=rows, spacing=Spacing.LISTED)
    sweep = Plain(functions={"height": (Kind.NUMBER, lambda x, y: y - x**2)})
    (parabola,) = find_borders(sweep, both, Y, variables=["height"], coarse=(17, 33)).borders
    assert abs(parabola.vertices[:, 1] - parabola.vertices[:, 0] ** 2).max() < 1e-6


def test_the_points_of_an_axis_are_the_coarse_grid_and_uneven_ones_too() -> None:
    uneven = listed("x", ["0", "1/10", "1/5", "1/2", "7/10", "1"])
    sweep = number(lambda x, y: distance(x, y) - 0.3)
    found = find_borders(sweep, uneven, Y, variables=["height"])
    assert found.spacing == (pytest.approx(0.3), 1 / 256)
    (border,) = found.borders
    assert abs(distance(*border.vertices.T) - 0.3).max() < 1e-6
    assert found.evaluations == sweep.points


def test_units_of_the_parameters_do_not_matter() -> None:
    x, y = Span.between("x", 1000, 3000), Span.between("y", "-1/1000", "1/1000")
    (border,) = of_category_in(lambda x, y: numpy.hypot((x - 2000) / 2000, y / 0.002) < 0.3, x, y).borders
    radius = numpy.hypot((border.vertices[:, 0] - 2000) / 2000, border.vertices[:, 1] / 0.002)
    assert abs(radius - 0.3).max() <= TOLERANCE


def of_category_in(function: Any, x: Span, y: Span) -> Borders:
    return find_borders(category(function), x, y, variables=["colour"], coarse=(33, 33))


def test_knots_are_met_exactly_and_never_left() -> None:
    rng = numpy.random.default_rng(5)
    for log in (False, True):
        for low, high in numpy.sort(rng.uniform(0.1, 1, size=(300, 2)), axis=1).tolist():
            span = Span.between("x", low, high, log=log)
            values = span.values(numpy.array([0.0, 1e-9, 0.3, 1 - 1e-16, 1.0]))[:, 0]
            assert (values[0], values[-1]) == (low, high)
            assert ((values >= low) & (values <= high)).all()


def test_points_outside_the_plane_are_never_asked_for() -> None:
    def strict(x: Any, y: Any) -> Any:
        assert ((x >= 0.1) & (x <= 0.7) & (y >= 0.2) & (y <= 0.9)).all()
        return (x - 0.4) ** 2 + (y - 0.2) ** 2 - 0.09

    x, y = Span.between("x", "1/10", "7/10"), Span.between("y", "1/5", "9/10")
    assert len(of_number(strict, x=x, y=y).borders) == 1
    assert of_number(strict, x=x, y=y, coarse=(9, 50)).evaluations > 450


def test_the_same_question_has_the_same_answer_and_costs_few_points_and_calls() -> None:
    sweep = number(lambda x, y: numpy.sin(9 * x + 2 * y) - 2 * (y - 0.5))
    answers = [find_borders(sweep, X, Y, variables=["height"], coarse=(256, 256)) for _ in range(2)]
    first, second = ([border.vertices.tobytes() for border in answer.borders] for answer in answers)
    assert first == second
    vertices = sum(len(border.vertices) for border in answers[0].borders)
    assert answers[0].evaluations == sweep.points / 2
    assert answers[0].evaluations <= 306**2 + 60 * vertices
    assert sweep.calls / 2 <= 30


@pytest.mark.slow
def test_noise_ends_and_says_that_it_is_unclear() -> None:
    def noise(x: Any, y: Any) -> Any:
        return (numpy.floor(x * 1e7) * 7919 + numpy.floor(y * 1e7) * 104729) % 3

    found = of_category(noise, coarse=(9, 9))
    assert found.unclear > 30
    assert found.evaluations < 500_000


def test_the_budget_ends_the_refinement() -> None:
    def kinks(x: Any, y: Any) -> Any:
        return y - abs((20 * x) % 2 - 1) * 0.8 - 0.1

    whole = of_number(kinks, coarse=(50, 50))
    part = of_number(kinks, coarse=(50, 50), most_points=3_000)
    assert part.evaluations < 30_000 < 100_000 < whole.evaluations
    assert part.unclear > 0


@pytest.mark.parametrize(
    ("how", "line"),
    [
        ({"variables": ["hight"]}, 'variable must be one that is measured, got "hight" (did you mean height?)'),
        ({"variables": []}, "variables must be at least one"),
        ({"coarse": (1, 5)}, "coarse must be at least 2 points along each axis, got 1"),
        ({"coarse": (6000, 6000)}, "coarse must have at most 20000000 points in all, got 36000000"),
        ({"tolerance": 0}, "tolerance must be a share of the axis in [1e-12, 0.1], got 0"),
        ({"chord": float("nan")}, "chord must be a share of the axis in [1e-12, 0.1], got nan"),
        ({"depth": 7}, "depth must be in 0..6, got 7"),
        ({"x": Y}, "axis y must be given once"),
        ({"x": listed("x", [1])}, "axis x must have at least 2 values to look for borders, got 1"),
        ({"x": listed("x", [1, "1/2"])}, "axis x must rise to look for borders, got 0.5"),
        ({"x": listed("x", [0, 0, 1])}, "axis x must rise to look for borders, got 0.0"),
    ],
)
def test_questions_that_cannot_be_answered(how: dict[str, Any], line: str) -> None:
    x = how.pop("x", X)
    with pytest.raises(InputError) as caught:
        find_borders(number(lambda x, y: x), x, Y, **{"variables": ["height"], **how})
    assert str(caught.value) == line


@pytest.mark.parametrize(
    ("low", "high", "log", "line"),
    [
        (1, 1, False, "axis x must rise to look for borders, got 1.0"),
        (2, 1, False, "axis x must rise to look for borders, got 1.0"),
        (0, 1, True, "axis x must be positive to be logarithmic, got 0.0"),
        ("a", 1, False, 'axis x must be a number such as 1/3, 0.2 or 2, got "a"'),
    ],
)
def test_spans_that_are_none(low: Any, high: Any, log: bool, line: str) -> None:
    with pytest.raises(InputError) as caught:
        Span.between("x", low, high, log=log)
    assert str(caught.value) == line
