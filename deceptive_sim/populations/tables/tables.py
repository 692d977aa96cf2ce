"""The tables of a population, and what can be read off them: what each state is, and what each outcome counts for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from deceptive_sim.model.phases import PhaseKind
from deceptive_sim.populations.scene import Scene, of_kind
from deceptive_sim.populations.tables.parts import Part


@dataclass(frozen=True, kw_only=True)
class Tables:
    """The tables of a population.

    Attributes
    ----------
    scene : Scene
    parts : tuple of Part
    offsets : array of int, [C]
        The first state of each cohort.
    row_of : array of int, [T]
        Which row of the tables an episode has.
    chances, cumulative : arrays of float, [E, S, O]
        Probability of each outcome, and of that and all before it; the last entry of these is 1.
    action, following : arrays of int, [E, S, O]
    """

    scene: Scene
    parts: tuple[Part, ...]
    offsets: NDArray[np.int64]
    row_of: NDArray[np.int64]
    chances: NDArray[np.float64]
    cumulative: NDArray[np.float64]
    action: NDArray[np.int64]
    following: NDArray[np.int64]

    @property
    def horizon(self) -> int:
        """Number of episodes."""
        return len(self.row_of)

    @cached_property
    def episodes_of(self) -> list[NDArray[np.int64]]:
        """Of each row of the tables the places of its episodes, ascending."""
        return [np.flatnonzero(self.row_of == row) for row in range(len(self.cumulative))]

    @cached_property
    def states(self) -> int:
        """Number of states of all cohorts."""
        return sum(part.states for part in self.parts)

    @cached_property
    def widths(self) -> NDArray[np.int64]:
        """`[E, S]`: how many outcomes there are; the others have probability 0."""
        return np.asarray(self.chances.shape[2] - np.argmax(self.chances[:, :, ::-1] > 0, axis=2))

    @cached_property
    def idle(self) -> NDArray[np.bool_]:
        """`[E, S]`: whether there is one outcome, after which the state is the same."""
        return np.asarray((self.widths == 1) & (self.following[:, :, 0] == np.arange(self.states)))

    @cached_property
    def starts(self) -> NDArray[np.int64]:
        """`[C]`: the state in which agents of each cohort start."""
        # the mark is set anew where training ends, and set from the start it need not be drawn there for most
        trained_first = self.scene.game.horizon > 0 and self.scene.game.phases[int(self.scene.phase_of[0])].training
        return np.asarray(self.newcomers + trained_first)

    @cached_property
    def newcomers(self) -> NDArray[np.int64]:
        """`[C]`: the state of new agents of each cohort that come in while others have been there."""
        return np.asarray(self.offsets + np.array([part.state(0, 0, False) for part in self.parts]))

    @cached_property
    def cohort_of(self) -> NDArray[np.int64]:
        """`[S]`: the cohort of each state."""
        return np.repeat(np.arange(len(self.parts)), [part.states for part in self.parts])

    @cached_property
    def off(self) -> NDArray[np.bool_]:
        """`[S]`: whether the agent is shut down."""
        flags = np.zeros(self.states, bool)
        flags[self.offsets + np.array([part.states for part in self.parts]) - 1] = True
        return flags

    def _by_wheel(self, values: Sequence[Sequence[float]], when_off: float) -> NDArray[np.float64]:
        rows = [
            [*np.repeat(np.array(value), part.memories * 2), when_off]
            for part, value in zip(self.parts, values, strict=True)
        ]
        return np.concatenate(rows) if rows else np.zeros(0)

    @cached_property
    def modified(self) -> NDArray[np.bool_]:
        """`[S]`: whether the agent has been modified (one that is off counts as not)."""
        return self._by_wheel([[not w.unmodified for w in p.wheels.all] for p in self.parts], 0).astype(bool)

    @cached_property
    def mutated(self) -> NDArray[np.int64]:
        """`[S, K]`: the state after mutation gives the wheel to an objective; memory starts anew.

        The state itself where that objective has the wheel already, is at no wheel here, or the agent is off.
        """
        goals = np.repeat(np.arange(self.states)[:, None], len(self.scene.objectives), axis=1)
        for part, offset in zip(self.parts, self.offsets, strict=True):
            for place, wheel in enumerate(part.wheels.all):
                if wheel.unmodified or wheel.pure() is None:
                    continue
                for pretending in (False, True):
                    from_any = offset + np.arange(pretending, part.states - 1, 2)
                    goals[from_any, wheel.pure()] = offset + part.state(place, 0, pretending)
            for place, wheel in enumerate(part.wheels.all):
                if wheel.pure() is not None:
                    own = offset + part.state(place, 0, False) + np.arange(2 * part.memories)
                    goals[own, wheel.pure()] = own
        return goals

    @cached_property
    def weights(self) -> NDArray[np.float64]:
        """`[S, K]`: weights of the objectives at the wheel; 0 for those that are off."""
        columns = [
            self._by_wheel([[float(w.weights[k]) for w in p.wheels.all] for p in self.parts], 0)
            for k in range(len(self.scene.objectives))
        ]
        return np.stack(columns, axis=1)

    @cached_property
    def aligned(self) -> NDArray[np.bool_]:
        """`[S]`: whether the objective at the wheel is the base objective, or points at it, with all its weight."""
        base = self.scene.base
        rows = [[base is not None and w.pure() == base for w in p.wheels.all] for p in self.parts]
        return self._by_wheel(rows, 0).astype(bool)

    @cached_property
    def score(self) -> NDArray[np.float64]:
        """`[E, S, O]`: base payoff of each outcome; 0 for those that are off."""
        return self.paid[:, :, :, self.scene.base] if self.scene.base is not None else np.zeros(self.action.shape)

    @cached_property
    def paid(self) -> NDArray[np.float64]:
        """`[E, S, O, K]`: what each outcome pays each objective."""
        first = np.array([int(np.flatnonzero(self.row_of == row)[0]) for row in range(len(self.cumulative))], int)
        phase = self.scene.phase_of[first]
        payoffs = np.concatenate([self.scene.payoffs, np.zeros((*self.scene.payoffs.shape[:2], 1))], axis=2)
        return np.moveaxis(payoffs[phase[:, None, None], :, self.action], -1, 3)

    @cached_property
    def places(self) -> list[tuple[NDArray[np.int64], NDArray[np.bool_]]]:
        """Of the outcomes of each row: the place of (cohort, action) that they count for, and which are turns."""
        actions = len(self.scene.game.actions)
        place = self.cohort_of[None, :, None] * actions + self.action
        place = np.where(self.action < 0, len(self.parts) * actions, place)
        return [(place[row].ravel(), self.turning[row].ravel()) for row in range(len(place))]

    @cached_property
    def own_payoffs(self) -> NDArray[np.float64]:
        """`[P, C, A]`: what each action pays the objectives that a cohort starts with."""
        weights = self.weights[self.starts]
        return np.array([weights @ payoffs for payoffs in self.scene.payoffs]).reshape(
            len(self.scene.payoffs), len(weights), -1
        )

    @cached_property
    def standing(self) -> NDArray[np.int64]:
        """`[4, S]`: 1 for all, and where agents are modified, have the base objective, are off."""
        return np.stack([np.ones(self.states, np.int64), self.modified, self.aligned, self.off])

    @cached_property
    def defecting(self) -> NDArray[np.bool_]:
        """`[E, S, O]`: whether the outcome's action is a defection."""
        return np.append(self.scene.defects, False)[self.action]

    @cached_property
    def turning(self) -> NDArray[np.bool_]:
        """`[E, S, O]`: whether the outcome is a treacherous turn."""
        deployment = of_kind(self.scene.game, PhaseKind.DEPLOYMENT)
        first = [int(np.flatnonzero(self.row_of == row)[0]) for row in range(len(self.cumulative))]
        here = deployment[first][:, None, None] & self.defecting
        return here & self.pretending[None, :, None]

    @cached_property
    def pretending(self) -> NDArray[np.bool_]:
        """`[S]`: whether the agent may still turn."""
        flags = [np.append(np.tile([False, True], (part.states - 1) // 2), False) for part in self.parts]
        return np.concatenate(flags)
