"""Runs in a grid as data for the player of the page: a first grid of each run, then what changes frame by frame."""

from __future__ import annotations

import json
from collections.abc import Sequence
from itertools import groupby, pairwise
from typing import Any

from deceptive_sim.games.views import Frame, View


def player_data(view: View) -> dict[str, Any] | None:
    """Everything that the player shows; None if no frame has a grid.

    Returns
    -------
    dict or None
        `words`: all that is told, each once; `marks`: step to what is noted there; `colours`: letter to the colours of
        its cell and of its type; `legend`; `runs`, each with `name`, `rows` (the first grid) and `frames`: `[x, y,
        number of its words, cell, letter, cell, letter, ...]`, of which the cells, counted row by row from the top,
        are those that changed since the frame before.
    """
    frames = [frame for frame in (*view.frames, *view.beside) if frame.rows]
    if not frames:
        return None
    words = list(dict.fromkeys(frame.told for frame in frames))
    numbers = {told: number for number, told in enumerate(words)}
    return {
        "words": words,
        "marks": dict(sorted(view.marks.items())) if len(view.frames) == len(view.letters) + 1 else {},
        "colours": _colours(view),
        "runs": [_run(run, tuple(inside), numbers) for run, inside in groupby(frames, key=lambda frame: frame.run)],
    }


def _run(name: str, frames: Sequence[Frame], numbers: dict[str, int]) -> dict[str, Any]:
    told = [[*_place(frames[0]), numbers[frames[0].told]]]
    for before, frame in pairwise(frames):
        changed: list[Any] = []
        if frame.rows != before.rows:
            cells = zip("".join(before.rows), "".join(frame.rows), strict=True)
            for place, (old, new) in enumerate(cells):
                if old != new:
                    changed += [place, new]
        told.append([*_place(frame), numbers[frame.told], *changed])
    return {"name": name, "rows": frames[0].rows, "frames": told}


def _place(frame: Frame) -> tuple[int, int]:
    """Column and row from the top left; -1 if the agent is nowhere."""
    return (-1, -1) if frame.agent is None else (frame.agent[0], len(frame.rows) - 1 - frame.agent[1])


def _colours(view: View) -> dict[str, list[str]]:
    from matplotlib.colors import to_hex

    from deceptive_sim.report.figures import style
    from deceptive_sim.report.figures.gridworlds import colours_of

    return {letter: [to_hex(colour), style.ink_on(colour)] for letter, colour in colours_of(view).items()}


def script_safe(data: object) -> str:
    """JSON that may stand inside a script element: nothing in it ends the element or opens a comment."""
    text = json.dumps(data, ensure_ascii=True, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
