"""The words of the model in a sentence each, for readers who meet them first in a report."""

from __future__ import annotations

from collections.abc import Iterable

from deceptive_sim.model.regimes import Regime
from deceptive_sim.studies.result import RunResult

REGIMES: dict[Regime, str] = {
    Regime.COMPLIANT: "no defection, neither in training nor in deployment",
    Regime.DECEPTIVE: "no defection while it is trained, and a defection as soon as it is deployed",
    Regime.DELAYED: "no defection in training; in deployment it waits a while before the first one",
    Regime.OPEN: "a defection in every training episode",
    Regime.LATE_PRETENCE: "it defects first, and plays along only in the last part of training",
    Regime.REFORMED: "some defection in training, none in deployment",
    Regime.MIXED: "a pattern that fits none of the other names",
    Regime.UNCONSTRAINED: "there is no training, so there is nothing to pretend, and it defects",
}
"""What each regime says about a strategy."""

WORDS: tuple[tuple[str, str], ...] = (
    ("defection", "an episode in which whoever is at the wheel takes an action marked as defecting."),
    (
        "modified",
        (
            "training replaced the agent's objective. From then on another objective is at the wheel and chooses. "
            "A strategy says what the agent does for as long as it is unmodified."
        ),
    ),
    (
        "worth",
        (
            "the payoffs that the agent can expect over the whole game, counted by the objective it starts with, "
            "later ones discounted if it discounts."
        ),
    ),
    ("regime", "the kind of behaviour, read off the strategy."),
    (
        "turn",
        (
            "the treacherous turn: the first defecting deployment episode of an agent that ended its training "
            "without defecting."
        ),
    ),
    (
        "premium",
        (
            "the premium of deception: how much more the best strategy without a defection in training is worth than "
            "the best strategy with one. Above 0 a clean training pays; below 0 it costs."
        ),
    ),
)
"""The other words of the table of agents."""


def regimes_explained(result: RunResult) -> Iterable[tuple[str, str]]:
    """The regimes that occur in a result, in the model's order, with what they mean."""
    present = {solution.regime for solution in result.solutions}
    return [(regime.value, REGIMES[regime]) for regime in Regime if regime in present]
