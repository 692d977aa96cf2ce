"""Filling the tables of a population: episodes that are alike share a row, outcomes stand in the order of actions."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from deceptive_sim.core.errors import wrong
from deceptive_sim.populations.cohorts import Population
from deceptive_sim.populations.scene import Scene
from deceptive_sim.populations.tables.parts import Part, part_of
from deceptive_sim.populations.tables.tables import Tables
from deceptive_sim.populations.wheels import Wheels

MOST_NUMBERS = 60_000_000
"""Numbers that the tables of a population may hold."""

OFF = -1


def tables_of(population: Population) -> Tables:
    """The tables of a population.

    Raises
    ------
    InputError
        If a kind does not fit the scene, or the tables would be too large.
    """
    scene = population.scene
    parts = tuple(part_of(scene, cohort) for cohort in population.cohorts)
    offsets = np.concatenate([[0], np.cumsum([part.states for part in parts])[:-1]]).astype(np.int64)
    first_rows, row_of = _alike(scene, parts)
    outcomes = max(len(scene.game.actions) * _fan(part.wheels) for part in parts)
    states = sum(part.states for part in parts)
    if len(first_rows) * states * outcomes > MOST_NUMBERS:
        got = f"{states} states with {outcomes} outcomes in {len(first_rows)} different episodes"
        raise wrong("population", f"must have tables of at most {MOST_NUMBERS} numbers", got)
    shape = (len(first_rows), states, outcomes)
    chances, action, following = np.zeros(shape), np.full(shape, OFF), np.zeros(shape, np.int64)
    for part, offset in zip(parts, offsets, strict=True):
        end = offset + part.states
        following[:, offset:end] = np.arange(offset, end)[:, None]
        chances[:, end - 1, 0] = 1.0
        for row, t in enumerate(first_rows):
            _fill(part, t, offset, chances[row, offset:end], action[row, offset:end], following[row, offset:end])
    cumulative = np.cumsum(chances, axis=2)
    chances /= cumulative[:, :, -1:]
    cumulative /= cumulative[:, :, -1:]
    cumulative[cumulative > 1 - 1e-15] = 1.0  # a sum that rounding left short of 1 would make an outcome of nothing
    for array in (chances, cumulative, action, following):
        array.setflags(write=False)
    return Tables(
        scene=scene,
        parts=parts,
        offsets=offsets,
        row_of=row_of,
        chances=chances,
        cumulative=cumulative,
        action=action,
        following=following,
    )


def _alike(scene: Scene, parts: tuple[Part, ...]) -> tuple[list[int], NDArray[np.int64]]:
    """The first episode of each row (from 1), and the row of each episode."""
    keys: dict[tuple[object, ...], int] = {}
    first: list[int] = []
    row_of = np.zeros(scene.game.horizon, np.int64)
    for t in range(1, scene.game.horizon + 1):
        behaviour = tuple(
            part.chances[t - 1].tobytes() + (part.remembers[t - 1].tobytes() if part.memories > 1 else b"")
            for part in parts
        )
        key = (int(scene.phase_of[t - 1]), _training_ends(scene, t), behaviour)
        if key not in keys:
            keys[key] = len(first)
            first.append(t)
        row_of[t - 1] = keys[key]
    return first, row_of


def _fan(wheels: Wheels) -> int:
    """Into how many states one action can lead at most, off included."""
    scene = wheels.scene
    fans = [
        len(wheels.moves(phase, wheel, action)) + 1
        for phase in scene.game.phases
        for wheel in range(len(wheels.all))
        for action in range(len(scene.game.actions))
        if phase.episodes
    ]
    return max(fans, default=1)


def _fill(
    part: Part,
    t: int,
    offset: int,
    chances: NDArray[np.float64],
    action: NDArray[np.int64],
    following: NDArray[np.int64],
) -> None:
    """The outcomes of a cohort's states in episode `t`, most likely ones not first but in the order of actions."""
    scene, wheels = part.wheels.scene, part.wheels
    phase = scene.game.phases[int(scene.phase_of[t - 1])]
    thens = {
        pretending: [_pretends(scene, t, bool(defects), pretending) for defects in scene.defects]
        for pretending in (False, True)
    }
    for wheel in range(len(wheels.all)):
        moves = [wheels.moves(phase, wheel, index) for index in range(len(scene.game.actions))]
        steps = [[(goal, float(chance)) for goal, chance in move.items()] for move in moves]
        rests = [0.0 if (total := sum(move.values())) == 1 else float(1 - total) for move in moves]
        for memory in range(part.memories):
            for pretending in (False, True):
                state = part.state(wheel, memory, pretending)
                place = 0
                for index, step in enumerate(steps):
                    p = part.chances[t - 1, wheel, memory, index]
                    if not p:
                        continue
                    then = thens[pretending][index]
                    for goal, chance in step:
                        kept = int(part.remembers[t - 1, wheel, memory, index]) if goal == wheel else 0
                        chances[state, place] = p * chance
                        action[state, place] = index
                        following[state, place] = offset + part.state(goal, kept, then)
                        place += 1
                    if rests[index]:
                        chances[state, place] = p * rests[index]
                        action[state, place] = index
                        following[state, place] = offset + part.states - 1
                        place += 1


def _pretends(scene: Scene, t: int, defects: bool, pretending: bool) -> bool:
    """Whether an agent pretends after an episode: only the last of training counts, and what it did in deployment."""
    if _training_ends(scene, t):
        return not defects
    if scene.game.phases[int(scene.phase_of[t - 1])].training:
        return pretending
    return pretending and not defects


def _training_ends(scene: Scene, t: int) -> bool:
    """Whether an episode is one of training, and the next one is of deployment."""
    training = [scene.game.phases[int(index)].training for index in scene.phase_of[t - 1 : t + 1]]
    return training == [True, False]
