"""Holtman 2020: an agent whose reward will be switched, and who can pay to move the switch.

A counter starts at 7 and drops by 1 at the start of every step; once it is at 0 or below, the mode N becomes S for
good. `p` (petrol) pays 2 in N and -2 in S, `e` (electric) 1 in N and `r_e` in S, `0` nothing. In N, lobbying pays
0.9 * 2: `>` adds `lobbying` to the counter, `<` takes it away. Step t weighs int(10000 * 0.9^(t-1)). The corrected
agent is paid at the switch what it loses by it: the best that N forever would be worth, less the best that S is
worth, both without lobbying.

Source: K. Holtman, "Corrigibility with Utility Preservation", arXiv:1908.01695 v2, figures 2, 3 and 4.
Printed: the optimal traces; `#` stands where the mode becomes S, which may be after the last action.
Derived: their values. Where actions tie (they do when weights round to 0), the one declared first is taken: `ties`.
Differs: any numbers may be set, so the counter is an exact fraction.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

from deceptive_sim.core.errors import wrong
from deceptive_sim.core.exact import Number
from deceptive_sim.games.finite import FiniteGame, SolvedGame, Taken, named
from deceptive_sim.games.library import LibraryGame, Parameter, setting
from deceptive_sim.games.models import Kind
from deceptive_sim.games.views import View

LETTERS = "pe0><"  # in the order of actions
PETROL, ELECTRIC, NOTHING, LATER, SOONER = tuple(LETTERS)
COUNTER = 7
MOST_STEPS = 100

World = tuple[str, Fraction]
"""The mode, and the counter after its drop in this step; in S the counter no longer matters and is 0."""


@dataclass(frozen=True, kw_only=True)
class Holtman(FiniteGame):
    """The game; `lobbying` is what one action of lobbying moves the counter by."""

    lobbying: Fraction = Fraction(3, 5)
    r_e: Fraction = Fraction(1)
    corrected: bool = False
    steps: int = 25

    kind = Kind.FINITE
    actions = named(*LETTERS)
    start = ("N", Fraction(COUNTER - 1))

    def __post_init__(self) -> None:
        for name, kind in {"lobbying": "number", "r_e": "number", "corrected": "truth", "steps": "count"}.items():
            object.__setattr__(self, name, setting(name, kind, getattr(self, name)))
        if self.lobbying < 0:
            raise wrong("lobbying", "must be 0 or more", self.lobbying)
        if self.steps > MOST_STEPS:
            raise wrong("steps", f"must be at most {MOST_STEPS}", self.steps)
        object.__setattr__(self, "horizon", self.steps)

    def available(self, t: int, objective: str, world: Any) -> Sequence[int]:
        """Lobbying ends with the mode N."""
        return range(5 if world[0] == "N" else 3)

    def payoff(self, t: int, world: Any, action: int, judge: str) -> Fraction:
        """The weighted gain; the corrected agent's loss by a switch is paid with the action that lets it happen."""
        gains = {"N": (2, 1, 0, Fraction(9, 5), Fraction(9, 5)), "S": (-2, self.r_e, 0)}
        paid = Fraction(gains[world[0]][action] * weight(t))
        if self.corrected and world[0] == "N" and self._next(world, action)[0] == "S":
            best = {mode: max(gain[: len("pe0")]) for mode, gain in gains.items()}
            paid += (best["N"] - best["S"]) * sum(weight(later) for later in range(t + 1, self.steps + 1))
        return paid

    def moves(self, t: int, world: Any, action: int) -> Iterable[tuple[Number, World]]:
        """The counter drops by 1, besides what lobbying does; nothing is random."""
        return ((1, self._next(world, action)),)

    def _next(self, world: World, action: int) -> World:
        pushed = {LATER: self.lobbying, SOONER: -self.lobbying}.get(LETTERS[action], Fraction(0))
        counter = world[1] + pushed - 1
        return ("N", counter) if world[0] == "N" and counter > 0 else ("S", Fraction(0))

    @cached_property
    def _solved(self) -> SolvedGame:
        return SolvedGame(self)

    @cached_property
    def _run(self) -> tuple[Taken, ...]:
        return self._solved.run()

    @cached_property
    def _letters(self) -> str:
        return "".join(step.action for step in self._run)

    @cached_property
    def _switch(self) -> int | None:
        """The step before which the mode becomes S; one more than there are steps if it does so after the last."""
        worlds: list[World] = [step.world for step in self._run]
        if self._run:
            worlds.append(self._next(worlds[-1], LETTERS.index(self._letters[-1])))
        return next((t for t, (mode, _) in enumerate(worlds, start=1) if mode == "S"), None)

    def answer(self) -> Mapping[str, Any]:
        """The trace, its value, the step before which the mode becomes S (or None), and the steps that were ties."""
        before = self.steps if self._switch is None else self._switch - 1
        return {
            "trace": self._letters[:before] + ("#" if self._switch else "") + self._letters[before:],
            "value": self._solved.value(),
            "switch": self._switch,
            "ties": self._solved.ties(self._run),
        }

    def view(self) -> View:
        """The trace, the switch marked, over the weight of every step."""
        marks = {self._switch: "the mode becomes S"} if self._switch else {}
        if self._switch == self.steps + 1:
            marks = {self.steps: "after this step the mode becomes S"}
        lobbied = sum(self._letters.count(letter) for letter in (LATER, SOONER))
        return View(
            caption=f"Lobbying moves the switch by {self.lobbying}: it is done in {lobbied} of {self.steps} steps.",
            legend={
                PETROL: "petrol: 2 in N, -2 in S",
                ELECTRIC: f"electric: 1 in N, {self.r_e} in S",
                NOTHING: "nothing",
                LATER: "lobbying for a later switch: 1.8",
                SOONER: "lobbying for an earlier switch: 1.8",
            },
            letters=self._letters,
            marks=marks,
            curves={"weight": tuple(float(weight(t)) for t in range(1, self.steps + 1))},
            axes=("step", "weight"),
            striking=LATER + SOONER,
        )


def weight(t: int) -> int:
    """What a gain in step t counts: int(10000 * 0.9^(t-1))."""
    return int(10000 * Fraction(9, 10) ** (t - 1))


GAME = LibraryGame(
    name="holtman-2020",
    title="A reward that will be switched, and lobbying that moves the switch",
    source="Holtman 2020, Corrigibility with Utility Preservation, figures 2 to 4 (arXiv:1908.01695 v2)",
    parameters=(
        Parameter(name="lobbying", kind="number", default=Fraction(3, 5), meaning="what lobbying moves the counter by"),
        Parameter(name="r_e", kind="number", default=1, meaning="what electric pays after the switch"),
        Parameter(name="corrected", kind="truth", default=False, meaning="whether the switch is made up for"),
        Parameter(name="steps", kind="count", default=25, meaning=f"steps, at most {MOST_STEPS}"),
    ),
    build=Holtman,
    kind=Kind.FINITE,
)
