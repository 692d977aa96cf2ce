"""All agents of a population as one table of states.

A state is a cohort, a wheel, a memory, and whether the agent has been *pretending* (it lived through the last episode
of training before a deployment without defecting there, and has not defected in deployment since); each cohort has one
more state for agents that are shut down. A defection in deployment by an agent that has been pretending is a
treacherous turn.

In an episode an agent in state `s` has up to `A` times as many outcomes as there are wheels: an action and the next
state. Everything that happens to single agents is drawn from these tables, whatever the kind:

    cumulative[e, s, o]   probability of outcomes 0..o in episode row e
    action[e, s, o]       the action, -1 for being off
    following[e, s, o]    the next state

Episodes with equal rows share one. Probabilities are float; they come from exact ones by one rounding.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from deceptive_sim.core.errors import wrong
from deceptive_sim.model.phases import PhaseKind
from deceptive_sim.populations.cohorts import Cohort, Population
from deceptive_sim.populations.kinds.kind import Behaviour
from deceptive_sim.populations.scene import Scene, of_kind
from deceptive_sim.populations.wheels import Wheels, wheels_from

MOST_NUMBERS = 60_000_000
"""Numbers that the tables of a population may hold."""

OFF = -1


@dataclass(frozen=True, kw_only=True)
class Part:
    """What agents of one cohort are and do.

    Attributes
    ----------
    cohort : Cohort
    wheels : Wheels
    chances : array of float, [T, W, M, A]
        Errors, temperature and honeypots included.
    remembers : array of int, [T, W, M, A]
    """

    cohort: Cohort
    wheels: Wheels
    chances: NDArray[np.float64]
    remembers: NDArray[np.int64]

    @property
    def memories(self) -> int:
        """How many memories its agents may have."""
        return int(self.chances.shape[2])

    @property
    def states(self) -> int:
        """How many states its agents may be in: wheels, memories, pretending or not; and off."""
        return len(self.wheels.all) * self.memories * 2 + 1

    def state(self, wheel: int, memory: int, pretending: bool) -> int:
        """The place of a state among the cohort's own."""
        return (wheel * self.memories + memory) * 2 + pretending


def part_of(scene: Scene, cohort: Cohort) -> Part:
    """A cohort cast for a scene; an `InputError` says what its kind cannot do there."""
    wheels = wheels_from(scene, cohort.kind.objective(scene))
    behaviour = cohort.kind.behaviour(wheels, values=cohort.temperature > 0)
    chances = _trembling(behaviour, cohort)
    first = scene.first_deployment
    for t in scene.honeypots:
        mistaken = float(scene.mistaken)
        assert first is not None
        chances[t - 1] = (1 - mistaken) * chances[t - 1] + mistaken * chances[first - 1]
    remembers = behaviour.remembers
    if remembers is None:
        remembers = np.broadcast_to(np.zeros((), np.int64), chances.shape)
    return Part(cohort=cohort, wheels=wheels, chances=chances, remembers=remembers)


def _trembling(behaviour: Behaviour, cohort: Cohort) -> NDArray[np.float64]:
    """What agents do that mean to behave as said, but tremble."""
    chances = behaviour.chances.copy()
    actions = chances.shape[3]
    if cohort.temperature:
        missed = float(
            np.exp(-min(float(1 / cohort.temperature), 700.0))
        )  # weight of an action not meant; that meant has 1
        chances = ((1 - missed) * chances + missed) / (1 + (actions - 1) * missed)
        if behaviour.values is not None:
            chances = np.where(np.isnan(behaviour.values), chances, _softmax(behaviour.values, cohort.temperature))
    error = float(cohort.error)
    return chances if not error else (1 - error) * chances + error / actions


def _softmax(worth: NDArray[np.float64], temperature: Fraction) -> NDArray[np.float64]:
    """Probabilities over the last axis, in proportion to exp(worth / temperature)."""
    with np.errstate(over="ignore", under="ignore", invalid="ignore"):
        raised = np.exp((worth - worth.max(axis=3, keepdims=True)) / float(temperature))
        return np.asarray(raised / raised.sum(axis=3, keepdims=True))


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
