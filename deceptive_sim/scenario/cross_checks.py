"""Rules between sections of a file, which no section's own schema can state."""

from __future__ import annotations

from collections.abc import Iterator

from deceptive_sim.core.errors import Problem, quote
from deceptive_sim.games.models import Model
from deceptive_sim.scenario.schema import LibrarySection, ScenarioFile
from deceptive_sim.scenario.yaml_text import Document

LEARNERS_GAME = "krueger-2020"
"""The game that populations of inner learners play."""


def misplaced(file: ScenarioFile, document: Document, model: Model | None) -> Iterator[Problem]:
    """Sections that are for games of another kind."""
    for section in ("agents", "landscape", "claims", "maze"):
        if model is not None and section in file.model_fields_set:
            place = document.place_of_key((section,))
            yield Problem(name=section, rule=f"is for phased games only, this one is {model.kind}", position=place)
    if file.population is None:
        return
    learns = isinstance(file.game, LibrarySection) and file.game.name == LEARNERS_GAME
    for word in sorted(file.population.model_fields_set):
        if word == "learners" and not learns:
            rule = f"is for the game {LEARNERS_GAME} only"
        elif word != "learners" and model is not None:
            rule = f"is for phased games only, this one is {model.kind}"
        else:
            continue
        place = document.place_of_key(("population", word))
        yield Problem(name=f"population.{word}", rule=rule, position=place)
    if learns and "learners" not in file.population.model_fields_set:
        place = document.place_of_key(("population",))
        yield Problem(name="population.learners", rule="is required: who plays this game are learners", position=place)
    elif model is not None and not file.population.model_fields_set:
        place = document.place_of_key(("population",))
        yield Problem(name="population", rule=f"is for phased games only, this one is {model.kind}", position=place)


def same_ids(file: ScenarioFile, document: Document) -> Iterator[Problem]:
    """Claims that bear the id of an earlier one."""
    seen: dict[str, int] = {}
    for row, claim in enumerate(file.claims or ()):
        if claim.id in seen:
            rule = f"must be the id of one claim only, it is that of claims.{seen[claim.id]} already"
            place = document.place_of_value(("claims", row, "id"))
            yield Problem(name=f"claims.{row}.id", rule=rule, got=quote(claim.id), position=place)
        seen.setdefault(claim.id, row)
