"""Lifetimes as one picture: a strip of mazes for each, one under the other, as they are at a moment."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from deceptive_sim.report.mazes import signs
from deceptive_sim.report.mazes.colours import CHANGED, INK, PAPER, SOFT
from deceptive_sim.report.mazes.drawing import MARGIN, RIM, ground, things
from deceptive_sim.report.mazes.keys import fitted
from deceptive_sim.report.mazes.lifetimes import Moment, Strip, StripEpisode, apples_until, last_moment
from deceptive_sim.report.mazes.shapes import Box, Curve, Picture, Point, Shape, Words, line
from deceptive_sim.report.mazes.strip_words import action_colour, modified_told, strips_told, taken_told
from deceptive_sim.report.mazes.ways import Way, arrow_along, line_of, middle
from deceptive_sim.report.words import shortened

PANEL, GAP, EDGE = 150.0, 22.0, 14.0
HEAD, BAND, FOOT, BETWEEN = 30.0, 22.0, 58.0, 16.0
TRAINING, DEPLOYMENT = "#e3e7ec", "#fbeecb"
TITLE, TEXT = 15.0, 12.5


@dataclass(frozen=True, kw_only=True)
class Part:
    """A part of a picture that changes by itself, at its place."""

    right: float
    down: float
    picture: Picture


def strip_picture(strips: Sequence[Strip], moment: Moment | None = None) -> Picture:
    """The whole picture, by default when all is over."""
    width, height = size_of(strips)
    sheet = Box(kind="paper", at=(0, 0), size=(width, height), fill=PAPER)
    shapes: list[Shape] = [sheet]
    for part in parts_of(strips, moment or last_moment(strips)):
        shapes += [shape.moved(part.right, part.down) for shape in part.picture.shapes]
    titles = "; ".join(strip.title for strip in strips)
    return Picture(width=width, height=height, shapes=tuple(shapes), title=titles, description=strips_told(strips))


def size_of(strips: Sequence[Strip]) -> tuple[float, float]:
    """Width and height of the picture."""
    count = max(len(strip.episodes) for strip in strips)
    tall = HEAD + BAND + PANEL + FOOT
    return (
        2 * EDGE + count * PANEL + (count - 1) * GAP,
        2 * EDGE + len(strips) * tall + (len(strips) - 1) * BETWEEN,
    )


def parts_of(strips: Sequence[Strip], moment: Moment) -> Iterator[Part]:
    """The parts of the picture at a moment: heads, mazes, and what stands below them."""
    width, _ = size_of(strips)
    for row, strip in enumerate(strips):
        top = EDGE + row * (HEAD + BAND + PANEL + FOOT + BETWEEN)
        over = moment.episode + moment.over
        yield Part(right=EDGE, down=top, picture=_head(strip, apples_until(strip, over), width - 2 * EDGE))
        for place, episode in enumerate(strip.episodes):
            left = EDGE + place * (PANEL + GAP)
            now = moment if place == moment.episode else None
            past = place < moment.episode
            share = 1.0 if past else now.share if now else -1.0
            done = past or bool(now and now.over)
            changed = bool(episode.modified) and (past or bool(now and now.modified))
            band = top + HEAD
            yield Part(right=left, down=band, picture=_band(episode, place))
            yield Part(right=left, down=band + BAND, picture=panel(episode, share, done))
            foot = _foot(episode, done=done, started=share >= 0, changed=changed)
            yield Part(right=left, down=band + BAND + PANEL, picture=foot)
            if place + 1 < len(strip.episodes):
                gap = Part(right=left + PANEL, down=band, picture=_gap(changed))
                yield gap


def panel(episode: StripEpisode, share: float = 1.0, done: bool = True) -> Picture:
    """One maze in a square, with so much of its way; a `share` below 0: nobody is there yet."""
    size, left, top = _placed(episode)
    shapes = [Box(kind="paper", at=(0, 0), size=(PANEL, PANEL), fill=PAPER)]
    inside = [*ground(episode.maze, size), *_walked(episode, size, share, done)]
    return Picture(width=PANEL, height=PANEL, shapes=(*shapes, *(shape.moved(left, top) for shape in inside)))


def panel_stops(episode: StripEpisode) -> list[Point]:
    """The middles of the cells that a way goes through, in the panel of its maze."""
    size, left, top = _placed(episode)
    return [(x + left, y + top) for x, y in (middle(cell, size) for cell in episode.cells)]


def _placed(episode: StripEpisode) -> tuple[float, float, float]:
    """The side of a cell, and where the first one is."""
    maze = episode.maze
    size = (PANEL - 2 * MARGIN) / (max(maze.height, maze.width) + 2 * RIM)
    return size, (PANEL - maze.width * size) / 2, (PANEL - maze.height * size) / 2


def _walked(episode: StripEpisode, size: float, share: float, done: bool) -> Iterator[Shape]:
    """Start, way, things and where the agent is."""
    colour, cells = action_colour(episode), episode.cells
    count = round(share * (len(cells) - 1)) + 1 if share >= 0 else 0
    walked = Way(cells=cells[:count])
    curve = line_of(walked, size, colour) if count > 1 else None
    taken = done and episode.taken != "nothing"
    large = max(size, signs.LEAST)
    if curve is not None:
        yield from arrow_along(curve, size, colour) if taken else [curve]
    yield from signs.start(middle(episode.maze.start, size), large, colour if count else SOFT)
    yield from things(episode.maze, size)
    if taken:
        yield from signs.ring(middle(cells[-1], size), large, colour)
    elif count and done:
        yield from signs.stopped(middle(cells[-1], size), large, colour)
    elif count:
        yield from signs.agent(middle(walked.cells[-1], size), large, colour)


def _head(strip: Strip, apples: int, wide: float) -> Picture:
    title = fitted(strip.title, TITLE, wide - 120, bold=True)
    shapes: list[Shape] = [Box(kind="paper", at=(0, 0), size=(wide, HEAD), fill=PAPER)]
    for kind, left, text, side in (("title", 2.0, title, "start"), ("apples", wide, f"apples: {apples}", "end")):
        shapes.append(Words(kind=kind, at=(left, HEAD / 2), text=text, size=TITLE, fill=INK, bold=True, side=side))
    return Picture(width=wide, height=HEAD, shapes=tuple(shapes))


def _band(episode: StripEpisode, place: int) -> Picture:
    fill = TRAINING if episode.training else DEPLOYMENT
    text = fitted(f"{place + 1}  {episode.phase}", TEXT, PANEL - 8)
    band = Box(kind="phase", at=(0, 1), size=(PANEL, BAND - 3), round=4.0, fill=fill)
    name = Words(kind="phase-name", at=(PANEL / 2, BAND / 2), text=text, size=TEXT, fill=INK, side="middle")
    paper = Box(kind="paper", at=(0, 0), size=(PANEL, BAND), fill=PAPER)
    return Picture(width=PANEL, height=BAND, shapes=(paper, band, name))


def _foot(episode: StripEpisode, *, done: bool, started: bool, changed: bool) -> Picture:
    shapes: list[Shape] = [Box(kind="paper", at=(0, 0), size=(PANEL, FOOT), fill=PAPER)]
    if started:
        shapes.append(Box(kind="action", at=(4, 1), size=(20, 18), round=4.0, fill=action_colour(episode)))
        letter = shortened(episode.action, 2)
        shapes.append(Words(kind="action-letter", at=(14, 10), text=letter, size=TEXT, fill=PAPER, bold=True,
                            side="middle"))  # fmt: skip
        wheel = fitted(f"wants {episode.objective}", TEXT, PANEL - 4)
        shapes.append(Words(kind="objective", at=(4, 29), text=wheel, size=TEXT, fill=SOFT))
    if done:
        shapes.append(Words(kind="took", at=(31, 10), text=taken_told(episode), size=TEXT, fill=INK))
    if changed:
        told = fitted(modified_told(episode), TEXT, PANEL - 4, bold=True)
        shapes.append(Words(kind="modified", at=(4, 47), text=told, size=TEXT, fill=CHANGED, bold=True))
    return Picture(width=PANEL, height=FOOT, shapes=tuple(shapes))


def _gap(changed: bool) -> Picture:
    tall, mid = BAND + PANEL, GAP / 2
    shapes: list[Shape] = [Box(kind="paper", at=(0, 0), size=(GAP, tall), fill=PAPER)]
    if changed:
        rule = Curve(kind="modification", steps=line([(mid, 2.0), (mid, tall - 2)]), stroke=CHANGED, width=2.0,
                     dashes=(5.0, 5.0))  # fmt: skip
        shapes += [rule, *signs.bolt((mid, tall / 2), 26.0, CHANGED)]
    return Picture(width=GAP, height=tall, shapes=tuple(shapes))
