"""Names of what studies of mazes measure, known from the file alone: before a maze is drawn.

A study's names are rows of parts, each part one of some words: `shift.OUTCOME.AGENT.FAMILY` is one row. Rows may stand
for millions of names, which are never written down one by one to look whether a name is among them. Whatever a study
measures has one of these names, and it measures all of them; only a number that does not exist, as the median of
lifetimes needed where half of the learners never got there, is missing from what it found.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product, zip_longest
from typing import Any

from deceptive_sim.core.errors import nearest
from deceptive_sim.scenario.maze import MazePlan

Row = tuple[tuple[str, ...], ...]
"""For each part of a name the words that it may be."""


@dataclass(frozen=True, kw_only=True)
class Names:
    """Dotted names, as rows of what their parts may be."""

    rows: tuple[Row, ...]

    def __contains__(self, name: object) -> bool:
        parts = str(name).split(".")
        return any(
            len(row) == len(parts) and all(part in words for part, words in zip(parts, row, strict=True))
            for row in self.rows
        )

    def __iter__(self) -> Iterator[str]:
        """All of them, each once."""
        return iter(dict.fromkeys(".".join(parts) for row in self.rows for parts in product(*row)))

    def near(self, name: str) -> str | None:
        """A hint that names the nearest of them, where one is near: of each row the one whose parts are nearest."""
        parts = name.split(".")
        likely = [
            ".".join(_likely(part, words) for part, words in zip_longest(parts, row)) for row in self._fitting(parts)
        ]
        hint = nearest(name, likely)
        near = hint is not None and hint.startswith("did you mean")
        return hint if near or not likely else f"such as {likely[0]}"

    def _fitting(self, parts: Sequence[str]) -> Iterator[Row]:
        """Rows that have words for all parts of a name."""
        return (row for row in self.rows if all(row) and len(row) >= len(parts))


def _likely(part: str | None, words: Sequence[str]) -> str:
    """The word that is most like a part of a name; the first if there is no such part."""
    return words[0] if part is None else max(words, key=lambda word: difflib.SequenceMatcher(a=word, b=part).ratio())


def names_of(study: str, plan: MazePlan) -> Names:
    """The names of everything that a study of a file measures."""
    rows = NAMED[study](plan.specs[study], plan)
    return Names(
        rows=tuple(
            tuple((part,) if isinstance(part, str) else tuple(map(str, part)) for part in (study, *row)) for row in rows
        )
    )


Parts = tuple[str | Sequence[object], ...]


def _of_shift(spec: Any, plan: MazePlan) -> Iterator[Parts]:
    from deceptive_sim.maze.shift import COUNTED

    yield COUNTED, spec.agents or tuple(plan.agents), spec.families or tuple(plan.families)


def _of_selection(spec: Any, plan: MazePlan) -> Iterator[Parts]:
    trained = (spec.candidates, spec.sizes, spec.diversities)
    yield ("score", "fresh", "gap", "bits"), *trained
    yield "chosen", *trained, spec.costs


def _of_learning(spec: Any, plan: MazePlan) -> Iterator[Parts]:
    from deceptive_sim.maze.outcomes import ENDS

    settings = tuple(spec.saliences)
    yield settings, ("trained", *ENDS)
    yield settings, "mostly", ENDS


def _of_adversary(spec: Any, plan: MazePlan) -> Iterator[Parts]:
    from deceptive_sim.maze.outcomes import ENDS
    from deceptive_sim.maze.targets import FEATURES

    students = tuple(spec.students)
    losses = ("worst_loss", "passes", "training_loss", "training_passes", "drift")
    yield students, (*losses, "misgeneralises", *ENDS)
    yield students, "weights", FEATURES
    yield students, "before", ("misgeneralises", "worst_loss")
    aware = tuple(name for name, student in spec.students.items() if student.awareness != "unaware")
    yield aware, ("fooled", "fooled_deployed")


def _of_lifetime(spec: Any, plan: MazePlan) -> Iterator[Parts]:
    from deceptive_sim.maze.lifetime.result import ALIGNED, AT_ONCE, PLANNER

    game = plan.game
    phases, actions = [phase.name for phase in game.phases], [action.name for action in game.actions]
    yield (("value", "difference", "apples"),)
    yield "payoffs", phases, actions, (game.objectives[0].name, str(game.base_objective))
    yield "modification", phases, actions
    yield (PLANNER, AT_ONCE, ALIGNED), ("apples", "exits", "value", "unmodified")
    deployed = any(phase.episodes and not phase.training for phase in game.phases)
    yield "gradient", spec.learning_rates, ("apples", "exits", "value", *["agreement"] * deployed)
    if spec.learners:
        yield "learners", ("found", "median")
        yield "learners", spec.memories, ("found", "median")


NAMED: Mapping[str, Callable[[Any, MazePlan], Iterator[Parts]]] = {
    "shift": _of_shift,
    "selection": _of_selection,
    "learning": _of_learning,
    "adversary": _of_adversary,
    "lifetime": _of_lifetime,
}
