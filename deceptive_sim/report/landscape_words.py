"""What the figures of a landscape show: headings, captions, and a sentence each for readers who do not see them."""

from __future__ import annotations

import math
from collections.abc import Sequence

from deceptive_sim.core.exact import readable
from deceptive_sim.report.phase_words import guarantee
from deceptive_sim.report.words import shortened, spelt
from deceptive_sim.studies.phase import PhaseDiagram
from deceptive_sim.studies.phase_drivers import Drivers
from deceptive_sim.studies.phase_results import LandscapeResult
from deceptive_sim.studies.phase_slices import Slice
from deceptive_sim.studies.result import RunResult

MOST_REGIONS = 6

HEADINGS = {
    "landscape-diagram": "Where deception pays",
    "landscape-value": "What it is worth to the agent",
    "landscape-premium": "How much pretending is worth",
    "landscape-slices": "One parameter at a time",
    "landscape-multiples": "Where deception pays, for several values of a third parameter",
    "landscape-sensitivity": "What moves the premium most",
}


def caption(result: RunResult, name: str) -> str:
    """What stands under a figure."""
    found = _landscape(result)
    whose = shortened(found.label, 60)
    match name.removeprefix("landscape-"):
        case "diagram":
            assert found.diagram is not None
            return (
                f"Which behaviour is optimal for {whose}, for every value of two parameters; a strategy is the one at "
                f"the middle of its word. {guarantee(found.diagram)}"
            )
        case "value":
            return f"What {whose} can expect over the whole game, by its initial objective. Lines join equal values."
        case "premium":
            return (
                "How much more the best strategy without a defection in training is worth than the best one with at "
                "least one: positive where a clean training pays, zero on the bold line."
            )
        case "slices":
            return (
                "Value and premium along one parameter, all others as the scenario says, and under the axis the "
                "behaviour. Lines are broken where they jump."
            )
        case "multiples":
            return f"The same picture for several values of a third parameter; what is optimal for {whose}."
        case "sensitivity":
            return (
                "Bars: the premium at both ends of a parameter's range. Shares: how much of the premium's variance is "
                "due to it when all parameters are drawn evenly from their ranges, alone and with interactions."
            )
    return ""


def landscape_alt(result: RunResult, name: str) -> str:
    """What a figure shows, in a sentence or two."""
    found = _landscape(result)
    match name.removeprefix("landscape-"):
        case "diagram":
            return "" if found.diagram is None else diagram_alt(found.diagram)
        case "value" | "premium" as variable:
            return "" if found.diagram is None else _map(found.diagram, variable)
        case "slices":
            return " ".join(map(_slice, found.slices))
        case "multiples":
            told = [f"{100 * panel.diagram.pays:.3g}% at {_setting(panel.settings)}" for panel in found.panels]
            return f"Phase diagrams for values of a third parameter. Deception pays in {', '.join(told)}."
        case "sensitivity":
            return "" if found.drivers is None else _drivers(found.drivers)
    return ""


def _landscape(result: RunResult) -> LandscapeResult:
    assert result.landscape is not None
    return result.landscape


def _setting(settings: Sequence[tuple[str, str]]) -> str:
    return ", ".join(f"{path} = {value}" for path, value in settings)


def _plane(diagram: PhaseDiagram) -> str:
    x, y = diagram.scales
    return (
        f"{x.title} from {x.values[0]:.6g} to {x.values[-1]:.6g} across, "
        f"{y.title} from {y.values[0]:.6g} to {y.values[-1]:.6g} up"
    )


def diagram_alt(diagram: PhaseDiagram) -> str:
    """The regimes of a phase diagram, with their shares and a strategy of each large region."""
    told = [f"{regime} in {100 * share:.3g}%" for regime, share in diagram.shares.items()]
    plans = [
        f"{spelt(region.plan, diagram.actions)} at {_setting([(p, readable(v)) for p, v in region.settings.items()])}"
        for region in diagram.regions[:MOST_REGIONS]
        if region.plan is not None
    ]
    there = f" Optimal strategies: {'; '.join(plans)}." if plans else ""
    return (
        f"Phase diagram, {_plane(diagram)}. Deception pays in {100 * diagram.pays:.3g}% of it. "
        f"Regimes: {', '.join(told)}.{there}"
    )


def _map(diagram: PhaseDiagram, name: str) -> str:
    numbers = [number for number in diagram.landscape.arrays[name].ravel().tolist() if math.isfinite(number)]
    if not numbers:
        return "There is no premium of deception here."
    what = "Premium of deception" if name == "premium" else "Value to the agent"
    return f"{what} as a map, {_plane(diagram)}: from {min(numbers):.4g} to {max(numbers):.4g}."


def _slice(slice_: Slice) -> str:
    told = [f"{stretch.regime} from {stretch.low:.4g} to {stretch.high:.4g}" for stretch in slice_.stretches]
    roots = ", ".join(f"{root:.4g}" for root in slice_.roots)
    sign = f"The premium changes its sign at {roots}." if roots else "The premium does not change its sign."
    return f"Value and premium along {slice_.scale.title}. {sign} Behaviour: {', '.join(told)}."


def _drivers(drivers: Drivers) -> str:
    bars = [
        f"{drivers.titles.get(bar.path, bar.path)} from {bar.at_low:.4g} at {readable(bar.low)} "
        f"to {bar.at_high:.4g} at {readable(bar.high)}"
        for bar in drivers.tornado.bars
    ]
    shares = [] if drivers.sobol is None else drivers.sobol.shares
    told = [f"{drivers.titles.get(share.path, share.path)} {100 * share.total:.2g}%" for share in shares]
    variance = f" Shares of the variance, with interactions: {', '.join(told)}." if told else ""
    return f"What each parameter alone does to the premium: {'; '.join(bars)}.{variance}"
