"""The worst mazes that an adversary found, with the way that each student takes: before training and after it."""

from __future__ import annotations

from collections.abc import Iterator

from deceptive_sim.maze.adversarial import AdversaryResult, Course, WorstMaze
from deceptive_sim.report.mazes.drawing import MOST_CELLS, maze_picture
from deceptive_sim.report.mazes.examples import COLOURS, SIDE
from deceptive_sim.report.mazes.sections import WayShown, WaysShown
from deceptive_sim.report.mazes.ways import Way
from deceptive_sim.report.mazes.words import counted

OUTCOMES = {"to_apple": "misgeneralises", "to_corner": "misgeneralises"}
"""What ends are called that are no outcomes."""


def worst_shown(found: AdversaryResult) -> Iterator[WaysShown]:
    """For each round of which mazes were kept, the worst one for every student, in the order of the students."""
    kept = [(course, one) for course in map(found.course, found.spec.names) for one in course.worst_mazes]
    caption = _caption(found)
    for number in dict.fromkeys(one.round for _, one in kept):
        when = f"after {counted(number, 'round')} of training" if number else "before any training"
        shown = [
            _shown(course, one, when)
            for course, one in kept
            if one.round == number and one.maze.walls.size <= MOST_CELLS
        ]
        if shown:
            yield WaysShown(heading=f"The worst maze that the adversary found {when}", caption=caption, ways=shown)
            caption = ""


def _caption(found: AdversaryResult) -> str:
    return (
        f"In the first replicate, at temperature {found.spec.temperatures[0]}: "
        "each student in the maze in which its loss was highest, and the way to what it picks there."
    )


def _shown(course: Course, one: WorstMaze, when: str) -> WayShown:
    student, outcome = course.student.replace("-", " "), OUTCOMES.get(one.end, one.end)
    way = Way(cells=one.path, label=student, colour=COLOURS[outcome], takes=one.end != "fails")
    title = f"{student} {when}, in the worst maze found for it: {outcome}, loss {one.loss:.3g}"
    cell = SIDE / max(one.maze.height, one.maze.width)
    return WayShown(
        svg=maze_picture(one.maze, [way], title=title, cell=cell, key=False).svg(alone=False),
        file=maze_picture(one.maze, [way], title=title).svg(),
        name=f"worst-{course.student}-{one.round}",
        label=student,
        outcome=outcome,
        note=f"loss {one.loss:.3g}{_belief(one)}",
    )


def _belief(one: WorstMaze) -> str:
    """What the student takes the maze for, if it is aware."""
    if one.belief is None:
        return ""
    return f"; takes it for {'training' if one.belief >= 0.5 else 'deployment'}"
