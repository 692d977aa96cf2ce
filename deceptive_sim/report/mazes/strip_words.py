"""Words and colours of lifetimes."""

from __future__ import annotations

from collections.abc import Sequence

from deceptive_sim.report.mazes.lifetimes import Strip, StripEpisode
from deceptive_sim.report.mazes.words import counted
from deceptive_sim.report.words import shortened

DEFECTS, OBEYS = "#c24f00", "#0072b2"
"""Dark enough for white letters."""


def action_colour(episode: StripEpisode) -> str:
    """Warm for defecting actions, cold for others."""
    return DEFECTS if episode.defects else OBEYS


def taken_told(episode: StripEpisode) -> str:
    """`takes an apple`."""
    return {"apple": "takes an apple", "exit": "takes the exit"}.get(episode.taken, "takes nothing")


def modified_told(episode: StripEpisode) -> str:
    """`now wants the exit`; empty if it is left alone."""
    return f"now wants {shortened(episode.modified, 60)}" if episode.modified else ""


def episode_told(episode: StripEpisode, place: int) -> str:
    """What happens in one maze, in a sentence."""
    told = (
        f"Maze {place + 1}, {shortened(episode.phase, 40)}: wanting {shortened(episode.objective, 60)}, "
        f"it does {episode.action} and {taken_told(episode)}"
    )
    return f"{told}; then it is modified and {modified_told(episode)}." if episode.modified else f"{told}."


def strip_told(strip: Strip) -> str:
    """What happens in a lifetime, in a line."""
    return f"{strip.title}: {strip.actions}, {counted(strip.apples, 'apple')}"


def strips_told(strips: Sequence[Strip]) -> str:
    """All of it, for readers who do not see it."""
    told = []
    for strip in strips:
        episodes = " ".join(episode_told(episode, place) for place, episode in enumerate(strip.episodes))
        told.append(f"{strip_told(strip)}. {episodes}")
    return " ".join(told)


def ending_told(strips: Sequence[Strip]) -> str:
    """What came of the lifetimes, side by side."""
    return "; ".join(f"{shortened(strip.title, 80)}: {counted(strip.apples, 'apple')}" for strip in strips) + "."
