"""The phase diagram as drawn: what its artists say, and where they stand."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import matplotlib
import numpy as np
import pytest
from landscapes_to_draw import CODE, UNIT, P, diagram_from, halves, side
from matplotlib import font_manager
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.text import Text
from thinned import thinned

from deceptive_sim.landscapes.borders import Border
from deceptive_sim.model.regimes import Regime
from deceptive_sim.model.strategies import Strategy
from deceptive_sim.report.figures import style
from deceptive_sim.report.figures.diagram import draw_diagram
from deceptive_sim.report.figures.plane import strategy_words
from deceptive_sim.report.figures.regimes import COLOURS
from deceptive_sim.report.figures.render import file_bytes
from deceptive_sim.report.figures.sides import ticks_of
from deceptive_sim.report.landscape_words import diagram_alt
from deceptive_sim.report.phase_words import border_lines, guarantee, share_text
from deceptive_sim.studies.phase import PhaseDiagram
from deceptive_sim.studies.phase_curve import Curve


def texts(figure: Figure, gid: str) -> list[Text]:
    everything = [*figure.texts, *(text for axes in figure.axes for text in axes.texts)]
    return [text for text in everything if text.get_gid() == gid]


def words(figure: Figure, gid: str) -> list[str]:
    return [text.get_text() for text in texts(figure, gid)]


def lines(figure: Figure, gid: str) -> list[np.ndarray]:
    return [np.column_stack(line.get_data()) for line in figure.axes[0].lines if line.get_gid() == gid]


def place(text: Text) -> tuple[float, float]:
    """Where a text in the picture stands, in shares of the picture."""
    assert text.axes is not None
    assert text.get_transform() == text.axes.transAxes
    x, y = text.get_position()
    return float(x), float(y)


def assert_tidy(figure: Figure) -> None:
    """No text leaves the sheet, none overlaps another."""
    with style.house_style():
        figure.draw_without_rendering()
        shown = [text for text in figure.findobj(Text) if text.get_text().strip() and text.get_visible()]
        boxes = [(text.get_text(), text.get_window_extent()) for text in shown]
    width, height = figure.bbox.width, figure.bbox.height
    for name, box in boxes:
        assert -2 <= box.x0 <= box.x1 <= width + 2, name
        assert -2 <= box.y0 <= box.y1 <= height + 2, name
    for (one, first), (other, second) in combinations(boxes, 2):
        across = min(first.x1, second.x1) - max(first.x0, second.x0)
        up = min(first.y1, second.y1) - max(first.y0, second.y0)
        assert across <= 1 or up <= 1, f"{one!r} overlaps {other!r}"


# --- regions ---------------------------------------------------------------------------------------------------------


def test_every_pixel_has_the_colour_of_its_regime() -> None:
    figure = draw_diagram(halves())
    (image,) = figure.axes[0].images
    pixels = np.asarray(image.get_array())
    assert image.get_gid() == "regimes"
    assert pixels.shape == (120, 120, 3)
    for column, regime in ((0, Regime.OPEN), (47, Regime.OPEN), (48, Regime.DECEPTIVE), (119, Regime.DECEPTIVE)):
        assert pixels[60, column] / 255 == pytest.approx(to_rgb(COLOURS[regime]), abs=0.003)
    assert image.get_extent() == (0, 1, 0, 1)
    assert image.origin == "lower"


def test_names_and_strategies_stand_in_their_regions() -> None:
    diagram = halves()
    figure = draw_diagram(diagram)
    assert set(words(figure, "region")) == {"open", "deceptive"}
    assert set(words(figure, "region-strategy")) == {"AAAAA", "BBAAA"}
    for text in texts(figure, "region"):
        x, y = place(text)
        assert diagram.fill[int(120 * y), int(120 * x)] == CODE[Regime(text.get_text())]
    assert_tidy(figure)


def test_name_and_strategy_are_centred_on_the_point_that_was_solved() -> None:
    diagram = halves()
    figure = draw_diagram(diagram)
    names, plans = texts(figure, "region"), texts(figure, "region-strategy")
    for region, name, plan in zip(diagram.regions, names, plans, strict=True):
        assert place(name)[0] == place(plan)[0] == pytest.approx(region.place[0])
        assert place(name)[1] > region.place[1] > place(plan)[1]


@pytest.mark.slow
def test_a_region_that_is_too_narrow_upright_has_its_name_turned() -> None:
    figure = draw_diagram(
        diagram_from(
            UNIT, lambda x, y: Regime.MIXED if 0.46 < x < 0.54 else Regime.OPEN if x < 0.5 else Regime.DECEPTIVE
        )
    )
    (name,) = [text for text in texts(figure, "region") if text.get_text() == "mixed"]
    assert name.get_rotation() in (75, 90, 285)
    assert 0.46 < place(name)[0] < 0.54
    assert_tidy(figure)


def test_a_region_without_room_for_its_name_has_a_leader_and_one_without_size_has_none() -> None:
    def sliver(width: float) -> PhaseDiagram:
        return diagram_from(UNIT, lambda x, y: Regime.MIXED if abs(y - 0.5) < width and 0.3 < x < 0.5 else Regime.OPEN)

    figure = draw_diagram(sliver(0.012))
    assert words(figure, "region") == ["open"]
    assert words(figure, "region-beside") == ["mixed"]
    (leader,) = lines(figure, "leader")
    assert 0.3 < leader[0][0] < 0.5
    assert leader[0][1] == pytest.approx(0.5, abs=0.02)
    assert leader[1][0] > 1
    assert_tidy(figure)
    tiny = draw_diagram(diagram_from(UNIT, lambda x, y: Regime.MIXED if x > 0.99 and y > 0.99 else Regime.OPEN))
    assert words(tiny, "region-beside") == []
    assert lines(tiny, "leader") == []


@pytest.mark.slow
def test_of_two_narrow_regions_of_a_regime_one_is_named() -> None:
    figure = draw_diagram(
        diagram_from(UNIT, lambda x, y: Regime.MIXED if 0.2 < x < 0.28 or 0.7 < x < 0.78 else Regime.OPEN)
    )
    assert words(figure, "region").count("mixed") == 1
    assert words(figure, "region-beside") == []


def test_leaders_cross_no_words() -> None:
    def regime_at(x: float, y: float) -> Regime:
        return Regime.MIXED if x < 0.02 and y < 0.3 else Regime.DECEPTIVE if y < 0.3 else Regime.OPEN

    figure = draw_diagram(diagram_from(UNIT, regime_at))
    (leader,) = [line for line in figure.axes[0].lines if line.get_gid() == "leader"]
    assert words(figure, "region-beside") == ["mixed"]
    with style.house_style():
        figure.draw_without_rendering()
    ends = leader.get_transform().transform(np.column_stack(leader.get_data()))
    path = np.column_stack([np.linspace(*ends[:, side_], 400) for side_ in (0, 1)])
    for text in (*texts(figure, "region"), *texts(figure, "region-strategy")):
        box = text.get_window_extent()
        assert not any(box.contains(*point) for point in path.tolist()), text.get_text()


def test_a_small_part_of_a_regime_that_has_its_name_elsewhere_needs_none() -> None:
    figure = draw_diagram(
        diagram_from(UNIT, lambda x, y: Regime.MIXED if x < 0.4 or (x > 0.9 and y > 0.95) else Regime.OPEN)
    )
    assert words(figure, "region").count("mixed") == 1
    assert words(figure, "region-beside") == []


@pytest.mark.parametrize(
    ("choices", "expected"),
    [
        ([1, 1, 0, 0, 0], "BBAAA"),
        ([0] * 12, "A" * 12),
        ([0] * 11 + [1, 1], "A11 B2"),
        ([0, 1] * 20, ""),
    ],
)
def test_strategies_are_short(choices: list[int], expected: str) -> None:
    assert strategy_words(Strategy.of(choices), halves().actions) == expected


# --- colours ---------------------------------------------------------------------------------------------------------

# Brettel-like matrices of Machado, Oliveira and Fernandes 2009, severity 1, for linear RGB
SEEN_BY = {
    "normal": np.eye(3),
    "protan": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    "deutan": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
    "tritan": np.array(
        [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]
    ),
}


def lab(colour: tuple[float, float, float], matrix: np.ndarray) -> np.ndarray:
    """CIE L*a*b* of a colour as a kind of eye sees it."""
    rgb = np.array(colour)
    linear = np.clip(matrix @ np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4), 0, 1)
    xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]) @ linear
    f = np.cbrt(xyz / np.array([0.9505, 1.0, 1.089]))
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


@pytest.mark.parametrize("eye", SEEN_BY)
def test_regimes_are_told_apart_by_every_eye(eye: str) -> None:
    seen = {regime: lab(COLOURS[regime], SEEN_BY[eye]) for regime in Regime}
    for one, other in combinations(Regime, 2):
        assert np.linalg.norm(seen[one] - seen[other]) > 14, (one, other)


def test_the_regimes_of_the_two_phase_game_differ_on_grey_paper() -> None:
    lightness = [lab(COLOURS[r], SEEN_BY["normal"])[0] for r in (Regime.DECEPTIVE, Regime.LATE_PRETENCE, Regime.OPEN)]
    assert np.diff(lightness).min() > 9


def test_every_regime_has_readable_words_on_it() -> None:
    for colour in COLOURS.values():
        ink, paper = (
            0.2126 * r + 0.7152 * g + 0.0722 * b
            for r, g, b in (
                tuple(c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in to_rgb(of))
                for of in (style.ink_on(to_rgb(colour)), colour)
            )
        )
        assert (max(ink, paper) + 0.05) / (min(ink, paper) + 0.05) > 3.5


# --- borders ---------------------------------------------------------------------------------------------------------


def test_borders_go_through_their_vertices_in_the_units_of_the_parameters() -> None:
    diagram = halves()
    figure = draw_diagram(diagram)
    (zero,), (regime,) = lines(figure, "premium-zero"), lines(figure, "regime-border")
    assert zero.tolist() == diagram.borders.borders[0].vertices.tolist()
    assert regime.tolist() == diagram.borders.borders[1].vertices.tolist()
    axes = figure.axes[0]
    assert (axes.get_xlim(), axes.get_ylim()) == ((0, 1), (0.5, 1))
    drawn = {line.get_gid(): line for line in axes.lines}
    assert drawn["premium-zero"].get_linewidth() > drawn["regime-border"].get_linewidth()
    assert drawn["premium-zero"].get_zorder() > drawn["regime-border"].get_zorder()


def test_the_zero_of_the_premium_is_named_beside_its_line() -> None:
    figure = draw_diagram(halves())
    (name,) = texts(figure, "line-label")
    assert name.get_text() == "premium 0"
    assert abs(name.get_rotation()) == 90
    x, _ = place(name)
    assert 0.36 < x < 0.44
    assert x != pytest.approx(0.4, abs=0.01)


def test_jumps_are_dashed_and_named_as_such() -> None:
    diagram = halves()
    jump = replace(diagram.borders.borders[0], jump=True)
    figure = draw_diagram(replace(diagram, borders=replace(diagram.borders, borders=(jump,))))
    (line,) = [line for line in figure.axes[0].lines if line.get_gid() == "premium-jump"]
    assert line.is_dashed()
    assert words(figure, "line-label") == ["premium jumps"]
    assert "dashed where it jumps over 0" in words(figure, "note")[0].replace("\n", " ")


def test_closed_lines_are_closed_and_steps_are_drawn_as_they_are() -> None:
    whole = (side(P, [0, 0.5, 1]), side("training.episodes", [1, 2, 3], whole=True))
    corners = np.array([[0.2, 0.5], [0.2, 1.5], [0.6, 1.5], [0.6, 0.5]])
    border = Border(variable="regime", between=(1, 3), vertices=corners, steps=True, closed=True)
    figure = draw_diagram(diagram_from(whole, lambda x, y: Regime.OPEN, [border]))
    (line,) = lines(figure, "regime-border")
    assert line.tolist() == [*corners.tolist(), corners[0].tolist()]
    assert figure.axes[0].get_ylim() == (0.5, 3.5)
    assert [tick.get_text() for tick in figure.axes[0].get_yticklabels()] == ["1", "2", "3"]
    assert figure.axes[0].get_yticks().tolist() == [1, 2, 3]


def test_the_closed_form_is_a_dotted_line_with_its_name() -> None:
    curve = Curve(label="w = ⌊ln(p V0) / −ln g⌋", vertices=np.array([[0.1, 0.55], [0.9, 0.95]]))
    figure = draw_diagram(halves(curve=curve))
    assert lines(figure, "closed-form")[0].tolist() == curve.vertices.tolist()
    assert words(figure, "curve-label") == [curve.label]
    assert "Dotted" in words(figure, "note")[0]
    assert_tidy(figure)


# --- sides -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("scale", "expected"),
    [
        (side("p", [0, 1]), ["0", "0.2", "0.4", "0.6", "0.8", "1"]),
        (side("g", [0.5, 1]), ["0.5", "0.6", "0.7", "0.8", "0.9", "1"]),
        (side("n", range(1, 21), whole=True), ["1", "5", "10", "15", "20"]),
        (side("n", range(6), whole=True), ["0", "1", "2", "3", "4", "5"]),
        (side("n", [1, 2, 3, 5, 8, 20, 60, 100, 1000], whole=True, log=True), ["1", "10", "100", "1000"]),
        (side("p", [0.001, 0.01, 1], log=True), ["0.001", "0.01", "0.1", "1"]),
        (side("p", [0.1, 1], log=True), ["0.1", "0.2", "0.5", "1"]),
        (side("x", [1e7, 3e7]), ["1e7", "1.5e7", "2e7", "2.5e7", "3e7"]),
    ],
)
def test_ticks_are_round_numbers_of_the_parameter(scale: object, expected: list[str]) -> None:
    values, written = ticks_of(scale)  # type: ignore[arg-type]
    assert written == expected
    assert [float(text) for text in written] == pytest.approx(values)


def test_axes_bear_name_and_path() -> None:
    axes = draw_diagram(halves()).axes[0]
    assert axes.get_xlabel() == "probability of modification\ntraining.modification.A"
    assert axes.get_ylabel() == "discount"
    log = (side(P, [0.01, 0.1, 1], log=True), UNIT[1])
    figure = draw_diagram(diagram_from(log, lambda x, y: Regime.OPEN))
    assert figure.axes[0].get_xscale() == "log"
    assert figure.axes[0].get_xlim() == pytest.approx((0.01, 1))
    assert len(figure.axes[0].xaxis.get_minorticklocs()) == 0


# --- words -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("share", "expected"),
    [(0, "0%"), (1, "100%"), (0.0002, "<0.1%"), (0.9996, ">99.9%"), (0.314, "31%"), (0.0314, "3.1%"), (0.995, "99.5%")],
)
def test_shares_never_round_to_nothing_or_all(share: float, expected: str) -> None:
    assert share_text(share) == expected


def test_the_title_is_the_finding_and_the_alternative_text_says_what_there_is() -> None:
    assert words(draw_diagram(halves()), "title") == ["Deception pays in 60% of this picture"]
    nowhere = diagram_from(UNIT, lambda x, y: Regime.OPEN)
    assert words(draw_diagram(nowhere), "title") == ["Deception pays nowhere in this picture"]
    alt = diagram_alt(halves())
    assert "probability of modification from 0 to 1 across, discount from 0.5 to 1 up" in alt
    assert "Deception pays in 60% of it" in alt
    assert "deceptive in 60%, open in 40%" in alt
    assert "B,B,A,A,A" in alt


def test_borders_are_told_by_a_few_points_and_what_is_guaranteed() -> None:
    (told,) = border_lines(halves(), 3)
    assert told == "the premium of deception is 0 at (0.4, 0.5), (0.4, 0.7), (0.4, 1)"
    assert list(border_lines(diagram_from(UNIT, lambda x, y: Regime.OPEN), 3)) == [
        "the premium of deception does not change its sign"
    ]
    told = guarantee(halves())
    assert told.startswith(
        "Borders are exact to 1e-06 of an axis; what is narrower than 0.01 along training.modification.A"
    )


def test_steps_are_told_at_whole_numbers() -> None:
    whole = (side(P, [0, 0.5, 1]), side("n", [1, 2, 3], whole=True))
    corners = np.array([[0.2, 0.5], [0.2, 1.5], [0.6, 1.5], [0.6, 2.5], [0.9, 2.5], [0.9, 3.5]])
    border = Border(variable="premium", between=(-1, 1), vertices=corners, steps=True)
    diagram = diagram_from(whole, lambda x, y: Regime.OPEN, [border])
    assert list(border_lines(diagram, 4)) == ["the premium of deception is 0 at (0.2, 1), (0.6, 2), (0.9, 3)"]


def test_fonts_are_those_that_come_with_matplotlib_whatever_the_machine_has() -> None:
    for family in (style.SANS, style.MONO):
        for weight in ("normal", "bold"):
            style.own_fonts()
            found = font_manager.findfont(font_manager.FontProperties(family=family, weight=weight))
            assert found.startswith(matplotlib.get_data_path())
            assert ("Bold" in found, "Mono" in found) == (weight == "bold", family == style.MONO)


@pytest.mark.parametrize("kind", thinned(["svg", "png", "pdf"], 3))
def test_pictures_are_of_a_sane_size_and_the_same_every_time(kind: str) -> None:
    first, second = (file_bytes(draw_diagram(halves()), kind) for _ in range(2))
    assert first == second
    assert len(first) < 250_000
