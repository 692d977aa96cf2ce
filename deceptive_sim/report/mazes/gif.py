"""Lifetimes as a GIF: the agents walk their mazes one after the other, then all of it stands still for a while."""

from __future__ import annotations

import io
from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from deceptive_sim.report.mazes.lifetimes import Moment, Strip, moments
from deceptive_sim.report.mazes.raster import painted
from deceptive_sim.report.mazes.strip_picture import Part, parts_of, size_of

if TYPE_CHECKING:
    from PIL.Image import Image

WALKING = 10
"""Frames on the way through one maze."""

STEP, TAKEN, MODIFIED, END = 110, 700, 1500, 4000
"""Milliseconds that frames are shown."""

COLOURS = 96
NEARLY_WHITE = 246


def lifetimes_gif(strips: Sequence[Strip], scale: float = 1.0) -> bytes:
    """The animation as a file; the same lifetimes give the same bytes. All frames share one palette."""
    import PIL.Image

    shown = list(moments(strips, WALKING))
    whole = _frames(strips, shown, scale)
    palette = _palette(whole[-1])
    frames = [frame.quantize(palette=palette, dither=PIL.Image.Dither.NONE) for frame in whole]
    times = [_time(moment) for moment in shown]
    times[-1] = END
    stream = io.BytesIO()
    frames[0].save(
        stream, format="GIF", save_all=True, append_images=frames[1:], duration=times, loop=0, optimize=False,
        disposal=1,
    )  # fmt: skip
    return stream.getvalue()


def _palette(image: Image) -> Image:
    """The colours of an image, what is nearly white made white: paper must not look dirty."""
    import PIL.Image

    parts = image.quantize(COLOURS, method=PIL.Image.Quantize.MEDIANCUT).getpalette() or []
    palette = PIL.Image.new("P", (1, 1))
    colours = [parts[place : place + 3] for place in range(0, len(parts), 3)]
    palette.putpalette([part for colour in colours for part in ([255] * 3 if min(colour) > NEARLY_WHITE else colour)])
    return palette


def _time(moment: Moment) -> int:
    return STEP if not moment.over else MODIFIED if moment.modified else TAKEN


def _frames(strips: Sequence[Strip], shown: Sequence[Moment], scale: float) -> list[Image]:
    """Every moment as an image; parts that stay the same are painted once."""
    import PIL.Image

    paint = lru_cache(maxsize=256)(lambda picture: painted(picture, scale))
    width, height = size_of(strips)
    sheet = PIL.Image.new("RGB", (round(width * scale), round(height * scale)), "#ffffff")
    before: list[Part] = []
    frames = []
    for moment in shown:
        parts = list(parts_of(strips, moment))
        for place, part in enumerate(parts):
            if not before or before[place] != part:
                sheet.paste(paint(part.picture), (round(part.right * scale), round(part.down * scale)))
        before = parts
        frames.append(sheet.copy())
    return frames
