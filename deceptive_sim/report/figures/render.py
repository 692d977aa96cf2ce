"""Figures as bytes: the same figure gives the same bytes, with no date, no program name and no random ids."""

from __future__ import annotations

import io
import re
from html import escape

from matplotlib.figure import Figure

from deceptive_sim.report.figures.style import house_style

NOTHING: dict[str, dict[str, None]] = {
    "png": {"Software": None},
    "svg": {"Date": None, "Creator": None, "Format": None, "Type": None},
    "pdf": {"CreationDate": None, "Creator": None, "Producer": None},
}
"""Metadata that would differ from day to day or from one library version to the next."""

PHONE_PIXELS_PER_INCH = 62
DESK_PIXELS_PER_INCH = 110
"""How small and how large a figure is shown: type of 12 points is 10 and 18 pixels high."""


def file_bytes(figure: Figure, kind: str) -> bytes:
    """The figure as a `png`, `svg` or `pdf` file."""
    stream = io.BytesIO()
    with house_style():
        figure.savefig(stream, format=kind, metadata=NOTHING[kind])
    return stream.getvalue()


def inline_svg(figure: Figure, name: str, alt: str) -> str:
    """The figure as an `<svg>` element for a page.

    Ids that nothing points to are dropped, the others get the figure's name in front, so that several figures fit on
    one page; comments, metadata and style sheets are left out. On a narrow screen it shrinks no further than its type
    stays readable, its container scrolls then.
    """
    text = file_bytes(figure, "svg").decode()
    body = text[text.index("<svg") :]
    body = re.sub(r"<!--.*?-->|<metadata>.*?</metadata>|<style[^>]*>.*?</style>", "", body, flags=re.DOTALL)
    body = body[body.index(">") + 1 :]
    used = set(re.findall(r'href="#([^"]+)"|url\(#([^)]+)\)', body))
    wanted = {one or other for one, other in used}
    body = re.sub(r' id="([^"]*)"', lambda found: f' id="{name}-{found[1]}"' if found[1] in wanted else "", body)
    body = re.sub(r'\b(?:xlink:)?href="#', f'href="#{name}-', body)
    body = body.replace("url(#", f"url(#{name}-").replace('xlink:href="data:', 'href="data:')
    width, height = figure.get_size_inches()
    box, least = f"0 0 {72 * width:.6g} {72 * height:.6g}", f"min-width: {width * PHONE_PIXELS_PER_INCH:.0f}px"
    head = f'<svg role="img" aria-label="{escape(alt)}" viewBox="{box}" style="{least}">'
    lines = (line.strip() for line in body.splitlines())
    return head + "\n".join(line for line in lines if line)
