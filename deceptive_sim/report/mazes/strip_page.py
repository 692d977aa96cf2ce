"""Lifetimes in a page: strips of mazes that are played in the browser, and stand there whole without it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from deceptive_sim.report.mazes.lifetimes import Strip, StripEpisode
from deceptive_sim.report.mazes.strip_picture import panel, panel_stops
from deceptive_sim.report.mazes.strip_words import (
    action_colour,
    ending_told,
    episode_told,
    modified_told,
    strip_told,
    taken_told,
)
from deceptive_sim.report.mazes.words import counted
from deceptive_sim.report.page import LONGEST_TITLE, own_text, templates
from deceptive_sim.report.words import shortened


def strips_shown(strips: Sequence[Strip]) -> dict[str, Any]:
    """What the template of the strips needs."""
    return {
        "strips": [_strip(strip) for strip in strips],
        "ending": ending_told(strips),
        "columns": max(len(strip.episodes) for strip in strips),
    }


def strips_css() -> str:
    """The style sheet of the strips, which goes with that of pages."""
    return own_text("mazes/lifetimes.css")


def strips_script() -> str:
    """The script that plays the strips of a page."""
    return own_text("mazes/lifetimes.js")


def lifetime_html(strips: Sequence[Strip], title: str) -> str:
    """A page of its own: one file, without network; without scripts and on paper it shows the whole lifetimes."""
    from markupsafe import Markup

    return templates().get_template("mazes/lifetime.html").render(
        css=Markup(own_text("page.css") + strips_css()),
        title=shortened(title, LONGEST_TITLE) or "Lifetime",
        lifetimes=strips_shown(strips),
        script=Markup(strips_script()),
    )  # fmt: skip


def _strip(strip: Strip) -> Mapping[str, Any]:
    return {
        "title": shortened(strip.title, 100),
        "apples": counted(strip.apples, "apple"),
        "told": strip_told(strip),
        "episodes": [_episode(episode, place) for place, episode in enumerate(strip.episodes)],
    }


def _episode(episode: StripEpisode, place: int) -> Mapping[str, Any]:
    from markupsafe import Markup

    picture = replace(panel(episode), title=episode_told(episode, place))
    stops = " ".join(f"{x:.1f},{y:.1f}" for x, y in panel_stops(episode))
    more = f' data-stops="{stops}" data-colour="{action_colour(episode)}"'
    return {
        "number": place + 1,
        "phase": shortened(episode.phase, 40),
        "training": episode.training,
        "svg": Markup(picture.svg(alone=False, more=more)),
        "told": f"{shortened(episode.action, 20)}, {taken_told(episode)}",
        "action": shortened(episode.action, 20),
        "defects": episode.defects,
        "took": taken_told(episode),
        "taken": episode.taken,
        "objective": shortened(episode.objective, 60),
        "modified": modified_told(episode),
    }
