"""Curves named in place, with marks along the way and the game that was asked for."""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from deceptive_sim.games.views import View
from deceptive_sim.report.figures import style
from deceptive_sim.report.figures.canvas import WIDTH

COLOURS = ("#0072b2", "#d55e00", "#007a59", "#a8487f", "#8a6100", "#3d4a57")
"""Dark enough for type on white paper; after Okabe and Ito."""

DASHES = ("-", (0, (5, 1.5)), (0, (1.5, 1.2)), (0, (6, 1.5, 1.5, 1.5)))
HEIGHT, LEFT, BOTTOM, HEAD, NAMES = 3.3, 0.5, 0.58, 0.36, 1.75
MOST_DOTS, MOST_MARKS, MOST_CURVES = 30, 5, 12


def draw(view: View) -> Figure:
    """The curves; those that are the same share a line and its name."""
    with style.house_style():
        figure = style.sheet(WIDTH, HEIGHT)
        met = [number for curve in view.curves.values() for number in curve]
        widest = max(style.width_of(tick, style.SMALL) for tick in style.plain_ticks(min(met), max(met))[1])
        left = LEFT + widest
        several = len(view.curves) > 1
        right = NAMES if several else 0.25
        axes = figure.add_axes(
            (left / WIDTH, BOTTOM / HEIGHT, 1 - (left + right) / WIDTH, 1 - (BOTTOM + HEAD) / HEIGHT)
        )
        across, up = view.axes
        steps = max(map(len, view.curves.values()))
        shown = len(places_of(view, (0.0,) * steps)[0])
        rest = f" (unchanged from there to {steps})" if shown < steps and not view.across else ""
        axes.set_xlabel(style.fitting(style.drawable(across) + rest, style.SMALL, 3.5))
        ends = []
        for place, (numbers, names) in enumerate(list(merged(view).items())[:MOST_CURVES]):
            x, y = places_of(view, numbers)
            colour = COLOURS[place % len(COLOURS)]
            axes.plot(
                x, y, color=colour, lw=2.2, ls=DASHES[place // 2 % len(DASHES) if several else 0],
                marker="o" if len(y) <= MOST_DOTS and not view.across else "", ms=4.5, gid=f"curve-{place}",
            )  # fmt: skip
            ends.append((numbers[-2:][::-1], " = ".join(names), colour))
        _scales(axes)
        if not several or up:
            label = style.fitting(style.drawable(up or next(iter(view.curves))), style.SMALL, HEIGHT - HEAD)
            axes.set_ylabel(label, labelpad=4)
        if several:
            _names(axes, ends, WIDTH - left - right)
        _marks(axes, view)
        _here(axes, view)
    return figure


def merged(view: View) -> dict[tuple[float, ...], list[str]]:
    """The curves, each with all names under which it goes."""
    found: dict[tuple[float, ...], list[str]] = {}
    for name, numbers in view.curves.items():
        if numbers:
            found.setdefault(numbers, []).append(name)
    return found


def places_of(view: View, numbers: Sequence[float]) -> tuple[Sequence[float], Sequence[float]]:
    """Where a curve stands, and it: over steps, of a long time in which no curve changes only the beginning."""
    if view.across:
        return view.across, numbers
    changes = [
        step for curve in view.curves.values() for step in range(1, len(curve)) if curve[step] != curve[step - 1]
    ]
    end = max(20, -(-4 * max([*changes, *view.marks], default=0) // 3))
    return tuple(float(t) for t in range(1, len(numbers) + 1))[:end], numbers[:end]


def _scales(axes: Axes) -> None:
    axes.margins(x=0.02, y=0.08)
    (left, right), (low, high) = axes.get_xlim(), axes.get_ylim()
    xticks, yticks = style.plain_ticks(left, right), style.plain_ticks(low, high)
    axes.set_xticks(*xticks)
    axes.set_yticks(*yticks)
    axes.set(xlim=(left, right), ylim=(low, high))
    axes.grid(axis="y", color="#e3e7ec", lw=0.8)
    axes.tick_params(length=3, color=style.FAINT_INK)


def _names(axes: Axes, ends: Sequence[tuple[tuple[float, ...], str, str]], across: float) -> None:
    """Names at the right ends of the curves, moved apart where they would overlap."""
    inches = HEIGHT - BOTTOM - HEAD
    low, high = axes.get_ylim()
    blocks = []
    for (end, *_), name, colour in sorted(ends, key=lambda found: found[0]):
        text = style.wrapped(name, style.SMALL, NAMES - 0.22, 3)
        blocks.append(((end - low) / (high - low) * inches, (text.count("\n") + 1) * 0.185 + 0.05, text, colour, end))
    places = spread([(block[0], block[1]) for block in blocks], inches + 0.25)
    for (_, _, text, colour, end), place in zip(blocks, places, strict=True):
        axes.annotate(
            text, xy=(1.0, end), xycoords=("axes fraction", "data"), xytext=(1 + 0.18 / across, place / inches),
            textcoords="axes fraction", size=style.SMALL, color=colour, va="center", linespacing=1.1, gid="name",
            arrowprops={"arrowstyle": "-", "color": colour, "lw": 0.8, "shrinkA": 1, "shrinkB": 0, "relpos": (0, 0.5)},
            annotation_clip=False,
        )  # fmt: skip


def spread(wanted: Sequence[tuple[float, float]], top: float) -> list[float]:
    """Middles of blocks `(middle, height)`, given from the lowest to the highest, moved so that none overlap.

    They reach no higher than `top`, and below 0 only if they do not fit otherwise.
    """
    places: list[float] = []
    for middle, height in wanted:
        least = places[-1] + (wanted[len(places) - 1][1] + height) / 2 if places else height / 2 - 0.2
        places.append(max(middle, least))
    ceiling = top
    for place in reversed(range(len(places))):
        height = wanted[place][1]
        places[place] = min(places[place], ceiling - height / 2)
        ceiling = places[place] - height / 2
    return places


def _marks(axes: Axes, view: View) -> None:
    """Vertical lines at marked steps, if curves are over steps and they are few."""
    if view.across or len(view.marks) > MOST_MARKS:
        return
    for step, text in sorted(view.marks.items()):
        _line(axes, float(step), text, f"mark-{step}")


def _here(axes: Axes, view: View) -> None:
    if view.here is None:
        return
    _line(axes, view.here, f"{style.drawable(view.axes[0])} {view.here:.4g}", "here")
    if view.across and min(view.across) <= view.here <= max(view.across):
        for place, numbers in enumerate(list(merged(view))[:MOST_CURVES]):
            axes.plot(
                [view.here], [between(view.across, numbers, view.here)], "o", ms=6, color=COLOURS[place % len(COLOURS)],
                mec=style.PAPER, gid="there",
            )  # fmt: skip


def between(across: Sequence[float], numbers: Sequence[float], place: float) -> float:
    """A curve between the places where it is known, on straight lines."""
    import numpy

    return float(numpy.interp(place, across, numbers))


def _line(axes: Axes, x: float, text: str, gid: str) -> None:
    axes.axvline(x, color=style.TURN, lw=1.1, ls=(0, (2, 2)), zorder=1.5, gid=gid)
    left, right = min(axes.get_xlim()[0], x), max(axes.get_xlim()[1], x)
    axes.set_xlim(left, right)
    share = (x - left) / (right - left)
    side = "left" if share < 0.3 else "right" if share > 0.7 else "center"
    words = style.fitting(style.drawable(text), style.SMALL, 3.0)
    axes.annotate(
        words, xy=(x, 1), xycoords=("data", "axes fraction"), xytext=(0, 4), textcoords="offset points",
        ha=side, va="bottom", size=style.SMALL, color=style.TURN, gid=f"{gid}-words", annotation_clip=False,
    )  # fmt: skip
