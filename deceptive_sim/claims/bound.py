"""A claim with its names looked up: what readers, search and proof work on.

Definitions have been put in place, variables and paths have become `Free` and `Parameter` (by canonical path), results
`Of`. Kinds have been checked: the claim and its assumptions are truths, settings of variants are numbers.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from deceptive_sim.claims.claim import Case, Claim
from deceptive_sim.claims.language.tree import Node


@dataclass(frozen=True, kw_only=True)
class BoundVariant:
    """A variant: canonical parameter path to a tree over the claim's own variables and parameters."""

    settings: Mapping[str, Node]
    agent: str | None


@dataclass(frozen=True, kw_only=True)
class BoundClaim:
    """A claim, bound.

    `paths` maps each variable's name to its canonical path, None for free ones; `constants` are the parameters that
    the claim mentions and no variable sets, by canonical path.
    """

    claim: Claim
    tree: Node
    assumptions: tuple[Node, ...]
    variants: Mapping[str, BoundVariant]
    lemmas: tuple[Node, ...]
    paths: Mapping[str, str | None]
    constants: Mapping[str, Fraction]

    def settings(self, case: Case) -> dict[str, Fraction]:
        """What a case sets in the claim's own game."""
        return {path: case[name] for name, path in self.paths.items() if path is not None}
