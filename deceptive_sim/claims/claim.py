"""A claim: a statement about all games and agents that some parameters range over."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from deceptive_sim.claims.domains import Domain
from deceptive_sim.claims.language.tree import Expression

Case = Mapping[str, Fraction]
"""A value for every variable of a claim, by name."""


@dataclass(frozen=True, kw_only=True)
class Variable:
    """Something that a claim speaks about for all values.

    Attributes
    ----------
    name : str
        As the claim says it: a path, an alias, or a name of its own.
    path : str or None
        The parameter that it sets; None if it is a number that only expressions use.
    domain : Domain
    """

    name: str
    path: str | None
    domain: Domain


@dataclass(frozen=True, kw_only=True)
class Variant:
    """A second game that a claim speaks about: the first one with some parameters set to what expressions say.

    `settings` maps parameter paths to expressions over variables and parameters of the first game; `agent` is the agent
    that plays it, None for the claim's own. In expressions, `NAME.value` is the variant's value.
    """

    settings: Mapping[str, Expression]
    agent: str | None = None


@dataclass(frozen=True, kw_only=True)
class Claim:
    """A statement that is to hold for every case.

    A *case* is a value for each variable. It counts if the values lie in their domains, the game that they make is
    sound (so are those of the variants), and all assumptions hold.

    Attributes
    ----------
    id : str
    text : str
        The claim in English.
    claim : Expression
        A truth.
    variables : tuple of Variable
        In the order of the file. Parameters that no variable sets are what the situations say.
    aliases : mapping
        Short name to parameter path.
    definitions : mapping
        Short name to an expression that it stands for; may use definitions before it.
    assumptions : tuple of Expression
    variants : mapping
        By name.
    lemmas : tuple of Expression
        Hints for the proof by induction.
    agent : str or None
        Which agent, by default the first.
    holds : bool
        What is expected: a claim that does not hold must yield a counterexample.
    evidence : str
        Where the claim comes from and why it should be so.
    """

    id: str
    text: str = ""
    claim: Expression
    variables: tuple[Variable, ...] = ()
    aliases: Mapping[str, str] = field(default_factory=dict)
    definitions: Mapping[str, Expression] = field(default_factory=dict)
    assumptions: tuple[Expression, ...] = ()
    variants: Mapping[str, Variant] = field(default_factory=dict)
    lemmas: tuple[Expression, ...] = ()
    agent: str | None = None
    holds: bool = True
    evidence: str = ""
