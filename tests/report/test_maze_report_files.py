"""The report of studies of mazes: its files, its page, and mazes to look at."""

from __future__ import annotations

import csv
import io
import json
import re
import xml.etree.ElementTree as ET
from dataclasses import replace
from pathlib import Path

import pytest
from maze_results_to_draw import small_result, the_result
from PIL import Image

from deceptive_sim.core.errors import InputError, OutputError
from deceptive_sim.core.seeds import generator
from deceptive_sim.maze.mazes import MOVES
from deceptive_sim.report.mazes.lived import strips_of, wanted
from deceptive_sim.report.mazes.page import maze_page_html, sections_of
from deceptive_sim.report.mazes.write import maze_json, measures_csv, write_maze_report
from deceptive_sim.studies.maze import DRAWN, MazeResult
from deceptive_sim.studies.maze_examples import examples_of


@pytest.fixture
def result() -> MazeResult:
    return the_result()


@pytest.mark.slow
def test_everything_is_written_and_the_same_result_gives_the_same_bytes(result: MazeResult, tmp_path: Path) -> None:
    paths = write_maze_report(result, tmp_path / "new", "png")
    written = {str(path.relative_to(tmp_path / "new")): path for path in paths}
    assert set(written) == {
        "report.html", "measures.csv", "maze.json", "shift.csv", "lifetime.csv", "learners.csv", "lifetime.html",
        "lifetime.gif", "outcomes.png", "lives.png", "learners.png",
        *(f"mazes/{family}-{agent}.svg" for family in ("training", "deployment")
          for agent in ("exit-seeker", "green-seeker", "random")),
    }  # fmt: skip
    assert all(path.stat().st_size > 100 for path in written.values())
    with Image.open(written["lifetime.gif"]) as image:
        assert image.n_frames > 20  # type: ignore[attr-defined]
    for name in written:
        if name.endswith(".svg"):
            ET.fromstring(written[name].read_text())
    page = written["report.html"].read_text()
    for part in ('id="lifetime-played"', 'id="study-shift"', 'id="study-lifetime"', 'id="figure-outcomes"'):
        assert part in page
    for path in write_maze_report(result, tmp_path / "again"):
        name = str(path.relative_to(tmp_path / "again"))
        if name != "maze.json":
            assert path.read_bytes() == written[name].read_bytes(), name


def page_of(result: MazeResult) -> str:
    """The page with its tables and words; figures are left out."""
    bare = [replace(section, figures=()) for section in sections_of(result)]
    return maze_page_html(result, bare, examples_of(result.world, result.seed), strips_of(result))


def test_the_page_stands_alone_says_what_was_found_and_escapes_what_it_is_given(result: MazeResult) -> None:
    page = page_of(result)
    assert "<b>mazes</b>" not in page
    assert "Small &lt;b&gt;mazes&lt;/b&gt; &amp; more" in page
    assert "alert(1)</script>" not in page
    assert "<i>nobody" not in page
    assert "seeks <green>" not in page
    assert page.count("<script>") == page.count("</script>") == 1
    assert not re.search(r'(?:src|href)="(?!#)', page)
    finding = page[page.index('id="finding">') + 13 :].split("</p>")[0]
    assert "take the exit in most mazes. In the mazes BBAAA is best: 3 apples in a lifetime" in finding
    assert "1 of 2 expectations hold." in page
    assert page.count(">holds<") == 1
    assert page.count(">does not hold<") == 1
    assert page.count('<b class="generalises">') >= 2
    assert page.count('<span class="soft ends">(') > 20


def test_measures_are_written_by_their_names(result: MazeResult) -> None:
    rows = list(csv.DictReader(io.StringIO(measures_csv(result))))
    told = {row["measurement"]: row for row in rows}
    measures = result.measures()
    assert set(told) == set(measures)
    for name, found in measures.items():
        assert float(told[name]["mean"]) == found.mean
        assert told[name]["low"] == ("" if found.low is None else str(found.low))


def test_the_record_says_what_ran(result: MazeResult) -> None:
    record = json.loads(maze_json(result))
    assert record["scenario"] == "small-mazes"
    assert record["seed"] == 0
    assert record["strategy"] == "BBAAA"
    assert record["holds"] is False
    assert record["rates"]["exit-seeker"]["training"]["generalises"]["mean"] == 1
    assert "python" in record["versions"]


def test_an_unknown_format_writes_nothing(result: MazeResult, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="figures must be one of"):
        write_maze_report(result, tmp_path / "new", "bmp")
    assert not (tmp_path / "new").exists()


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> MazeResult:
    return small_result(tmp_path_factory.mktemp("bare"), agents="", studies="")


def test_a_report_that_cannot_be_written_leaves_the_old_one(bare: MazeResult, tmp_path: Path) -> None:
    (tmp_path / "report.html").write_text("old")
    (tmp_path / "maze.json").mkdir()
    with pytest.raises(OutputError):
        write_maze_report(bare, tmp_path)
    assert (tmp_path / "report.html").read_text() == "old"


def test_a_world_without_agents_and_studies_shows_its_mazes(bare: MazeResult, tmp_path: Path) -> None:
    paths = write_maze_report(bare, tmp_path / "bare")
    names = [str(path.relative_to(tmp_path / "bare")) for path in paths]
    assert names == ["report.html", "measures.csv", "maze.json", "mazes/training.svg", "mazes/deployment.svg"]
    page = paths[0].read_text()
    assert "Nothing was measured." in page
    assert "<script>" not in page
    assert page.count("<svg") == 2
    assert page.count("<h2>A maze of each family</h2>") == 1


# --- mazes to look at ------------------------------------------------------------------------------------------------


def test_examples_are_real_walks_through_the_first_maze_of_each_family(result: MazeResult) -> None:
    found = examples_of(result.world, 0)
    assert [(one.family, one.agent) for one in found] == [
        (family, agent) for family in ("training", "deployment") for agent in result.world.agents
    ]
    for one in found:
        maze = result.world.families[one.family].draw(generator(0, DRAWN), 1).maze(0)
        assert (maze.walls == one.maze.walls).all()
        assert maze.things == one.maze.things
        assert one.path[0] == maze.start
        for a, b in zip(one.path, one.path[1:], strict=False):
            assert not maze.walls[b]
            assert a == b or (b[0] - a[0], b[1] - a[1]) in MOVES
    seeker = [one for one in found if one.agent == "exit-seeker"]
    assert all(one.path[-1] == one.maze.exit.cell and one.arrived and one.outcome == "generalises" for one in seeker)
    (green,) = [one for one in found if one.agent == "green-seeker" and one.family == "deployment"]
    assert green.outcome == "misgeneralises"
    assert green.path[-1] in [apple.cell for apple in green.maze.apples]


def test_examples_depend_on_the_seed_alone(result: MazeResult) -> None:
    again = examples_of(result.world, 0)
    assert [one.path for one in again] == [one.path for one in examples_of(result.world, 0)]
    assert [one.path for one in again] != [one.path for one in examples_of(result.world, 1)]


# --- lifetimes that were played --------------------------------------------------------------------------------------


def test_the_strips_are_the_lifetimes_that_were_played(result: MazeResult) -> None:
    planner, at_once = strips_of(result)
    assert (planner.actions, planner.apples) == ("B,B,A,A,A", 3)
    assert (at_once.actions, at_once.apples) == ("A,B,B,B,B", 1)
    assert [episode.modified for episode in at_once.episodes] == ["the exit", "", "", "", ""]
    assert [episode.objective for episode in at_once.episodes] == ["apples"] + ["the exit"] * 4
    assert {episode.objective for episode in planner.episodes} == {"apples"}
    assert [episode.training for episode in planner.episodes] == [True, True, False, False, False]
    assert [episode.defects for episode in planner.episodes] == [False, False, True, True, True]
    for one, other in zip(planner.episodes, at_once.episodes, strict=True):
        assert (one.maze.walls == other.maze.walls).all()  # both live in the same mazes
        ends = [one.maze.exit.cell] if one.taken == "exit" else [apple.cell for apple in one.maze.apples]
        assert one.cells[-1] in ends


def test_objectives_without_words_keep_their_names() -> None:
    from fractions import Fraction

    assert wanted({"is_exit": Fraction(1)}, "base") == "the exit"
    assert wanted({"is_red": Fraction(2)}, "mesa") == "mesa"
