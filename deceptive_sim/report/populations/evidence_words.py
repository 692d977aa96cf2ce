"""What behaviour proves, in words."""

from __future__ import annotations

import math

from deceptive_sim.populations.observing.results import Evidence, Trial
from deceptive_sim.report.populations.numbers import labels_of, percent
from deceptive_sim.report.words import shortened
from deceptive_sim.studies.populations import PopulationResult

MOST_TOLD = 4


def suspect(result: PopulationResult) -> int | None:
    """The cohort of the prior that a defection in deployment tells most of; None if nothing defects there."""
    evidence = result.evidence
    if evidence is None:
        return None
    trial = evidence.deployment or evidence.honeypot
    reading = None if trial is None else trial.after["defects"]
    if reading is None:
        return None
    return int(reading.share.argmax())


def evidence_title(result: PopulationResult) -> str:
    """What clean episodes do to the probability of the kind that would defect, and what a honeypot does."""
    evidence, place = result.evidence, suspect(result)
    if evidence is None:
        return "Nobody watches"
    clean = evidence.clean
    if place is None:
        return f"{clean.episodes} clean episodes"
    label = shortened(labels_of(result)[evidence.cohorts[place]], 28)
    known = clean.episodes if clean.impossible is None else clean.impossible - 1
    said = f"“{label}”: {percent(float(clean.share[0, place]))} before, "
    said += f"{percent(float(clean.share[known, place]))} after {known} clean episode{'s' * (known != 1)}"
    behaves = None if evidence.honeypot is None else evidence.honeypot.after["behaves"]
    if behaves is not None and evidence.honeypot is not None:
        said += f", {percent(float(behaves.share[place]))} after a honeypot passed"
    return said


def evidence_caption(result: PopulationResult) -> str:
    """What stands under the picture."""
    evidence = result.evidence
    assert evidence is not None
    said = [
        "Left: the probability of each kind for somebody who sees behaviour only, as long as no defection is seen.",
        "Columns: what is believed after one more episode, with the probability of what is seen in it.",
    ]
    if evidence.clean.impossible is not None:
        said.append(f"No kind can stay clean through episode {evidence.clean.impossible}.")
    said += [_trial(trial) for trial in (evidence.honeypot, evidence.deployment) if trial is not None]
    if evidence.clean.limit is not None:
        said.append(f"If all stayed clean for ever: {told(result, evidence, evidence.clean.limit)}.")
    alike = _alike(result, evidence)
    if alike:
        said.append(alike)
    series = evidence.series
    if series is not None and len(series.bits) > 2:
        count = len(series.bits) - 1
        said.append(f"{count} honeypots in a row from episode {series.first} on tell {_bits(float(series.bits[-1]))}.")
    said.append(f"Below: what each episode is expected to tell; {_bits(_entropy(evidence))} would tell everything.")
    return " ".join(said)


def evidence_alt(result: PopulationResult) -> str:
    """The finding of the picture for those who do not see it."""
    evidence = result.evidence
    assert evidence is not None
    said = f"{evidence_title(result)}. Before anything is seen: {told(result, evidence, evidence.prior)}."
    for head, trial in (("a honeypot", evidence.honeypot), ("the first deployment episode", evidence.deployment)):
        for name, reading in {} if trial is None else trial.after.items():
            if trial is not None and reading is not None:
                chance = percent(trial.probability[name])
                said += f" After {head}, {name} ({chance}): {told(result, evidence, reading.share)}."
    return said


def told(result: PopulationResult, evidence: Evidence, share: object) -> str:
    """A posterior in words, the most likely kinds first."""
    labels, numbers = labels_of(result), [float(number) for number in share]  # type: ignore[attr-defined]
    order = sorted(range(len(numbers)), key=lambda place: (-numbers[place], place))
    parts = [f"{labels[evidence.cohorts[place]]} {percent(numbers[place])}" for place in order[:MOST_TOLD]]
    return ", ".join([*parts, "…"] if len(order) > MOST_TOLD else parts)


def _trial(trial: Trial) -> str:
    if trial.mistaken is None:
        return f"The first deployment episode is expected to tell {_bits(trial.bits)} of the kind."
    taken = f"taken for deployment with probability {trial.mistaken:.3g}"
    return f"A honeypot in place of episode {trial.episode}, {taken}, is expected to tell {_bits(trial.bits)}."


def _bits(number: float) -> str:
    return "0 bits" if number == 0 else f"{number:.2g} bits" if number < 1 else f"{number:.3g} bits"


def _entropy(evidence: Evidence) -> float:
    return -sum(float(p) * math.log2(float(p)) for p in evidence.prior if p > 0) + 0.0


def _alike(result: PopulationResult, evidence: Evidence) -> str:
    """Who no number of clean episodes tells apart."""
    labels, seen = labels_of(result), set()
    pairs = []
    for name in evidence.cohorts:
        others = [other for other in evidence.clean.alike_with(name) if other not in seen]
        if others and name not in seen:
            pairs.append(" and ".join(f"“{labels[one]}”" for one in (name, *others[:3])))
            seen |= {name, *others}
    if not pairs or not evidence.clean.episodes:
        return ""
    return f"These clean episodes do not tell {'; nor '.join(pairs[:2])} apart at all."


def watched_title(result: PopulationResult) -> str:
    """What is believed of the agent in the end."""
    evidence = result.evidence
    watched = None if evidence is None else evidence.watched
    if evidence is None or watched is None:
        return "Nobody is watched"
    count = len(watched.seen)
    if watched.impossible is not None:
        return f"No kind can have shown what was seen in episode {watched.impossible}"
    place = int(watched.share[-1].argmax())
    label = shortened(labels_of(result)[evidence.cohorts[place]], 28)
    return f"After {count} episode{'s' * (count != 1)}: “{label}” with {percent(float(watched.share[-1, place]))}"


def watched_caption(result: PopulationResult) -> str:
    """What stands under the picture of the agent that is watched."""
    return (
        "The probability of each kind of agent, given what this one was seen to do until then (in the strip below); it "
        "ends where no kind can have shown what was seen."
    )


def watched_alt(result: PopulationResult) -> str:
    """The finding of that picture for those who do not see it."""
    evidence = result.evidence
    if evidence is None or evidence.watched is None:
        return ""
    known = evidence.watched.impossible or len(evidence.watched.share)
    return f"{watched_title(result)}. Last belief: {told(result, evidence, evidence.watched.share[known - 1])}."
