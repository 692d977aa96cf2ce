"""What is learnt on the way: comparisons between values that follow from the last steps and help with the next ones.

A claim that compares two games, or two selves, would otherwise have to be proved from all steps at once. Whatever is
noted has been proved, so nothing can be lost but time.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from deceptive_sim.claims.proof.casts import Positions
from deceptive_sim.claims.proof.paths import NEAR, Path, Sign
from deceptive_sim.claims.proof.polynomials import Polynomial, Quantity, settled
from deceptive_sim.claims.proof.prover import Prover, Reply
from deceptive_sim.claims.proof.scenes import OWN, Scene

LITTLE = 100_000
"""Work that a comparison may cost."""

LAST = 3
"""How many of the last steps it may rest on: one of each of two games, and that of the last comparison."""


def comparable(scene: Scene, positions: Mapping[str, Positions], name: str, run: str) -> list[Quantity]:
    """Differences worth a look after a step in a run of one of the games: none if the claim compares nothing.

    A variant's values are compared with those of the claim's own game; the price of being modified with 0, if the claim
    speaks of it.
    """
    found: list[Quantity] = []
    here, board, watch = positions[name][run], scene.casts[name].run(run).board, scene.casts[name].run(run).watch
    if watch.prices and here.episodes and here.episodes[0].price is not None:
        found.append(here.episodes[0].price)
    other = positions[OWN].get(run)
    if name != OWN and other is not None and watch.values and scene.casts[OWN].run(run).watch.values:
        every = range(len(board.objectives))
        keys = (f"V {i} {k}" for i in every for k in every if k in (i, board.own))
        found += [here[key] - other[key] for key in keys if key in other.numbers]
    return [settled(one) for one in found]


def learn(path: Path, differences: Iterable[Quantity], prover: Prover) -> Path:
    """The path with the signs of some differences noted, as far as they can be proved."""
    for difference in differences:
        if isinstance(difference, Polynomial):
            path = _learn(path, difference, prover)
    return path


def _learn(path: Path, difference: Polynomial, prover: Prover) -> Path:
    values = path.value(difference)
    for polynomial, against in ((difference, values < -NEAR), (-difference, values > NEAR)):
        if against.any():
            continue
        wrong = prover.sign(Sign(-polynomial, True))
        if prover.ask(prover.about(path, [wrong], max(0, len(path.steps) - LAST)), LITTLE) is Reply.NONE:
            path = path.learnt(Sign(polynomial, False))
    return path
