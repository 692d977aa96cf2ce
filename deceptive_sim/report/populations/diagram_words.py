"""A diagram of a population in words: what was measured, over which parameters, and what came out."""

from __future__ import annotations

from deceptive_sim.core.exact import readable
from deceptive_sim.populations.measures import Estimate, is_share
from deceptive_sim.report.populations.numbers import labels_of, percent
from deceptive_sim.report.words import shortened
from deceptive_sim.studies.population_diagram import PopulationDiagram
from deceptive_sim.studies.populations import PopulationResult

LONGEST_NAME = 32

MEASURES = {
    "modified": "share of modified agents",
    "actual_alignment": "share that is aligned",
    "apparent_alignment": "share that looks aligned",
    "base_weight": "weight of the base objective",
    "turns": "share that makes its treacherous turn",
    "defections": "defections per agent",
}

SKIPPED = {"game", "phases", "population", "cohorts", "base_optimisers", "settings"}
"""Words of paths that say where a parameter stands, not what it is."""


def measure_title(result: PopulationResult, measure: str) -> str:
    """A measurement in words."""
    family, _, member = measure.partition(".")
    name = shortened(labels_of(result).get(member, member), LONGEST_NAME)
    match family:
        case "share":
            return f"share of “{name}”"
        case "score":
            return f"payoff of an episode to {name}"
        case "value":
            return f"value to “{name}”"
    return MEASURES.get(measure, measure)


def axis_title(result: PopulationResult, path: str) -> str:
    """A parameter in words; its path, if there are no better ones."""
    words = [word for word in path.split(".") if word not in SKIPPED]
    phases = {phase.name for phase in result.outcome.population.scene.game.phases}
    labels = labels_of(result)
    match words:
        case [phase, "episodes"] if phase in phases:
            return f"episodes of {shortened(phase, LONGEST_NAME)}"
        case [phase, ("modification" | "shutdown") as what, action, *_] if phase in phases:
            return f"probability of {what} after {action} in {shortened(phase, LONGEST_NAME)}"
        case [cohort, "share"] if cohort in labels:
            return f"share of “{shortened(labels[cohort], LONGEST_NAME)}” at the start"
        case [cohort, *rest] if cohort in labels and rest:
            return f"{' '.join(rest).replace('_', ' ')} of “{shortened(labels[cohort], LONGEST_NAME)}”"
        case [optimiser, setting] if optimiser in result.plan.section.base_optimisers:
            return f"{setting.replace('_', ' ')} of {shortened(optimiser, LONGEST_NAME)}"
        case ["size"]:
            return "agents"
        case ["discount"]:
            return "discount"
    return path


def when(diagram: PopulationDiagram) -> str:
    """When it was measured."""
    family, after = diagram.measure.partition(".")[0], shortened(diagram.after, LONGEST_NAME)
    if family == "value":
        return "over the whole run"
    return f"in {after}" if family in {"score", "turns", "defections"} else f"at the end of {after}"


def ends(diagram: PopulationDiagram) -> str:
    """From where to where it goes."""
    found = diagram.landscape.arrays["mean"]
    numbers = sorted(float(number) for number in found.ravel() if number == number)  # not NaN
    if not numbers:
        return "nothing"
    low, high = (_number(diagram, number) for number in (numbers[0], numbers[-1]))
    return f"{low} throughout" if low == high else f"{low} to {high}"


def _number(diagram: PopulationDiagram, number: float) -> str:
    if number != number:
        return "nothing"
    return percent(number) if is_share(diagram.measure) else f"{number:.3g}"


def diagram_title(result: PopulationResult, diagram: PopulationDiagram) -> str:
    """What was measured, when, and from where to where it goes."""
    told = measure_title(result, diagram.measure)
    return f"{told[0].upper()}{told[1:]} {when(diagram)}: {ends(diagram)}"


def diagram_caption(result: PopulationResult, diagram: PopulationDiagram) -> str:
    """What stands under the picture."""
    replicates = result.outcome.population.replicates
    interval = ""
    if replicates > 1 and len(diagram.landscape.axes) == 1:
        interval = f" Band: 95 % interval for the mean over {replicates} replicates."
    unit = " in percent" if is_share(diagram.measure) and len(diagram.landscape.axes) > 1 else ""
    told = measure_title(result, diagram.measure)
    return (
        f"{told[0].upper()}{told[1:]} {when(diagram)}{unit}. Every point is a simulation of its own, from seed "
        f"{diagram.seed}.{interval}"
    )


def diagram_alt(result: PopulationResult, diagram: PopulationDiagram) -> str:
    """The finding of the picture for those who do not see it."""
    axes = diagram.landscape.axes
    told = []
    for axis in axes:
        low, high = (f"{float(end):.4g}" for end in (axis.floats[0, 0], axis.floats[-1, 0]))
        told.append(f"{axis_title(result, axis.name)} from {low} to {high}")
    said = f"{diagram_title(result, diagram)}, over {' and '.join(told)}."
    mean = diagram.landscape.arrays["mean"]
    if len(axes) > 1:
        return said
    first, last = _number(diagram, float(mean[0])), _number(diagram, float(mean[-1]))
    return f"{said} It begins with {first} and ends with {last}."


def points_of(diagram: PopulationDiagram, most: int) -> list[tuple[str, str]]:
    """Points of a curve, at most so many, as text: the parameter, and what was measured with its interval."""
    from deceptive_sim.report.populations.tables import number_cell, share_cell

    axis, arrays = diagram.landscape.axes[0], diagram.landscape.arrays
    count, told = len(axis), []
    for place in sorted({round(k * (count - 1) / max(1, most - 1)) for k in range(most)}):
        mean, low, high = (float(arrays[name][place]) for name in ("mean", "low", "high"))
        known = low == low  # not NaN
        found = Estimate(mean=mean, low=low if known else None, high=high if known else None) if mean == mean else None
        cell = share_cell(found) if is_share(diagram.measure) else number_cell(found)
        told.append((readable(axis.rows[place][0]), cell.text))
    return told
