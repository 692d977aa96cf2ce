"""Problems of several steps told together, each with its place in the file."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

from deceptive_sim.core.errors import InputError, Problem
from deceptive_sim.scenario.build import ENOUGH
from deceptive_sim.scenario.problems import in_order, locate
from deceptive_sim.scenario.yaml_text import Document

Built = TypeVar("Built")


def all_of(steps: Iterable[Callable[[], Built]]) -> list[Built]:
    """Do all of some steps; their problems are raised together, in the order of the steps."""
    done: list[Built] = []
    problems: list[Problem] = []
    for step in steps:
        try:
            done.append(step())
        except InputError as error:
            problems += error.problems
            if len(problems) >= ENOUGH:
                break
    if problems:
        raise InputError(problems)
    return done


def placed(build: Callable[[], Built], document: Document) -> Built:
    """Build something; problems that the model names by path get their place in the file."""
    try:
        return build()
    except InputError as error:
        raise InputError(in_order(locate(problem, document) for problem in error.problems)) from None
