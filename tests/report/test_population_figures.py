"""Pictures of populations: what is drawn is what was counted, names stand in what they name, nothing overlaps."""

from __future__ import annotations

import numpy as np
import pytest
from populations_to_draw import TRIO, by_hand, found_in, overlapping, result_of, scenario_of, text_of, words_in

from deceptive_sim.populations.blocks import ledger
from deceptive_sim.report.figures.populations import (
    alignment as population_alignment,
)
from deceptive_sim.report.figures.populations import (
    replicates as population_replicates,
)
from deceptive_sim.report.figures.populations import (
    scores as population_scores,
)
from deceptive_sim.report.figures.populations import (
    shares as population_shares,
)
from deceptive_sim.report.figures.populations import (
    stage as population_stage,
)
from deceptive_sim.report.figures.populations.shares import layers_of
from deceptive_sim.report.populations.captions import caption
from deceptive_sim.studies.populations import PopulationResult


@pytest.fixture(scope="module")
def trio() -> PopulationResult:
    """Three replicates of 20 agents: 5 deceptive, 5 aligned, 10 gamblers, of whom more and more are modified."""
    result = result_of(text_of(TRIO))
    modified = np.zeros((3, 7, 3), int)
    modified[:, :, 2] = np.array([[0, 1, 2, 3, 4, 4, 4], [0, 1, 2, 3, 5, 5, 5], [0, 1, 2, 3, 6, 6, 6]])
    off = np.zeros((3, 7, 3), int)
    off[:, 2:, 0] = 1
    present = np.tile(np.array([5, 5, 10]), (3, 7, 1))
    return by_hand(result, modified=modified, off=off, present=present)


def test_layers_are_shares_of_all_who_is_as_made_below_who_is_modified_above(trio: PopulationResult) -> None:
    layers = layers_of(trio)
    assert [(layer.label, layer.part) for layer in layers] == [
        ("deceptive", "unmodified"),
        ("gambler", "unmodified"),
        ("aligned", "unmodified"),
        ("gambler, modified", "modified"),
        ("shut down", "off"),
    ]
    ends = [round(float(layer.share[-1]), 12) for layer in layers]
    assert ends == [4 / 20, 5 / 20, 5 / 20, 5 / 20, 1 / 20]
    assert np.allclose(sum(layer.share for layer in layers), 1)


def test_areas_are_as_high_as_the_shares_and_hatched_where_modified(trio: PopulationResult) -> None:
    figure = population_shares.draw(trio)
    areas = found_in(figure, "layer-unmodified") + found_in(figure, "layer-modified") + found_in(figure, "layer-off")
    tops = []
    for area in areas:
        vertices = area.get_paths()[0].vertices
        right = vertices[np.isclose(vertices[:, 0], vertices[:, 0].max())][:, 1]
        tops.append((area.get_label(), round(right.min(), 9), round(right.max(), 9)))
    assert tops == [
        ("deceptive", 0, 0.2),
        ("gambler", 0.2, 0.45),
        ("aligned", 0.45, 0.7),
        ("gambler, modified", 0.7, 0.95),
        ("shut down", 0.95, 1),
    ]
    assert [bool(area.get_hatch()) for area in areas] == [False, False, False, True, False]
    assert overlapping(figure) == []


def test_names_stand_in_their_layers(trio: PopulationResult) -> None:
    figure = population_shares.draw(trio)
    names = {text.get_text(): text.get_position() for text in found_in(figure, "name")}
    beside = " ".join(words_in(figure, "name-beside")).replace("\n", " ")
    assert {"deceptive", "gambler", "aligned"} <= set(names)
    assert "gambler, modified" in names
    assert beside == "5.0 % shut down"
    stage = population_stage.stage_of(trio.outcome.population.scene.game)
    heights = np.cumsum([layer.share for layer in layers_of(trio)], axis=0)
    for row, layer in enumerate(layers_of(trio)):
        if layer.label in names:
            x, y = names[layer.label]
            below = 0.0 if row == 0 else float(np.interp(x, stage.x(range(7)), heights[row - 1]))
            assert below < y < float(np.interp(x, stage.x(range(7)), heights[row]))


def test_the_border_stands_at_the_end_of_training_and_phases_are_named(trio: PopulationResult) -> None:
    figure = population_shares.draw(trio)
    (border,) = found_in(figure, "border")
    stage = population_stage.stage_of(trio.outcome.population.scene.game)
    assert border.get_xdata()[0] == pytest.approx(float(stage.x(4))) == pytest.approx(4.7 * 4 / 6)
    assert words_in(figure, "phase") == ["training · 4 episodes", "deployment"]
    assert words_in(figure, "title")[0].replace("\n", " ") == (
        "At the end of training: 25 % aligned, 25 % gambler, 25 % modified, …"
    )


@pytest.mark.slow
def test_of_many_kinds_the_largest_are_named_and_the_others_joined() -> None:
    many = ", ".join(f"c{k}: {{kind: gambler, share: {k}/1275, settings: {{chance: 1/5}}}}" for k in range(1, 51))
    figure = population_shares.draw(result := result_of(text_of(f"{{{many}}}", size=1275, replicates=2)))
    labels = [layer.label for layer in layers_of(result)]
    assert labels[:8] == [*(f"c{k}" for k in range(44, 51)), "43 other kinds"]
    start = layers_of(result)[7].share[0]
    assert start == pytest.approx(sum(range(1, 44)) / 1275)
    assert np.allclose(sum(layer.share for layer in layers_of(result)), 1)
    told = words_in(figure, "name") + words_in(figure, "name-beside") + words_in(figure, "meaning")
    for label in labels:
        assert any(label in text.replace("\n", " ") for text in told), label
    assert overlapping(figure) == []


# --- apparent against actual alignment -----------------------------------------------------------------------------


def test_what_is_done_in_an_episode_fills_it_and_what_there_is_joins_moments() -> None:
    stage = population_stage.stage_of(result_of(text_of()).outcome.population.scene.game)
    values = np.array([np.nan, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0])
    x, y = population_stage.path_of(stage, range(7), values, within=True)
    assert np.allclose(x, stage.x(np.repeat(np.arange(7), 2)[1:-1]))
    assert y.tolist() == [1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6]
    x, y = population_stage.path_of(stage, range(7), values, within=False)
    assert np.allclose(x, stage.x(np.arange(7)))
    assert y[1:].tolist() == [1, 2, 3, 4, 5, 6]


def test_where_episodes_were_not_written_down_lines_join_them_but_jump_at_borders() -> None:
    stage = population_stage.stage_of(result_of(text_of()).outcome.population.scene.game)
    x, y = population_stage.path_of(stage, [0, 2, 4, 6], np.array([np.nan, 0.5, 0.7, 0.1]), within=True)
    assert np.allclose(x, stage.x([0, 2, 4, 4, 6]))
    assert y.tolist() == [0.5, 0.5, 0.7, 0.1, 0.1]


def alignment_by_hand(replicates: int) -> PopulationResult:
    """Replicate r behaves r out of 20 times in every episode of training, 0 in deployment; 10 agents are aligned."""
    result = result_of(text_of(replicates=replicates))
    done = np.zeros((replicates, 7, 2, 2), int)
    done[:, 1:5, 1, 1] = np.arange(replicates)[:, None]
    done[:, 1:, 1, 0] = 20 - done[:, 1:, 1, 1]
    turns = np.zeros((replicates, 7, 2), int)
    turns[:, 5, 0] = 4
    turns[:, 6, 0] = 1
    aligned = np.full((replicates, 7, 2), 5)
    return by_hand(result, done=done, turns=turns, aligned=aligned)


def test_lines_are_means_and_bands_the_middle_of_replicates() -> None:
    figure = population_alignment.draw(alignment_by_hand(21))
    (looks,), (band,) = found_in(figure, "looks aligned"), found_in(figure, "band looks aligned")
    assert np.allclose(looks.get_ydata(), [0.5] * 8 + [0] * 4)
    inside = band.get_paths()[0].vertices
    early = inside[inside[:, 0] < 4.7 * 3.9 / 6][:, 1]
    assert early.min() == pytest.approx(1 / 20)  # of 0, 1/20 ... 20/20 the 5 % quantile is the second
    assert early.max() == pytest.approx(19 / 20)
    (actual,) = found_in(figure, "is aligned")
    assert np.allclose(actual.get_ydata(), 0.5)
    assert sorted(words_in(figure, "name")) == ["is aligned", "looks aligned"]
    assert overlapping(figure) == []


def test_the_gap_is_shaded_on_the_side_that_it_is_on() -> None:
    result = alignment_by_hand(2)
    assert not found_in(population_alignment.draw(result), "gap looks aligned, is not")
    (gap,) = found_in(population_alignment.draw(result), "gap is aligned, does not look it")
    corners = np.concatenate([path.vertices for path in gap.get_paths()])
    assert corners[:, 1].min() == pytest.approx(0)
    assert corners[:, 1].max() == pytest.approx(0.5)
    eager = by_hand(result, aligned=np.zeros((2, 7, 2), int))
    (gap,) = found_in(population_alignment.draw(eager), "gap looks aligned, is not")
    corners = np.concatenate([path.vertices for path in gap.get_paths()])
    assert corners[:, 1].max() == pytest.approx(0.5 / 20)  # what behaves: the mean of 0 and 1 of 20


def test_turns_are_marked_in_the_middle_of_their_episodes_with_their_shares() -> None:
    figure = population_alignment.draw(result := alignment_by_hand(2))
    stage = population_stage.stage_of(result.outcome.population.scene.game)
    first = found_in(figure, "turn")[0]
    assert first.get_xdata()[0] == pytest.approx(float(stage.x([4, 5]).mean()))
    assert words_in(figure, "turn-name")[0] == "20 % make their turn in episode 5"
    assert population_alignment.turns_of(result) == [(5, 0.2), (6, 0.05)]
    rare = result.outcome.counts["turns"].copy()
    rare[:, 6] = 0
    rare[:, 5, 0] = [1, 0]
    assert population_alignment.turns_of(by_hand(result, turns=rare)) == [(5, 0.025)]
    assert population_alignment.turns_of(by_hand(result, turns=0 * rare)) == []


def test_one_replicate_has_no_band() -> None:
    figure = population_alignment.draw(result_of(text_of(replicates=1)))
    assert found_in(figure, "looks aligned")
    assert not found_in(figure, "band looks aligned")


def test_without_a_base_objective_nobody_is_said_to_be_aligned() -> None:
    alone = "{deceptive: {share: 1/2}, gambler: {}}"
    phases = "{training: {episodes: 3, shutdown: {A: 1/4}}, deployment: {episodes: 2}}"
    result = result_of(text_of(alone, phases, game="payoffs: {green: {A: 1}}"))
    figure = population_alignment.draw(result)
    assert words_in(figure, "name") == ["looks aligned"]
    assert "are" not in words_in(figure, "title")[0].split()


# --- scores and replicates -------------------------------------------------------------------------------------------


def test_scores_are_payoffs_per_agent_as_each_judge_sees_them() -> None:
    figure = population_scores.draw(alignment_by_hand(21))
    (base,), (mesa,) = found_in(figure, "score base"), found_in(figure, "score mesa")
    assert np.allclose(base.get_ydata(), [0.5] * 8 + [0] * 4)  # base is paid for B, mesa for A
    assert np.allclose(mesa.get_ydata(), [0.5] * 8 + [1] * 4)
    assert sorted(words_in(figure, "name")) == ["to base", "to mesa"]
    assert words_in(figure, "title")[0].replace("\n", " ").startswith("To base an episode pays")
    assert overlapping(figure) == []


def test_single_replicates_are_drawn_where_they_differ() -> None:
    result = result_of(text_of(replicates=60))
    assert "hardly" in population_replicates.draw(result).texts[0].get_text()
    present = np.zeros((60, 7, 2), int)
    present[:, 0] = [5, 15]
    present[:30, 1:] = [20, 0]
    present[30:, 1:] = [0, 20]
    figure = population_replicates.draw(by_hand(result, present=present))
    lines = found_in(figure, "replicate")
    assert len(lines) == 30  # of 60 every second: at most 40
    assert {tuple(line.get_ydata()[[0, -1]].tolist()) for line in lines} == {(0.25, 1.0), (0.25, 0.0)}
    (mean,) = found_in(figure, "mean")
    assert mean.get_ydata().tolist() == pytest.approx([0.25] + [0.5] * 6)
    title = words_in(figure, "title")[0].replace("\n", " ")
    assert title == "By chance “schemer” takes over in 50 % of replicates, dies out in 50 % of replicates"


# --- odd lengths -----------------------------------------------------------------------------------------------------


def test_a_short_phase_beside_a_long_one_can_be_seen() -> None:
    game = result_of(
        text_of(phases="{training: {episodes: 97}, deployment: {episodes: 3}}")
    ).outcome.population.scene.game
    stage = population_stage.stage_of(game)
    assert stage.places[1] == pytest.approx(4.7 * (1 - population_stage.LEAST))
    assert not stage.to_scale
    places, texts = population_stage.ticks_of(stage)
    assert texts[0] == "0"
    assert {"97", "100"} <= set(texts)
    assert np.allclose(places, stage.x([int(text) for text in texts]))
    even = population_stage.stage_of(result_of(text_of()).outcome.population.scene.game)
    assert even.to_scale


@pytest.mark.parametrize("phases", ["{training: {episodes: 1}}", "{deployment: {episodes: 1}}"])
def test_one_episode_makes_pictures(phases: str) -> None:
    result = result_of(text_of(phases=phases))
    for module in (population_shares, population_alignment, population_scores):
        figure = module.draw(result)
        assert not found_in(figure, "border")
        assert overlapping(figure) == []


def test_no_episode_makes_a_note() -> None:
    result = result_of(text_of(phases="{training: {episodes: 0}}"))
    for module in (population_shares, population_alignment, population_scores):
        assert "no episodes" in module.draw(result).texts[0].get_text()


def test_long_runs_keep_borders_and_jumps() -> None:
    phases = "{training: {episodes: 3000}, deployment: {episodes: 5}}"
    population = scenario_of(text_of(phases=phases)).population
    assert population is not None
    stage = population_stage.stage_of(population.population.scene.game)
    telling = np.zeros(3006)
    telling[1234] = 1.0
    kept = population_stage.drawn_moments(stage, range(3006), telling)
    assert len(kept) <= 2 * population_stage.MOST_DRAWN
    assert {0, 1233, 1234, 1235, 3000, 3001, 3005} <= set(kept.tolist())


def test_runs_of_which_not_every_episode_was_written_down(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ledger, "MOST_RECORDED", 1000)
    phases = "{training: {episodes: 300, modification: {A: 1/100}}, deployment: {episodes: 5}}"
    sparse = result_of(text_of(phases=phases, size=4, replicates=2, title="with gaps"))
    assert {0, 300, 305} <= set(sparse.outcome.moments)
    assert len(sparse.outcome.moments) < 100
    figure = population_alignment.draw(sparse)
    (looks,) = found_in(figure, "looks aligned")
    assert (
        len(looks.get_xdata()) == len(sparse.outcome.moments) + 1
    )  # one at each but the start; two where phases begin
    assert overlapping(figure) == []
    assert f"{len(sparse.outcome.moments) - 1} of the episodes were written down" in caption(sparse, "alignment")
    assert "written down" not in caption(result_of(text_of()), "alignment")
