"""The strips of a result: lifetimes that were really played, as they are shown."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import TYPE_CHECKING

from deceptive_sim.maze.objectives import NAMED
from deceptive_sim.model.phased import PhasedGame
from deceptive_sim.report.mazes.lifetimes import Strip, StripEpisode
from deceptive_sim.studies.maze import MazeResult

if TYPE_CHECKING:
    from deceptive_sim.maze.lifetime.living import Played
    from deceptive_sim.maze.lifetime.result import LifetimeResult

WANTED = {"exit": "the exit", "green": "green things", "apple": "apples", "place": "the bottom right"}
"""What an objective of a known name is after."""


def strips_of(result: MazeResult) -> tuple[Strip, ...]:
    """The lifetimes of a result, one who plans and one who takes apples at once; none if it has no study of them."""
    found = result.studies.get("lifetime")
    return strips_in(found, result.world.game) if found is not None else ()  # type: ignore[arg-type]


def strips_in(found: LifetimeResult, game: PhasedGame) -> tuple[Strip, ...]:
    """The first lifetime of whoever plans, and of whoever takes every apple until it is modified."""
    from deceptive_sim.maze.lifetime.result import AT_ONCE, PLANNER

    pairs = ((PLANNER, "Plans over its lifetime"), (AT_ONCE, "Takes apples at once"))
    lives = [(found.lived[name].example, title) for name, title in pairs if name in found.lived]
    wants = wants_of(found, game)
    return tuple(strip_of(played, title, game, wants) for played, title in lives if played.episodes)


def strip_of(played: Played, title: str, game: PhasedGame, wants: Mapping[str, str]) -> Strip:
    """A lifetime that was played, under a title."""
    defects = {action.name: action.defects for action in game.actions}
    base = str(game.base_objective)
    episodes = [
        StripEpisode(
            maze=one.maze,
            phase=one.phase,
            training=one.training,
            action=one.action,
            defects=defects[one.action],
            cells=one.path,
            taken=one.taken or "nothing",
            objective=wants.get(one.objective, one.objective),
            modified=wants.get(base, base) if one.modified else "",
        )
        for one in played.episodes
    ]
    return Strip(title=f"{title} ({played.actions})", episodes=tuple(episodes))


def wants_of(found: LifetimeResult, game: PhasedGame) -> dict[str, str]:
    """What each objective is after, in words; its name where there are no words for it."""
    names = (game.objectives[0].name, str(game.base_objective))
    return {
        name: wanted(weights, name) for name, weights in zip(names, (found.spec.mesa, found.spec.base), strict=True)
    }


def wanted(weights: Mapping[str, Fraction], name: str) -> str:
    """What weights on features are after: in words if they are those of a known objective."""
    same = [WANTED[known] for known, others in NAMED.items() if known in WANTED and dict(weights) == dict(others)]
    return same[0] if same else name
