"""From an agent to what it does: plans under true or wrong beliefs.

An agent that is wrong about the game plans anew at every episode with the numbers that it believes. It sees which
phase it is in and how-manieth episode of it this is; the rest of its believed game is the present episode, as many
more of this phase as it believes there to be, then the later phases as believed. A phase that lasts longer than
believed is believed to end now.

These rests are suffixes of the believed game, which is solved once; a phase that is believed to be empty has a rest
of its own. Source: docs/model.md, "Selves", on beliefs.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from deceptive_sim.core.errors import wrong
from deceptive_sim.core.exact import Number
from deceptive_sim.model.agents import AgentSpec
from deceptive_sim.model.phased import PhasedGame, Seen
from deceptive_sim.model.protocols import Game, World
from deceptive_sim.model.strategies import Strategy
from deceptive_sim.solvers.layers import Layers, lay_out
from deceptive_sim.solvers.recursion import Choice
from deceptive_sim.solvers.selves import Play, realised_play


@dataclass(frozen=True)
class BelievedGame:
    """A game as an agent believes it to be, solved when first asked."""

    game: PhasedGame
    initial: str

    @cached_property
    def play(self) -> Play:
        """What the agent believes it will do, and would do now, episode by episode."""
        return realised_play(lay_out(self.game, self.initial, standing=True))


@dataclass(frozen=True)
class BelievedPhase:
    """Where the rest of a game from one phase on stands in a believed game: from episode `start`, for `episodes`."""

    believed: BelievedGame
    start: int
    episodes: int

    def episode(self, position: int) -> int:
        """The believed episode that stands for the `position`-th real episode of the phase (both from 1)."""
        return self.start - 1 + min(position, self.episodes)


def believed_rest(believed: PhasedGame, index: int) -> PhasedGame:
    """The believed game from the phase of that index on, which has at least the present episode."""
    phase = believed.phases[index]
    if index == 0 and phase.episodes:
        return believed
    present = replace(phase, episodes=max(1, phase.episodes))
    return replace(believed, phases=(present, *believed.phases[index + 1 :]))


def believed_phases(believed: PhasedGame, initial: str) -> tuple[BelievedPhase, ...]:
    """Where each phase stands in the believed game, or, if believed to be empty, in a rest of its own."""
    whole = BelievedGame(believed, initial)
    return tuple(
        BelievedPhase(whole, start, phase.episodes)
        if phase.episodes
        else BelievedPhase(BelievedGame(believed_rest(believed, index), initial), 1, 1)
        for index, (phase, start) in enumerate(zip(believed.phases, believed.phase_starts(), strict=True))
    )


def play_on_beliefs(true: PhasedGame, believed: PhasedGame, initial: str) -> Play:
    """What an agent with beliefs of its own really does in the true game, in every row of every episode."""
    layers = lay_out(true, initial, standing=True)
    rests = believed_phases(believed, initial)
    choices: list[Sequence[Choice]] = []
    tied: list[Sequence[tuple[int, ...]]] = []
    values: list[Sequence[float]] = []
    for rest, phase in zip(rests, true.phases, strict=True):
        for position in range(1, phase.episodes + 1):
            rows = layers.layers[len(choices)].rows
            plan, t = rest.believed.play, rest.episode(position)
            choices.append([plan.choices[t - 1][row.objective] for row in rows])
            tied.append([plan.tied[t - 1][row.objective] for row in rows])
            values.append(plan.action_values[t - 1])
    return Play(layers, choices, tied, values)


class Planner:
    """An agent that plans; satisfies the `Agent` protocol: given the game it believes in, it returns a policy.

    In a phased game the policy goes by what is seen, the phase and the position in it, and so plans anew in a game that
    turns out longer than believed. In other games it goes by episode and state.
    """

    def __init__(self, spec: AgentSpec) -> None:
        if spec.strategy is not None:
            raise wrong(f"{spec.name}.strategy", "is fixed: an agent that follows a strategy does not plan")
        self.spec = spec

    def __call__(self, game: Game) -> PlannedPolicy | SeenPolicy:
        """Plan for a game; its decisions are exact."""
        judged = self.spec.judged_game(game)
        if isinstance(judged, PhasedGame):
            return SeenPolicy(judged, self.spec.objective)
        return PlannedPolicy(realised_play(lay_out(judged, self.spec.objective)))


class SeenPolicy:
    """A policy for phased games that goes by the phase seen and the position in it."""

    def __init__(self, believed: PhasedGame, initial: str) -> None:
        self._actions = believed.actions
        self._objectives = [objective.name for objective in believed.objectives]
        names = [phase.name for phase in believed.phases]
        self._rests = dict(zip(names, believed_phases(believed, initial), strict=True))

    def __call__(self, t: int, objective: str, world: World, observation: Hashable) -> Mapping[str, Number]:
        """The action of the self that sees this phase and position, with probability 1."""
        if not isinstance(observation, Seen):
            raise TypeError("a phased policy goes by what is seen: the phase and the position in it")
        rest = self._rests[observation.phase]
        choice = rest.believed.play.choices[rest.episode(observation.position) - 1][self._objectives.index(objective)]
        return _named(choice, [action.name for action in self._actions])


class PlannedPolicy:
    """A policy that goes by episode and state, as planned; unmodified and modified selves plan alike."""

    def __init__(self, play: Play) -> None:
        self._actions = [action.name for action in play.layers.game.actions]
        self._table = {
            (t, play.layers.objectives[row.objective], row.world): options[choice].action
            for t, (layer, choices) in enumerate(zip(play.layers.layers, play.choices, strict=True), start=1)
            for row, options, choice in zip(layer.rows, layer.options, choices, strict=True)
            if isinstance(choice, int)
        }

    def __call__(self, t: int, objective: str, world: World, observation: Hashable) -> Mapping[str, Number]:
        """The planned action, with probability 1."""
        return {self._actions[self._table[t, objective, world]]: 1}


def _named(choice: Choice, names: Sequence[str]) -> Mapping[str, Number]:
    if isinstance(choice, int):
        return {names[choice]: 1}
    return {name: p for name, p in zip(names, choice, strict=True) if p}


def plan(game: PhasedGame, agent: AgentSpec) -> tuple[Layers, Play]:
    """The layout of the true game for an agent, and what is really done in it."""
    agent, true = agent.fitted(game), agent.judged(game)
    if isinstance(agent.strategy, Strategy):
        layers = lay_out(true, agent.objective, standing=True)
        return layers, realised_play(layers, forced=tuple(agent.strategy))
    if agent.believed is None:
        layers = lay_out(true, agent.objective, standing=True)
        return layers, realised_play(layers)
    play = play_on_beliefs(true, agent.judged(agent.believed), agent.objective)
    return play.layers, play
