"""What a watched agent may be in, and what it then shows: a hidden Markov chain for each cohort.

A state is a cohort, who is at the wheel and what is remembered; each cohort has one more state for being off. In an
episode an agent in state `s` shows a *sign*, an action or that it is off,

    P(sign a | s) = emission[t, s, a],      P(s' | s, a) = the moves of rewriting and gradient steps,

from the same kinds and wheels as the tables that populations are simulated by; only whether an agent still pretends is
left out, for it changes neither what it does nor what becomes of it. Selection is left out as well: one agent is
watched, and an agent that selection replaces is another agent from then on.

Numbers are floats that come from the kinds' own, so that rare signs keep all their digits.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from deceptive_sim.core.errors import wrong
from deceptive_sim.populations.cohorts import Population
from deceptive_sim.populations.scene import Scene
from deceptive_sim.populations.tables import MOST_NUMBERS, Part, part_of


@dataclass(frozen=True, kw_only=True)
class Edges:
    """Where agents go after an action: `[N]` each, every way there is with a probability above 0.

    Attributes
    ----------
    source, sign, goal : arrays of int
    chance : array of float
        Of the goal, given source and sign.
    """

    source: NDArray[np.int64]
    sign: NDArray[np.int64]
    goal: NDArray[np.int64]
    chance: NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Chain:
    """The hidden Markov chains of all cohorts side by side.

    Attributes
    ----------
    scene : Scene
    parts : tuple of Part
        The cohorts, as they are without honeypots.
    emissions : tuple of array of float, [S, A + 1]
        Different rows of chances of signs; the last sign is being off.
    ways : tuple of Edges
    emission_of, way_of : arrays of int, [T]
        Which of these an episode has. Honeypots of the scene are in `emission`, not here.
    """

    scene: Scene
    parts: tuple[Part, ...]
    emissions: tuple[NDArray[np.float64], ...]
    ways: tuple[Edges, ...]
    emission_of: NDArray[np.int64]
    way_of: NDArray[np.int64]

    @property
    def horizon(self) -> int:
        """Number of episodes."""
        return len(self.emission_of)

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the cohorts."""
        return tuple(part.cohort.name for part in self.parts)

    @cached_property
    def cohort_of(self) -> NDArray[np.int64]:
        """`[S]`: the cohort of each state."""
        return np.repeat(np.arange(len(self.parts)), [_states(part) for part in self.parts])

    @cached_property
    def offsets(self) -> NDArray[np.int64]:
        """`[C]`: the state in which each cohort starts, its first."""
        return _offsets(self.parts)

    @cached_property
    def aligned(self) -> NDArray[np.bool_]:
        """`[S]`: whether the objective at the wheel is the base objective, with all its weight."""
        flags: list[bool] = []
        for part in self.parts:
            for wheel in part.wheels.all:
                flags += [self.scene.base is not None and wheel.pure() == self.scene.base] * part.memories
            flags.append(False)
        return np.array(flags, bool)

    @cached_property
    def defecting(self) -> NDArray[np.bool_]:
        """`[A + 1]`: whether a sign is a defection."""
        return np.append(self.scene.defects, False)

    @cached_property
    def clean(self) -> NDArray[np.bool_]:
        """`[A + 1]`: whether a sign is an action that is no defection."""
        return np.append(~self.scene.defects, False)

    def emission(self, t: int, mistaken: float | None = None) -> NDArray[np.float64]:
        """`[S, A + 1]`: chances of signs in episode `t`.

        With `mistaken`, of a honeypot in its place: an agent does with that probability what it does in the first
        deployment episode. None: as the scene has it.
        """
        plain = self.emissions[int(self.emission_of[t - 1])]
        if mistaken is None:
            if t not in self.scene.honeypots:
                return plain
            mistaken = float(self.scene.mistaken)
        first = self.scene.first_deployment
        assert first is not None
        there = self.emissions[int(self.emission_of[first - 1])]
        return np.asarray(np.where(plain == there, plain, (1 - mistaken) * plain + mistaken * there))

    def way(self, t: int) -> Edges:
        """Where agents go after episode `t`."""
        return self.ways[int(self.way_of[t - 1])]

    def alike(self, t: int) -> tuple[int, int, bool]:
        """Episodes with the same key have the same chances."""
        return int(self.emission_of[t - 1]), int(self.way_of[t - 1]), t in self.scene.honeypots


def chain_of(population: Population) -> Chain:
    """The chains of a population.

    Raises
    ------
    InputError
        If a kind does not fit the scene, or the chains would be too large.
    """
    plain = replace(population.scene, honeypots=frozenset())
    parts = tuple(part_of(plain, cohort) for cohort in population.cohorts)
    firsts, emission_of = _different(
        [b"".join(part.chances[t].tobytes() for part in parts) for t in range(plain.game.horizon)]
    )
    states = sum(_states(part) for part in parts)
    signs = len(plain.game.actions) + 1
    if len(firsts) * states * signs > MOST_NUMBERS:
        got = f"{states} states in {len(firsts)} different episodes"
        raise wrong("population", f"must have at most {MOST_NUMBERS} numbers for an observer", got)
    emissions = tuple(_emission(parts, t, signs) for t in firsts)
    keys = [
        bytes([int(plain.phase_of[t] % 256), int(plain.phase_of[t] // 256)])
        + b"".join(part.remembers[t].tobytes() for part in parts if part.memories > 1)
        for t in range(plain.game.horizon)
    ]
    firsts, way_of = _different(keys)
    ways = tuple(_ways(parts, t) for t in firsts)
    return Chain(
        scene=population.scene,
        parts=parts,
        emissions=emissions,
        ways=ways,
        emission_of=emission_of,
        way_of=way_of,
    )


def _states(part: Part) -> int:
    return len(part.wheels.all) * part.memories + 1


def _offsets(parts: tuple[Part, ...]) -> NDArray[np.int64]:
    return np.concatenate([[0], np.cumsum([_states(part) for part in parts])[:-1]]).astype(np.int64)


def _different(keys: list[bytes]) -> tuple[list[int], NDArray[np.int64]]:
    """The first place of each different key, and which of them every place has."""
    found: dict[bytes, int] = {}
    firsts: list[int] = []
    which = np.zeros(len(keys), np.int64)
    for place, key in enumerate(keys):
        if key not in found:
            found[key] = len(firsts)
            firsts.append(place)
        which[place] = found[key]
    return firsts, which


def _emission(parts: tuple[Part, ...], t: int, signs: int) -> NDArray[np.float64]:
    """`[S, A + 1]`: chances of signs in the episode at place `t` (from 0)."""
    emission = np.zeros((sum(_states(part) for part in parts), signs))
    for part, offset in zip(parts, _offsets(parts), strict=True):
        end = offset + _states(part) - 1
        emission[offset:end, :-1] = part.chances[t].reshape(-1, signs - 1)
        emission[end, -1] = 1.0
    emission.setflags(write=False)
    return emission


def _ways(parts: tuple[Part, ...], t: int) -> Edges:
    """Where agents go after the episode at place `t` (from 0)."""
    rows: list[tuple[int, int, int, float]] = []
    for part, offset in zip(parts, _offsets(parts).tolist(), strict=True):
        scene = part.wheels.scene
        phase = scene.game.phases[int(scene.phase_of[t])]
        memories, off, actions = part.memories, offset + _states(part) - 1, len(scene.game.actions)
        rows.append((off, actions, off, 1.0))
        for wheel in range(len(part.wheels.all)):
            for action in range(actions):
                moves = part.wheels.moves(phase, wheel, action)
                ends = 1 - sum(moves.values())
                for memory in range(memories):
                    source = offset + wheel * memories + memory
                    for goal, chance in moves.items():
                        kept = int(part.remembers[t, wheel, memory, action]) if goal == wheel else 0
                        rows.append((source, action, offset + goal * memories + kept, float(chance)))
                    if ends:
                        rows.append((source, action, off, float(ends)))
    ends_at = np.array([row[:3] for row in rows], np.int64).T
    return Edges(source=ends_at[0], sign=ends_at[1], goal=ends_at[2], chance=np.array([row[3] for row in rows]))
