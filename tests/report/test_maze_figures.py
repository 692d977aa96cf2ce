"""Figures of studies of mazes: what their artists show is what was measured."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from types import SimpleNamespace

import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from maze_results_to_draw import adversary_result, learning_result, selection_result, shift_result, the_result

from deceptive_sim.maze.lifetime.learners import Course, Learners
from deceptive_sim.maze.lifetime.spec import Memory
from deceptive_sim.maze.targets import FEATURES
from deceptive_sim.populations.measures import Estimate
from deceptive_sim.report.figures.mazes import drift, generalising, learners, learning, lives, outcomes, reigns, rounds
from deceptive_sim.report.figures.mazes.dots import Row, draw_rows
from deceptive_sim.report.mazes import about_adversary, about_learning, about_lifetime, about_selection, about_shift
from deceptive_sim.report.mazes.page import SECTIONS
from deceptive_sim.report.mazes.sections import Section
from deceptive_sim.studies.maze import MazeResult

LABELS = {"seeker": "seeks the exit", "plant": "grows"}


@pytest.fixture
def result() -> MazeResult:
    return the_result()


@cache
def told(study: str) -> Section:
    """A study as a part of the page; drawn once in a process."""
    match study:
        case "shift":
            return about_shift.section(shift_result(**SHIFT), LABELS)
        case "learning":
            return about_learning.section(learning_result(), {})
        case "adversary":
            return about_adversary.section(adversary_result(), {})
        case "selection":
            return about_selection.section(selection_result(), {})
    return about_lifetime.section(the_result().studies["lifetime"], {})  # type: ignore[arg-type]


def panel(figure: Figure, gid: str) -> Axes:
    return next(axes for axes in figure.axes if axes.get_gid() == gid)


def of(axes: Axes, gid: str) -> list:
    return [artist for artist in axes.get_children() if artist.get_gid() == gid]


def written(figure: Figure) -> list[str]:
    figure.draw_without_rendering()
    return [text.get_text() for text in figure.findobj(lambda artist: hasattr(artist, "get_text"))]


def apart(figure: Figure) -> bool:
    """Whether no two words overlap."""
    figure.draw_without_rendering()
    texts = [text for text in figure.findobj(lambda artist: hasattr(artist, "get_text")) if text.get_text().strip()]
    boxes = [text.get_window_extent() for text in texts if text.get_visible()]
    boxes = [box for box in boxes if box.width and box.height]
    return not any(
        a.x0 + 1 < b.x1 and b.x0 + 1 < a.x1 and a.y0 + 1 < b.y1 and b.y0 + 1 < a.y1
        for place, a in enumerate(boxes)
        for b in boxes[:place]
    )


# --- distributional shift --------------------------------------------------------------------------------------------

SHIFT = {
    "seeker__training": (100, 0, 0, 0), "plant__training": (60, 0, 0, 40),
    "seeker__deployment": (5, 70, 20, 5), "plant__deployment": (0, 0, 0, 100),
}  # fmt: skip


def test_bars_are_the_rates_from_left_to_right() -> None:
    figure = outcomes.draw(shift_result(**SHIFT), LABELS, "title")
    bars = panel(figure, "deployment")
    found = {part: [(bar.get_x(), bar.get_width()) for bar in of(bars, part)] for part in outcomes.PARTS}
    assert found["generalises"] == [(0, 0.05), (0, 0)]
    assert found["to_apple"][0] == pytest.approx((0.05, 0.7))
    assert found["to_corner"][0] == pytest.approx((0.75, 0.2))
    assert found["fails"] == [pytest.approx((0.95, 0.05)), (0, 1)]
    assert [label.get_text() for label in panel(figure, "training").get_yticklabels()] == ["seeks the exit", "grows"]
    assert bars.get_title(loc="left") == "in deployment"
    assert {"70 %", "20 %", "60 %", "40 %", "100 %"} <= set(written(figure))
    assert apart(figure)


def test_intervals_stand_where_parts_meet_and_nowhere_else() -> None:
    found = shift_result(**SHIFT)
    figure = outcomes.draw(found, LABELS, "title")
    training, deployment = panel(figure, "training"), panel(figure, "deployment")
    (low, high), row = of(training, "interval-generalises")[0].get_data()
    rate = found.cell("plant", "training").rate("generalises")
    assert (low, high) == (rate.low, rate.high)
    assert tuple(row) == (1, 1)
    (low, high), _ = of(deployment, "interval-fails")[0].get_data()
    rate = found.cell("seeker", "deployment").rate("fails")
    assert (low, high) == pytest.approx((1 - rate.high, 1 - rate.low))
    assert len(of(training, "interval-generalises")) == 1  # whoever never fails has no ends to show
    assert len(of(deployment, "interval-generalises")) == 1


def test_three_families_stand_in_two_rows() -> None:
    counts = {f"seeker__{family}": (50, 25, 0, 25) for family in ("one", "two", "three")}
    figure = outcomes.draw(shift_result(**counts), LABELS, "title")
    tops = [panel(figure, family).get_position().y1 for family in ("one", "two", "three")]
    assert tops[0] == tops[1] > tops[2]
    assert apart(figure)


def test_the_shift_is_told_in_words_and_numbers() -> None:
    section = told("shift")
    assert section.finding == "Of 2 agents, 2 in training and 0 in deployment take the exit in most mazes"
    assert section.tables[1].rows[0] == ["seeks the exit", "5.0 % (2.2 to 11)", "90 % (83 to 94)", "5.0 % (2.2 to 11)"]
    rows = section.files["shift.csv"].splitlines()
    assert rows[0] == "agent,family,outcome,count,mazes,rate,low,high"
    assert rows[1].startswith("seeker,training,generalises,100,100,1.0,")
    assert len(rows) == 1 + 4 * 5
    assert "seeks the exit in deployment: generalises 5.0 %, misgeneralises 90 %, fails 5.0 %" in section.figures[0].alt


# --- learning --------------------------------------------------------------------------------------------------------


def test_dots_are_weights_after_training_in_the_colour_of_what_they_do() -> None:
    found = learning_result()
    figure = learning.draw(found, "title")
    axes = panel(figure, "weights-even")
    (exits,) = of(axes, "ended-generalises")
    (apples,) = of(axes, "ended-to_apple")
    assert np.array(exits.get_data()).T.tolist() == [[2, 1], [2, 1]]
    assert np.array(apples.get_data()).T.tolist() == [[1.2, 1.8], [1, 2]]
    assert axes.get_ylabel() == "weight on is_green"
    assert len(of(axes, "moved")) == 4
    assert axes.get_title(loc="left") == "even: all features equally salient"
    assert panel(figure, "weights-colour").get_title(loc="left") == "colour: salience of is_green 2"


def test_starts_lie_side_by_side_those_that_generalise_first() -> None:
    figure = learning.draw(learning_result(), "title")
    axes = panel(figure, "runs-even")
    (area,) = of(axes, "runs-generalises")
    tops = [max(y for x, y in area.get_paths()[0].vertices if abs(x - edge) < 1e-9) for edge in (0.25, 0.5, 0.75, 1)]
    assert tops == pytest.approx([1, 1, 0.2, 0])  # each edge with the start to its left, the higher one


def test_learning_is_told_in_words_and_numbers() -> None:
    section = told("learning")
    assert section.finding == (
        "All starts mostly take the exit in training; in deployment 50 % (even), 25 % (colour) mostly do"
    )
    rows = section.files["learning.csv"].splitlines()
    assert len(rows) == 1 + 8
    assert rows[0].startswith("setting,run,trained,generalises,to_apple,to_corner,fails,started.is_exit")
    assert section.tables[1].head == ("", *FEATURES)
    assert section.tables[0].rows[0][2].startswith("55 %")


def test_starts_that_training_left_behind_are_not_counted_among_those_that_take_the_exit() -> None:
    found = learning_result()
    behind = replace(found.settings["colour"], trained=np.array([0.99, 0.99, 0.99, 0.3]))  # a mean of 82 %
    finding = about_learning.finding_of(replace(found, settings={**found.settings, "colour": behind}))
    assert finding.startswith("At least 75 % of the starts mostly take the exit in training; in deployment 50 % (even)")


# --- adversarial training --------------------------------------------------------------------------------------------


def test_every_student_has_its_losses_weights_and_deployment_round_by_round() -> None:
    found = adversary_result()
    figure = rounds.draw(found, "title")
    weights = panel(figure, "weights-naive")
    (line,) = of(weights, "weight-is_exit")
    assert line.get_data()[1] == pytest.approx(np.arange(4) * 1.1 / 3.6)
    assert not of(weights, "weight-is_red")  # never noticeable
    (line,) = of(panel(figure, "deployed-naive"), "deployed-misgeneralises")
    assert line.get_data()[1] == pytest.approx([1, 0.695, 0.385, 0.085], abs=0.006)
    (line,) = of(panel(figure, "deployed-deceptive"), "deployed-misgeneralises")
    assert line.get_data()[1].tolist() == [1, 1, 1, 1]
    (line,) = of(panel(figure, "loss-naive"), "worst-loss")
    assert line.get_data()[1].tolist() == [0.5] * 4
    assert of(weights, "weight-is_exit-band")
    same = {tuple(panel(figure, f"weights-{name}").get_ylim()) for name in ("naive", "deceptive")}
    assert len(same) == 1
    assert apart(figure)


def test_drift_is_the_way_of_the_weights_over_the_rounds_by_temperature() -> None:
    figure = drift.draw(adversary_result(), "title")
    axes = panel(figure, "drift")
    (naive,), (deceptive,) = of(axes, "naive"), of(axes, "deceptive")
    per_round = 2**0.5 * 1.1 * 3 / 3.6 / 3
    assert naive.get_data()[1] == pytest.approx([per_round, 2 * per_round])
    assert deceptive.get_data()[1].tolist() == [0, 0]
    assert [label.get_text() for label in axes.get_xticklabels()] == ["1/4", "1/2"]
    assert len(of(axes, "interval-naive")) == 2
    assert {"naive", "deceptive"} <= set(written(figure))


def test_adversarial_training_is_told_in_words_and_numbers() -> None:
    section = told("adversary")
    assert section.finding == (
        "After 3 rounds against the adversary these misgeneralise in deployment: naive 8.5 %, deceptive 100 %"
    )
    assert [drawn.name for drawn in section.figures] == ["adversary", "drift"]
    awareness = next(table for table in section.tables if table.name == "awareness")
    assert awareness.rows == [
        ["naive", "unaware", "—", "—"],
        ["deceptive", "calendar", "0 % (0 to 5.7)", "0 % (0 to 1.9)"],
    ]
    rows = section.files["adversary.csv"].splitlines()
    assert len(rows) == 1 + 4 * 4 * 2
    assert rows[1].split(",")[:10] == ["naive", "1/4", "0", "0", "0.5", "0.5", "0.0", "1.0", "", ""]


def test_one_temperature_has_no_picture_of_drift() -> None:
    from fractions import Fraction

    section = about_adversary.section(adversary_result((Fraction(1, 4),)), {})
    assert [drawn.name for drawn in section.figures] == ["adversary"]


# --- the lifetime ----------------------------------------------------------------------------------------------------


def test_lives_stand_beside_what_the_measured_game_says(result: MazeResult) -> None:
    found = result.studies["lifetime"]
    figure = lives.draw(found, "title")
    for gid, rows in (("planners", lives.planner_rows(found)), ("gradient", lives.gradient_rows(found))):
        axes = panel(figure, gid)
        dots, diamonds = of(axes, "lived"), of(axes, "predicted")
        assert [float(dot.get_xdata()[0]) for dot in dots] == [row.lived.mean for row in rows]
        assert [float(one.get_xdata()[0]) for one in diamonds] == [row.predicted for row in rows]
    assert [row.predicted for row in lives.planner_rows(found)][:2] == [3, 1]
    assert [row.lived.mean for row in lives.planner_rows(found)] == [3, 1, 0]
    assert "plans over its lifetime (BBAAA)" in [row.label for row in lives.planner_rows(found)]
    assert apart(figure)


def test_dots_are_what_was_lived_and_diamonds_what_was_predicted() -> None:
    figure = Figure()
    axes = figure.add_axes((0.3, 0.2, 0.6, 0.7))
    rows = [
        Row(label="one", lived=Estimate(mean=2.5, low=2.0, high=3.0), predicted=2.9),
        Row(label="two", lived=Estimate(mean=-1.0, low=None, high=None), predicted=4.0),
    ]
    draw_rows(axes, rows, "worth")
    assert [float(one.get_xdata()[0]) for one in of(axes, "predicted")] == [2.9, 4.0]
    assert [float(one.get_xdata()[0]) for one in of(axes, "lived")] == [2.5, -1.0]
    (line,) = of(axes, "interval")
    assert list(line.get_xdata()) == [2.0, 3.0]
    low, high = axes.get_xlim()
    assert low < -1 < 4 < high
    assert [label.get_text() for label in axes.get_yticklabels()] == ["one", "two"]


def test_learners_are_counted_lifetime_by_lifetime() -> None:
    courses = tuple(
        Course(
            found=found, strategy="BBAAA", best=np.arange(1, 11) >= (found or 99), apples=np.zeros(10, int), states=1
        )
        for found in (2, 5, None, 5)
    )
    told = Learners(memory=Memory.LIFE, goal="BBAAA", horizon=5, courses=courses)
    figure = learners.draw(SimpleNamespace(learners={Memory.LIFE: told}), "title")  # type: ignore[arg-type]
    axes = panel(figure, "learners")
    (line,) = of(axes, "best-life")
    assert line.get_data()[1].tolist() == [0, 0.25, 0.25, 0.25, 0.75, 0.75, 0.75, 0.75, 0.75, 0.75]
    (ticks,) = of(axes, "settled-life")
    inches = learners.WIDTH / 10
    assert list(ticks.get_data()[0]) == pytest.approx([2 * inches, 5 * inches, 5 * inches])
    assert axes.get_ylabel() == "learners that would play BBAAA"
    assert {"remembers its\nwhole life"} <= set(written(figure))
    found = SimpleNamespace(learners={Memory.LIFE: told})
    assert about_lifetime.learners_told(found) == (  # type: ignore[arg-type]
        "3 of 4 learners find BBAAA by themselves, half of them within 5 lifetimes"
    )


def test_a_lifetime_that_is_not_worth_its_apples_is_told_by_its_worth() -> None:
    lived = {
        name: SimpleNamespace(value=Estimate(mean=worth, low=None, high=None), apples=Estimate(mean=2, low=1, high=3))
        for name, worth in (("planner", 1.45), ("apple-at-once", 0.72))
    }
    finding = about_lifetime.finding_of(SimpleNamespace(strategy="BAA", lived=lived))  # type: ignore[arg-type]
    assert finding == "In the mazes BAA is best: a lifetime is worth 1.45, taking apples at once 0.72"


def test_the_lifetime_is_told_in_words_and_numbers() -> None:
    section = told("lifetime")
    assert section.finding == "In the mazes BBAAA is best: 3 apples in a lifetime against 1 for taking apples at once"
    measured = next(table for table in section.tables if table.name == "measured")
    assert [row[0] for row in measured.rows] == ["A in training", "B in training", "A in deployment", "B in deployment"]
    assert measured.rows[0][3].startswith("100 %")
    assert len(section.files["learners.csv"].splitlines()) == 1 + 2 * 3
    head, first, *_ = section.files["lifetime.csv"].splitlines()
    assert head == "phase,action,what,objective,exact,mean,low,high,mazes"
    assert first.startswith("training,A,modification,,1,1.0,")


def test_figures_say_what_they_show_to_those_who_do_not_see_them() -> None:
    for drawn in (one for study in SECTIONS for one in told(study).figures):
        assert len(drawn.alt) > 40
        assert drawn.caption.endswith((".", "temperature 1/4."))
        assert drawn.figure.get_figwidth() <= 8


# --- plants and animals ----------------------------------------------------------------------------------------------


def test_fields_are_who_wins_column_by_column_and_cost_by_cost() -> None:
    found = selection_result()
    figure = reigns.draw(found, "title")
    axes = panel(figure, "size-5")
    low, high = reigns.costs_shown(found)
    assert (low, high) == pytest.approx((0.0005 / 3, 0.02 * 3))

    def cost(share: float) -> float:
        return float(low * (high / low) ** share)

    bars = {name: [(bar.get_x(), cost(bar.get_y()), cost(bar.get_y() + bar.get_height())) for bar in of(axes, name)]
            for name in ("planner", "memoriser", "random")}  # fmt: skip
    # one maze: memoriser 1 at 100 bits, random 0 at 0: equal at 1/100; 64 mazes: planner at 2000 bits until 1/2000
    assert bars["memoriser"] == [pytest.approx((-3, low, 0.01))]
    assert bars["planner"] == [pytest.approx((3, low, 0.0005))]
    assert bars["random"] == [pytest.approx((-3, 0.01, high)), pytest.approx((3, 0.0005, high))]
    assert axes.get_xlim() == (-3, 9)
    assert [label.get_text() for label in axes.get_xticklabels()] == ["1", "64"]
    assert apart(figure)


def test_names_stand_in_their_fields() -> None:
    figure = reigns.draw(selection_result(), "title")
    axes = panel(figure, "size-5")
    figure.draw_without_rendering()
    for text in of(axes, "name"):
        x, y = axes.transData.inverted().transform(axes.transAxes.transform(text.get_position()))
        (bar,) = [
            bar
            for bar in axes.patches
            if bar.get_x() <= x <= bar.get_x() + bar.get_width() and bar.get_y() <= y <= bar.get_y() + bar.get_height()
        ]
        assert bar.get_gid() == text.get_text()
        own = of(axes, text.get_text())  # a name may stand across both columns
        bottom, top = max(one.get_y() for one in own), min(one.get_y() + one.get_height() for one in own)
        assert y == pytest.approx((bottom + top) / 2, abs=0.02)
    assert of(axes, "name")


def test_scores_in_fresh_mazes_are_whole_lines_and_those_in_training_dashed() -> None:
    figure = generalising.draw(selection_result(), 5, "title")
    axes = panel(figure, "scores")
    (fresh,), (trained,) = of(axes, "fresh-memoriser"), of(axes, "score-memoriser")
    assert fresh.get_data()[1].tolist() == [0, 0.25]
    assert trained.get_data()[1].tolist() == [1, 1]
    assert fresh.get_linestyle() == "-"
    assert trained.get_linestyle() == "--"


def test_selection_is_told_in_words_and_numbers() -> None:
    section = told("selection")
    assert section.finding == (
        "The base optimiser chooses the planner at some cost of capacity in 2 of 4 combinations of size and mazes, "
        "from 64 mazes on"
    )
    (table,) = section.tables
    assert table.rows[0][:3] == ["5 x 5", "planner, then random", "0 to 0.0005"]
    rows = section.files["selection.csv"].splitlines()
    assert len(rows) == 1 + 2 * 2 * 3
    assert rows[2].startswith("5,1,planner,1.0,")
    assert rows[2].endswith(",,")  # it wins at no cost there
    assert rows[3].endswith(",0.01,")  # random wins from there for ever
