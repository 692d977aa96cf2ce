"""Maps, slices, small multiples, what moves the premium, and the page that shows them."""

from __future__ import annotations

import json
import math
import re
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from landscapes_to_draw import UNIT, P, diagram_from, halves, side
from matplotlib.colors import to_rgb
from report_games import seed_result
from test_landscape_figures import assert_tidy, texts, words

from deceptive_sim import load_scenario, run
from deceptive_sim.landscapes.sensitivity import Bar, Share, Sobol, Tornado
from deceptive_sim.model.regimes import Regime
from deceptive_sim.report import write_report
from deceptive_sim.report.alt import alt_text
from deceptive_sim.report.figures import LANDSCAPE, draw, names_of
from deceptive_sim.report.figures.heatmaps import draw_map, levels_of, shades_of
from deceptive_sim.report.figures.multiples import draw_panels
from deceptive_sim.report.figures.regimes import COLOURS
from deceptive_sim.report.figures.sensitivity import draw_drivers
from deceptive_sim.report.figures.slices import draw_slices
from deceptive_sim.report.landscape_words import HEADINGS
from deceptive_sim.studies.landscapes import axes_for
from deceptive_sim.studies.phase_drivers import Drivers
from deceptive_sim.studies.phase_results import Panel
from deceptive_sim.studies.phase_slices import Slice, slice_along
from deceptive_sim.studies.result import RunResult

pytestmark = pytest.mark.slow

# --- maps ------------------------------------------------------------------------------------------------------------


def test_the_premium_has_a_scale_with_0_in_the_middle() -> None:
    numbers = np.array([[-1.0, 0.0, 4.0]])
    shades = shades_of(numbers, signed=True)
    assert (shades.low, shades.high) == (-4, 4)
    low, zero, high = shades.painted(np.array([[-4.0, 0.01, 4.0]]))[0].astype(int)
    assert low[2] > low[0] + 50  # blue
    assert high[0] > high[2] + 50  # orange
    assert min(zero) > 235  # nearly white


def test_values_rise_from_light_to_dark_and_what_is_missing_is_grey() -> None:
    numbers = np.array([[1.0, 2.0, 3.0, math.nan]])
    painted = shades_of(numbers, signed=False).painted(numbers)[0].astype(int)
    assert painted[0].sum() > painted[1].sum() > painted[2].sum()
    assert painted[3].max() - painted[3].min() < 15
    assert painted[3].sum() < painted[0].sum() - 60


def test_lines_of_equal_premium_lie_where_it_is_equal() -> None:
    diagram = halves(premium=lambda x, y: 4 * (x - 0.4) + 0 * y)
    figure = draw_map(diagram, "premium")
    contours = [line for line in figure.axes[0].lines if line.get_gid() == "contour"]
    found = sorted({round(float(np.mean(line.get_xdata())), 2) for line in contours})
    assert found == [0.15, 0.65, 0.9]
    assert words(figure, "contour-label") == ["-1", "1", "2"]
    assert words(figure, "line-label") == ["premium 0"]
    assert words(figure, "title") == ["Premium of deception: from -1.6 to 2.4"]
    assert_tidy(figure)


def test_levels_are_round_and_inside() -> None:
    assert levels_of(np.array([[0.0, 7.2]])) == [2, 4, 6]
    assert levels_of(np.array([[1.0, 1.0]])) == []


def test_the_map_of_the_value_has_a_scale_beside_it() -> None:
    figure = draw_map(halves(), "value")
    plane, bar = figure.axes
    assert [image.get_gid() for image in plane.images] == ["value"]
    assert [image.get_gid() for image in bar.images] == ["ramp"]
    low, high = bar.get_ylim()
    assert (low, high) == pytest.approx((1.5, 3), abs=0.02)
    assert bar.get_title(loc="left") == "payoff"
    assert_tidy(figure)


def test_without_a_premium_there_is_a_note() -> None:
    diagram = diagram_from(UNIT, lambda x, y: Regime.UNCONSTRAINED, premium=lambda x, y: x * math.nan)
    assert "no premium of deception" in draw_map(diagram, "premium").texts[0].get_text()


# --- slices ----------------------------------------------------------------------------------------------------------


def slices(*axes: str, **settings: object) -> list[Slice]:
    scenario = load_scenario("early-defection").with_parameters(settings)
    return [slice_along(scenario, axis) for axis in axes_for(scenario, axes)]


@pytest.mark.slow
def test_lines_and_strips_of_a_slice() -> None:
    (found,) = slices("training.modification.A=0:1@21")
    figure = draw_slices([found])
    upper, lower = figure.axes
    drawn = {line.get_gid(): line for line in upper.lines}
    assert drawn["value"].get_xdata().tolist() == found.places.tolist()
    assert drawn["premium"].get_ydata().tolist() == found.premium.tolist()
    assert list(drawn["root"].get_xdata()) == pytest.approx([found.roots[0]] * 2)
    strips = [patch for patch in lower.patches if patch.get_gid() == "stretch"]
    for patch, stretch in zip(strips, found.stretches, strict=True):
        assert patch.get_facecolor()[:3] == pytest.approx(to_rgb(COLOURS[stretch.regime]))
        assert (patch.get_x(), patch.get_x() + patch.get_width()) == pytest.approx((stretch.low, stretch.high))
    assert words(figure, "stretch-strategy") == ["AAAAAAA", "BBBBAAA"]
    assert words(figure, "key") == ["late-pretence"]
    assert words(figure, "root-name") == ["premium 0 at 0.5624"]
    assert upper.get_xlim() == lower.get_xlim() == (0, 1)
    assert_tidy(figure)


def test_whole_numbers_are_points_and_jumps_are_gaps() -> None:
    figure = draw_slices(slices("deployment.episodes=1:8"))
    (premium,) = [line for line in figure.axes[0].lines if line.get_gid() == "premium"]
    assert premium.get_marker() == "o"
    assert premium.get_xdata().tolist() == [1, 2, 3, 4, 5, 6, 7, 8]
    assert words(figure, "root-name") == ["premium 0 at 3 to 4"]
    jumping = {
        "training.episodes": 1, "deployment.episodes": 2, "training.modification.A": 1, "discount": 1,
        "payoffs.base.A": "1/2",
    }  # fmt: skip
    figure = draw_slices(slices("payoffs.base.B=0:1@8", **jumping))
    (premium,) = [line for line in figure.axes[0].lines if line.get_gid() == "premium"]
    assert np.isnan(premium.get_ydata()).sum() == 1
    (root,) = [line for line in figure.axes[0].lines if line.get_gid() == "root"]
    assert root.is_dashed()
    assert words(figure, "root-name") == ["premium jumps at 0.5"]
    assert_tidy(figure)


@pytest.mark.slow
def test_several_slices_stand_under_each_other() -> None:
    found = slices("training.modification.A=0:1@11", "discount=1/2:1@11", "deployment.episodes=1:9")
    figure = draw_slices(found)
    bottoms = [axes.get_position().y0 for axes in figure.axes]
    assert bottoms == sorted(bottoms, reverse=True)
    assert [axes.get_xlabel().splitlines()[-1] for axes in figure.axes[1::2]] == [one.scale.path for one in found]
    assert_tidy(figure)


# --- small multiples -------------------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("count", [2, 3, 4, 6])
def test_panels_share_axes_and_colours(count: int) -> None:
    panels = [Panel(settings=(("deployment.episodes", str(m)),), diagram=halves()) for m in range(1, count + 1)]
    figure = draw_panels(panels)
    assert len(figure.axes) == count
    titles = [axes.get_title(loc="left") for axes in figure.axes]
    assert titles == [f"deployment.episodes = {m}" for m in range(1, count + 1)]
    assert len({axes.get_xlim() for axes in figure.axes}) == 1
    assert len({np.asarray(axes.images[0].get_array()).tobytes() for axes in figure.axes}) == 1
    assert words(figure, "key") == ["deceptive", "open"]
    assert words(figure, "title")[0].replace("\n", " ") == (
        f"Deception pays in 60% of the picture at deployment.episodes = 1, in 60% at {count}"
    )
    assert_tidy(figure)


# --- what moves the premium ------------------------------------------------------------------------------------------


def drivers() -> Drivers:
    bars = (
        Bar(path=P, low=Fraction(0), high=Fraction(1), at_low=-3.0, at_high=1.0),
        Bar(path="deployment.episodes", low=Fraction(1), high=Fraction(20), at_low=0.5, at_high=-0.5),
        Bar(path="training.episodes", low=Fraction(0), high=Fraction(9), at_low=math.nan, at_high=-0.2),
    )
    shares = tuple(
        Share(path=path, first=first, total=total, first_interval=(first - 0.05, first + 0.05),
              total_interval=(total - 0.1, total + 0.1))
        for path, first, total in ((P, 0.5, 0.7), ("training.episodes", 0.1, 0.2), ("deployment.episodes", 0.02, 0.05))
    )  # fmt: skip
    sobol = Sobol(variable="premium", shares=shares, mean=0.0, variance=2.0, samples=64, confidence=0.95)
    tornado = Tornado(variable="premium", base={}, at_base=0.1, bars=bars)
    titles = {P: "probability of modification after A in training", "deployment.episodes": "episodes of deployment"}
    return Drivers(titles=titles, tornado=tornado, sobol=sobol)


def test_bars_reach_from_the_base_to_the_ends() -> None:
    figure = draw_drivers(drivers())
    tornado, shares = figure.axes
    spans = [
        (patch.get_gid(), round(patch.get_x(), 9), round(patch.get_x() + patch.get_width(), 9))
        for patch in tornado.patches
    ]
    ends = {(gid, *sorted(span)) for gid, *span in spans}
    assert ends == {("low", -3, 0.1), ("high", 0.1, 1), ("low", 0.1, 0.5), ("high", -0.5, 0.1)}
    assert words(figure, "end") == ["0", "1", "20", "1"]
    assert words(figure, "none") == ["no premium"]
    totals = [patch.get_width() for patch in shares.patches if patch.get_gid() == "total"]
    assert totals == [0.7, 0.05, 0.2]  # in the order of the bars
    assert "probability" in words(figure, "parameter")[0]
    assert_tidy(figure)


def test_without_shares_the_reason_is_said() -> None:
    figure = draw_drivers(replace(drivers(), sobol=None, missing="there is only one parameter"))
    assert len(figure.axes) == 1
    assert "there is only one parameter" in words(figure, "note")[0].replace("\n", " ")
    assert_tidy(figure)


# --- the report ------------------------------------------------------------------------------------------------------

MAPPED = """\
version: 1
id: mapped
title: A mapped game
game: {name: two-phase, parameters: {m: 4, g: 9/10}}
landscape:
  axes: {p: 0:1@15, n: "1:6", m: "1:7"}
  figures: [diagram, value, premium, slices, multiples, sensitivity]
"""


TINY = MAPPED.replace('15, n: "1:6", m: "1:7"', '3, n: "1:2", m: "1:2"')


@pytest.fixture(scope="module")
def mapped(tmp_path_factory: pytest.TempPathFactory) -> RunResult:
    file = tmp_path_factory.mktemp("scenario") / "mapped.yaml"
    file.write_text(MAPPED)
    return run(load_scenario(file))


@pytest.mark.slow
def test_figures_of_the_landscape_come_after_the_strategies(tmp_path: Path) -> None:
    file = tmp_path / "mapped.yaml"
    file.write_text(TINY)
    mapped = run(load_scenario(file))
    assert names_of(mapped) == ("strategies", *LANDSCAPE, "values", "actions")
    assert names_of(replace(mapped, figures=("actions",))) == (*LANDSCAPE, "actions")
    assert names_of(replace(mapped, landscape=None)) == ("strategies", "values", "actions")
    assert set(HEADINGS) == set(LANDSCAPE)


@pytest.mark.slow
@pytest.mark.parametrize("name", LANDSCAPE)
def test_every_figure_is_drawn_and_told(mapped: RunResult, name: str) -> None:
    figure = draw(mapped, name)
    assert texts(figure, "title")
    assert_tidy(figure)
    alt = alt_text(mapped, name)
    assert len(alt) > 60
    assert alt.endswith(".")


def test_results_without_a_landscape_get_a_note() -> None:
    for name in LANDSCAPE:
        assert draw(seed_result(), name).texts[0].get_text().startswith("There")


@pytest.mark.slow
def test_the_report_shows_the_landscape_and_keeps_its_numbers(mapped: RunResult, tmp_path: Path) -> None:
    written = write_report(mapped, tmp_path, figures="png")
    assert "landscape.csv" in {path.name for path in written}
    assert {f"{name}.png" for name in LANDSCAPE} <= {path.name for path in written}
    page = (tmp_path / "report.html").read_text()
    labels = re.findall(r'<svg role="img" aria-label="([^"]+)"', page)
    assert len(labels) == 9
    for name, heading in HEADINGS.items():
        assert f'id="figure-{name}"' in page
        assert f"<h2>{heading}</h2>" in page
    assert page.index("figure-landscape-diagram") < page.index("figure-values")
    told = json.loads((tmp_path / "run.json").read_text())["landscape"]
    assert told["diagram"]["shares"]
    assert len(told["slices"]) == 3
    assert told["sensitivity"]["sobol"]["samples"] == 512
    rows = (tmp_path / "landscape.csv").read_text().splitlines()
    assert len(rows) == 1 + 15 * 6


@pytest.mark.slow
def test_the_same_landscape_gives_the_same_page(mapped: RunResult, tmp_path: Path) -> None:
    again = run(load_scenario_of(mapped, tmp_path))
    for folder, result in (("one", mapped), ("two", again)):
        write_report(result, tmp_path / folder)
    for name in ("report.html", "landscape.csv"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()


def load_scenario_of(result: RunResult, folder: Path):  # type: ignore[no-untyped-def]
    file = folder / f"{result.scenario_id}.yaml"
    file.write_text(MAPPED)
    return load_scenario(file)


def test_a_scenario_without_a_landscape_writes_what_it_did(tmp_path: Path) -> None:
    written = write_report(seed_result(figures=()), tmp_path)
    assert [path.name for path in written] == ["report.html", "results.csv", "run.json"]
    assert "landscape" not in json.loads((tmp_path / "run.json").read_text())


def test_scales_of_whole_numbers_have_names_of_their_own() -> None:
    whole = side("training.episodes", range(1, 5), "episodes", whole=True)
    figure = draw_map(diagram_from((UNIT[0], whole), lambda x, y: Regime.OPEN), "value")
    assert figure.axes[0].get_ylim() == (0.5, 4.5)
    assert figure.axes[0].get_ylabel() == "episodes\ntraining.episodes"
