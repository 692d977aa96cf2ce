"""What the proofs' own reading of the model says in one case, for comparison with the solvers.

A proof is worth as much as the recursion that it is about. Here the same recursion runs on the numbers of a case, so
that whoever uses a proof can see in as many cases as they like that it and the solvers speak of the same thing.
"""

from __future__ import annotations

from collections.abc import Mapping

from deceptive_sim.claims.bound import BoundClaim
from deceptive_sim.claims.claim import Case
from deceptive_sim.claims.facts import Fact, Missing
from deceptive_sim.claims.language.tree import Of
from deceptive_sim.claims.proof.boards import Unsupported
from deceptive_sim.claims.proof.casts import Cast, moves_of, start_of
from deceptive_sim.claims.proof.outcomes import Met, Outcome, Said
from deceptive_sim.claims.proof.polynomials import Polynomial, Quantity
from deceptive_sim.claims.proof.quantities import known
from deceptive_sim.claims.proof.scenes import OWN, arguments_of, enumerated, leaves_of, make_scene
from deceptive_sim.claims.proof.steps import Exact
from deceptive_sim.claims.situations import Situations


def predicted(claim: BoundClaim, situations: Situations, case: Case) -> Mapping[Of, Fact]:
    """What each result of a claim is in a case, by the recursion of the proofs.

    Parameters
    ----------
    claim : BoundClaim
    situations : Situations
    case : Case
        A value for every variable.

    Returns
    -------
    mapping
        Every result in the claim and its assumptions, as it stands there; those that the case does not have, or that
        proofs do not express, are left out.

    Raises
    ------
    Unsupported
        If proofs cannot express one of the games.
    InputError
        If the case is no sound game.
    """
    variables: dict[str, Quantity] = {
        variable.name: case[variable.name] if enumerated(variable) else Polynomial.variable(variable.name)
        for variable in claim.claim.variables
    }
    scene = make_scene(claim, situations, variables, [case], at=case)
    outcomes = {name: _played(cast) for name, cast in scene.casts.items()}
    facts: dict[Of, Fact] = {}
    for leaf in leaves_of(claim):
        try:
            said = outcomes[leaf.variant or OWN](leaf.result, arguments_of(scene, leaf))
        except (Missing, Unsupported):
            continue
        facts[leaf] = fact_of(said)
    return facts


def _played(cast: Cast) -> Outcome:
    positions = start_of(cast)
    for move in moves_of(cast):
        positions = move.made(positions, Exact(), "")
    return Outcome(cast, positions)


def fact_of(said: Said) -> Fact:
    """What is said where everything is known."""
    if isinstance(said, Met):
        return all(known(one) > 0 for one in said.positive) and all(known(one) <= 0 for one in said.others)
    return known(said) if isinstance(said, Polynomial) else said
