"""What the states of a population's tables stand for, in words: who is at the wheel, and what is remembered."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from deceptive_sim.core.exact import text_of
from deceptive_sim.populations.scene import Scene
from deceptive_sim.populations.tables import Tables
from deceptive_sim.populations.wheels import Wheel

HABIT = "habit"
"""Names the part of a wheel that no objective has."""

NOBODY = -1
"""Code of the objective of an agent that is shut down."""


@dataclass(frozen=True, kw_only=True)
class Labels:
    """States in words.

    Attributes
    ----------
    cohorts : tuple of str
        Names of the cohorts; `Tables.cohort_of` tells that of each state.
    objectives : tuple of str
        What can be at a wheel: the objectives of the game in its order, then mixtures such as `1/4 base + 3/4 mesa`.
    objective : array of int, [S]
        Which of these is at the wheel; -1 if the agent is shut down.
    memory : array of int, [S]
        What the agent remembers; 0 if it is shut down.
    """

    cohorts: tuple[str, ...]
    objectives: tuple[str, ...]
    objective: NDArray[np.int16]
    memory: NDArray[np.int32]


def labels_of(tables: Tables) -> Labels:
    """The states of some tables in words."""
    scene = tables.scene
    codes = {name: code for code, name in enumerate(scene.objectives)}
    objective = np.full(tables.states, NOBODY, np.int16)
    memory = np.zeros(tables.states, np.int32)
    for part, offset in zip(tables.parts, tables.offsets.tolist(), strict=True):
        names = [wheel_text(scene, wheel) for wheel in part.wheels.all]
        by_wheel = [codes.setdefault(name, len(codes)) for name in names]
        for wheel, code in enumerate(by_wheel):
            for remembered in range(part.memories):
                for pretending in (False, True):
                    state = offset + part.state(wheel, remembered, pretending)
                    objective[state], memory[state] = code, remembered
    cohorts = tuple(part.cohort.name for part in tables.parts)
    return Labels(cohorts=cohorts, objectives=tuple(codes), objective=objective, memory=memory)


def wheel_text(scene: Scene, wheel: Wheel) -> str:
    """A wheel in words: the name of its objective, or a mixture with its exact weights."""
    pure = wheel.pure()
    if pure is not None:
        return scene.objectives[pure]
    weights = dict(zip(scene.objectives, wheel.weights, strict=True))
    parts = [f"{text_of(weight)} {name}" for name, weight in weights.items() if weight]
    if not parts:
        return HABIT
    return " + ".join([*parts, f"{text_of(wheel.habit)} {HABIT}"] if wheel.habit else parts)
