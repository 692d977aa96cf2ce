"""A phase diagram in plain data and in words: what `--json` and the record of a run say of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy

from deceptive_sim.core.exact import text_of
from deceptive_sim.landscapes.borders import Border
from deceptive_sim.model.actions import Action
from deceptive_sim.model.strategies import Strategy
from deceptive_sim.solvers.measurements import REGIMES
from deceptive_sim.studies.phase import PhaseDiagram
from deceptive_sim.studies.phase_drivers import Drivers
from deceptive_sim.studies.phase_results import LandscapeResult
from deceptive_sim.studies.phase_scale import Scale
from deceptive_sim.studies.phase_slices import Slice


def diagram_contract(diagram: PhaseDiagram) -> dict[str, Any]:
    """A phase diagram as plain data.

    `shares` are shares of the picture's area; in `borders`, `vertices` are in the units of the parameters and lie
    within `tolerance` (a share of the axis) of a change. What is narrower than `spacing` may have been missed; 0 means
    that every value was looked at.
    """
    x, y = diagram.scales
    return {
        "agent": diagram.agent,
        "x": _axis(x),
        "y": _axis(y),
        "points": list(diagram.landscape.shape),
        "deception_pays": diagram.pays,
        "shares": {str(regime): share for regime, share in diagram.shares.items()},
        "regions": [
            {
                "regime": str(region.regime),
                "share": region.share,
                "at": {path: text_of(value) for path, value in region.settings.items()},
                "strategy": _text(region.plan, diagram.actions),
            }
            for region in diagram.regions
        ],
        "borders": [_border(border) for border in diagram.borders.borders],
        "tolerance": diagram.borders.tolerance,
        "spacing": {"x": diagram.borders.spacing[0], "y": diagram.borders.spacing[1]},
        "evaluations": diagram.borders.evaluations,
        "unclear": diagram.borders.unclear,
    }


def _axis(scale: Scale) -> dict[str, Any]:
    return {
        "path": scale.path,
        "with": list(scale.others),
        "title": scale.title,
        "from": float(scale.values[0]),
        "to": float(scale.values[-1]),
        "whole": scale.whole,
        "log": scale.log,
    }


def _border(border: Border) -> dict[str, Any]:
    between: list[Any] = list(border.between)
    if border.variable == "regime":
        between = [str(REGIMES[code]) for code in border.between]
    return {
        "of": border.variable,
        "between": between,
        "jump": border.jump,
        "steps": border.steps,
        "closed": border.closed,
        "vertices": numpy.asarray(border.vertices).tolist(),
    }


def landscape_contract(result: LandscapeResult) -> dict[str, Any]:
    """Everything that a `landscape:` section gave, as plain data."""
    found: dict[str, Any] = {"agent": result.agent, "figures": list(result.figures)}
    if result.diagram is not None:
        found["diagram"] = diagram_contract(result.diagram)
    if result.slices:
        found["slices"] = [_slice(slice_) for slice_ in result.slices]
    if result.panels:
        found["multiples"] = [{"at": dict(panel.settings), **_summary(panel.diagram)} for panel in result.panels]
    if result.drivers is not None:
        found["sensitivity"] = _drivers(result.drivers)
    return found


def _summary(diagram: PhaseDiagram) -> dict[str, Any]:
    whole = diagram_contract(diagram)
    return {name: whole[name] for name in ("deception_pays", "shares")}


def _slice(slice_: Slice) -> dict[str, Any]:
    return {
        "axis": _axis(slice_.scale),
        "premium_changes_sign_at": list(slice_.roots),
        "by_a_jump_at": list(slice_.jumps),
        "stretches": [
            {
                "regime": str(stretch.regime),
                "from": stretch.low,
                "to": stretch.high,
                "strategy": _text(stretch.plan, slice_.actions),
            }
            for stretch in slice_.stretches
        ],
    }


def _text(plan: Strategy | None, actions: tuple[Action, ...]) -> str | None:
    return None if plan is None else plan.text(actions)


def _drivers(drivers: Drivers) -> Mapping[str, Any]:
    return {
        "variable": drivers.tornado.variable,
        "base": drivers.tornado.base,
        "at_base": drivers.tornado.at_base,
        "tornado": drivers.tornado.bars,
        "sobol": drivers.sobol,
    }
