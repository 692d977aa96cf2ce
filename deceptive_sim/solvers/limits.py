"""Which games are too long to be solved episode by episode: refused beforehand, with an estimate of the work."""

from __future__ import annotations

from deceptive_sim.core.errors import InputError, Problem
from deceptive_sim.model.agents import AgentSpec
from deceptive_sim.model.phased import PhasedGame

MOST_STEPS = 5_000_000
"""Largest work taken on: episodes x actors x actions x judges (squared in episodes for inconsistent discounting)."""

MOST_EXACT_STEPS = 8_000_000
"""The same for exact values, whose digits grow with the episodes: episodes squared x actors x actions x judges / 64."""

STEPS_PER_SECOND = 200_000
BYTES_PER_EPISODE = 1_500


def refuse_too_long(game: PhasedGame, agent: AgentSpec, *, exact: bool = False) -> None:
    """Raise an `InputError` with the estimate if a game, or what an agent believes, is more work than is taken on.

    A believed game is solved once more from each phase on that is believed to be empty.
    """
    _refuse_work(agent.judged(game), exact=exact, replanned=False)
    if agent.believed is not None:
        _refuse_work(agent.judged(agent.believed), exact=exact, replanned=True)


def _refuse_work(game: PhasedGame, *, exact: bool, replanned: bool) -> None:
    width = len(game.objectives) * len(game.actions) * len(game.objectives)
    horizon = game.horizon
    if replanned:
        empty = [start for phase, start in zip(game.phases, game.phase_starts(), strict=True) if not phase.episodes]
        horizon += sum(game.horizon - start + 2 for start in empty)
    kinds = [objective.discounting for objective in game.objectives]
    steps = horizon * width * (1 if all(kind.consistent for kind in kinds) else horizon)
    digits = horizon * width * max(1, horizon // 64) if exact else 0
    if steps <= MOST_STEPS and digits <= MOST_EXACT_STEPS:
        return
    work = max(steps, digits)
    seconds, memory = work / STEPS_PER_SECOND, horizon * BYTES_PER_EPISODE / 1e9
    limit = MOST_EXACT_STEPS if digits > steps else MOST_STEPS
    rule = (
        f"must have few enough episodes to be solved one by one: about {work:.1e} steps, {_duration(seconds)} and "
        f"{memory:.2g} GB, at most {limit:.0e} steps are taken on"
    )
    raise InputError(Problem(name="phases", rule=rule, got=f"{game.horizon} episodes"))


def _duration(seconds: float) -> str:
    for size, unit in ((86400 * 365, "years"), (86400, "days"), (3600, "hours"), (60, "minutes")):
        if seconds >= 2 * size:
            return f"{seconds / size:.3g} {unit}"
    return f"{seconds:.3g} seconds"
