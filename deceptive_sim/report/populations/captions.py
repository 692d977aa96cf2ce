"""What stands under the pictures of a population, and what they show for readers who do not see them."""

from __future__ import annotations

from collections.abc import Sequence

from deceptive_sim.report.populations.numbers import groups_of, labels_of
from deceptive_sim.report.populations.titles import replicates_title
from deceptive_sim.report.populations.words import alignment_told, has_base, of_all, phase_label
from deceptive_sim.report.words import shortened
from deceptive_sim.studies.populations import PopulationResult

MOST_LINES = 40
"""Replicates that are drawn each by itself."""


def bands_told(result: PopulationResult) -> str:
    """What the bands are; nothing with one replicate."""
    replicates = result.outcome.population.replicates
    if replicates < 2:
        return ""
    return f"Lines are means of {replicates} replicates, bands hold the middle 90 % of them (5 % to 95 %)."


def caption(result: PopulationResult, name: str) -> str:
    """What stands under a figure."""
    replicates = result.outcome.population.replicates
    match name:
        case "shares":
            over = f" Means of {replicates} replicates." if replicates > 1 else ""
            return (
                "Shares of all agents. Plain: as they were made; hatched, above the dark line: modified by the base "
                f"optimiser. Copies count with what they are copies of.{over}{_gaps(result)}"
            )
        case "alignment":
            actual = (
                "Is aligned: the share whose objective, after the episode, is the base objective. "
                if has_base(result)
                else "There is no base objective that agents could be aligned with. "
            )
            return (
                "Looks aligned: the share of agents that take no defecting action in the episode. "
                f"{actual}{bands_told(result)}{_gaps(result)}"
            )
        case "replicates":
            some = "" if replicates <= MOST_LINES else f", {MOST_LINES} of them"
            return (
                "Share of the kind that differs most between replicates, modified agents included. Thin lines are "
                f"single replicates{some}. {bands_told(result)}"
            )
        case "scores":
            rest = f"{bands_told(result)}{_gaps(result)}"
            return f"Mean payoff of an episode, per agent, as each objective judges it. {rest}"
    return ""


def _gaps(result: PopulationResult) -> str:
    moments = result.outcome.moments
    whole = len(moments) == result.outcome.population.scene.game.horizon + 1
    return "" if whole else f" {len(moments) - 1} of the episodes were written down; lines join them."


def alt_text(result: PopulationResult, name: str) -> str:
    """The finding of a figure, in a sentence or two."""
    if not result.outcome.population.scene.game.horizon:
        return "There are no episodes, so there is nothing to draw."
    match name:
        case "shares":
            return f"Shares of all agents, episode by episode. {'. '.join(_ends(result))}."
        case "alignment":
            told = [
                f"After {phase_label(end)} {of_all(end.apparent_alignment)} look aligned{alignment_told(result, end)}"
                for end in result.phases
                if end.apparent_alignment is not None
            ]
            return f"Apparent against actual alignment, episode by episode. {'; '.join(told[:6])}."
        case "replicates":
            return f"{replicates_title(result)}. Its share in single replicates, episode by episode."
        case "scores":
            told = [
                f"{shortened(end.phase, 28)}: "
                + ", ".join(f"{judge} {found.mean:.3g}" for judge, found in end.scores.items() if found is not None)
                for end in result.phases
            ]
            return f"Mean payoff per agent and episode by judge. {'; '.join(told[:6])}."
    return ""


def _ends(result: PopulationResult) -> Sequence[str]:
    labels, groups = labels_of(result), groups_of(result)
    several = {place for group in groups if len(group.places) > 1 for place in group.places}
    names = [cohort.name for cohort in result.outcome.population.cohorts]
    told = []
    for end in result.phases[:6]:
        parts = [
            f"{labels[name]} {of_all(end.unmodified[name])}" for place, name in enumerate(names) if place not in several
        ]
        told.append(f"After {phase_label(end)}, unmodified: {', '.join(parts)}; modified {of_all(end.modified)}")
    return told
