"""Phases: runs of alike episodes, each marked as training or deployment, with payoffs, modification and shutdown."""

from __future__ import annotations

import enum
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from deceptive_sim.core.exact import NotANumber, count, exact, member
from deceptive_sim.core.frozen import FrozenMapping

Payoffs = Mapping[str, Mapping[str, Fraction]]
"""Payoff by objective, then by action; what is left out is 0."""


class PhaseKind(enum.StrEnum):
    """In training the base optimiser may modify the model; in deployment it no longer selects."""

    TRAINING = "training"
    DEPLOYMENT = "deployment"


def kind_from_name(name: str) -> PhaseKind | None:
    """The kind that a phase's name tells ("training", "late-training", "deployment"); None if none or both."""
    words = name.lower().replace("_", "-").split("-")
    told = [kind for kind in PhaseKind if kind.value in words]
    return told[0] if len(told) == 1 else None


@dataclass(frozen=True, kw_only=True)
class Phase:
    """A run of alike episodes. Numbers may be written as fractions, text or floats: `"1/5"` and `0.2` are one fifth.

    Attributes
    ----------
    name : str
    kind : PhaseKind
    episodes : int
        Number of episodes, 0 or more.
    payoffs : mapping
        `payoffs[objective][action]`, per episode; what is left out is 0.
    modification : mapping
        `modification[action][target]`: probability that the objective is `target` after the episode, from every
        other objective; in [0, 1].
    shutdown : mapping
        `shutdown[action]`: probability that the run ends after the episode; in [0, 1].
    """

    name: str
    kind: PhaseKind
    episodes: int
    payoffs: Payoffs
    modification: Payoffs = field(default_factory=dict)
    shutdown: Mapping[str, Fraction] = field(default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "kind", member(PhaseKind, self.kind, f"{self.name}.kind"))
        object.__setattr__(self, "episodes", _read(count, self.episodes))
        object.__setattr__(self, "payoffs", _frozen(self.payoffs))
        object.__setattr__(self, "modification", _frozen(self.modification))
        object.__setattr__(self, "shutdown", _exactly(self.shutdown))

    @property
    def training(self) -> bool:
        """Whether this phase is training."""
        return self.kind is PhaseKind.TRAINING


def _frozen(table: Payoffs) -> Payoffs:
    return FrozenMapping({key: _exactly(row) for key, row in table.items()})


def _exactly(row: Mapping[str, Fraction]) -> Mapping[str, Fraction]:
    """The row with its numbers as Fractions; what is no number stays, for the game's checks to name."""
    return FrozenMapping({key: _read(exact, value) for key, value in row.items()})


def _read(reader: Callable[[object], Any], value: Any) -> Any:
    if isinstance(value, Fraction):
        return value
    try:
        return reader(value)
    except NotANumber:
        return value
