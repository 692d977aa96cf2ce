"""`report.html` of a simulated population: the finding, pictures, tables, and what was simulated."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from deceptive_sim.report.page import LONGEST_TITLE, own_text, templates
from deceptive_sim.report.populations import tables
from deceptive_sim.report.populations.captions import alt_text, caption
from deceptive_sim.report.populations.diagram_words import diagram_alt, diagram_caption
from deceptive_sim.report.populations.evidence_words import evidence_alt, evidence_caption, watched_alt, watched_caption
from deceptive_sim.report.populations.words import HEADINGS, finding, who_is_left
from deceptive_sim.report.record import package_version
from deceptive_sim.report.words import shortened
from deceptive_sim.studies.population_diagram import PopulationDiagram
from deceptive_sim.studies.populations import PopulationResult

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def population_page_html(
    result: PopulationResult, figures: Mapping[str, Figure], diagram: PopulationDiagram | None = None
) -> str:
    """The page as text: one file, without network or scripts; the same result gives the same bytes.

    Parameters
    ----------
    result : PopulationResult
        Its texts may hold anything; they are escaped.
    figures : mapping
        By name, in the order in which they are shown.
    diagram : PopulationDiagram, optional
        What the figure `diagram` shows.
    """
    from markupsafe import Markup

    from deceptive_sim.report.figures.render import DESK_PIXELS_PER_INCH, inline_svg

    drawn = [
        {
            "name": name,
            "svg": Markup(inline_svg(figure, name, _alt(result, name, diagram))),
            "widest": round(figure.get_figwidth() * DESK_PIXELS_PER_INCH),
            "heading": HEADINGS[name],
            "caption": together(_caption(result, name, diagram)),
        }
        for name, figure in figures.items()
    ]
    population = result.outcome.population
    return templates().get_template("populations/population.html").render(
        css=Markup(own_text("page.css")),
        result=result,
        title=shortened(result.title, LONGEST_TITLE) or result.scenario_id or "Report",
        finding=together(finding(result)),
        left=together(who_is_left(result)),
        figures=drawn,
        ends=[(shortened(end.phase, 40), end.episode) for end in result.phases],
        blocks=tables.ends_blocks(result),
        cohorts=list(tables.cohort_rows(result)),
        phases=[tables.phase_words(phase) for phase in population.scene.game.phases],
        optimisers=list(tables.optimiser_rows(result)),
        honeypots=tables.honeypot_words(result),
        population=population,
        held=sum(check.holds for check in result.checks),
        version=package_version(),
    )  # fmt: skip


def together(text: str) -> str:
    """The same with numbers and their percent signs on one line."""
    return text.replace(" %", "\N{NO-BREAK SPACE}%")


def _alt(result: PopulationResult, name: str, diagram: PopulationDiagram | None) -> str:
    match name:
        case "evidence":
            return evidence_alt(result)
        case "watched":
            return watched_alt(result)
        case "diagram":
            return "" if diagram is None else diagram_alt(result, diagram)
    return alt_text(result, name)


def _caption(result: PopulationResult, name: str, diagram: PopulationDiagram | None) -> str:
    match name:
        case "evidence":
            return evidence_caption(result)
        case "watched":
            return watched_caption(result)
        case "diagram":
            return "" if diagram is None else diagram_caption(result, diagram)
    return caption(result, name)
