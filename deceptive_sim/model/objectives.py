"""Objectives: what a self pursues, how it discounts, and what it expects of later selves."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field

from deceptive_sim.core.exact import member
from deceptive_sim.model.discounting import Discounting, Exponential

MESA = "mesa"
BASE = "base"
HUMAN = "human"


class Selves(enum.StrEnum):
    """What a self expects of later selves when its discounting makes them disagree.

    A sophisticated self forecasts what they will really do. A naive one believes that they will judge as it does now,
    the delay counted on from today. With exponential discounting there is no difference.
    """

    SOPHISTICATED = "sophisticated"
    NAIVE = "naive"


@dataclass(frozen=True, kw_only=True)
class Objective:
    """An objective: its name, its discounting and whether its selves are sophisticated or naive.

    What it pays is part of the game: `u_k(t, s, a)`.
    """

    name: str
    discounting: Discounting = field(default_factory=Exponential)
    selves: Selves = Selves.SOPHISTICATED

    def __post_init__(self) -> None:
        object.__setattr__(self, "selves", member(Selves, self.selves, f"{self.name}.selves"))
