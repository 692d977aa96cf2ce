"""Worlds, studies, seeds and workers of whatever Python objects: each is named, with the rule and what was given."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pytest
from maze.story_worlds import story

from deceptive_sim.core.errors import InputError
from deceptive_sim.core.seeds import generator
from deceptive_sim.maze.adversarial import AdversarySpec, run_adversary
from deceptive_sim.maze.ascii_maps import read_map
from deceptive_sim.maze.awareness import Calendar
from deceptive_sim.maze.chunks import in_chunks
from deceptive_sim.maze.family import MazeFamily
from deceptive_sim.maze.learning import LearningSpec, run_learning
from deceptive_sim.maze.lifetime.run import run_lifetime
from deceptive_sim.maze.lifetime.spec import LifetimeSpec
from deceptive_sim.maze.objectives import weights_of
from deceptive_sim.maze.selection import SelectionSpec, run_selection
from deceptive_sim.maze.shift import ShiftSpec, run_shift
from deceptive_sim.maze.students import Student
from deceptive_sim.maze.walkers import Plant
from deceptive_sim.maze.world import MazeWorld

STUDIES: Mapping[str, tuple[Callable[..., Any], Any]] = {
    "ShiftSpec": (run_shift, ShiftSpec()),
    "LearningSpec": (run_learning, LearningSpec()),
    "AdversarySpec": (run_adversary, AdversarySpec(students={"one": Student(weights=weights_of("exit"))})),
    "SelectionSpec": (run_selection, SelectionSpec()),
    "LifetimeSpec": (run_lifetime, LifetimeSpec()),
}
ODD: list[Any] = [None, "x", 5, [], {}, object(), len]


@pytest.mark.parametrize("name", STUDIES)
def test_a_study_of_another_kind_of_thing_names_it(name: str) -> None:
    run, spec = STUDIES[name]
    for odd in (*ODD, *(other for kind, (_, other) in STUDIES.items() if kind != name)):
        with pytest.raises(InputError, match=f"^spec must be a {name}, got ."):
            run(story(), odd, seed=0)
        with pytest.raises(InputError, match=r"^world must be a MazeWorld, got ."):
            run(odd, spec, seed=0)


@pytest.mark.parametrize("seed", [None, -1, 1.0, float("nan"), "1", True, [1], (), {}])
def test_a_seed_is_a_whole_number(seed: Any) -> None:
    """Without one numpy would draw another every time."""
    with pytest.raises(InputError, match=r"^seed must be a whole number from 0, got ."):
        generator(seed)
    with pytest.raises(InputError, match=r"^seed must be"):
        run_shift(story({"plant": Plant(rule="down-and-right")}), ShiftSpec(mazes=2), seed=seed)
    assert generator(np.int64(7), 1).random() == generator(7, 1).random()  # type: ignore[arg-type]


@pytest.mark.parametrize("workers", [None, 0, -1, 1.5, float("inf"), "2", True, []])
def test_workers_are_a_whole_number(workers: Any) -> None:
    with pytest.raises(InputError, match=r"^workers must be 1 or more, got ."):
        in_chunks(str, [1, 2], workers, lambda *_: None, "working")


def test_more_workers_than_there_is_work_for_are_no_harm() -> None:
    assert in_chunks(str, [1, 2], 10**400, lambda *_: None, "working") == ["1", "2"]


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"families": None}, "families must be a mapping, got None"),
        ({"families": [1]}, "families must be a mapping, got a list of 1"),
        ({"families": {"training": 5}}, "families.training must be a MazeFamily, got 5"),
        ({"agents": "random"}, 'agents must be a mapping, got "random"'),
        ({"agents": {"it": "random"}}, 'agents.it must be able to walk mazes, got "random"'),
        ({"game": None}, "game must be a PhasedGame, got None"),
        ({"time_limit": None}, "time_limit must be a number"),
    ],
)
def test_a_world_names_what_does_not_belong_to_it(given: Mapping[str, Any], told: str) -> None:
    sound = story()
    fields = {"families": sound.families, "agents": {}, "game": sound.game}
    with pytest.raises(InputError) as refused:
        MazeWorld(**{**fields, **given})
    assert str(refused.value).startswith(told)


@pytest.mark.parametrize(
    ("ask", "told"),
    [
        (lambda: weights_of(None), "objective must be a named objective or weights, got None"),  # type: ignore[arg-type]
        (lambda: weights_of(["exit"]), "objective must be a named objective or weights, got a list of 1"),  # type: ignore[arg-type]
        (lambda: weights_of({"is_green": None}), "objective.is_green must be a number"),  # type: ignore[dict-item]
        (lambda: weights_of({"is_green": float("nan")}), "objective.is_green must be finite"),  # type: ignore[dict-item]
        (lambda: weights_of({"is_green": 10**10}), "objective.is_green must be from -1000000000 to 1000000000"),  # type: ignore[dict-item]
        (lambda: Calendar(mistaken="often"), "mistaken must be a number"),  # type: ignore[arg-type]
        (lambda: read_map(None), "text must be text, got None"),  # type: ignore[arg-type]
        (lambda: read_map(["S.E"]), "text must be text, got a list of 1"),  # type: ignore[arg-type]
        (lambda: read_map("S.E", exit_colour=["red"]), "exit_colour must be a colour, got a list of 1"),  # type: ignore[arg-type]
        (lambda: MazeFamily().draw(generator(0), 1.5), "mazes must be a whole number from 1, got 1.5"),  # type: ignore[arg-type]
        (lambda: MazeFamily().draw(generator(0), True), "mazes must be a whole number from 1, got true"),
        (lambda: MazeFamily().draw(0, 1), "rng must be a numpy.random.Generator, got 0"),  # type: ignore[arg-type]
    ],
)
def test_functions_name_what_they_cannot_read(ask: Callable[[], object], told: str) -> None:
    with pytest.raises(InputError) as refused:
        ask()
    assert str(refused.value).startswith(told)
