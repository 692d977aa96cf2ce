"""Play: sampled lifetimes of one agent, many at a time.

Each lifetime starts with the initial objective at the wheel; in every episode one uniform number decides what is done
and what follows. Lifetimes are sampled in chunks of fixed size, each from its own child of the generator, so that
neither memory nor workers change the result. Sampled means agree with the exact values of `solve_game` within their
standard errors.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from deceptive_sim.core.errors import wrong
from deceptive_sim.core.progress import Progress, silent
from deceptive_sim.model.agents import AgentSpec
from deceptive_sim.model.phased import PhasedGame
from deceptive_sim.model.phases import PhaseKind
from deceptive_sim.model.protocols import Game, Policy
from deceptive_sim.solvers.evaluation import policy_choices
from deceptive_sim.solvers.layers import Layers, lay_out
from deceptive_sim.solvers.planning import plan
from deceptive_sim.solvers.recursion import Choices
from deceptive_sim.solvers.sampling import Lifetimes, Sampler
from deceptive_sim.solvers.solve import refuse_too_long

if TYPE_CHECKING:
    import numpy as np

CHUNK = 65_536
MOST_LIFETIMES = 10**9
MOST_KEPT = 50_000_000


def play(
    game: PhasedGame,
    agent: AgentSpec | None = None,
    *,
    lifetimes: int,
    rng: np.random.Generator,
    keep: int = 0,
    progress: Progress = silent,
) -> Lifetimes:
    """Sample lifetimes of an agent in a phased game.

    Parameters
    ----------
    game : PhasedGame
    agent : AgentSpec, optional
        Default: plans with true beliefs for the game's first objective.
    lifetimes : int
        How many, from 1.
    rng : numpy.random.Generator
        Where all randomness comes from: chunks draw from children that it spawns, so its seed decides the result.
    keep : int
        How many lifetimes are kept in full.
    progress : Progress

    Raises
    ------
    InputError
        If counts are out of range, or the game is too long.
    """
    agent = agent or AgentSpec(objective=game.objectives[0].name)
    refuse_too_long(game, agent)
    layers, played = plan(game, agent)
    deployment = set(game.episodes_of(PhaseKind.DEPLOYMENT))
    counted = [t in deployment for t in range(1, game.horizon + 1)]
    return _sample(layers, played.choices, counted, lifetimes, rng, keep, progress)


def play_policy(
    game: Game, policy: Policy, initial: str, *, lifetimes: int, rng: np.random.Generator, keep: int = 0
) -> Lifetimes:
    """Sample lifetimes of any policy in any finite game; parameters as in `play`."""
    layers = lay_out(game, initial)
    choices = policy_choices(layers, policy)
    return _sample(layers, choices, [True] * game.horizon, lifetimes, rng, keep, silent)


def _sample(
    layers: Layers,
    choices: Choices,
    counted: Sequence[bool],
    lifetimes: int,
    rng: np.random.Generator,
    keep: int,
    progress: Progress,
) -> Lifetimes:
    import numpy as np

    horizon = len(layers.layers)
    if not 1 <= lifetimes <= MOST_LIFETIMES:
        raise wrong("lifetimes", f"must be from 1 to {MOST_LIFETIMES}", lifetimes)
    keep = min(keep, lifetimes)
    if keep * max(1, horizon) > MOST_KEPT:
        raise wrong("keep", f"must keep at most {MOST_KEPT} episodes in memory", f"{keep} lifetimes of {horizon}")
    sampler = Sampler(layers, choices, counted, lifetimes, keep)
    starts = range(0, lifetimes, CHUNK)
    for done, (start, child) in enumerate(zip(starts, rng.spawn(len(starts)), strict=True)):
        progress(done, len(starts), "playing")
        sampler.chunk(start, min(CHUNK, lifetimes - start), child)
    progress(len(starts), len(starts), "played")
    result = sampler.result()
    for array in (value for value in vars(result).values() if isinstance(value, np.ndarray)):
        array.setflags(write=False)
    return result
