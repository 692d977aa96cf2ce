"""Words inside a picture, where they fit: none overlaps another, none leaves the picture.

All places are in inches from the picture's lower left corner.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy
from matplotlib.axes import Axes
from matplotlib.patheffects import withStroke
from matplotlib.text import Text
from numpy.typing import NDArray

from deceptive_sim.report.figures import style

LINE = 1.2
"""Height of a line of text, as a multiple of the size of its type."""

HALO = 2.6


@dataclass(frozen=True)
class Box:
    """A rectangle; `x` and `y` are its middle."""

    x: float
    y: float
    width: float
    height: float

    def touches(self, other: Box) -> bool:
        """Whether two of them have a point in common."""
        apart = (
            abs(self.x - other.x) - (self.width + other.width) / 2,
            abs(self.y - other.y) - (self.height + other.height) / 2,
        )
        return max(apart) < 0


@dataclass
class Lettering:
    """The words in one picture.

    Attributes
    ----------
    axes : Axes
    size : tuple of float
        Width and height of the picture.
    taken : list of Box
        Where words stand already.
    """

    axes: Axes
    size: tuple[float, float]
    taken: list[Box] = field(default_factory=list)

    def fits(self, box: Box) -> bool:
        """Whether a box lies inside the picture and touches no words."""
        inside = (
            box.width / 2 <= box.x <= self.size[0] - box.width / 2
            and box.height / 2 <= box.y <= self.size[1] - box.height / 2
        )
        return inside and not any(box.touches(other) for other in self.taken)

    def clear(self, start: tuple[float, float], end: tuple[float, float]) -> bool:
        """Whether a straight line touches no words."""
        x, y = (numpy.linspace(one, other, 200) for one, other in zip(start, end, strict=True))
        return not any(
            bool(((abs(x - box.x) < box.width / 2) & (abs(y - box.y) < box.height / 2)).any()) for box in self.taken
        )

    def write(
        self, text: str, box: Box, size: float, ink: object, *, gid: str, bold: bool = False, turned: float = 0.0,
        halo: object = None,
    ) -> Text:  # fmt: skip
        """Write into the middle of a box, and take its place."""
        self.taken.append(box)
        written = self.axes.text(
            box.x / self.size[0],
            box.y / self.size[1],
            text,
            transform=self.axes.transAxes,
            ha="center",
            va="center",
            size=size,
            weight="bold" if bold else "normal",
            color=ink,
            rotation=turned,
            rotation_mode="anchor",
            linespacing=1.15,
            gid=gid,
            zorder=8,
        )
        if halo is not None:
            written.set_path_effects([withStroke(linewidth=HALO, foreground=halo)])
        return written


def box_of(lines: Sequence[tuple[str, float, bool]], x: float, y: float, *, margin: float = 0.07) -> Box:
    """The box around lines of text `(text, size, bold)` that are centred one under the other."""
    width = max(style.width_of(text, size, bold) for text, size, bold in lines)
    height = sum(LINE * size / 72 for _, size, _ in lines)
    return Box(x, y, width + 2 * margin, height + 2 * margin)


def uniform(labels: NDArray[numpy.integer], box: Box, size: tuple[float, float], turned: float = 0.0) -> int | None:
    """The label that a map `[y, x]` which fills the picture has all over a box; None if several, or the box leaves it.

    A turned box (degrees, counterclockwise) is looked at in points no farther apart than a fifth of its height.
    """
    if not box.width or not box.height:
        return None
    across = numpy.linspace(-0.5, 0.5, 2 + int(5 * box.width / box.height)) * box.width
    up = numpy.linspace(-0.5, 0.5, 7) * box.height
    u, v = (places.ravel() for places in numpy.meshgrid(across, up))
    cosine, sine = numpy.cos(numpy.radians(turned)), numpy.sin(numpy.radians(turned))
    x, y = (box.x + u * cosine - v * sine) / size[0], (box.y + u * sine + v * cosine) / size[1]
    if min(x.min(), y.min()) < 0 or max(x.max(), y.max()) > 1:
        return None
    rows, columns = labels.shape
    inside = labels[
        numpy.minimum((y * rows).astype(int), rows - 1), numpy.minimum((x * columns).astype(int), columns - 1)
    ]
    return int(inside[0]) if bool((inside == inside[0]).all()) else None


def upright(width: float, height: float, x: float, y: float, turned: float) -> Box:
    """The upright box around a box that is turned about its middle."""
    cosine, sine = abs(numpy.cos(numpy.radians(turned))), abs(numpy.sin(numpy.radians(turned)))
    return Box(x, y, float(cosine * width + sine * height), float(sine * width + cosine * height))


def crossed(line: NDArray[numpy.float64], width: float, height: float, at: tuple[float, float], turned: float) -> bool:
    """Whether any of a line's points `[point, 2]` lies in a turned box around a place."""
    cosine, sine = numpy.cos(numpy.radians(turned)), numpy.sin(numpy.radians(turned))
    x, y = (line - numpy.array(at)).T
    inside = (numpy.abs(x * cosine + y * sine) < width / 2) & (numpy.abs(y * cosine - x * sine) < height / 2)
    return bool(inside.any())


def dense(line: NDArray[numpy.float64], step: float = 0.03) -> NDArray[numpy.float64]:
    """Points along a line `[vertex, 2]` no farther apart than a step."""
    lengths = numpy.hypot(*numpy.diff(line, axis=0).T)
    places = numpy.concatenate([[0.0], lengths.cumsum()])
    even = numpy.linspace(0, places[-1], 2 + int(places[-1] / step))
    return numpy.column_stack([numpy.interp(even, places, column) for column in line.T])


def along_line(
    line: NDArray[numpy.float64], shares: Iterable[float], reach: float
) -> Iterable[tuple[float, float, float]]:
    """Middles and slopes (degrees, -90 to 90) at shares of the length of a line `[vertex, 2]` in inches.

    The slope is that between the points `reach` inches before and behind the middle, along the line.
    """
    steps = numpy.hypot(*numpy.diff(line, axis=0).T)
    places = numpy.concatenate([[0.0], steps.cumsum()])
    for share in shares:
        here = share * places[-1]
        span = (here - reach, here + reach)
        (x0, x1), (y0, y1) = (numpy.interp(span, places, line[:, side]) for side in (0, 1))
        x, y = (float(numpy.interp(here, places, line[:, side])) for side in (0, 1))
        angle = float(numpy.degrees(numpy.arctan2(y1 - y0, x1 - x0)))
        yield x, y, angle - 180 if angle > 90 else angle + 180 if angle <= -90 else angle
