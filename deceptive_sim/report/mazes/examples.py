"""Mazes of every family, each as many times as there are agents, with the way of each through it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from deceptive_sim.report.mazes.drawing import maze_picture
from deceptive_sim.report.mazes.strip_words import DEFECTS, OBEYS
from deceptive_sim.report.mazes.ways import Way
from deceptive_sim.studies.maze_examples import Example

SIDE = 150.0
"""About how large a picture is, in pixels."""

COLOURS = {"generalises": OBEYS, "misgeneralises": DEFECTS, "fails": "#55616d"}


def families_shown(examples: Sequence[Example], labels: Mapping[str, str]) -> list[dict[str, Any]]:
    """What the template of the page needs: for each family its ways; mazes that nobody walks stand together."""
    from markupsafe import Markup

    found: dict[str, list[dict[str, Any]]] = {}
    for example in examples:
        heading = f"A maze of {example.family}" if example.agent else "A maze of each family"
        way = {
            "svg": Markup(example_svg(example, labels)),
            "label": labels.get(example.agent, example.agent) or example.family,
            "outcome": example.outcome,
            "note": "",
        }
        found.setdefault(heading, []).append(way)
    return [{"heading": heading, "ways": ways} for heading, ways in found.items()]


def example_svg(example: Example, labels: Mapping[str, str], *, alone: bool = False) -> str:
    """One agent's way as SVG, with a key if it stands alone."""
    label, maze = labels.get(example.agent, example.agent), example.maze
    ways, title = [], f"A maze of {example.family}"
    if example.agent:
        ways = [Way(cells=example.path, label=label, colour=COLOURS[example.outcome], takes=example.arrived)]
        title = f"{label} in a maze of {example.family}: {example.outcome}"
    cell = SIDE / max(maze.height, maze.width)
    return maze_picture(maze, ways, title=title, cell=cell, key=alone).svg(alone=alone)


def file_name(example: Example) -> str:
    """What the picture of an example is called as a file, without its ending."""
    return f"{example.family}-{example.agent}" if example.agent else example.family
