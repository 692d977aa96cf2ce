"""The pieces of a phase diagram: scales, maps of labels, regions and the room in them, the closed form over it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from scipy import ndimage

from deceptive_sim import load_scenario
from deceptive_sim.landscapes.axes import Axis, Spacing
from deceptive_sim.solvers.closed_forms import play_along_window
from deceptive_sim.studies.landscapes import axes_for
from deceptive_sim.studies.phase import scale_for
from deceptive_sim.studies.phase_curve import play_along_curve, two_phase_of
from deceptive_sim.studies.phase_names import title_of
from deceptive_sim.studies.phase_raster import fine_map
from deceptive_sim.studies.phase_regions import components, parts_of, roomiest
from deceptive_sim.studies.phase_scale import other_values, scale_of


def even(path: str, low: float, high: float, count: int, spacing: Spacing = Spacing.LINEAR) -> Axis:
    low_, high_ = Fraction(str(low)), Fraction(str(high))
    if spacing is Spacing.LOG:
        values = [Fraction(repr(float(v))) for v in np.geomspace(low, high, count)]
        return Axis(paths=(path,), rows=tuple((v,) for v in [low_, *values[1:-1], high_]), spacing=spacing)
    rows = tuple((low_ + (high_ - low_) * place / (count - 1),) for place in range(count))
    return Axis(paths=(path,), rows=rows)


# --- scales ----------------------------------------------------------------------------------------------------------


def test_real_values_fill_the_side_and_whole_ones_have_cells_around_them() -> None:
    real = scale_of(even("p", 0, 1, 5), "p", whole=False)
    assert (real.low, real.high) == (0, 1)
    whole = scale_of(even("n", 1, 4, 4), "n", whole=True)
    assert whole.edges.tolist() == [0.5, 1.5, 2.5, 3.5, 4.5]
    assert whole.unit(np.array([1.0, 4.0])).tolist() == [0.125, 0.875]
    assert whole.cell(np.array([0.6, 1.4, 1.6, 4.4])).tolist() == [0, 0, 1, 3]


def test_a_logarithmic_side_is_even_in_ratios() -> None:
    scale = scale_of(even("p", 0.01, 1, 9, Spacing.LOG), "p", whole=False)
    assert scale.unit(np.array([0.01, 0.1, 1.0])) == pytest.approx([0, 0.5, 1])
    assert scale.at(np.array([0.0, 0.5, 1.0])) == pytest.approx([0.01, 0.1, 1])


def test_parameters_that_move_along_follow_between_the_points() -> None:
    axis = Axis(paths=("p", "q"), rows=((Fraction(0), Fraction(1)), (Fraction(1), Fraction(0))))
    assert other_values(axis, np.array([0.25])).tolist() == [[0.25, 0.75]]


# --- maps ------------------------------------------------------------------------------------------------------------


class Disc:
    """Label 1 inside a circle, 0 outside; counts what it is asked."""

    variables: Sequence[Any] = ()
    identity: Mapping[str, Any] = {}

    def __init__(self) -> None:
        self.asked = 0

    def __call__(self, axes: Sequence[Axis]) -> Mapping[str, Any]:
        if len(axes) == 1:
            x, y = axes[0].floats[:, 0], axes[0].floats[:, 1]
        else:
            x, y = np.meshgrid(axes[0].floats[:, 0], axes[1].floats[:, 0], indexing="ij")
        self.asked += x.size
        return {"inside": (np.hypot(x - 0.5, y - 0.4) < 0.3).astype(int)}


def test_the_fine_map_is_what_every_pixel_says_for_a_fraction_of_the_price() -> None:
    axes = even("x", 0, 1, 41), even("y", 0, 1, 41)
    scales = tuple(scale_of(axis, axis.name, whole=False) for axis in axes)
    disc = Disc()
    coarse = disc(axes)
    fine = fine_map(disc, axes, scales, coarse, lambda arrays: arrays["inside"]).labels
    places = (np.arange(fine.shape[0]) + 0.5) / fine.shape[0]
    x, y = np.meshgrid(places, places)
    assert fine.shape[0] >= 200
    assert (fine == (np.hypot(x - 0.5, y - 0.4) < 0.3)).all()
    assert disc.asked < 0.2 * fine.size


def test_whole_numbers_have_a_row_of_pixels_each_and_are_never_asked_between() -> None:
    axes = even("x", 0, 1, 21), even("n", 0, 5, 6)
    scales = (scale_of(axes[0], "x", whole=False), scale_of(axes[1], "n", whole=True))

    def steps(parts: Sequence[Axis]) -> Mapping[str, Any]:
        x, n = (
            np.meshgrid(parts[0].floats[:, 0], parts[1].floats[:, 0], indexing="ij")
            if len(parts) == 2
            else (parts[0].floats[:, 0], parts[0].floats[:, 1])
        )
        assert (n == np.rint(n)).all()
        return {"high": (x > n / 5).astype(int)}

    sweep: Any = steps
    fine = fine_map(sweep, axes, scales, steps(axes), lambda arrays: arrays["high"]).labels
    assert fine.shape[0] == 6
    assert fine.mean(axis=1) == pytest.approx([1, 0.8, 0.6, 0.4, 0.2, 0], abs=0.005)


def test_numbers_are_linear_between_points_and_constant_on_whole_cells() -> None:
    axes = even("x", 0, 1, 5), even("n", 1, 3, 3)
    scales = (scale_of(axes[0], "x", whole=False), scale_of(axes[1], "n", whole=True))
    coarse = {"label": np.zeros((5, 3)), "height": axes[0].floats[:, :1] * 4 + axes[1].floats[:, 0]}
    unused: Any = None
    numbers = fine_map(unused, axes, scales, coarse, lambda arrays: arrays["label"], ["height"]).numbers["height"]
    places = (np.arange(numbers.shape[1]) + 0.5) / numbers.shape[1]
    assert numbers.shape[0] == 3
    assert numbers == pytest.approx(4 * places[None, :] + np.array([[1.0], [2.0], [3.0]]))


def test_numbers_jump_where_they_jump() -> None:
    class Step(Disc):
        def __call__(self, axes: Sequence[Axis]) -> Mapping[str, Any]:
            found = super().__call__(axes)["inside"]
            return {"inside": found, "height": 10.0 * found}

    axes = even("x", 0, 1, 21), even("y", 0, 1, 21)
    scales = tuple(scale_of(axis, axis.name, whole=False) for axis in axes)
    step = Step()
    fine = fine_map(step, axes, scales, step(axes), lambda arrays: arrays["inside"], ["height"])  # type: ignore[arg-type]
    assert set(np.unique(fine.numbers["height"])) == {0.0, 10.0}


# --- regions ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(6))
def test_connected_parts_are_those_that_scipy_finds(seed: int) -> None:
    labels = np.random.default_rng(seed).integers(0, 3, (17, 23))
    numbers, count = components(labels)
    expected = sum(ndimage.label(labels == label)[1] for label in range(3))
    assert count == expected
    for number in range(count):
        mask = numbers == number
        assert len(np.unique(labels[mask])) == 1
        assert ndimage.label(mask)[1] == 1


def test_room_is_looked_for_where_words_fit() -> None:
    mask = np.zeros((100, 100), dtype=bool)
    mask[:, :8] = True  # tall and narrow
    mask[60:80, :90] = True  # wide
    (row, column), (height, width) = roomiest(mask, mask.shape)
    assert 62 <= row <= 78
    assert 20 <= column <= 70
    assert width > 2 * height
    half = height // 2, width // 2
    assert mask[row - half[0] : row + half[0] + 1, column - half[1] : column + half[1] + 1].all()


@pytest.mark.parametrize("seed", range(5))
def test_the_room_is_free_of_even_the_smallest_hole(seed: int) -> None:
    mask = np.random.default_rng(seed).random((50, 70)) > 0.02
    (row, column), (height, width) = roomiest(mask, mask.shape)
    assert width > 3
    up, aside = height // 2, width // 2
    assert mask[row - up : row + up + 1, column - aside : column + aside + 1].all()


def test_parts_have_their_share_and_a_place_inside() -> None:
    labels = np.zeros((60, 60), dtype=int)
    labels[20:40, 20:40] = 2
    outer, inner = parts_of(labels)
    assert (outer.label, inner.label) == (0, 2)
    assert inner.share == pytest.approx(1 / 9)
    assert inner.place == pytest.approx((0.5, 0.5), abs=0.02)
    x, y = outer.place
    assert labels[int(60 * y), int(60 * x)] == 0


# --- names and the closed form ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "title"),
    [
        ("training.modification.A", "probability of modification after A in training"),
        ("game.phases.deployment.episodes", "episodes of deployment"),
        ("training.shutdown.B", "probability of shutdown after B in training"),
        ("payoffs.mesa.A", "payoff of A to mesa"),
        ("beliefs.deployment.episodes", "believed episodes of deployment"),
        ("agents.patient.discount", "discount of patient"),
        ("game.discount", "discount"),
    ],
)
def test_parameters_have_names_in_words(path: str, title: str) -> None:
    assert title_of(load_scenario("early-defection"), path) == title


@pytest.mark.parametrize("swapped", [False, True])
def test_the_floor_of_the_curve_is_the_play_along_window(swapped: bool) -> None:
    scenario = load_scenario("discount-and-training")
    axes = axes_for(scenario, ["discount=0.5:0.99@50", "training.episodes=1:30"])
    scales = [scale_for(scenario, axis) for axis in axes]
    curve = play_along_curve(scenario, scenario.agent_named(None), tuple(scales[::-1] if swapped else scales))
    assert curve is not None
    vertices = curve.vertices[:, ::-1] if swapped else curve.vertices
    assert len(vertices) > 50
    for g, window in vertices[::7].tolist():
        there = scenario.with_parameters({"discount": Fraction(repr(g)), "training.episodes": 1000})
        game = two_phase_of(there.game, "mesa")
        assert game is not None
        exact = play_along_window(game)
        assert exact == (math.floor(window) if window >= 1 else 0)


@pytest.mark.slow
@pytest.mark.parametrize(
    "setting",
    [
        {"training.modification.B": "1/10"},
        {"payoffs.mesa.B": "1/5"},
        {"payoffs.mesa.A": 2},
        {"training.shutdown.A": "1/10"},
        {"agents.planner.beliefs": {"deployment.episodes": 3}},
        {"agents.planner.strategy": "B*"},
        {"deployment.modification.B": "1/2"},
    ],
)
def test_games_of_another_form_have_no_curve(setting: Mapping[str, object]) -> None:
    scenario = load_scenario("discount-and-training")
    scales = tuple(scale_for(scenario, axis) for axis in axes_for(scenario))
    other = scenario.with_parameters(setting)
    assert play_along_curve(scenario, scenario.agent_named(None), (scales[0], scales[1])) is not None
    assert play_along_curve(other, other.agent_named(None), (scales[0], scales[1])) is None
