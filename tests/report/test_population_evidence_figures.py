"""Pictures of what behaviour proves, and of one measurement over parameters: what is drawn is what was found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from matplotlib.figure import Figure
from populations_to_draw import TRIO, found_in, overlapping, result_of, scenario_of, text_of, words_in

from deceptive_sim.landscapes.axes import Axis, Spacing
from deceptive_sim.landscapes.landscape import Landscape
from deceptive_sim.report.figures.populations import (
    diagram as population_diagram,
)
from deceptive_sim.report.figures.populations import (
    evidence as population_evidence,
)
from deceptive_sim.report.figures.populations import (
    stage as population_stage,
)
from deceptive_sim.report.figures.populations import (
    watched as population_watched,
)
from deceptive_sim.report.populations.diagram_words import axis_title, diagram_alt, diagram_title, points_of
from deceptive_sim.report.populations.evidence_words import evidence_alt, evidence_caption, watched_title
from deceptive_sim.studies.population_diagram import PopulationDiagram, PopulationSweep
from deceptive_sim.studies.populations import PopulationResult

pytestmark = pytest.mark.slow

STRICT = "{training: {episodes: 4, modification: {A: 1}}, deployment: {episodes: 2}}"
OBSERVED = "observer: {honeypot: {after: 2, mistaken: 1/2}, sees: BBBBA}"


@pytest.fixture(scope="module")
def observed() -> PopulationResult:
    return result_of(text_of(TRIO, STRICT, more=OBSERVED))


def tops(areas: Sequence[Any]) -> dict[str, float]:
    """Where each area ends at its right side."""
    found = {}
    for area in areas:
        vertices = area.get_paths()[0].vertices
        found[area.get_label()] = float(vertices[np.isclose(vertices[:, 0], vertices[:, 0].max())][:, 1].max())
    return found


def plot_of(figure: Figure) -> Any:
    """The axes of the upper plot."""
    return next(axes for axes in figure.axes if axes.get_gid() == "plot")


# --- the observer ----------------------------------------------------------------------------------------------------


def test_the_posterior_and_what_a_honeypot_makes_of_it(observed: PopulationResult) -> None:
    # by hand: deceivers and the aligned play B throughout training; a gambler that was clean is unmodified and plays B
    # with 9/10, so that P(B^4 | gambler) = (9/10)^4
    figure = population_evidence.draw(observed)
    clean = Fraction(9, 10) ** 4
    total = Fraction(1, 4) * 2 + Fraction(1, 2) * clean
    deceptive, gambler = Fraction(1, 4) / total, Fraction(1, 2) * clean / total
    assert tops(plot_of(figure).collections) == pytest.approx(
        {"deceptive": float(deceptive), "gambler": float(deceptive + gambler), "aligned": 1}
    )
    # after two clean episodes, half of the agents take the next for deployment: a deceiver defects with 1/2, an aligned
    # one never, a gambler with 1/10 as ever
    before = [Fraction(1, 4), Fraction(1, 2) * Fraction(81, 100), Fraction(1, 4)]
    defects = [before[0] / 2, before[1] / 10, Fraction(0)]
    (column,) = [axes for axes in figure.axes if axes.get_gid() == "honeypot defects"]
    share = float(defects[0] / sum(defects))
    assert tops(column.collections) == pytest.approx({"deceptive": share, "gambler": 1})
    chance = f"{100 * float(sum(defects) / sum(before)):.0f} %"
    assert f"defects\n{chance}" in words_in(figure, "outcome")
    assert words_in(figure, "trial") == ["honeypot\nepisode 3", "deployment\nepisode 5"]
    stage = population_stage.stage_of(observed.outcome.population.scene.game, last=4, width=population_evidence.MAIN)
    traps = found_in(figure, "honeypot")
    assert [float(trap.get_xdata()[0]) for trap in traps] == pytest.approx([float(stage.x(2))] * 2)
    assert overlapping(figure) == []


def test_bits_stand_where_their_episodes_begin(observed: PopulationResult) -> None:
    figure = population_evidence.draw(observed)
    assert observed.evidence is not None
    bits = observed.evidence.bits
    for name, numbers in (("in training", bits.training), ("if a honeypot", bits.honeypot)):
        (line,) = found_in(figure, name)
        assert line.get_ydata() == pytest.approx(numbers)
        assert line.get_xdata() == pytest.approx(population_evidence.MAIN * np.arange(4) / 4)


def test_curves_of_bits_are_broken_where_another_phase_lies_between() -> None:
    phases = "{training: {episodes: 2}, deployment: {episodes: 2}, later-training: {kind: training, episodes: 2}}"
    figure = population_evidence.draw(result_of(text_of(phases=phases, more="observer: {}")))
    (line,) = found_in(figure, "in training")
    assert np.isnan(line.get_ydata()).tolist() == [False, False, True, False, False]


def test_the_words_of_the_evidence(observed: PopulationResult) -> None:
    assert "“deceptive” and “aligned” apart at all" in evidence_caption(observed)
    assert "A honeypot in place of episode 3, taken for deployment with probability 0.5" in evidence_caption(observed)
    assert "1.5 bits would tell everything" in evidence_caption(observed)  # 1/4, 1/4, 1/2
    assert "Before anything is seen: gambler 50 %, deceptive 25 %, aligned 25 %." in evidence_alt(observed)
    assert "nan" not in evidence_alt(observed) + evidence_caption(observed)


def test_where_nobody_stays_clean_the_picture_ends() -> None:
    open_ = "{gambler: {settings: {chance: 1}}}"
    result = result_of(text_of(open_, more="observer: {sees: BA}"))
    figure = population_evidence.draw(result)
    assert not plot_of(figure).collections
    assert "No kind can stay clean through episode 1." in evidence_caption(result)
    assert watched_title(result) == "No kind can have shown what was seen in episode 1"
    assert not found_in(population_watched.draw(result), "layer-unmodified")


def test_an_agent_is_watched_with_its_actions_below(observed: PopulationResult) -> None:
    figure = population_watched.draw(observed)
    assert "".join(words_in(figure, "letter")) == "BBBBA"
    (seen,) = found_in(figure, "seen-A")
    assert (seen.get_x(), seen.get_width()) == pytest.approx((4.7 * 4 / 5, 4.7 / 5))
    assert observed.evidence is not None
    assert observed.evidence.watched is not None
    share = observed.evidence.watched.share
    areas = plot_of(figure).collections
    assert tops(areas)["deceptive"] == pytest.approx(share[-1, 0])
    assert words_in(figure, "title")[0].startswith("After 5 episodes: “")
    assert overlapping(figure) == []


def test_without_an_observer_there_is_a_note() -> None:
    result = result_of(text_of())
    assert "Nobody watches" in population_evidence.draw(result).texts[0].get_text()
    assert "Nobody" in population_watched.draw(result).texts[0].get_text()


# --- one measurement over parameters -------------------------------------------------------------------------------


def diagram_of(measure: str, mean: Any, *axes: tuple[str, Sequence[object]], reach: float = 0.0) -> PopulationDiagram:
    """A diagram with numbers by hand `[axis, axis]`, the interval reaching so far to both sides."""
    mean = np.asarray(mean, float)
    rows = [
        Axis(paths=(path,), rows=tuple((Fraction(str(v)),) for v in values), spacing=Spacing.LINEAR)
        for path, values in axes
    ]
    sweep = PopulationSweep(scenario=scenario_of(text_of()), measure=measure, after="training", seed=0)
    arrays = {"mean": mean, "low": mean - reach, "high": mean + reach}
    landscape = Landscape(axes=tuple(rows), variables=tuple(sweep.variables), arrays=arrays, identity={})
    return PopulationDiagram(measure=measure, after="training", landscape=landscape, seed=0)


def test_over_one_parameter_there_is_a_curve_with_its_interval() -> None:
    diagram = diagram_of("actual_alignment", [0.1, 0.2, 0.4], ("training.episodes", [0, 2, 8]), reach=0.05)
    figure = population_diagram.draw(result_of(text_of()), diagram)
    (mean,), (interval,) = found_in(figure, "mean"), found_in(figure, "interval")
    assert mean.get_xydata().tolist() == [[0, 0.1], [2, 0.2], [8, 0.4]]
    vertices = interval.get_paths()[0].vertices
    assert {(0.0, 0.05), (0.0, 0.15), (8.0, 0.35), (8.0, 0.45)} <= {(x, round(y, 9)) for x, y in vertices.tolist()}
    assert figure.axes[0].get_xlabel() == "episodes of training\ntraining.episodes"
    assert words_in(figure, "title")[0].replace("\n", " ") == (
        "Share that is aligned at the end of training: 10 % to 40 %"
    )
    assert [label.get_text() for label in figure.axes[0].get_yticklabels()] == ["0 %", "10 %", "20 %", "30 %", "40 %"]
    assert points_of(diagram, 2) == [("0", "10.0 % (5.0 to 15.0)"), ("8", "40.0 % (35.0 to 45.0)")]
    assert "begins with 10 % and ends with 40 %" in diagram_alt(result_of(text_of()), diagram)


def test_over_two_parameters_each_cell_says_what_was_measured() -> None:
    mean = [[0.1, 0.2, 0.0004], [0.4, np.nan, 1.0]]
    diagram = diagram_of(
        "share.deceptive", mean, ("training.episodes", [1, 2]), ("training.modification.A", [0, "1/2", 1])
    )
    figure = population_diagram.draw(result_of(text_of()), diagram)
    cells = {
        text.get_text(): tuple(round(place, 6) for place in text.get_position()) for text in found_in(figure, "cell")
    }
    left, right = 0.25, 0.75
    low, middle, high = (round(k / 6, 6) for k in (1, 3, 5))
    assert cells == {
        "10": (left, low), "20": (left, middle), "<0.1": (left, high),
        "40": (right, low), "–": (right, middle), "100": (right, high),
    }  # fmt: skip
    (image,) = [image for image in figure.axes[0].images if image.get_gid() == "map"]
    pixels = image.get_array()
    darkest = np.unravel_index(pixels.sum(axis=2).argmin(), pixels.shape[:2])
    assert darkest[0] >= pixels.shape[0] * 2 // 3  # the row at the top, which is drawn last
    assert darkest[1] >= pixels.shape[1] // 2
    assert words_in(figure, "title")[0].replace("\n", " ") == (
        "Share of “schemer” at the end of training: <0.1 % to 100 %"
    )


def test_lines_of_equal_measurements_are_drawn_beyond_chance_only() -> None:
    axes = ("training.episodes", range(30)), ("training.modification.A", [f"{k}/29" for k in range(30)])
    slope = np.add.outer(np.arange(30), np.arange(30)) / 58
    figure = population_diagram.draw(result_of(text_of()), diagram_of("actual_alignment", slope, *axes, reach=0.01))
    assert not found_in(figure, "cell")
    for line in found_in(figure, "contour"):
        x, y = line.get_xydata()[0]
        across, up = x * 30 - 0.5, y * 30 - 0.5  # cells are centred on their values
        level = (across + up) / 58
        assert level == pytest.approx(round(level, 1), abs=1e-9)
    assert len(found_in(figure, "contour")) >= 4
    assert all(text.endswith(" %") for text in words_in(figure, "contour-label"))
    noisy = population_diagram.draw(result_of(text_of()), diagram_of("actual_alignment", slope, *axes, reach=0.6))
    assert not found_in(noisy, "contour")


def test_single_points_and_nothing_to_measure() -> None:
    result = result_of(text_of())
    one = population_diagram.draw(
        result, diagram_of("score.base", [[2.5]], ("training.episodes", [3]), ("discount", [1]))
    )
    assert words_in(one, "cell") == ["2.5"]
    assert words_in(one, "title")[0].replace("\n", " ") == "Payoff of an episode to base in training: 2.5 throughout"
    nothing = diagram_of("score.base", [np.nan, np.nan], ("training.episodes", [0, 1]))
    assert "nothing to measure" in population_diagram.draw(result, nothing).texts[0].get_text()
    assert "nan" not in diagram_title(result, nothing) + diagram_alt(result, nothing)


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("training.episodes", "episodes of training"),
        ("game.phases.training.modification.A", "probability of modification after A in training"),
        ("population.cohorts.deceptive.share", "share of “schemer” at the start"),
        ("population.cohorts.gambler.settings.chance", "chance of “gambler”"),
        ("population.base_optimisers.rewriting.every", "every of rewriting"),
        ("population.cohorts.deceptive.history.lines", "history lines of “schemer”"),
        ("population.size", "agents"),
        ("game.tie.rule", "game.tie.rule"),
    ],
)
def test_parameters_have_names(path: str, words: str) -> None:
    assert axis_title(result_of(text_of()), path) == words


def test_titles_that_are_markup_are_drawn_as_they_are() -> None:
    result = result_of(text_of(TRIO, STRICT, more=OBSERVED))
    odd = replace(
        result, plan=replace(result.plan, labels={**result.plan.labels, "deceptive": "<b> $x^2$ \u202e & 猫"})
    )
    for figure in (population_evidence.draw(odd), population_watched.draw(odd)):
        told = " ".join(words_in(figure, "name") + words_in(figure, "meaning") + words_in(figure, "title"))
        assert "<b> $x^2$" in told
        assert "\u202e" not in told
