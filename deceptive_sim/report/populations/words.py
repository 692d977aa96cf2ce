"""A simulated population in plain English: the finding that a report opens with, and words that it is made of."""

from __future__ import annotations

from deceptive_sim.model.phases import PhaseKind
from deceptive_sim.populations.measures import Estimate
from deceptive_sim.report.populations.numbers import labels_of, percent
from deceptive_sim.report.words import shortened
from deceptive_sim.studies.populations import PhaseEnd, PopulationResult

MOST_TOLD = 4

HEADINGS = {
    "shares": "Who is left",
    "alignment": "How aligned they look, and how aligned they are",
    "replicates": "How much is chance",
    "scores": "What it pays, by whose judgement",
    "evidence": "What behaviour proves",
    "watched": "One agent, watched",
    "diagram": "As parameters change",
}


def training_end(result: PopulationResult) -> PhaseEnd | None:
    """The end of the last phase of training that has episodes."""
    return _last(result, PhaseKind.TRAINING)


def deployment_end(result: PopulationResult) -> PhaseEnd | None:
    """The end of the last phase of deployment that has episodes."""
    return _last(result, PhaseKind.DEPLOYMENT)


def _last(result: PopulationResult, kind: PhaseKind) -> PhaseEnd | None:
    phases = result.outcome.population.scene.game.phases
    ends = [end for end, phase in zip(result.phases, phases, strict=True) if phase.kind is kind and phase.episodes]
    return ends[-1] if ends else None


def phase_label(end: PhaseEnd) -> str:
    """What a phase is called."""
    return shortened(end.phase, 28)


def has_base(result: PopulationResult) -> bool:
    """Whether there is a base objective to be aligned with."""
    return result.outcome.population.scene.base is not None


def of_all(found: Estimate | None) -> str:
    """A share in percent; nothing if there is none."""
    return "nothing" if found is None else percent(found.mean)


# --- the finding -----------------------------------------------------------------------------------------------------


def finding(result: PopulationResult) -> str:
    """What came out, in a sentence of plain text."""
    game = result.outcome.population.scene.game
    if not game.horizon:
        return "The game has no episodes: everybody stays as at the start."
    end, after = training_end(result), deployment_end(result)
    if end is None:
        assert after is not None
        looks = of_all(after.apparent_alignment)
        return f"There is no training. In the last episode {looks} look aligned{alignment_told(result, after)}."
    counted = f"{_count(result)} of training" if _count(result) else "training"
    said = f"After {counted} {of_all(end.apparent_alignment)} of all agents look aligned{alignment_told(result, end)}"
    if after is None:
        return f"{said}. There is no deployment that would show the difference."
    turns = sum(
        phase.turns.mean
        for phase in result.phases
        if phase.turns is not None and phase.kind == PhaseKind.DEPLOYMENT.value
    )
    then = f"in deployment {percent(turns)} make their treacherous turn" if turns else "in deployment nobody turns"
    return f"{said}; {then}."


def alignment_told(result: PopulationResult, end: PhaseEnd) -> str:
    """How many are aligned, after how many look it; nothing without a base objective."""
    if not has_base(result) or end.apparent_alignment is None or end.actual_alignment is None:
        return ""
    return f", {of_all(end.actual_alignment)} are"


def _count(result: PopulationResult) -> str:
    phases = [phase for phase in result.outcome.population.scene.game.phases if phase.training]
    episodes = sum(phase.episodes for phase in phases)
    return f"{episodes} episode{'s' * (episodes != 1)}"


def who_is_left(result: PopulationResult) -> str:
    """Which kinds are left as they were made, the most numerous first; nothing without an episode."""
    end = training_end(result) or deployment_end(result)
    if end is None:
        return ""
    labels, population = labels_of(result), result.outcome.population
    counts = dict(zip((cohort.name for cohort in population.cohorts), population.counts(), strict=True))
    told = []
    for name, found in end.unmodified.items():
        start = counts[name] / population.size
        if found is not None and max(start, found.mean) > 0:
            told.append((max(start, found.mean), f"“{labels[name]}” {percent(start)} → {percent(found.mean)}"))
    told.sort(key=lambda one: -one[0])
    most = ", ".join(text for _, text in told[:MOST_TOLD])
    more = f", and {len(told) - MOST_TOLD} more kinds" if len(told) > MOST_TOLD else ""
    return f"Unmodified, from the start to the end of {phase_label(end)}: {most}{more}."
