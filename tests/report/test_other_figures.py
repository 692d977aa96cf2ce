"""The figures of values and of action values: what their artists say."""

from __future__ import annotations

import itertools
from dataclasses import replace
from fractions import Fraction

import numpy
import pytest
from matplotlib.figure import Figure
from report_games import fixed, long_result, planner, result_of, seed_result, three_phases, two_phases

from deceptive_sim.core.errors import InputError
from deceptive_sim.report.alt import alt_text
from deceptive_sim.report.figures import draw, names_of
from deceptive_sim.report.figures.values import strengths


def found(figure: Figure, gid: str) -> list[str]:
    everything = [*figure.texts, *(text for axes in figure.axes for text in axes.texts)]
    return [text.get_text() for text in everything if text.get_gid() == gid]


def lines(figure: Figure, gid: str) -> list:
    return [line for line in figure.axes[0].lines if line.get_gid() == gid]


def test_values_of_the_seed() -> None:
    figure = draw(seed_result(), "values")
    assert found(figure, "value") == ["3", "2", "0", "5", "1", "4", "0", "5"]
    assert found(figure, "agent") == ["Mesa optimiser", "Always defects"]
    axes = figure.axes[0]
    assert [tick.get_text() for tick in axes.get_xticklabels()] == ["mesa", "base"]
    assert [tick.get_text() for tick in axes.get_yticklabels()] == ["mesa", "base"]
    assert axes.get_xlabel() == "judged by"
    assert found(figure, "at-the-wheel") == ["at the wheel"] * 2
    assert found(figure, "title")[0].replace("\n", " ") == "With mesa at the wheel, base gets 2 instead of 5"
    assert "within a column only" in found(figure, "note")[0].replace("\n", " ")


def test_agents_with_the_same_values_share_a_table() -> None:
    figure = draw(three_phases(), "values")
    assert found(figure, "agent") == ["Schemer, Exit lover, Human helper", "Naive"]
    assert len(figure.axes) == 2
    assert len(found(figure, "value")) == 18


def test_colours_compare_within_a_judge_only() -> None:
    assert strengths(numpy.array([[3.0, 200.0], [0.0, 500.0]])) == pytest.approx(numpy.array([[1, 0], [0, 1]]))
    signed = strengths(numpy.array([[12.0, -9.0], [-24.0, 36.0]]))
    assert signed == pytest.approx(numpy.array([[0.5, -0.25], [-1, 1]]))
    assert strengths(numpy.zeros((2, 2))) == pytest.approx(numpy.full((2, 2), 0.5))


def test_action_values_of_the_seed() -> None:
    figure = draw(seed_result(), "actions")
    assert len(figure.axes) == 1, "fixed strategies leave nothing to choose"
    (a,), (b,) = lines(figure, "line-A"), lines(figure, "line-B")
    assert list(a.get_ydata()) == [1, 1, 3, 2, 1]
    assert list(b.get_ydata()) == [3, 3, 2, 1, 0]
    assert list(a.get_xdata()) == [0.5, 1.5, 2.5, 3.5, 4.5]
    (chosen_a,), (chosen_b,) = lines(figure, "chosen-A"), lines(figure, "chosen-B")
    assert list(chosen_a.get_xdata()) == [2.5, 3.5, 4.5]
    assert list(chosen_b.get_xdata()) == [0.5, 1.5]
    assert found(figure, "line-label") == ["A", "B"]
    assert figure.axes[0].get_legend() is None
    assert figure.axes[0].get_ylabel() == "payoff units"
    assert [line.get_xdata()[0] for line in lines(figure, "border")] == [2]
    assert not lines(figure, "ties")


def test_ties_are_ringed() -> None:
    figure = draw(result_of(two_phases(2, 1), [planner()]), "actions")
    (rings,) = lines(figure, "ties")
    assert list(rings.get_xdata()) == [0.5, 1.5]
    assert list(rings.get_ydata()) == [1, 1]
    assert "a tie" in found(figure, "note")[0]


@pytest.mark.slow
def test_names_at_the_ends_of_lines_do_not_overlap() -> None:
    figure = draw(three_phases(), "actions")
    assert len(figure.axes) == 4
    for axes in figure.axes:
        heights = sorted(text.get_position()[1] for text in axes.texts if text.get_gid() == "line-label")
        inch = (axes.get_ylim()[1] - axes.get_ylim()[0]) / (axes.get_position().height * figure.get_figheight())
        assert all(above - below >= 0.19 * inch for below, above in itertools.pairwise(heights))


def test_long_lines_are_thinned_but_keep_every_change() -> None:
    result = long_result(100_000, [[0] * 49_998 + [1] * 2 + [0] * 50_000])
    figure = draw(result, "actions")
    (line,) = lines(figure, "line-A")
    assert len(line.get_xdata()) < 400
    assert line.get_marker() in {"None", "", None}
    (chosen,) = lines(figure, "chosen-B")
    assert numpy.isfinite(chosen.get_ydata()).sum() == 2
    assert figure.axes[0].get_xlabel() == "episode (not to scale)"


def test_episodes_without_an_unmodified_self_are_gaps() -> None:
    result = seed_result()
    values = (result.solutions[0].action_values[0], (), *result.solutions[0].action_values[2:])
    figure = draw(replace(result, solutions=(replace(result.solutions[0], action_values=values),)), "actions")
    assert numpy.isnan(lines(figure, "line-A")[0].get_ydata()[1])


def test_nothing_to_choose_is_said() -> None:
    game = two_phases(2, 3)
    figure = draw(result_of(game, [fixed(game, "A*")]), "actions")
    assert "Nobody has a choice" in figure.texts[0].get_text()
    assert not figure.axes


def test_negative_payoffs_are_drawn() -> None:
    payoffs = {"mesa": {"A": Fraction(-3), "B": Fraction(-1)}, "base": {"B": Fraction(-1, 3)}}
    result = result_of(two_phases(2, 3, payoffs=payoffs), [planner()], exact=True)
    assert "-5" in found(draw(result, "values"), "value")
    figure = draw(result, "actions")
    assert figure.axes[0].get_ylim()[0] < min(lines(figure, "line-A")[0].get_ydata())


def test_unknown_figures_are_named_with_the_nearest() -> None:
    with pytest.raises(InputError, match="strategies"):
        draw(seed_result(), "strategy")
    with pytest.raises(InputError, match="values"):
        names_of(seed_result(figures=("value",)))
    assert names_of(seed_result(figures=("actions", "strategies", "actions"))) == ("strategies", "actions")


def test_alt_texts_tell_the_finding_in_one_sentence() -> None:
    result = seed_result()
    assert alt_text(result, "strategies") == (
        "Strategies episode by episode: Mesa optimiser plays B,B,A,A,A (worth 3, deceptive, treacherous turn in "
        "episode 3); Always defects plays A,A,A,A,A (worth 1, open, never unmodified from episode 2 on)."
    )
    assert alt_text(result, "values") == (
        "What each objective at the wheel is worth to each judge, for Mesa optimiser: mesa at the wheel is worth 3 to "
        "mesa and 2 to base; base at the wheel is worth 0 to mesa and 5 to base."
    )
    assert alt_text(result, "actions") == (
        "What each action is worth to Mesa optimiser, episode by episode: B is chosen from episode 1 (A 1, B 3), "
        "A is chosen from episode 3 (A 3, B 2)."
    )
    long = long_result(1000, [[0, 1] * 500] * 10)
    assert all(len(alt_text(long, name)) < 2000 for name in ("strategies", "values", "actions"))
