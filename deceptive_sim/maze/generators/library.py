"""All generators, by name. To add one, copy the nearest module and name it here."""

from __future__ import annotations

from deceptive_sim.maze.generators import depth_first, open_field, rooms, wilson
from deceptive_sim.maze.generators.generator import Generator

GENERATORS: dict[str, Generator] = {
    module.GENERATOR.name: module.GENERATOR for module in (wilson, depth_first, rooms, open_field)
}
"""Generators by name."""
