"""The figure of strategies: what its artists say, and where they stand."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from report_games import fixed, long_result, planner, result_of, seed_result, three_phases, two_phases

from deceptive_sim.model.actions import Action
from deceptive_sim.report.figures import draw, style
from deceptive_sim.report.figures.rows import percent
from deceptive_sim.report.figures.timeline import timeline_of


def texts(figure: Figure, gid: str) -> list[str]:
    everything = [*figure.texts, *(text for axes in figure.axes for text in axes.texts)]
    return [text.get_text() for text in everything if text.get_gid() == gid]


def patches(figure: Figure, pattern: str) -> list:
    return [patch for patch in figure.axes[0].patches if re.fullmatch(pattern, patch.get_gid() or "")]


def test_the_seed_cell_by_cell() -> None:
    figure = draw(seed_result(), "strategies")
    assert texts(figure, "letter") == list("BBAAA") + list("AAAAA")
    assert texts(figure, "label") == ["Mesa optimiser", "Always defects"]
    assert texts(figure, "worth") == ["worth 3", "worth 1"]
    assert texts(figure, "regime") == ["deceptive", "open"]
    assert texts(figure, "below") == ["modified by then"]
    assert [tick.get_text() for tick in figure.axes[0].get_xticklabels()] == ["1", "2", "3", "4", "5"]
    assert figure.axes[0].get_xlabel() == "episode"


def test_colour_says_defection_and_hatching_says_never_played() -> None:
    figure = draw(seed_result(), "strategies")
    played = patches(figure, r"cell-\d+")
    assert [patch.get_facecolor()[:3] for patch in played] == [
        pytest.approx(to_rgb(colour)) for colour in (style.COLD[0],) * 2 + (style.WARM[0],) * 4
    ]
    never = patches(figure, r"cell-\d+-never")
    assert [patch.get_gid() for patch in never] == [f"cell-{t}-never" for t in (2, 3, 4, 5)]
    assert all(patch.get_hatch() for patch in never)
    assert not any(patch.get_hatch() for patch in played)


def test_rows_do_not_overlap_and_cells_stand_at_their_episodes() -> None:
    figure = draw(seed_result(), "strategies")
    cells = patches(figure, r"cell-\d+(-never)?")
    first, second = cells[:5], cells[5:]
    assert [round(cell.get_x() + cell.get_width() / 2, 6) for cell in first] == [0.5, 1.5, 2.5, 3.5, 4.5]
    assert first[0].get_y() + first[0].get_height() < second[0].get_y()


def test_the_turn_is_named_over_its_cell() -> None:
    figure = draw(seed_result(), "strategies")
    axes = figure.axes[0]
    (marker,) = [line for line in axes.lines if line.get_gid() == "turn"]
    assert list(marker.get_xdata()) == [2.5]
    row = patches(figure, "cell-3")[0]
    assert marker.get_ydata()[0] < row.get_y()
    assert texts(figure, "turn-name") == ["treacherous turn"]


def test_only_the_first_turn_that_happens_is_named() -> None:
    game = two_phases(3, 3)
    result = result_of(game, [fixed(game, "ABBAAA", "caught"), planner(), fixed(game, "BBBBAA", "waits")])
    figure = draw(result, "strategies")
    assert texts(figure, "turn-name") == ["turn, never reached", "treacherous turn", "turn"]
    places = [list(line.get_xdata()) for line in figure.axes[0].lines if line.get_gid() == "turn"]
    assert places == [[3.5], [3.5], [4.5]]


def test_no_turn_no_marker() -> None:
    figure = draw(result_of(two_phases(5, 4, "1/5"), [planner()]), "strategies")
    assert texts(figure, "turn-name") == []
    assert not [line for line in figure.axes[0].lines if line.get_gid() == "turn"]


def test_cells_fade_with_the_chance_to_be_unmodified() -> None:
    figure = draw(result_of(two_phases(4, 3, "1/2", "0", "9/10"), [planner()]), "strategies")
    cells = patches(figure, r"cell-\d")
    full, half, quarter = (cells[place].get_facecolor()[:3] for place in (0, 1, 4))
    assert full == pytest.approx(to_rgb(style.WARM[0]))
    assert half == pytest.approx(style.faded(to_rgb(style.WARM[0]), 0.5))
    assert quarter == pytest.approx(style.faded(to_rgb(style.WARM[0]), 0.25))
    assert sum(full) < sum(half) < sum(quarter) < 3
    assert texts(figure, "below") == ["50%", "25%"]
    assert "modified by then" not in texts(figure, "key")


def test_phases_are_bands_and_the_border_is_between_training_and_deployment() -> None:
    figure = draw(three_phases(), "strategies")
    bands = patches(figure, "band-.*")
    spans = [(band.get_gid(), band.get_x(), band.get_width()) for band in bands]
    assert spans == [("band-early", 0, 3), ("band-late", 3, 2), ("band-deployment", 5, 6)]
    borders = [list(line.get_xdata()) for line in figure.axes[0].lines if line.get_gid() == "border"]
    assert borders == [[5, 5]]
    assert any("without episodes: never" in key for key in texts(figure, "key"))


def test_border_wherever_the_kind_changes() -> None:
    game = two_phases(1, 2)
    again = replace(game.phases[0], name="retraining", episodes=2)
    result = result_of(replace(game, phases=[*game.phases, again]), [planner()])
    borders = [line.get_xdata()[0] for line in draw(result, "strategies").axes[0].lines if line.get_gid() == "border"]
    assert borders == [1, 3]


def test_long_names_get_letters_that_the_key_explains() -> None:
    figure = draw(three_phases(), "strategies")
    assert texts(figure, "letter")[:11] == ["r"] * 5 + ["tta"] * 6
    assert "tta = take-the-apple: a defection" in texts(figure, "key")
    assert "r = run-to-the-exit: no defection" in texts(figure, "key")


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (("A", "B"), ("A", "B")),
        (("press", "pause", "wait"), ("p1", "p2", "w")),
        (("go-left", "go-right", "stay"), ("gl", "gr", "s")),
        (("go-left", "go-low", "get"), ("g1", "g2", "g3")),
    ],
)
def test_letters_tell_actions_apart(names: tuple[str, ...], expected: tuple[str, ...]) -> None:
    assert style.letters([Action(name=name, defects=True) for name in names]) == expected


def test_long_games_are_runs_with_labels() -> None:
    choices = [0] * 98 + [1] * 2 + [0] * 100
    figure = draw(long_result(200, [choices]), "strategies")
    assert texts(figure, "run") == ["A ×98", "B ×2", "A ×100"]
    assert figure.axes[0].get_xlabel() == "episode (not to scale)"
    assert [tick.get_text() for tick in figure.axes[0].get_xticklabels()] == ["1", "99", "101", "200"]


def test_a_short_pretence_in_a_long_game_is_wide_enough_to_be_seen() -> None:
    result = long_result(100_000, [[0] * 49_998 + [1] * 2 + [0] * 50_000])
    timeline = timeline_of(result.game, result.solutions)
    assert timeline.place(50_000) - timeline.place(49_998) > timeline.width / 12
    places = [timeline.place(t) for t in (0, 1, 49_998, 49_999, 50_000, 100_000)]
    assert places == sorted(places)
    assert timeline.place(100_000) == timeline.width


@pytest.mark.slow
@pytest.mark.parametrize("choices", [[0, 1] * 50_000, [1] * 50_000 + [0] * 50_000], ids=["alternating", "two-runs"])
def test_a_hundred_thousand_episodes_are_few_artists(choices: list[int]) -> None:
    figure = draw(long_result(100_000, [choices] * 3), "strategies")
    assert len(figure.axes[0].get_children()) < 120
    assert max(len(collection.get_paths()) for collection in figure.axes[0].collections) <= 300


def test_alternating_episodes_share_the_height() -> None:
    figure = draw(long_result(100_000, [[0] * 3 + [0, 0, 0, 1] * 24_999 + [0]]), "strategies")
    bars = {c.get_gid(): c.get_paths()[100].get_extents().height for c in figure.axes[0].collections}
    assert bars["runs-A"] == pytest.approx(3 * bars["runs-B"], rel=0.05)


def test_what_is_never_played_in_a_long_game_is_hatched() -> None:
    result = long_result(200, [[0] * 100 + [1] * 100])
    gone = replace(result.solutions[0], unmodified=(1.0,) * 50 + (0.0,) * 150)
    figure = draw(replace(result, solutions=(gone,)), "strategies")
    hatched = patches(figure, "runs-never")
    assert len(hatched) == 2
    assert all(patch.get_hatch() for patch in hatched)
    timeline = timeline_of(result.game, [gone])
    assert hatched[0].get_x() == pytest.approx(timeline.place(50), abs=0.1)


def test_no_episodes_is_said() -> None:
    figure = draw(result_of(two_phases(0, 0), [planner()]), "strategies")
    assert "No episodes" in figure.texts[0].get_text()


def test_more_agents_than_rows_are_counted() -> None:
    result = seed_result()
    many = tuple(replace(result.solutions[0], agent=f"agent-{n}") for n in range(25))
    figure = draw(replace(result, solutions=many), "strategies")
    assert len(texts(figure, "label")) == 20
    assert "5 more agents are not drawn" in texts(figure, "key")


def test_percentages_never_round_to_certainty() -> None:
    assert [percent(p) for p in (0.001, 0.25, 0.996, 0.5)] == ["<1%", "25%", ">99%", "50%"]


def test_labels_are_drawn_as_they_are_written() -> None:
    figure = draw(seed_result(labels={"mesa-optimiser": r"$\frac$ 猫", "always-defects": "x_1^2 $y$"}), "strategies")
    assert texts(figure, "label") == [r"$\frac$ □", "x_1^2 $y$"]
    with style.house_style():
        figure.draw_without_rendering()


@pytest.mark.slow
def test_text_stays_inside_the_sheet() -> None:
    for result in (seed_result(), three_phases(), result_of(two_phases(1, 1), [planner()])):
        for name in ("strategies", "values", "actions"):
            figure = draw(result, name)
            with style.house_style():
                figure.draw_without_rendering()
                box = figure.get_tightbbox()
            width, height = figure.get_size_inches()
            assert box.x0 >= -0.02, name
            assert box.x1 <= width + 0.02, name
            assert box.y0 >= -0.02, name
            assert box.y1 <= height + 0.02, name
