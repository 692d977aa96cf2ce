"""A thing to be done exactly once in periods 1..4, with a taste for the present: some put it off, some hurry.

Doing it in period t costs, or pays, 3, 5, 8, 13 at once. What lies before its time counts `beta` as much, however far
off it is (beta-delta discounting with delta = 1). What the thing brings in return comes later, is the same whenever it
is done, and so counts the same for every self: it is left out.

Source: O'Donoghue and Rabin 1999, "Doing It Now or Later", American Economic Review 89(1).
Printed, beta = 1/2: with costs, time-consistent, naive and sophisticated agents do it in periods 1, 4, 2; with rewards
in 4, 3, 1. The behaviour is theirs; the numbers 3, 5, 8, 13 are recalled, and give it.
Ours: other values of beta and other amounts, from the solver. Who is indifferent does it now.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

from deceptive_sim.core.errors import wrong
from deceptive_sim.core.exact import Number
from deceptive_sim.games.finite import OWN, FiniteGame, SolvedGame, named, one_objective
from deceptive_sim.games.library import LibraryGame, Parameter, setting
from deceptive_sim.games.models import Kind
from deceptive_sim.games.views import Frame, View
from deceptive_sim.model.discounting import QuasiHyperbolic
from deceptive_sim.model.objectives import Selves
from deceptive_sim.model.protocols import World

DO, WAIT = range(2)
LONGEST = 100
WHAT = ("costs", "rewards")
WHO = ("consistent", "naive", "sophisticated")


@dataclass(frozen=True, kw_only=True)
class ODonoghueRabin(FiniteGame):
    """The game; the thing is to be done once, in the last period at the latest.

    Attributes
    ----------
    immediate : str
        `costs` or `rewards`: which of them comes at once.
    selves : str
        `consistent` (as if beta were 1), `naive` or `sophisticated`.
    beta : Fraction
        How much counts what is not now, in [0, 1].
    amounts : tuple of Fraction
        Cost or reward of doing it in period 1, 2, ...
    """

    immediate: str = "costs"
    selves: str = "naive"
    beta: Fraction = Fraction(1, 2)
    amounts: tuple[Fraction, ...] = (Fraction(3), Fraction(5), Fraction(8), Fraction(13))

    kind = Kind.FINITE
    actions = named("do", "wait")
    start = "not yet done"

    def __post_init__(self) -> None:
        for name, value, options in (("kind", self.immediate, WHAT), ("selves", self.selves, WHO)):
            if value not in options:
                raise wrong(name, f"must be one of {', '.join(options)}", value)
        object.__setattr__(self, "beta", setting("beta", "probability", self.beta))
        object.__setattr__(self, "amounts", tuple(setting("amounts", "number", amount) for amount in self.amounts))
        if not 1 <= len(self.amounts) <= LONGEST:
            raise wrong("amounts", f"must be of 1 to {LONGEST} periods", len(self.amounts))
        beta, selves = (self.beta, Selves(self.selves)) if self.selves != "consistent" else (Fraction(1), Selves.NAIVE)
        object.__setattr__(self, "horizon", len(self.amounts))
        object.__setattr__(self, "objectives", one_objective(QuasiHyperbolic(beta=beta, delta=Fraction(1)), selves))

    def available(self, t: int, objective: str, world: World) -> Sequence[int]:
        """Waiting is over in the last period."""
        return (DO,) if t == self.horizon else (DO, WAIT)

    def payoff(self, t: int, world: World, action: int, judge: str) -> Number:
        """The amount of the period, if it is done now."""
        amount = -self.amounts[t - 1] if self.immediate == "costs" else self.amounts[t - 1]
        return amount if action == DO else 0

    def moves(self, t: int, world: World, action: int) -> Iterable[tuple[Number, World]]:
        """Once done, the game is over."""
        return () if action == DO else ((1, world),)

    @cached_property
    def solved(self) -> SolvedGame:
        """The game with what every self does."""
        return SolvedGame(self)

    def answer(self) -> Mapping[str, Any]:
        """What is done.

        Returns
        -------
        mapping
            `period` in which it is done; `selves`: what the self of each period does if it is not yet done; `value`
            to the first self and `payoff` when it is done (exact; costs are negative).
        """
        period = len(self.solved.run())
        selves = [self.solved.best(t, self.start)[0] for t in range(1, self.horizon + 1)]
        payoff = self.payoff(period, self.start, DO, OWN)
        return {"period": period, "selves": selves, "value": self.solved.value(), "payoff": payoff}

    def view(self) -> View:
        """The amounts, and period by period what is done."""
        steps = self.solved.run()
        return View(
            caption=f"Immediate {self.immediate}, {self.selves} selves: done in period {len(steps)}.",
            legend={"d": "does it", "w": "waits"},
            frames=tuple(Frame(told=f"period {step.episode}: {step.action}") for step in steps),
            letters="".join(step.action[0] for step in steps),
            marks={len(steps): "done"},
            curves={self.immediate: tuple(float(amount) for amount in self.amounts)},
            axes=("period", self.immediate),
        )


def odonoghue_rabin(*, kind: str = "costs", **others: Any) -> ODonoghueRabin:
    """The game; `kind` says whether `costs` or `rewards` come at once."""
    return ODonoghueRabin(immediate=kind, **others)


GAME = LibraryGame(
    name="odonoghue-rabin",
    title="Doing it now or later: naive selves procrastinate, sophisticated ones do it too soon",
    source="O'Donoghue and Rabin 1999, Doing It Now or Later, American Economic Review 89(1)",
    parameters=(
        Parameter(name="kind", options=WHAT, default="costs", meaning="what comes at once"),
        Parameter(name="selves", options=WHO, default="naive", meaning="what a self expects of later ones"),
        Parameter(name="beta", kind="probability", default=Fraction(1, 2), meaning="weight of all that is not now"),
    ),
    build=odonoghue_rabin,
    kind=Kind.FINITE,
)
