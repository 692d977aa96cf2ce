"""`report.html` of studies of mazes: the finding, a lifetime to watch, pictures, tables, and mazes to look at."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from importlib import import_module
from typing import Any

from deceptive_sim.report.mazes.examples import families_shown
from deceptive_sim.report.mazes.lifetimes import Strip
from deceptive_sim.report.mazes.sections import Drawn, Section, WaysShown
from deceptive_sim.report.mazes.strip_page import strips_css, strips_script, strips_shown
from deceptive_sim.report.page import LONGEST_TITLE, own_text, templates
from deceptive_sim.report.populations.page import together
from deceptive_sim.report.record import package_version
from deceptive_sim.report.words import shortened
from deceptive_sim.studies.maze import MazeResult
from deceptive_sim.studies.maze_examples import Example

SECTIONS = ("shift", "learning", "selection", "adversary", "lifetime")
"""Studies that a page can show, each by a module `about_NAME`."""


def sections_of(result: MazeResult) -> Iterator[Section]:
    """The parts of the page, in the order of the studies."""
    for name, found in result.studies.items():
        if name in SECTIONS:
            module = import_module(f"deceptive_sim.report.mazes.about_{name}")
            yield module.section(found, result.plan.labels)


def maze_page_html(
    result: MazeResult, sections: Sequence[Section], examples: Sequence[Example] = (), strips: Sequence[Strip] = ()
) -> str:
    """The page as text: one file, without network, that says the same without scripts and on paper.

    Parameters
    ----------
    result : MazeResult
        Its texts may hold anything; they are escaped.
    sections : sequence of Section
    examples : sequence of Example
        Mazes to look at.
    strips : sequence of Strip
        Lifetimes to watch.
    """
    from markupsafe import Markup

    finding = ". ".join(section.finding for section in sections)
    return templates().get_template("mazes/mazes.html").render(
        css=Markup(own_text("page.css") + own_text("mazes/mazes.css") + strips_css()),
        result=result,
        title=shortened(result.title, LONGEST_TITLE) or result.scenario_id or "Report",
        finding=together(f"{finding}." if finding else "Nothing was measured."),
        lifetimes=strips_shown(strips) if strips else None,
        sections=[_section(section) for section in sections],
        examples=families_shown(examples, result.plan.labels),
        held=sum(check.holds for check in result.checks),
        script=Markup(strips_script()),
        version=package_version(),
    )  # fmt: skip


def _section(section: Section) -> dict[str, Any]:
    return {
        "name": section.name,
        "heading": section.heading,
        "figures": [_figure(drawn) for drawn in section.figures],
        "mazes": [_ways(shown) for shown in section.mazes],
        "tables": section.tables,
    }


def _ways(shown: WaysShown) -> dict[str, Any]:
    from markupsafe import Markup

    ways = [
        {"svg": Markup(way.svg), "label": way.label, "outcome": way.outcome, "note": way.note} for way in shown.ways
    ]
    return {"heading": shown.heading, "caption": together(shown.caption), "ways": ways}


def _figure(drawn: Drawn) -> dict[str, Any]:
    from markupsafe import Markup

    from deceptive_sim.report.figures.render import DESK_PIXELS_PER_INCH, inline_svg

    return {
        "name": drawn.name,
        "svg": Markup(inline_svg(drawn.figure, drawn.name, drawn.alt)),
        "widest": round(drawn.figure.get_figwidth() * DESK_PIXELS_PER_INCH),
        "caption": together(drawn.caption),
    }
