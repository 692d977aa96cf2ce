"""`report.html`: one file that opens from disk without a network, readable on a phone, in the dark and on paper."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from deceptive_sim.core.exact import Number, readable, text_of
from deceptive_sim.model.discounting import Discounting, Exponential, Hyperbolic, QuasiHyperbolic
from deceptive_sim.model.phased import PhasedGame
from deceptive_sim.model.phases import Phase
from deceptive_sim.report.alt import alt_text
from deceptive_sim.report.figures import LANDSCAPE
from deceptive_sim.report.glossary import WORDS, regimes_explained
from deceptive_sim.report.record import package_version
from deceptive_sim.report.words import episodes_text, finding, label_of, shortened, spelt
from deceptive_sim.solvers.solution import Solution
from deceptive_sim.studies.result import RunResult

if TYPE_CHECKING:
    from jinja2 import Environment
    from matplotlib.figure import Figure

LONGEST_IN_TABLE = 40
LONGEST_TITLE = 300
LISTED = 8
LARGEST_COUNT = 10**9

HEADINGS = {
    "strategies": "Who does what",
    "values": "Who gets what",
    "actions": "Why it does so",
    "claims": "Claims",
}

CAPTIONS = {
    "strategies": (
        "What each agent does while it is unmodified, episode by episode. It fades as it becomes less likely that the "
        "agent is still unmodified."
    ),
    "values": (
        "One row for each objective that could be at the wheel in the first episode, one column for each objective "
        "that judges what comes of it."
    ),
    "actions": "What each action is worth to the unmodified agent of the episode, if it goes on from there as it will.",
    "claims": (
        "How far each claim got. Dots: cases tried there without a counterexample; the large mark: what the verdict "
        "rests on."
    ),
}


def page_html(result: RunResult, figures: Mapping[str, Figure]) -> str:
    """The page as text.

    Parameters
    ----------
    result : RunResult
        Its texts may hold anything; they are escaped.
    figures : mapping
        By name, in the order in which they are shown; `strategies` goes to the top, those of a landscape come next.
    """
    from markupsafe import Markup

    from deceptive_sim.report.figures.render import DESK_PIXELS_PER_INCH, inline_svg

    page = templates().get_template("page.html")
    drawn = [
        {
            "name": name,
            "svg": Markup(inline_svg(figure, name, alt_text(result, name))),
            "widest": round(figure.get_figwidth() * DESK_PIXELS_PER_INCH),
            "heading": _heading(name),
            "caption": _caption(result, name),
        }
        for name, figure in figures.items()
    ]
    return page.render(
        css=Markup(own_text("page.css") + (own_text("claims.css") if result.claims else "")),
        result=result,
        title=shortened(result.title, LONGEST_TITLE) or result.scenario_id or "Report",
        finding=finding(result),
        first=[figure for figure in drawn if figure["name"] == "strategies"],
        mapped=[figure for figure in drawn if figure["name"] in LANDSCAPE],
        others=[figure for figure in drawn if figure["name"] not in {"strategies", "claims", *LANDSCAPE}],
        claims=_claims(result, [figure for figure in drawn if figure["name"] == "claims"]),
        agents=[_agent(result, solution) for solution in result.solutions],
        checks=[(_agent_label(result, check.agent), check) for check in result.checks],
        words=WORDS,
        regimes=regimes_explained(result),
        game=_game(result.game),
        version=package_version(),
    )


def templates() -> Environment:
    """Where templates come from; whatever they are given is escaped."""
    from jinja2 import Environment, FunctionLoader, StrictUndefined

    return Environment(
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        loader=FunctionLoader(own_text),
    )


def own_text(name: str) -> str:
    """The text of a file that stands beside this one."""
    return (files("deceptive_sim.report") / name).read_text(encoding="utf-8")


def _claims(result: RunResult, figures: list[dict[str, Any]]) -> dict[str, Any] | None:
    if not result.claims:
        return None
    from deceptive_sim.report.claim_blocks import blocks
    from deceptive_sim.report.claim_words import alarm, explained, tally

    return {
        "tally": tally(result.claims),
        "alarm": alarm(result.claims),
        "words": explained(result.claims),
        "figures": figures,
        "blocks": blocks(result),
    }


def _heading(name: str) -> str:
    if name in HEADINGS:
        return HEADINGS[name]
    from deceptive_sim.report import landscape_words

    return landscape_words.HEADINGS[name]


def _caption(result: RunResult, name: str) -> str:
    if name in CAPTIONS:
        return CAPTIONS[name]
    from deceptive_sim.report.landscape_words import caption

    return caption(result, name)


def _agent_label(result: RunResult, name: str) -> str:
    return shortened(result.labels.get(name) or name, 60)


def _agent(result: RunResult, solution: Solution) -> dict[str, Any]:
    """An agent's row in every table, as text."""
    expects = readable(solution.believed_value)
    return {
        "label": label_of(result, solution),
        "objective": solution.objective,
        "fixed": solution.fixed,
        "strategy": spelt(solution.plan, result.game.actions, LONGEST_IN_TABLE) or "—",
        "regime": solution.regime.value,
        "value": readable(solution.value),
        "expected": None if expects == readable(solution.value) else expects,
        "premium": _or_dash(solution.premium),
        "pays": solution.deception_pays,
        "turn": "—" if solution.turn is None else str(solution.turn),
        "unmodified": readable(solution.reaches_deployment_unmodified),
        "defections": readable(solution.expected_deployment_defections),
        "ties": None if solution.ties is None else episodes_text(solution.ties) or "none",
        "n_optimal": None if solution.n_optimal is None else _count(solution.n_optimal),
        "optimal": [shortened(strategy, 60) for strategy in solution.optimal[:LISTED]],
        "outer_gap": _or_dash(solution.outer_gap),
        "inner_gap": _or_dash(solution.inner_gap),
        "has_gap": solution.outer_gap is not None or solution.inner_gap is not None,
    }


def _or_dash(number: Number | None) -> str:
    return "—" if number is None else readable(number)


def _count(number: int) -> str:
    """A count, or the power of two next below if it has too many digits to be read."""
    return str(number) if number <= LARGEST_COUNT else f"more than 2^{number.bit_length() - 1}"


# --- the game --------------------------------------------------------------------------------------------------------


def _game(game: PhasedGame) -> dict[str, Any]:
    names = [objective.name for objective in game.objectives]
    return {
        "objectives": [(objective.name, _discounting(objective.discounting)) for objective in game.objectives],
        "base": game.base_objective,
        "tie_rule": game.tie_rule.value,
        "judges": names,
        "phases": [(phase, [_row(game, phase, action.name, action.defects, names) for action in game.actions])
                   for phase in game.phases],
        "horizon": game.horizon,
    }  # fmt: skip


def _row(game: PhasedGame, phase: Phase, action: str, defects: bool, judges: Iterable[str]) -> dict[str, Any]:
    targets = phase.modification.get(action, {})
    told = [f"{text_of(p)} to {target}" for target, p in targets.items() if p]
    return {
        "action": action,
        "defects": defects,
        "payoffs": [text_of(phase.payoffs.get(judge, {}).get(action, 0)) for judge in judges],
        "modification": ", ".join(told) or "0",
        "shutdown": text_of(phase.shutdown.get(action, 0)),
    }


def _discounting(discounting: Discounting) -> str:
    match discounting:
        case Exponential(discount=g):
            return "none: later payoffs count in full" if g == 1 else f"exponential, {text_of(g)} per episode"
        case QuasiHyperbolic(beta=beta, delta=delta):
            return f"quasi-hyperbolic, beta {text_of(beta)}, delta {text_of(delta)}"
        case Hyperbolic(k=k):
            return f"hyperbolic, k {text_of(k)}"
    return type(discounting).__name__
