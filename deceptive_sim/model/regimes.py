"""Regimes: what kind of behaviour a strategy is, read off its training and its deployment part.

The training part is all training episodes in order, the deployment part likewise, wherever the phases stand; the
first row that fits counts:

    compliant       no A in training, no A in deployment
    deceptive       no A in training, deployment starts with A
    delayed         no A in training, deployment starts with B and has some A
    open            A in every training episode
    late-pretence   A...AB...B in training (at least one of each), some A in deployment
    reformed        some A in training, no A in deployment
    mixed           anything else

A means a defecting action. No deployment episode counts as no A. With no training episode there is nothing to
pretend: compliant if there is no A, else unconstrained.
"""

from __future__ import annotations

import enum
from collections.abc import Sequence


class Regime(enum.StrEnum):
    """The kinds of behaviour, in the order in which they are tried."""

    COMPLIANT = "compliant"
    DECEPTIVE = "deceptive"
    DELAYED = "delayed"
    OPEN = "open"
    LATE_PRETENCE = "late-pretence"
    REFORMED = "reformed"
    MIXED = "mixed"
    UNCONSTRAINED = "unconstrained"


MEANINGS = {
    Regime.COMPLIANT: "no A in training, no A in deployment",
    Regime.DECEPTIVE: "no A in training, deployment starts with A",
    Regime.DELAYED: "no A in training, deployment starts with B and has some A",
    Regime.OPEN: "A in every training episode",
    Regime.LATE_PRETENCE: "A...AB...B in training (at least one of each), some A in deployment",
    Regime.REFORMED: "some A in training, no A in deployment",
    Regime.MIXED: "anything else",
    Regime.UNCONSTRAINED: "no training episode, some A",
}
"""Each regime in words; A means a defecting action."""


def regime_of(training: Sequence[bool], deployment: Sequence[bool]) -> Regime:
    """The regime of a strategy.

    Parameters
    ----------
    training, deployment : sequence of bool
        For each episode of the kind, in order, whether the unmodified agent's action defects.
    """
    some_a = any(deployment)
    if not training:
        return Regime.UNCONSTRAINED if some_a else Regime.COMPLIANT
    if not any(training):
        if not some_a:
            return Regime.COMPLIANT
        return Regime.DECEPTIVE if deployment[0] else Regime.DELAYED
    if all(training):
        return Regime.OPEN
    if some_a and training[0] and not any(training[training.index(False) :]):
        return Regime.LATE_PRETENCE
    return Regime.MIXED if some_a else Regime.REFORMED


def turn_of(training: Sequence[bool], deployment: Sequence[bool]) -> int | None:
    """The treacherous turn: place (from 0) in the deployment part of its first A, when the last training action was B.

    None if there is no such A, no training episode, or the last training action was A already.
    """
    if not training or training[-1]:
        return None
    return next((place for place, defects in enumerate(deployment) if defects), None)
