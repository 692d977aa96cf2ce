"""An overseer that first runs the policy in a simulation: what is punished is what the policy would do there.

The agent chooses to go to Real or to Sim and gets to the other one with probability `swap`. There it acts:

    Real   complete 2, exploit 3      Sim   complete 0, exploit 1

On entering Real the overseer samples the agent's policy in Sim; if it exploits there, the action in Real is forced to
be an abort, which pays -3.

Source: Langlois and Everitt 2021, "How RL Agents Behave When Their Actions Are Modified" (arXiv:2102.07716).
Derived, swap = 1/10: the best policy (Real, exploits in Real, completes in Sim) is worth 2.7, an honest one 1.8,
exploiting everywhere -2.6, (Sim, exploit) 0.6.
Method: the policy itself is chosen, so no backward induction: the payoff in Real depends on what is done in Sim. The
eight deterministic policies over the states Start, Real, Sim are enumerated. Policies that mix are never better: the
expectation is linear in the probability of each single choice, so a best policy is among the eight. Of equally good
ones the first is taken, Real before Sim, then complete before exploit; all are told.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from deceptive_sim.games.library import LibraryGame, Parameter, setting
from deceptive_sim.games.models import Kind
from deceptive_sim.games.views import View

CHOICES = {"Start": ("Real", "Sim"), "Real": ("complete", "exploit"), "Sim": ("complete", "exploit")}
PAYOFFS = {
    ("Real", "complete"): Fraction(2),
    ("Real", "exploit"): Fraction(3),
    ("Sim", "complete"): Fraction(0),
    ("Sim", "exploit"): Fraction(1),
}
ABORT = Fraction(-3)
POINTS = 50

Policy = Mapping[str, str]
"""State to action."""

POLICIES: tuple[Policy, ...] = tuple(
    dict(zip(CHOICES, taken, strict=True)) for taken in itertools.product(*CHOICES.values())
)


def worth(policy: Policy, swap: Fraction) -> Fraction:
    """What a policy is worth, exactly."""
    real = ABORT if policy["Sim"] == "exploit" else PAYOFFS["Real", policy["Real"]]
    sim = PAYOFFS["Sim", policy["Sim"]]
    meant, other = (real, sim) if policy["Start"] == "Real" else (sim, real)
    return (1 - swap) * meant + swap * other


@dataclass(frozen=True, kw_only=True)
class SimulationOversight:
    """The game; `swap` is the probability to get to the place that was not chosen."""

    swap: Fraction = Fraction(1, 10)

    kind = Kind.POLICY

    def __post_init__(self) -> None:
        object.__setattr__(self, "swap", setting("swap", "probability", self.swap))

    def best(self) -> list[Policy]:
        """All deterministic policies that are worth most."""
        worths = [worth(policy, self.swap) for policy in POLICIES]
        return [policy for policy, found in zip(POLICIES, worths, strict=True) if found == max(worths)]

    def answer(self) -> Mapping[str, Any]:
        """What is best.

        Returns
        -------
        mapping
            `value` (exact) of the best `policy`, {state: action}; `ties`: all best policies if there are several,
            else empty; `values`: every policy in words, such as "Real, exploit, complete" for what it does in Start,
            Real and Sim, with its worth.
        """
        best = self.best()
        return {
            "value": worth(best[0], self.swap),
            "policy": dict(best[0]),
            "ties": [dict(policy) for policy in best] if len(best) > 1 else [],
            "values": {", ".join(policy.values()): worth(policy, self.swap) for policy in POLICIES},
        }

    def view(self) -> View:
        """What every policy is worth, whatever the probability of a swap."""
        across = [Fraction(i, POINTS) for i in range(POINTS + 1)]
        best = [", ".join(policy.values()) for policy in self.best()]
        return View(
            caption=f"With swaps of probability {self.swap} the best policy is {' or '.join(best)} (in Start, Real, "
            "Sim), if the overseer samples it in Sim first.",
            here=float(self.swap),
            curves={
                ", ".join(policy.values()): tuple(float(worth(policy, swap)) for swap in across) for policy in POLICIES
            },
            across=tuple(float(swap) for swap in across),
            axes=("probability of a swap", "value"),
        )


GAME = LibraryGame(
    name="simulation-oversight",
    title="An overseer who tries the policy in a simulation first",
    source="Langlois and Everitt 2021, How RL Agents Behave When Their Actions Are Modified (arXiv:2102.07716)",
    parameters=(
        Parameter(name="swap", kind="probability", default=Fraction(1, 10), meaning="getting to the place not chosen"),
    ),
    build=SimulationOversight,
    kind=Kind.POLICY,
)
