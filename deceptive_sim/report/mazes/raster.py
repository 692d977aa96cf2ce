"""Pictures painted by Pillow, smooth at any scale: painted larger and made smaller."""

from __future__ import annotations

import io
from functools import cache
from itertools import pairwise
from math import hypot
from typing import TYPE_CHECKING

from deceptive_sim.report.mazes.shapes import NONE, Box, Curve, Disc, Picture, Point, Shape, Words

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageDraw import ImageDraw
    from PIL.ImageFont import FreeTypeFont

FINE = 3
"""How many times larger it is painted, each way."""


def painted(picture: Picture, scale: float = 2.0) -> Image:
    """The picture as an RGB image of `scale` pixels to the pixel."""
    import PIL.Image
    import PIL.ImageDraw

    size = max(1, round(picture.width * scale)), max(1, round(picture.height * scale))
    image = PIL.Image.new("RGB", (size[0] * FINE, size[1] * FINE), "#ffffff")
    pen = PIL.ImageDraw.Draw(image)
    for shape in picture.shapes:
        _paint(pen, shape, scale * FINE)
    return image.reduce(FINE)


def png(picture: Picture, scale: float = 2.0) -> bytes:
    """The picture as a PNG file; the same picture gives the same bytes."""
    stream = io.BytesIO()
    painted(picture, scale).save(stream, format="PNG", optimize=True)
    return stream.getvalue()


def _paint(pen: ImageDraw, shape: Shape, scale: float) -> None:
    match shape:
        case Curve():
            for piece in shape.pieces():
                _draw(pen, shape, [(x * scale, y * scale) for x, y in piece], scale)
        case Disc():
            (x, y), width = (part * scale for part in shape.at), shape.width * scale
            for radius, colour in ((shape.radius * scale + width / 2, shape.stroke), (
                shape.radius * scale - width / 2, shape.fill)):  # fmt: skip
                if colour != NONE:
                    pen.ellipse((x - radius, y - radius, x + radius, y + radius), fill=colour)
        case Box():
            x, y, wide, tall = (part * scale for part in (*shape.at, *shape.size))
            edge = shape.width * scale / 2 if shape.stroke != NONE else 0.0
            pen.rounded_rectangle(
                (x - edge, y - edge, x + wide + edge - 1, y + tall + edge - 1),
                radius=(shape.round * scale + edge) if shape.round else 0,
                fill=None if shape.fill == NONE else shape.fill,
                outline=None if shape.stroke == NONE else shape.stroke,
                width=max(1, round(2 * edge)) if edge else 0,
            )
        case Words():
            anchor = {"start": "lm", "middle": "mm", "end": "rm"}[shape.side]
            place = (shape.at[0] * scale, shape.at[1] * scale)
            pen.text(place, shape.text, fill=shape.fill, font=_font(round(shape.size * scale), shape.bold),
                     anchor=anchor)  # fmt: skip


def _draw(pen: ImageDraw, shape: Curve, points: list[Point], scale: float) -> None:
    if shape.fill != NONE and len(points) > 1:
        pen.polygon(points, fill=shape.fill)
    if shape.stroke != NONE:
        ring = [*points, points[0]] if shape.closed else points
        for piece in _dashed(ring, [length * scale for length in shape.dashes]):
            _stroke(pen, piece, shape.width * scale, shape.stroke)


def _stroke(pen: ImageDraw, points: list[Point], width: float, colour: str) -> None:
    """A line with round ends and corners."""
    pen.line(points, fill=colour, width=max(1, round(width)), joint="curve")
    reach = width / 2
    for x, y in points:
        pen.ellipse((x - reach, y - reach, x + reach, y + reach), fill=colour)


def _dashed(points: list[Point], dashes: list[float]) -> list[list[Point]]:
    """The pieces of a line that are drawn."""
    if not dashes or sum(dashes) <= 0:
        return [points]
    pieces: list[list[Point]] = [[points[0]]]
    turn, left = 0, dashes[0]
    for (x, y), end in pairwise(points):
        long = hypot(end[0] - x, end[1] - y)
        done = 0.0
        while long - done > left:
            done += left
            place = (x + done / long * (end[0] - x), y + done / long * (end[1] - y))
            if turn % 2 == 0:
                pieces[-1].append(place)
            else:
                pieces.append([place])
            turn += 1
            left = dashes[turn % len(dashes)]
        left -= long - done
        if turn % 2 == 0:
            pieces[-1].append(end)
    return [piece for piece in pieces if len(piece) > 1]


@cache
def _font(size: int, bold: bool) -> FreeTypeFont:
    from pathlib import Path

    import matplotlib
    import PIL.ImageFont

    file = Path(matplotlib.get_data_path(), "fonts", "ttf", f"DejaVuSans{'-Bold' * bold}.ttf")
    return PIL.ImageFont.truetype(str(file), max(1, size))
