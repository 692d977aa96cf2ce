"""`report.html` of a game that is no phased game: pictures, a player of its run, the answer, what the source says."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from deceptive_sim.report import model_words
from deceptive_sim.report.page import LONGEST_TITLE, own_text, templates
from deceptive_sim.report.player import player_data, script_safe
from deceptive_sim.report.record import package_version
from deceptive_sim.report.words import shortened
from deceptive_sim.studies.models import ModelResult

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def model_page_html(result: ModelResult, figures: Mapping[str, Figure]) -> str:
    """The page as text: one file, without network, that says the same without scripts and on paper.

    Parameters
    ----------
    result : ModelResult
        Its texts may hold anything; they are escaped.
    figures : mapping
        By name, in the order in which they are shown.
    """
    from markupsafe import Markup

    from deceptive_sim.report.figures.render import DESK_PIXELS_PER_INCH, inline_svg

    view = result.view
    drawn = [
        {
            "name": name,
            "svg": Markup(inline_svg(figure, name, model_words.alt_text(view, name))),
            "widest": round(figure.get_figwidth() * DESK_PIXELS_PER_INCH),
            "heading": model_words.heading(view, name),
            "caption": model_words.caption(view, name, headed=place > 0),
        }
        for place, (name, figure) in enumerate(figures.items())
    ]
    player = player_data(view)
    return templates().get_template("model.html").render(
        css=Markup(own_text("page.css") + own_text("player.css")),
        result=result,
        title=shortened(result.title, LONGEST_TITLE) or result.scenario_id or "Report",
        figures=drawn,
        player=player,
        player_data=Markup(script_safe(player)),
        player_script=Markup(own_text("player.js")),
        answer=model_words.answer_rows(result.answer),
        cut=model_words.cut,
        br=Markup("<br>"),
        held=sum(check.holds for check in result.checks),
        kind=model_words.KINDS[result.kind],
        version=package_version(),
    )  # fmt: skip
