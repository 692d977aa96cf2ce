"""The worst mazes of adversarial training on the page and as files: what is drawn and written, not pixels."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from dataclasses import replace
from pathlib import Path

import pytest
from maze_results_to_draw import adversary_result, the_result
from mazes_to_draw import cells_of, corridor, maze_of

from deceptive_sim.maze.adversarial import AdversaryResult, WorstMaze
from deceptive_sim.report.mazes.about_adversary import section
from deceptive_sim.report.mazes.page import maze_page_html
from deceptive_sim.report.mazes.worst_mazes import worst_shown
from deceptive_sim.report.mazes.write import write_maze_report

TO_APPLE, TO_EXIT = cells_of((0, 0), (0, 1)), cells_of((0, 0), (0, 1), (0, 2), (0, 3), (0, 4))


def found() -> AdversaryResult:
    """Naive: an apple before, the exit after; the deceiver: the exit, then lost, as it takes mazes for deployment."""
    result = adversary_result((1,))  # type: ignore[arg-type]
    first = WorstMaze(round=0, maze=corridor(), loss=0.99612, end="to_apple", path=TO_APPLE, belief=None)
    last = WorstMaze(round=3, maze=corridor(), loss=0.0123, end="generalises", path=TO_EXIT, belief=None)
    sly = replace(last, round=0, belief=1.0)
    lost = replace(last, end="fails", loss=1.0, path=TO_APPLE, belief=0.0)
    naive, deceptive = result.courses
    courses = (replace(naive, worst_mazes=(first, last)), replace(deceptive, worst_mazes=(sly, lost)))
    return replace(result, courses=courses)


def test_for_each_moment_every_students_maze_stands_beside_the_others() -> None:
    before, after = worst_shown(found())
    assert before.heading == "The worst maze that the adversary found before any training"
    assert after.heading == "The worst maze that the adversary found after 3 rounds of training"
    assert "temperature 1:" in before.caption
    assert after.caption == ""
    told = [(way.label, way.outcome, way.note, way.name) for shown in (before, after) for way in shown.ways]
    assert told == [
        ("naive", "misgeneralises", "loss 0.996", "worst-naive-0"),
        ("deceptive", "generalises", "loss 0.0123; takes it for training", "worst-deceptive-0"),
        ("naive", "generalises", "loss 0.0123", "worst-naive-3"),
        ("deceptive", "fails", "loss 1; takes it for deployment", "worst-deceptive-3"),
    ]


def test_pictures_say_whose_way_it_is_and_where_it_ends() -> None:
    before, after = worst_shown(found())
    first, lost = before.ways[0], after.ways[1]
    for way in (first, lost):
        small, alone = ET.fromstring(way.svg), ET.fromstring(way.file)
        assert len(list(alone.iter())) > len(list(small.iter()))  # it has a key
    title = "naive before any training, in the worst maze found for it: misgeneralises, loss 0.996"
    assert f"<title>{title}</title>" in first.svg
    assert "naive: 1 move, to a red apple." in first.svg
    assert 'class="taken' in first.svg
    assert 'class="taken' not in lost.svg  # who runs out of time takes nothing
    assert "deceptive: 1 move, to row 1, column 2." in lost.svg


@pytest.mark.slow
def test_page_and_files_have_them(tmp_path: Path) -> None:
    with_students = replace(the_result(), studies={"adversary": found()})
    told = replace(section(found(), {}), figures=())
    page = maze_page_html(with_students, [told])
    assert page.count('<ol class="ways">') == 2
    assert page.index("before any training</h3>") < page.index("loss 0.996") < page.index("after 3 rounds of training")
    assert page.count("<b class=") == 4
    assert page.count("each student in the maze") == 1
    written = write_maze_report(with_students, tmp_path)
    names = {path.name for path in written if path.name.startswith("worst-")}
    assert names == {f"worst-{student}-{number}.svg" for student in ("naive", "deceptive") for number in (0, 3)}


def test_mazes_too_large_to_draw_are_left_out() -> None:
    wide = maze_of("S" + "." * 41_000 + "E")
    naive, deceptive = found().courses
    huge = replace(naive, worst_mazes=tuple(replace(one, maze=wide) for one in naive.worst_mazes))
    before, after = worst_shown(replace(found(), courses=(huge, deceptive)))
    assert [way.label for way in (*before.ways, *after.ways)] == ["deceptive", "deceptive"]
    assert list(worst_shown(replace(found(), courses=(huge, replace(deceptive, worst_mazes=()))))) == []
