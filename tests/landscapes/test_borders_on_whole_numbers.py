"""Borders where an axis has whole numbers: one root per number, and outlines that part the cells as labels do."""

from typing import Any

import numpy
import pytest
from outlines import pieces, wrong_ways
from planes import Plain, category, number

from deceptive_sim.landscapes.axes import Axis, Spacing, listed
from deceptive_sim.landscapes.borders import Border, find_borders
from deceptive_sim.landscapes.boundaries.spans import Span
from deceptive_sim.landscapes.sweep import Kind

COUNTS = Span.of_whole_numbers("x", range(1, 13))
Y = Span.between("y", 0, 1)


def upright_and_level(border: Border) -> tuple[Any, Any]:
    """The pieces at an edge between whole numbers, and those across a cell; each piece is one of both."""
    all_pieces = pieces([border])
    upright = all_pieces[:, 0, 0] == all_pieces[:, 1, 0]
    level = all_pieces[:, 0, 1] == all_pieces[:, 1, 1]
    assert (upright != level).all()
    return all_pieces[upright], all_pieces[level]


def between(ends: Any) -> list[int]:
    """The whole numbers between two halves."""
    return list(range(int(min(ends) + 0.5), int(max(ends) + 0.5)))


def test_one_root_per_whole_number_drawn_as_steps() -> None:
    (border,) = find_borders(number(lambda x, y: x * y - 1), COUNTS, Y, variables=["height"]).borders
    assert border.steps
    assert not border.jump
    upright, level = upright_and_level(border)
    middles = level[:, :, 0].mean(axis=1)
    roots = dict(zip(middles.tolist(), level[:, 0, 1].tolist(), strict=True))
    assert sorted(roots) == list(range(2, 13))  # at 1 the root is the end of the axis: nothing lies beyond it
    for count, root in roots.items():
        assert root == pytest.approx(1 / count, abs=1e-12)
    assert set(upright[:, 0, 0].tolist()) == {count + 0.5 for count in range(1, 12)}


def test_the_other_axis_may_be_the_whole_one() -> None:
    (border,) = find_borders(
        number(lambda x, y: x * y - 1),
        Span.between("x", 0, 1),
        Span.of_whole_numbers("y", range(2, 9)),
        variables=["height"],
    ).borders
    turned = Border(variable="", between=border.between, vertices=border.vertices[:, ::-1])
    _, level = upright_and_level(turned)
    for cell in level:
        assert cell[0, 1] == pytest.approx(1 / cell[:, 0].mean(), abs=1e-12)
    assert (border.vertices[:, 1].min(), border.vertices[:, 1].max()) == (1.5, 8.5)


def test_roots_that_jump_say_so() -> None:
    for steep, jump in ((numpy.sign, True), (numpy.tanh, False)):
        found = find_borders(number(lambda x, y, steep=steep: steep(x * y - 1)), COUNTS, Y, variables=["height"])
        assert [border.jump for border in found.borders] == [jump]


def test_both_axes_whole_is_exact() -> None:
    x, y = Span.of_whole_numbers("x", range(1, 13)), Span.of_whole_numbers("y", range(1, 10))
    sweep = category(lambda x, y: (x - 5) ** 2 + (y - 5) ** 2 < 9)
    found = find_borders(sweep, x, y, variables=["colour"])
    (border,) = found.borders
    assert found.evaluations == sweep.points == 12 * 9
    assert found.spacing == (0, 0)
    assert border.closed
    upright, level = upright_and_level(border)
    inside = {(a, b) for a in range(1, 13) for b in range(1, 10) if (a - 5) ** 2 + (b - 5) ** 2 < 9}
    edges = {(a + 0.5, b) for a in range(13) for b in range(10) if ((a, b) in inside) != ((a + 1, b) in inside)}
    assert {(piece[0, 0], middle) for piece in upright for middle in between(piece[:, 1])} == edges
    edges = {(a, b + 0.5) for a in range(13) for b in range(10) if ((a, b) in inside) != ((a, b + 1) in inside)}
    assert {(middle, piece[0, 1]) for piece in level for middle in between(piece[:, 0])} == edges


def test_single_whole_numbers_are_cells_too() -> None:
    one = Span.of_whole_numbers("x", [3])
    (border,) = find_borders(number(lambda x, y: x * y - 1), one, Y, variables=["height"]).borders
    assert border.vertices.tolist() == [[2.5, pytest.approx(1 / 3)], [3.5, pytest.approx(1 / 3)]]


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("both", [False, True])
def test_outlines_part_what_labels_part(seed: int, both: bool) -> None:
    rng = numpy.random.default_rng(seed)
    waves = rng.normal(size=(5, 2)) * [0.6, 5], rng.uniform(0, 7, size=5), rng.normal(size=5)
    y = Span.of_whole_numbers("y", range(11)) if both else Span.between("y", 0, 10)

    def colour(x: Any, y: Any) -> Any:
        height = sum(c * numpy.sin(k[0] * x + k[1] * y / 10 + p) for k, p, c in zip(*waves, strict=True))
        return numpy.clip(numpy.floor(height + 2), 0, 4).astype(int)

    def cells(x: Any, y: Any) -> Any:
        return colour(numpy.clip(numpy.rint(x), 1, 12), numpy.clip(numpy.rint(y), 0, 10) if both else y)

    found = find_borders(category(colour), COUNTS, y, variables=["colour"])
    assert len(found.borders) > 2
    assert not wrong_ways(found.borders, cells, (0.51, 12.49, 0.01, 9.99), margin=2e-3)


def test_a_root_between_the_points_is_found_where_a_number_hints_at_it() -> None:
    found = find_borders(
        number(lambda x, y: abs(y - 0.4 - x / 300) - 0.0008), COUNTS, Y, variables=["height"], coarse=(2, 65)
    )
    places = numpy.unique(numpy.concatenate([border.vertices for border in found.borders])[:, 1].round(9))
    expected = [0.4 + x / 300 + side for x in range(1, 13) for side in (-0.0008, 0.0008)]
    assert places.tolist() == pytest.approx(sorted(expected), abs=1e-8)


def test_what_was_looked_at_for_another_variable_is_not_found_twice() -> None:
    functions = {
        "height": (Kind.NUMBER, lambda x, y: abs(y - 0.4 - x / 300) - 0.0008),
        "colour": (Kind.CATEGORY, lambda x, y: y > 0.403 + x / 300),
    }
    found = find_borders(Plain(functions=functions), COUNTS, Y, variables=["height", "colour"], coarse=(2, 65))
    (border,) = [border for border in found.borders if border.variable == "colour"]
    _, level = upright_and_level(border)
    assert len(level) == 12
    assert sorted(level[:, 0, 1].tolist()) == pytest.approx([0.403 + x / 300 for x in range(1, 13)], abs=1e-6)


def test_an_axis_says_whole_by_the_call_and_logarithmic_cells_end_at_the_ratio() -> None:
    axis = Axis(paths=("x",), rows=listed("x", [1, 10, 100]).rows, spacing=Spacing.LOG)
    sweep = number(lambda x, y: numpy.log10(x) - 2 * y - 0.5)
    (border,) = find_borders(sweep, axis, Y, variables=["height"], whole=(True, False)).borders
    upright, level = upright_and_level(border)
    assert sorted(upright[:, 0, 0].tolist()) == pytest.approx([10**0.5, 10**1.5])
    assert sorted({float(round(piece[0, 1], 9)) for piece in level}) == [0.25, 0.75]


def test_whole_numbers_are_asked_for_as_they_are() -> None:
    def strict(x: Any, y: Any) -> Any:
        assert (x == numpy.rint(x)).all()
        return numpy.where(y == 0.5, 0.0, x * (y - 0.5))  # zeros exactly on the grid

    (border,) = find_borders(number(strict), COUNTS, Y, variables=["height"]).borders
    assert abs(border.vertices[:, 1] - 0.5).max() <= 1e-6
