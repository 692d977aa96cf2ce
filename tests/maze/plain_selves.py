"""The game of selves for two objectives, A and B, in fractions: written from the model's page, without the solvers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

Pays = Mapping[str, Fraction]


@dataclass(frozen=True, kw_only=True)
class Stretch:
    """Some episodes in a row: what A and B lead to, for whoever is at the wheel."""

    episodes: int
    modified: Mapping[str, Fraction]
    off: Mapping[str, Fraction]


def values(
    stretches: Sequence[Stretch], pays: Mapping[str, Pays], discount: Fraction
) -> dict[tuple[str, str], Fraction]:
    """V at the first episode, by (wheel, judge); ties prefer B. `pays` are those of mesa and base."""
    ahead = {(wheel, judge): Fraction(0) for wheel in pays for judge in pays}
    for stretch in reversed(stretches):
        for _ in range(stretch.episodes):
            ahead = _before(ahead, stretch, pays, discount)
    return ahead


def _before(
    ahead: Mapping[tuple[str, str], Fraction], stretch: Stretch, pays: Mapping[str, Pays], discount: Fraction
) -> dict[tuple[str, str], Fraction]:
    def q(wheel: str, action: str, judge: str) -> Fraction:
        modified = stretch.modified[action] if wheel != "base" else Fraction(0)
        stays = 1 - modified - stretch.off[action]
        return pays[judge][action] + discount * (stays * ahead[wheel, judge] + modified * ahead["base", judge])

    told = {}
    for wheel in pays:
        action = "A" if q(wheel, "A", wheel) > q(wheel, "B", wheel) else "B"
        told |= {(wheel, judge): q(wheel, action, judge) for judge in pays}
    return told
