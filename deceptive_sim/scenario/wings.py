"""Sections of a file for worlds beside the game: populations, learners, mazes. What they need is imported only then."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from deceptive_sim.core.errors import InputError
from deceptive_sim.games.models import Model
from deceptive_sim.model.phased import PhasedGame
from deceptive_sim.scenario.schema import ScenarioFile
from deceptive_sim.scenario.yaml_text import Document

if TYPE_CHECKING:
    from deceptive_sim.populations.learners.spec import LearnersSpec
    from deceptive_sim.scenario.maze import MazePlan
    from deceptive_sim.scenario.population import PopulationPlan


def learners_of(file: ScenarioFile, model: Model | None) -> LearnersSpec | None:
    """The learners of a file, of which the game says what cooperating pays."""
    if file.population is None or file.population.learners is None or model is None:
        return None
    from deceptive_sim.populations.learners.spec import LearnersSpec

    section = file.population.learners
    given = {name: value for name in section.model_fields_set if (value := getattr(section, name)) is not None}
    try:
        return LearnersSpec(**given, b=getattr(model, "b"))  # noqa: B009 - only one game has learners
    except InputError as error:
        raise InputError(replace(problem, name=f"population.{problem.name}") for problem in error.problems) from None


def population_of(file: ScenarioFile, phased: PhasedGame | None, document: Document) -> PopulationPlan | None:
    """The population of a file; nothing of what that needs is imported for files without one."""
    if file.population is None or phased is None:
        return None
    from deceptive_sim.scenario.population import build_population

    return build_population(file.population, phased, document)


def maze_of(file: ScenarioFile, phased: PhasedGame | None, document: Document) -> MazePlan | None:
    """The mazes of a file; nothing of what they need is imported for files without them."""
    if file.maze is None or phased is None:
        return None
    from deceptive_sim.scenario.maze import build_maze

    return build_maze(file.maze, phased, document)
