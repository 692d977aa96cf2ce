"""Lifetimes of mazes a second time, in plain Python: what going for apple or exit comes to, gradients, games of selves.

Shares no code with the package's lifetimes, planners or kernels; mazes themselves are the package's data.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from maze.plain_targets import NAMES, targets_in, ways_from

from deceptive_sim.maze.ascii_maps import read_map
from deceptive_sim.maze.family import MazeFamily
from deceptive_sim.maze.mazes import Maze
from deceptive_sim.maze.world import MazeWorld
from deceptive_sim.model.phased import PhasedGame
from deceptive_sim.model.phases import Phase

NEAR = read_map("S.rE\n.###\n...g", exit_colour="green")
"""A red apple on the way to the green exit, a green one further off: floor 9, exit 3, red 2, green 5."""

FAR = read_map("S....\n.###.\nr###E", exit_colour="grey")
"""One red apple 2 away, the exit 6: floor 9."""

BARE = read_map("S.E\n...", exit_colour="green")
"""No apple."""


def world_of(
    training: Sequence[Maze] = (NEAR,),
    deployment: Sequence[Maze] = (FAR,),
    *,
    n: int = 2,
    m: int = 3,
    modification: Mapping[str, object] | None = None,
    time_limit: Fraction = Fraction(1),
    shutdown: Mapping[str, object] | None = None,
    ended: Mapping[str, object] | None = None,
) -> MazeWorld:
    """Lifetimes in fixed mazes; `shutdown` in deployment, `ended` in training."""
    payoffs = {"mesa": {"A": 1}, "base": {"B": 1}}
    chances = {action: {"base": p} for action, p in ({"A": 1} if modification is None else modification).items()}
    over = ended or {}
    phases = (
        Phase(name="training", kind="training", episodes=n, payoffs=payoffs, modification=chances, shutdown=over),  # type: ignore[arg-type]
        Phase(name="deployment", kind="deployment", episodes=m, payoffs=payoffs, shutdown=shutdown or {}),  # type: ignore[arg-type]
    )
    families = {"training": MazeFamily(maps=tuple(training)), "deployment": MazeFamily(maps=tuple(deployment))}
    return MazeWorld(families=families, game=PhasedGame(phases=phases), time_limit=time_limit)


# --- one maze --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Ended:
    """What was taken (exit, apple, nothing), its features, and the moves made."""

    taken: str | None
    features: Mapping[str, Fraction]
    steps: int


def limit_of(maze: Maze, time_limit: Fraction) -> int:
    return math.ceil(time_limit * int((~maze.walls).sum()))


def gone(maze: Maze, action: str, weights: Mapping[str, Fraction], step_cost: Fraction, time_limit: Fraction) -> Ended:
    """Go for the exit (B) or for the best apple (A): utility, then the nearest, then by row and column."""
    steps, told = ways_from(maze, maze.start), targets_in(maze)
    wanted = told[:1]
    if action == "A":
        wanted = [(cell, features) for cell, features in told if features.get("is_apple")]
        wanted.sort(key=lambda one: (-(worth(one[1], weights) - step_cost * steps[one[0]]), steps[one[0]], one[0]))
    if not wanted:
        return Ended(None, {}, 0)
    cell, features = wanted[0]
    if steps[cell] > limit_of(maze, time_limit):
        return Ended(None, {}, limit_of(maze, time_limit))
    return Ended("apple" if action == "A" else "exit", features, steps[cell])


def worth(features: Mapping[str, Fraction], weights: Mapping[str, Fraction]) -> Fraction:
    return sum((weights.get(name, Fraction(0)) * value for name, value in features.items()), Fraction(0))


def loss_of(maze: Maze, weights: Sequence[float], temperature: float, step_cost: float, kind: str) -> float:
    """-log P(exit), or 1 - P(exit), of the softmax over the targets of a maze; weights in the order of `NAMES`."""
    steps = ways_from(maze, maze.start)
    heats = [
        (sum(weights[NAMES.index(name)] * float(x) for name, x in features.items()) - step_cost * steps[cell])
        / temperature
        for cell, features in targets_in(maze)
    ]
    chance = math.exp(heats[0]) / sum(math.exp(heat) for heat in heats)
    return -math.log(chance) if kind == "log" else 1 - chance


def slope(loss: Callable[[Sequence[float]], float], weights: Sequence[float], nudge: float = 1e-5) -> list[float]:
    """The gradient by central differences."""
    found = []
    for place in range(len(weights)):
        up, down = list(weights), list(weights)
        up[place] += nudge
        down[place] -= nudge
        found.append((loss(up) - loss(down)) / (2 * nudge))
    return found


# --- games of two objectives -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Numbers:
    """Of an episode: what A and B pay the mesa-objective, and the probabilities of modification."""

    a: Fraction
    b: Fraction
    p: Fraction = Fraction(0)
    q: Fraction = Fraction(0)


def strategy_worth(strategy: str, episodes: Sequence[Numbers], discount: Fraction = Fraction(1)) -> Fraction:
    """What a strategy is worth; from modification on B is taken."""
    total, unmodified, counts = Fraction(0), Fraction(1), Fraction(1)
    for action, told in zip(strategy, episodes, strict=True):
        own, chance = (told.a, told.p) if action == "A" else (told.b, told.q)
        total += counts * (unmodified * own + (1 - unmodified) * told.b)
        unmodified *= 1 - chance
        counts *= discount
    return total


def best_strategy(episodes: Sequence[Numbers], discount: Fraction = Fraction(1)) -> tuple[Fraction, set[str]]:
    """The highest worth of all strategies, and which have it."""
    told = {
        "".join(letters): strategy_worth("".join(letters), episodes, discount)
        for letters in itertools.product("AB", repeat=len(episodes))
    }
    most = max(told.values())
    return most, {strategy for strategy, found in told.items() if found == most}


# --- games of levels -------------------------------------------------------------------------------------------------

Paid = Callable[[int, int, str, int], Fraction]
"""What an action of a level pays a judging level in an episode: (episode from 0, level, action, judge)."""


def levels_solved(
    horizon: int, last: int, paid: Paid, missed: Callable[[int, int, str], Fraction]
) -> tuple[dict[tuple[int, int], str], dict[int, Fraction]]:
    """What every level does in every episode (B where it is as good), and what level 0's start is worth to each judge.

    `missed(episode, level, action)` is the probability of going one level up.
    """
    values = {(level, judge): Fraction(0) for level in range(last + 1) for judge in range(last + 1)}
    plan: dict[tuple[int, int], str] = {}
    for t in reversed(range(horizon)):
        now = {}
        for level in range(last + 1):
            up, follows = min(level + 1, last), {}
            for action, judge in itertools.product("AB", range(last + 1)):
                moves = missed(t, level, action)
                later = (1 - moves) * values[level, judge] + moves * values[up, judge]
                follows[action, judge] = paid(t, level, action, judge) + later
            plan[t, level] = "A" if follows["A", level] > follows["B", level] else "B"
            now |= {(level, judge): follows[plan[t, level], judge] for judge in range(last + 1)}
        values = now
    return plan, {judge: values[0, judge] for judge in range(last + 1)}
