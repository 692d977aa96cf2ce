"""What a case looks like to people: every name and result of the claim with its value, and how to see it again."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from deceptive_sim.claims.claim import Case
from deceptive_sim.claims.deciding import Circumstances, Decider, argument_of
from deceptive_sim.claims.facts import Fact, Missing
from deceptive_sim.claims.language.exactly import Undecided, read
from deceptive_sim.claims.language.text import tree_text
from deceptive_sim.claims.language.tree import Free, Leaf, Node, Number, Of, Parameter, Text, Truth, walk
from deceptive_sim.claims.verdict import Counterexample
from deceptive_sim.core.errors import InputError
from deceptive_sim.core.exact import text_of, to_float

LONGEST_FRACTION = 40
"""Characters of a fraction that is shown in full; longer ones are shown to 12 digits, led by "about"."""


def counterexample_at(decider: Decider, case: Case) -> Counterexample:
    """A case in which the claim is false, with all that one wants to know of it."""
    games = decider.circumstances(case)
    claim = decider.claim
    commands = [decider.situations.replay(games.settings, claim.claim.agent)]
    for name, variant in claim.variants.items():
        agent = claim.claim.agent if variant.agent is None else variant.agent
        commands.append(decider.situations.replay(games.variants[name], agent))
    return Counterexample(
        case=dict(case), settings=games.settings, found=found_at(decider, case), replay=tuple(commands)
    )


def found_at(decider: Decider, case: Case) -> dict[str, str]:
    """What each name and result of the claim is in a case, as text, in the order of the claim, then of assumptions.

    Parameters that a variant sets come last. A result that the case does not have is "none".
    """
    games = decider.circumstances(case)
    return {name: _shown(games, leaf) for name, leaf in _leaves(decider, games)}


def _leaves(decider: Decider, games: Circumstances) -> Iterator[tuple[str, Leaf]]:
    claim = decider.claim
    mentioned = (node for tree in (claim.tree, *claim.assumptions) for node in walk(tree))
    moved = (Parameter(name, path) for name, variant in claim.variants.items() for path in variant.settings)
    for node in (*mentioned, *moved):
        match node:
            case Free(name=name):
                yield name, node
            case Parameter(variant=variant, path=path):
                yield _within(variant, _short(decider, path)), node
            case Of(variant=variant, result=result, arguments=arguments):
                known = tuple(_literal(argument, games) for argument in arguments)
                shown = ", ".join(_argument_text(argument) for argument in known)
                yield _within(variant, f"{result}({shown})" if shown else result), Of(variant, result, known)


def _literal(argument: Node, games: Circumstances) -> Node:
    """An argument as it is in this case, or as it stands if it has no value there."""
    try:
        fact = read(argument, games)
    except (Missing, Undecided, InputError):
        return argument
    if isinstance(fact, bool):
        return Truth(fact)
    return Text(fact) if isinstance(fact, str) else Number(Fraction(fact))


def _short(decider: Decider, path: str) -> str:
    """A parameter by the shortest of its names."""
    claim = decider.claim
    names = [name for name, its in claim.paths.items() if its == path]
    names += [alias for alias, its in claim.claim.aliases.items() if its == path]
    return min(names, key=len, default=path)


def _within(variant: str | None, name: str) -> str:
    return name if variant is None else f"{variant}.{name}"


def _argument_text(argument: Node) -> str:
    if isinstance(argument, Text):
        return f'"{argument.value}"'
    return fact_text(argument_of(argument)) if isinstance(argument, Number | Truth) else tree_text(argument)


def _shown(games: Circumstances, leaf: Leaf) -> str:
    try:
        return fact_text(games(leaf))
    except (Missing, InputError, TypeError):
        return "none"


def fact_text(fact: Fact) -> str:
    """A number, a truth or a text for people; numbers are exact unless they are long."""
    if isinstance(fact, bool):
        return "true" if fact else "false"
    if isinstance(fact, str):
        return fact
    exact = text_of(Fraction(fact))
    return exact if len(exact) <= LONGEST_FRACTION else f"about {to_float(fact):.12g}"
