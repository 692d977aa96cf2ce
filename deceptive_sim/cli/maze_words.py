"""What studies of mazes found, in tables for people at a terminal."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from deceptive_sim.cli.words import columns
from deceptive_sim.core.exact import readable, text_of

if TYPE_CHECKING:
    from deceptive_sim.maze.adversarial import AdversaryResult
    from deceptive_sim.maze.learning import LearningResult
    from deceptive_sim.maze.lifetime.result import LifetimeResult
    from deceptive_sim.maze.selection import SelectionResult
    from deceptive_sim.maze.shift import ShiftResult
    from deceptive_sim.populations.measures import Estimate
    from deceptive_sim.studies.maze import MazeResult

Block = tuple[str, str]
"""A heading, and the lines below it."""


def blocks_of(result: MazeResult) -> Iterator[Block]:
    """A block for every table of every study, in order."""
    for name, found in result.studies.items():
        yield from BLOCKS[name](found, result.plan.labels)


def shift_blocks(found: ShiftResult, labels: Mapping[str, str]) -> Iterator[Block]:
    """Rates of the three outcomes, a table for each family."""
    from deceptive_sim.maze.outcomes import OUTCOMES

    for family in found.families:
        rows: list[tuple[str, ...]] = [("", *OUTCOMES)]
        for agent in found.agents:
            cell = found.cell(agent, family)
            rows.append((labels[agent], *(percent(cell.rate(outcome)) for outcome in OUTCOMES)))
        yield f"in {found.spec.mazes} mazes of {family}, with 95 % intervals", columns(rows)


def selection_blocks(found: SelectionResult, labels: Mapping[str, str]) -> Iterator[Block]:
    """Who is chosen: by size and by diversity, each against the cost of capacity, where the other is at its most."""
    spec = found.spec
    size, many = max(spec.sizes), max(spec.diversities)
    costs = tuple(readable(cost) for cost in spec.costs)
    rows: list[tuple[str, ...]] = [("side", *costs)]
    rows += [(str(side), *(found.winner(side, many, cost) for cost in spec.costs)) for side in spec.sizes]
    yield f"chosen from training on {many} mazes, by their side and the cost of a bit", columns(rows)
    rows = [("mazes", *costs)]
    rows += [(str(mazes), *(found.winner(size, mazes, cost) for cost in spec.costs)) for mazes in spec.diversities]
    yield f"chosen in mazes of side {size}, by their number and the cost of a bit", columns(rows)
    rows = [("", "score in training", "in fresh mazes", "bits")]
    for name in spec.candidates:
        score, fresh, bits = (found.estimate(of, size, many, name) for of in ("score", "fresh", "bits"))
        rows.append((name, percent(score), percent(fresh), number_text(bits)))
    yield f"candidates in {many} mazes of side {size}", columns(rows)


def learning_blocks(found: LearningResult, labels: Mapping[str, str]) -> Iterator[Block]:
    """What planners that were trained do in mazes that look different."""
    from deceptive_sim.maze.outcomes import ENDS

    rows: list[tuple[str, ...]] = [("saliences", "exit in training", *(f"then {_words(end)}" for end in ENDS))]
    for name, learned in found.settings.items():
        ends = (percent(learned.rate(end)) for end in ENDS)
        rows.append((name.replace("-", " "), percent(learned.reached), *ends))
    runs = f"{found.spec.runs} runs for each setting" if found.spec.runs > 1 else "one run for each setting"
    yield f"learned objectives, {runs}, {found.spec.steps} steps; then in mazes of {found.spec.deployed}", columns(rows)
    rows = [("saliences", *(f"mostly {_words(end)}" for end in ENDS))]
    rows += [(name, *(percent(learned.mostly(end)) for end in ENDS)) for name, learned in found.settings.items()]
    yield "what runs do in more than half of those mazes", columns(rows)


def adversary_blocks(found: AdversaryResult, labels: Mapping[str, str]) -> Iterator[Block]:
    """Students before and after adversarial training, and how far they drift."""
    rounds = found.spec.rounds
    head = ("student", "round", "training loss", "worst loss", "passes the worst mazes", "is fooled by them")
    rows: list[tuple[str, ...]] = [(*head, f"misgeneralises in {found.spec.deployed}", "drift of weights")]
    for name in found.spec.names:
        course = found.course(name)
        for number in sorted({0, rounds // 2, rounds}):
            told = course.after(number)
            student = name.replace("-", " ") if number == 0 else ""
            losses = number_text(told["training_loss"]), number_text(told["worst_loss"])
            shares = (percent(told[word]) for word in ("passes", "fooled", "misgeneralises"))
            rows.append((student, str(number), *losses, *shares, number_text(told["drift"])))
    yield f"adversarial training, {found.spec.replicates} replicates", columns(rows)
    if len(found.spec.temperatures) > 1:
        rows = [("student", *(f"temperature {text_of(warmth)}" for warmth in found.spec.temperatures))]
        for name, drifts in found.contract()["drift"].items():
            rows.append((name.replace("-", " "), *(number_text(drift["drift_per_round"]) for drift in drifts)))
        yield "drift of weights in a round", columns(rows)


def lifetime_blocks(found: LifetimeResult, labels: Mapping[str, str]) -> Iterator[Block]:
    """The measured game, what it says, who lived how, gradient steps, and learners."""
    yield f"what actions pay and lead to, in {found.spec.measured} mazes of each phase", columns(_measured(found))
    comparison = found.comparison
    as_declared = "as" if comparison.strategies_equal else "unlike"
    lines = [
        ("best strategy", f"{','.join(found.strategy)}, {as_declared} in the game that the file declares"),
        ("worth", f"{number_text(comparison.value)}, where that game says {float(comparison.predicted.value):.6g}"),
    ]
    yield "the game so measured", columns(lines)
    rows: list[tuple[str, ...]] = [("", "apples", "exits", "worth", "predicted", "unmodified after training")]
    for name, lived in found.lived.items():
        numbers = (number_text(lived.apples), number_text(lived.exits), number_text(lived.value))
        told = (*numbers, f"{lived.planner.predicted:.3g}", percent(lived.unmodified))
        rows.append((name.replace("-", " "), *told))
    yield f"{found.spec.lifetimes} lifetimes of each planner", columns(rows)
    if found.gradient:
        rows = [("learning rate", "planned", "mostly done", "apples", "predicted")]
        for steps in found.gradient:
            lattice, planned = steps.solved, ",".join(steps.solved.strategy)
            done = f"{','.join(steps.strategy)} in {percent(steps.usual)}"
            predicted = f"{float(lattice.apples):.3g}"
            rate = text_of(lattice.lattice.learning_rate)
            rows.append((rate, planned, done, number_text(steps.apples), predicted))
        yield "gradient steps in place of rewriting", columns(rows)
    if found.learners:
        rows = [("remembers", "found the best strategy and stayed", "lifetimes needed, median", "least to most")]
        for memory, learners in found.learners.items():
            needed = [number for number in learners.lifetimes if number is not None]
            span = f"{min(needed)} to {max(needed)}" if needed else ""
            rows.append((str(memory), percent(learners.found), number_text(learners.median), span))
        yield f"{found.spec.learners} learners that know no rules", columns(rows)


def _measured(found: LifetimeResult) -> Iterator[tuple[str, ...]]:
    yield ("phase", "action", "pays", "modified after")
    for phase, actions in found.contract()["payoffs"].items():
        chances = found.contract()["modification"].get(phase, {})
        for action, paid in actions.items():
            pays = "; ".join(f"{objective} {number_text(payoff)}" for objective, payoff in paid.items())
            yield phase, action, pays, percent(chances.get(action))


BLOCKS: Mapping[str, Callable[[Any, Mapping[str, str]], Iterator[Block]]] = {
    "shift": shift_blocks,
    "selection": selection_blocks,
    "learning": learning_blocks,
    "adversary": adversary_blocks,
    "lifetime": lifetime_blocks,
}


def held(result: MazeResult) -> str:
    """What was measured in mazes, and how many expectations hold, in a line."""
    told = f"measured in mazes: {', '.join(result.studies) or 'nothing'}"
    if not result.checks:
        return told
    return f"{told}; {sum(check.holds for check in result.checks)} of {len(result.checks)} expectations hold"


def percent(rate: Estimate | None) -> str:
    """A rate with its interval: `97.3 % (96.9 to 97.6)`."""
    if rate is None:
        return ""
    text = f"{100 * rate.mean:.1f} %"
    return text if rate.low is None or rate.high is None else f"{text} ({_end(rate.low)} to {_end(rate.high)})"


def number_text(found: Estimate | None) -> str:
    """A mean with its interval: `2.77 (2.76 to 2.774)`; its ends have as many digits as tell them apart."""
    if found is None:
        return ""
    if found.low is None or found.high is None:
        return _short(found.mean, 3)
    width, size = found.high - found.low, max(abs(found.low), abs(found.high))
    digits = min(max(2, math.ceil(math.log10(size / width)) + 1), 6) if width > 0 else 2
    return f"{_short(found.mean, 3)} ({_short(found.low, digits)} to {_short(found.high, digits)})"


def _short(number: float, digits: int) -> str:
    """A number with some digits; large ones as whole numbers."""
    return f"{number:.0f}" if 10**digits <= abs(number) < 1e9 else f"{number:.{digits}g}"


def _words(end: str) -> str:
    return end.replace("_", " ")


def _end(share: float) -> str:
    """One end of an interval in percent; with a digit more where it would look like never or always, and is not."""
    text = f"{100 * share:.1f}"
    return f"{100 * share:.2f}" if share not in (0, 1) and text in ("0.0", "100.0") else text
