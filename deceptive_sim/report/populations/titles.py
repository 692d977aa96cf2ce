"""Titles of the pictures of a population: what came out, in a line."""

from __future__ import annotations

import numpy as np

from deceptive_sim.report.populations.numbers import BAND, labels_of, most_spread, percent
from deceptive_sim.report.populations.words import alignment_told, deployment_end, of_all, phase_label, training_end
from deceptive_sim.report.words import shortened
from deceptive_sim.studies.populations import PopulationResult

LEAST_FATE = 0.05
"""A kind's end is told as taking over or dying out if that happens in so many replicates."""


def shares_title(result: PopulationResult) -> str:
    """Who there is at the end of training: the largest parts."""
    end = training_end(result) or deployment_end(result)
    assert end is not None
    labels = labels_of(result)
    parts = [
        (found.mean, labels[name]) for name, found in end.unmodified.items() if found is not None and found.mean > 0
    ]
    if end.modified is not None and end.modified.mean:
        parts.append((end.modified.mean, "modified"))
    if end.off is not None and end.off.mean:
        parts.append((end.off.mean, "shut down"))
    parts.sort(key=lambda part: -part[0])
    told = ", ".join(f"{percent(share)} {shortened(label, 28)}" for share, label in parts[:3])
    return f"At the end of {phase_label(end)}: {told}{', …' * (len(parts) > 3)}"


def alignment_title(result: PopulationResult) -> str:
    """How many look aligned at the end of training, and how many are."""
    end = training_end(result) or deployment_end(result)
    assert end is not None
    return (
        f"At the end of {phase_label(end)} {of_all(end.apparent_alignment)} look aligned{alignment_told(result, end)}"
    )


def scores_title(result: PopulationResult) -> str:
    """What the base objective, or else the first one, gets per episode of the phases."""
    scene = result.outcome.population.scene
    judge = scene.objectives[scene.base or 0]
    told = [
        f"{found.mean:.3g} in {shortened(end.phase, 24)}"
        for end in result.phases
        if (found := end.scores[judge]) is not None
    ]
    return f"To {shortened(judge, 24)} an episode pays {', '.join(told[:3])}{', …' * (len(told) > 3)}"


def replicates_title(result: PopulationResult) -> str:
    """What becomes of the kind that differs most between replicates: whether it dies out or takes over."""
    group = most_spread(result)
    if group is None:
        return "Replicates hardly differ"
    last = result.outcome.shares()[:, -1, list(group.places)].sum(axis=1)
    label = shortened(group.label, 28)
    fates = {"takes over": float((last == 1).mean()), "dies out": float((last == 0).mean())}
    told = [f"{verb} in {percent(share)} of replicates" for verb, share in fates.items() if share >= LEAST_FATE]
    if told:
        return f"By chance “{label}” {', '.join(told)}"
    low, high = (percent(float(end)) for end in np.quantile(last, BAND))
    return f"By chance “{label}” ends with {low} to {high} of all agents"
