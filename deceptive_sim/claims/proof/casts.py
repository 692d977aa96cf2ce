"""Who plays: an agent in a game as one or more runs of the recursion.

An agent with true beliefs is one run. One that is wrong about the game is several: the game that it believes in, then
the true one, in which every self does what it would do in the believed game at the phase and position that it sees. A
phase that is believed to be empty is believed to have one episode, the present one, and that makes a game of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction

from deceptive_sim.claims.proof.boards import Board, Unsupported, board_of
from deceptive_sim.claims.proof.polynomials import Quantity
from deceptive_sim.claims.proof.steps import FIXED, Arithmetic, Position, Watch, end, step
from deceptive_sim.claims.situations import Template
from deceptive_sim.model.numbers import Place
from deceptive_sim.model.phased import PhasedGame
from deceptive_sim.model.strategies import Strategy

WORLD, PLAIN = "world", "plain"
"""Names of runs: what really happens, and what would if the agent were right about the game."""

VALUES = frozenset(
    [
        "value",
        "believed_value",
        "base_value",
        "judged_by",
        "value_of",
        "premium",
        "deception_pays",
        "deployment_value",
        "outer_gap",
        "inner_gap",
        "goal_preservation",
        "least_goal_preservation",
    ]
)
"""Results that are values, so that those of two games may be worth comparing."""

Positions = Mapping[str, Position]
"""Where each run stands, by its name."""


@dataclass(frozen=True, eq=False)
class Run:
    """One pass of the recursion.

    `seen` says, for each episode, in which run and episode of it an agent that is wrong decides; None if the run
    decides for itself.
    """

    name: str
    board: Board
    watch: Watch
    seen: tuple[tuple[str, int], ...] | None = None


@dataclass(frozen=True, eq=False)
class Cast:
    """All runs of a situation, in the order in which they have to be made.

    `mind` names the run whose first episode is what the first self believes in.
    """

    runs: tuple[Run, ...]
    mind: str

    def run(self, name: str) -> Run:
        """A run by its name."""
        return next(run for run in self.runs if run.name == name)

    @property
    def maximises(self) -> bool:
        """Whether greatest quantities are looked for, apart from choices."""
        return any(run.watch.premium or run.watch.least_price for run in self.runs)

    @property
    def world(self) -> Board:
        """The true game."""
        return self.run(WORLD).board


@dataclass(frozen=True)
class Wishes:
    """What a claim asks of a situation: results by name, and the fixed strategies that it values."""

    results: frozenset[str] = frozenset()
    strategies: Mapping[str, tuple[int, ...]] = field(default_factory=dict)


def cast_of(template: Template, holes: Mapping[str, Quantity], wishes: Wishes) -> Cast:
    """The runs of a situation.

    Parameters
    ----------
    template : Template
    holes : mapping
        A quantity for each of its paths.
    wishes : Wishes

    Raises
    ------
    Unsupported
        If a discounting is not exponential, or a hole stands where a number has to be known.
    """
    agent = template.situation.agent.fitted(template.situation.game)
    true, true_holes = agent.judged(template.situation.game), _holes(template, holes, believed=False)
    board = board_of(true, agent.objective, true_holes)
    watch = _watch(wishes)
    if isinstance(agent.strategy, Strategy):
        fixed = replace(watch, strategies={**watch.strategies, FIXED: tuple(agent.strategy)})
        return Cast((Run(WORLD, board, fixed),), WORLD)
    if agent.believed is None:
        return Cast((Run(WORLD, board, watch),), WORLD)
    mind_holes = _holes(template, holes, believed=True)
    believed = _Believed(agent.judged(agent.believed), agent.objective, mind_holes, watch)
    runs, mind = believed.runs(true)
    world = Run(WORLD, board, replace(watch, premium=False, strategies={}), believed.seen(true))
    plain = (Run(PLAIN, board, replace(watch, premium=False)),) if wishes.strategies else ()
    return Cast((*runs, world, *plain), mind)


def _watch(wishes: Wishes) -> Watch:
    return Watch(
        premium=bool(wishes.results & {"premium", "deception_pays"}),
        values=bool(wishes.results & VALUES),
        prices=bool(wishes.results & {"goal_preservation", "least_goal_preservation"}),
        least_price="least_goal_preservation" in wishes.results,
        defections="expected_deployment_defections" in wishes.results,
        ties="ties" in wishes.results,
        strategies=wishes.strategies,
    )


def _holes(template: Template, holes: Mapping[str, Quantity], *, believed: bool) -> dict[Place, Quantity]:
    found = {}
    for path, quantity in holes.items():
        for spot in template.spots.get(path, ()):
            if spot.believed is believed:
                found[spot.place] = quantity
    return found


@dataclass(frozen=True)
class _Believed:
    """The games that an agent believes in: the whole, and what is left from a phase on where that is not its end."""

    game: PhasedGame
    initial: str
    holes: Mapping[Place, Quantity]
    watch: Watch

    def runs(self, true: PhasedGame) -> tuple[tuple[Run, ...], str]:
        """The believed runs that the true game needs, and which of them the first self believes in."""
        first = next((f for f, phase in enumerate(true.phases) if phase.episodes), None)
        needed = dict.fromkeys(run for run, _ in self.seen(true))
        mind = WORLD
        if first is not None:
            mind = "believed" if first == 0 and self.game.phases[0].episodes else f"believed from {first}"
            needed[mind] = None
        plain = Watch(ties=self.watch.ties)
        return tuple(
            self._run(name, replace(self.watch, strategies={}) if name == mind else plain) for name in needed
        ), mind

    def _run(self, name: str, watch: Watch) -> Run:
        if name == "believed":
            return Run(name, board_of(self.game, self.initial, self.holes), watch)
        start = int(name.removeprefix("believed from "))
        phase = self.game.phases[start]
        rest = replace(
            self.game, phases=(replace(phase, episodes=max(1, phase.episodes)), *self.game.phases[start + 1 :])
        )
        holes = {
            (place if place.phase < 0 else place._replace(phase=place.phase - start)): quantity
            for place, quantity in self.holes.items()
            if place.phase < 0 or place.phase >= start
        }
        return Run(name, board_of(rest, self.initial, holes), watch)

    def seen(self, true: PhasedGame) -> tuple[tuple[str, int], ...]:
        """For each true episode, the run and the episode of it that the agent takes it for."""
        return tuple(self._seen(true))

    def _seen(self, true: PhasedGame) -> Iterator[tuple[str, int]]:
        for f, (phase, start) in enumerate(zip(self.game.phases, self.game.phase_starts(), strict=True)):
            for position in range(1, true.phases[f].episodes + 1):
                if phase.episodes:
                    yield "believed", start - 1 + min(position, phase.episodes)
                else:
                    yield f"believed from {f}", 1


@dataclass(frozen=True)
class Move:
    """One step of one run, as the recursion makes it: the last episode first.

    `place` orders the moves of several games so that they enter every phase together from behind, and what is alike in
    them can be compared: the longer one begins.
    """

    run: Run
    stage: int
    episode: int
    place: tuple[int, int, int]

    def made(self, positions: Positions, arithmetic: Arithmetic, label: str) -> Positions:
        """The positions after it."""
        run = self.run
        given = None
        if run.seen is not None:
            name, episode = run.seen[self.episode - 1]
            given = positions[name].episodes[episode - 1].choices
        stage = run.board.stages[self.stage]
        label = f"{label}{run.name} {self.episode}"
        after = step(run.board, stage, run.watch, positions[run.name], arithmetic, label=label, given=given)
        return {**positions, run.name: after}


def start_of(cast: Cast) -> Positions:
    """Every run at its end."""
    return {run.name: end(run.board, run.watch) for run in cast.runs}


def moves_of(cast: Cast) -> tuple[Move, ...]:
    """All steps of all runs, in order."""
    if any(not isinstance(stage.count, Fraction) for run in cast.runs for stage in run.board.stages):
        raise Unsupported("a number of episodes is not known")
    moves = []
    for which, run in enumerate(cast.runs):
        episode = run.board.horizon
        for stage in range(len(run.board.stages) - 1, -1, -1):
            for position in range(run.board.stages[stage].episodes, 0, -1):
                moves.append(Move(run, stage, episode, (which, -stage, -position)))
                episode -= 1
    return tuple(moves)
