"""Reads claims where a recursion has come to its first episode: as formulas for z3, or exactly at a point."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from deceptive_sim.claims.bound import BoundClaim
from deceptive_sim.claims.claim import Case
from deceptive_sim.claims.facts import Fact, Missing
from deceptive_sim.claims.language.tree import Leaf, Node, Of, walk
from deceptive_sim.claims.language.words import RESULTS, Kind
from deceptive_sim.claims.proof.boards import Unsupported
from deceptive_sim.claims.proof.outcomes import Met, Outcome
from deceptive_sim.claims.proof.polynomials import Quantity
from deceptive_sim.claims.proof.predicted import predicted
from deceptive_sim.claims.proof.prover import Prover
from deceptive_sim.claims.proof.scenes import OWN, Scene, arguments_of
from deceptive_sim.claims.situations import Situations
from deceptive_sim.core.errors import InputError


@dataclass(frozen=True)
class Reading:
    """A truth as z3 writes it, or as it is known to be; `defined` is where it makes sense."""

    holds: Any
    defined: tuple[Any, ...] = ()


class Reader:
    """Reads expressions for a prover."""

    def __init__(self, prover: Prover, scene: Scene, outcomes: Mapping[str, Outcome] | None = None) -> None:
        self.prover, self.scene, self.outcomes = prover, scene, outcomes

    def read(self, node: Node, *, lacking: bool = False) -> Reading:
        """A truth, read; if `lacking`, a result that there is not makes it undefined where it would be read.

        Raises
        ------
        Missing
            If it needs a result that the situation does not have.
        Unsupported
            If it cannot be written as a formula.
        """
        from deceptive_sim.claims.language.formulas import NoFormula, Side, formula

        sides = Side()
        try:
            leaf = (lambda one: self._told(one, sides)) if lacking else self._leaf
            holds = formula(node, leaf, sides)
        except NoFormula as error:
            raise Unsupported(str(error)) from None
        return Reading(self._own(holds), tuple(self._own(side) for side in sides.conditions))

    def _own(self, formula: Any) -> Any:
        """A formula in the prover's context."""
        z3 = self.prover.z3
        if isinstance(formula, bool):
            return z3.BoolVal(formula, self.prover.context)
        return z3.simplify(formula).translate(self.prover.context)

    def _told(self, leaf: Leaf, sides: Any) -> Any:
        """A leaf; one that there is not is anything, under a condition that cannot be met where it is read."""
        try:
            return self._leaf(leaf)
        except Missing:
            assert isinstance(leaf, Of)
            sides.require(False)
            return {Kind.TRUTH: False, Kind.TEXT: "", Kind.NUMBER: Fraction(0)}[RESULTS[leaf.result].kind]

    def _leaf(self, leaf: Leaf) -> Any:
        if not isinstance(leaf, Of):
            return self._expression(self.scene.parameter(leaf))
        if self.outcomes is None:
            raise Unsupported("a result stands where only parameters can")
        said = self.outcomes[leaf.variant or OWN](leaf.result, arguments_of(self.scene, leaf))
        if isinstance(said, Met):
            return self._met(said)
        return said if isinstance(said, bool | str) else self._expression(said)

    def _met(self, said: Met) -> Any:
        parts = [self._expression(one) > 0 for one in said.positive]
        parts += [self._expression(one) <= 0 for one in said.others]
        if all(isinstance(part, bool) for part in parts):
            return all(parts)
        return self.prover.z3.And(*parts)

    def _expression(self, quantity: Quantity) -> Any:
        """A quantity in z3's main context, in which formulas are written."""
        if isinstance(quantity, Fraction):
            return quantity
        z3 = self.prover.z3
        names = {name: z3.Real(name) for name in quantity.variables}
        return quantity.read(names, lambda number: z3.RealVal(f"{number.numerator}/{number.denominator}"))


def of_parameters(node: Node) -> bool:
    """Whether an expression speaks of no result."""
    return not any(isinstance(part, Of) for part in walk(node))


def holds_at(node: Node, scene: Scene, results: Callable[[Of], Fact] | None = None) -> bool | None:
    """Whether a truth holds in a scene of numbers; None if that cannot be told."""
    from deceptive_sim.claims.language.exactly import Undecided, decide

    def lookup(leaf: Leaf) -> Fact:
        if isinstance(leaf, Of):
            if results is None:
                raise Missing("no results are known")
            return results(leaf)
        number = scene.parameter(leaf)
        if not isinstance(number, Fraction):
            raise Unsupported("a number is not known")
        return number

    try:
        return decide(node, lookup)
    except (Missing, Undecided, Unsupported):
        return None


def surely_false(claim: BoundClaim, situations: Situations, scene: Scene, case: Case) -> bool:
    """Whether a claim is false in a case, as the proofs' own recursion sees it.

    Parameters
    ----------
    claim : BoundClaim
    situations : Situations
    scene : Scene
        The claim's games at the case.
    case : Case
    """
    try:
        facts = predicted(claim, situations, case)
    except (InputError, Unsupported):
        return False
    told = {(leaf.variant, leaf.result, arguments_of(scene, leaf)): fact for leaf, fact in facts.items()}

    def results(leaf: Of) -> Fact:
        key = (leaf.variant, leaf.result, arguments_of(scene, leaf))
        if key not in told:
            raise Missing("the case has no such result")
        return told[key]

    if not all(holds_at(assumption, scene, results) for assumption in claim.assumptions):
        return False
    return holds_at(claim.tree, scene, results) is False
