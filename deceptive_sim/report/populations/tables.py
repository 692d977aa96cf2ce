"""Tables of a population's page, as text: who there is at the ends of phases, and what was simulated."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from deceptive_sim.core.exact import readable, text_of
from deceptive_sim.model.phases import Phase
from deceptive_sim.populations.kinds.library import library_kind
from deceptive_sim.populations.measures import Estimate, estimate
from deceptive_sim.populations.optimisers import BaseOptimiser, Gradient, Mutation, Proportional, Rewriting, Truncation
from deceptive_sim.report.populations.numbers import labels_of, percent
from deceptive_sim.report.populations.words import has_base
from deceptive_sim.report.words import shortened
from deceptive_sim.studies.populations import PhaseEnd, PopulationResult

NOTHING = "—"
LONGEST_SETTING = 120


@dataclass(frozen=True, kw_only=True)
class Cell:
    """A number with its interval, as text; `interval` is empty where there is none."""

    mean: str
    interval: str = ""

    @property
    def text(self) -> str:
        """Both on one line."""
        return f"{self.mean} ({self.interval})" if self.interval else self.mean


@dataclass(frozen=True, kw_only=True)
class Block:
    """Rows of a table that belong together: a heading, and labelled rows of a cell for each phase."""

    heading: str
    rows: tuple[tuple[str, tuple[Cell, ...]], ...]


def share_cell(found: Estimate | None) -> Cell:
    """A share in percent, with its 95 % interval."""
    if found is None:
        return Cell(mean=NOTHING)
    if found.low is None or found.high is None:
        return Cell(mean=_percent(found.mean))
    low, high = (_percent(end).removesuffix(" %") for end in (found.low, found.high))
    return Cell(mean=_percent(found.mean), interval="" if found.low == found.high else f"{low} to {high}")


def _percent(share: float) -> str:
    """A share with a digit after the point; never rounded to nothing or to everything."""
    if 0 < share < 0.0005:
        return "<0.05 %"
    return ">99.95 %" if 0.9995 < share < 1 else f"{100 * share:.1f} %"


def number_cell(found: Estimate | None) -> Cell:
    """A payoff, with its 95 % interval."""
    if found is None:
        return Cell(mean=NOTHING)
    if found.low is None or found.high is None or found.low == found.high:
        return Cell(mean=f"{found.mean:.4g}")
    return Cell(mean=f"{found.mean:.4g}", interval=f"{found.low:.4g} to {found.high:.4g}")


def ends_blocks(result: PopulationResult) -> list[Block]:
    """Who there is at the end of each phase, how it looks, and what it pays."""
    labels, ends = labels_of(result), result.phases

    def by_kind(field: str) -> tuple[tuple[str, tuple[Cell, ...]], ...]:
        return tuple((label, tuple(share_cell(getattr(end, field)[name]) for end in ends))
                     for name, label in labels.items())  # fmt: skip

    everybody = [("modified", "modified"), ("shut down", "off"), ("apparent alignment", "apparent_alignment")]
    if has_base(result):
        everybody += [("actual alignment", "actual_alignment"), ("weight of the base objective", "base_weight")]
    everybody.append(("treacherous turns in the phase", "turns"))
    rows = [(title, tuple(share_cell(getattr(end, field)) for end in ends)) for title, field in everybody]
    if not any(end.off is not None and end.off.mean for end in ends):
        rows = [row for row in rows if row[0] != "shut down"]
    return [
        Block(heading="Share of all agents, with copies", rows=by_kind("shares")),
        Block(heading="Share of all agents, unmodified", rows=by_kind("unmodified")),
        Block(heading="Of all agents", rows=tuple(rows)),
        Block(heading="Mean payoff per agent and episode", rows=_scores(ends)),
    ]


def _scores(ends: tuple[PhaseEnd, ...]) -> tuple[tuple[str, tuple[Cell, ...]], ...]:
    judges = list(ends[0].scores) if ends else []
    return tuple((f"to {judge}", tuple(number_cell(end.scores[judge]) for end in ends)) for judge in judges)


# --- what was simulated ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class CohortRow:
    """A cohort as text: agents at the start, its kind and what that does, settings, and what the run is worth to it."""

    label: str
    agents: str
    kind: str
    does: str
    source: str
    settings: str
    value: Cell


def cohort_rows(result: PopulationResult) -> Iterator[CohortRow]:
    """The cohorts in their order."""
    labels, population, sections = labels_of(result), result.outcome.population, result.plan.section.cohorts
    values = result.outcome.value().T
    for cohort, count, value in zip(population.cohorts, population.counts(), values, strict=True):
        section = sections[cohort.name]
        kind = library_kind(section.kind or cohort.name)
        given: dict[str, object] = dict(section.settings)
        for name in ("objective", "discount", "selves", "strategy"):
            if getattr(section, name) is not None:
                given[name] = getattr(section, name)
        given |= {f"believed {path}": value for path, value in section.beliefs.items()}
        given |= {name: number for name in ("error", "temperature") if (number := getattr(cohort, name))}
        if section.history is not None:
            given["history"] = "given"
        yield CohortRow(
            label=labels[cohort.name],
            agents=f"{count} ({percent(float(cohort.share))})",
            kind=kind.name,
            does=kind.title,
            source=kind.source,
            settings=_settings(given) or "as usual",
            value=number_cell(estimate(value)),
        )


def _settings(given: Mapping[str, object]) -> str:
    told = [f"{name} {_setting(value)}" for name, value in given.items()]
    return shortened("; ".join(told), LONGEST_SETTING)


def _setting(value: object) -> str:
    return text_of(value) if isinstance(value, int | Fraction) and not isinstance(value, bool) else str(value)


def optimiser_rows(result: PopulationResult) -> Iterator[tuple[str, str, tuple[bool, ...]]]:
    """Base optimisers in the order in which they act: name, what it does, and whether it acts in each phase."""
    scene = result.outcome.population.scene
    for name, optimiser in zip(result.plan.section.base_optimisers, scene.optimisers, strict=True):
        acts = tuple(
            any(one is optimiser for one in scene.acting(type(optimiser), phase)) for phase in scene.game.phases
        )
        yield shortened(name, 40), optimiser_words(optimiser), acts


def optimiser_words(optimiser: BaseOptimiser) -> str:
    """What a base optimiser does after an episode."""
    match optimiser:
        case Rewriting():
            return "modifies with the probabilities of the game"
        case Gradient(learning_rate=rate):
            return (
                f"moves the objective by {readable(rate)} towards the base objective when another action would have "
                "scored better"
            )
        case Truncation(fraction=fraction, best=best):
            copied = "as many of the best" if best is None else f"the best {_part(best)}"
            said = f"replaces the worst {_part(fraction)} by copies of {copied}"
        case Proportional(strength=strength):
            said = "replaces everybody by copies, drawn in proportion to score"
            said += "" if strength == 1 else f" (strength {readable(strength)})"
    return f"{said}, {_every(optimiser.every)}{_mutating(optimiser.mutation)}"


def _part(share: Fraction) -> str:
    return percent(float(share))


def _every(every: int) -> str:
    return "after every episode" if every == 1 else f"after every {every} episodes"


def _mutating(mutation: Mutation) -> str:
    told = [
        f"a copy gets another {what} with probability {readable(chance)}"
        for what, chance in (("kind", mutation.kind), ("objective", mutation.objective))
        if chance
    ]
    return f"; {', '.join(told)}" if told else ""


def phase_words(phase: Phase) -> str:
    """A phase: its name, kind and length."""
    episodes = f"{phase.episodes} episode{'s' * (phase.episodes != 1)}"
    kind = "" if phase.kind.value in phase.name else f"{phase.kind.value}, "
    return f"{shortened(phase.name, 40)} ({kind}{episodes})"


def honeypot_words(result: PopulationResult) -> str:
    """Honeypots in the run; nothing if there are none."""
    scene = result.outcome.population.scene
    if not scene.honeypots:
        return ""
    from deceptive_sim.report.words import episodes_text

    episodes = sorted(scene.honeypots)
    told = f"episode{'s' * (len(episodes) > 1)} {episodes_text(episodes)}"
    chance = readable(scene.mistaken)
    return f"Honeypots: {told} look like deployment; an agent takes one for it with probability {chance}."
