"""A claim's games with some of its variables known and the others as quantities.

A *scene* is the claim's own game and its variants, each as a cast of runs, and what parameters are in them. Proofs make
scenes with a name for every variable that ranges over numbers; checks of proofs make them with numbers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from deceptive_sim.claims.bound import BoundClaim
from deceptive_sim.claims.claim import Case, Variable
from deceptive_sim.claims.facts import Missing
from deceptive_sim.claims.language.tree import Free, Leaf, Node, Number, Of, Parameter, Text, walk
from deceptive_sim.claims.proof.boards import Unsupported
from deceptive_sim.claims.proof.casts import Cast, Wishes, cast_of
from deceptive_sim.claims.proof.outcomes import strategy_named
from deceptive_sim.claims.proof.polynomials import Quantity, settled
from deceptive_sim.claims.proof.quantities import known, quantity
from deceptive_sim.claims.situations import Situations, Template
from deceptive_sim.core.errors import InputError


def enumerated(variable: Variable) -> bool:
    """Whether a variable takes its values one by one in proofs at fixed numbers of episodes."""
    return variable.domain.whole or variable.domain.values is not None


OWN = ""
"""The name of the claim's own game among its variants."""


@dataclass(frozen=True, eq=False)
class Scene:
    """The games of a claim.

    Attributes
    ----------
    claim : BoundClaim
    situations : Situations
    variables : mapping
        Every variable of the claim by name.
    set_by_variants : mapping
        By variant, the parameters that it sets.
    casts : mapping
        By variant, the claim's own game first.
    """

    claim: BoundClaim
    situations: Situations
    variables: Mapping[str, Quantity]
    set_by_variants: Mapping[str, Mapping[str, Quantity]]
    casts: Mapping[str, Cast]

    def parameter(self, leaf: Free | Parameter) -> Quantity:
        """What a variable or a parameter is."""
        if isinstance(leaf, Free):
            return self.variables[leaf.name]
        return _parameter(self.claim, self.situations, self.variables, self.set_by_variants, leaf)


def _parameter(
    claim: BoundClaim,
    situations: Situations,
    variables: Mapping[str, Quantity],
    variants: Mapping[str, Mapping[str, Quantity]],
    leaf: Parameter,
) -> Quantity:
    changed = variants.get(leaf.variant or OWN, {})
    if leaf.path in changed:
        return changed[leaf.path]
    for name, path in claim.paths.items():
        if path == leaf.path:
            return variables[name]
    constant = claim.constants.get(leaf.path)
    return situations.number(leaf.path) if constant is None else constant


def leaves_of(claim: BoundClaim) -> tuple[Of, ...]:
    """Every result that a claim and its assumptions speak of, each once, in order."""
    found = [node for tree in (*claim.assumptions, claim.tree) for node in walk(tree) if isinstance(node, Of)]
    return tuple(dict.fromkeys(found))


def make_scene(
    claim: BoundClaim,
    situations: Situations,
    variables: Mapping[str, Quantity],
    examples: Sequence[Case],
    *,
    at: Case | None = None,
) -> Scene:
    """The games of a claim.

    Parameters
    ----------
    claim : BoundClaim
    situations : Situations
    variables : mapping
        A quantity for every variable of the claim.
    examples : sequence of Case
        Values at which templates are made: the first that makes a sound game counts.
    at : Case, optional
        Values that are put in place of all quantities once it is known where in the games they stand.

    Raises
    ------
    Unsupported
        If proofs cannot express one of the games.
    InputError
        If no example makes a sound game.
    """

    def here(leaf: Leaf) -> Quantity:
        if isinstance(leaf, Free):
            return variables[leaf.name]
        if isinstance(leaf, Of):
            raise Unsupported("a variant sets a parameter to a result")
        return _parameter(claim, situations, variables, {}, leaf)

    own = {path: variables[name] for name, path in claim.paths.items() if path is not None}
    changes: dict[str, dict[str, Quantity]] = {OWN: {}}
    for name, variant in claim.variants.items():
        try:
            changes[name] = {path: quantity(node, here) for path, node in variant.settings.items()}
        except Missing as error:
            raise Unsupported(f"a variant sets a parameter to what there is not: {error}") from None
    agents = {OWN: claim.claim.agent} | {
        name: variant.agent or claim.claim.agent for name, variant in claim.variants.items()
    }
    casts = {}
    for name, changed in changes.items():
        settings = {**own, **changed}
        template = _template(situations, settings, agents[name], examples)
        holes = {path: number for path, number in settings.items() if not isinstance(number, Fraction)}
        casts[name] = cast_of(template, _put(holes, at), _wishes(claim, name, template))
    put = {name: _put(changed, at) for name, changed in changes.items()}
    return Scene(claim, situations, _put(variables, at), put, casts)


def _put(quantities: Mapping[str, Quantity], at: Case | None) -> dict[str, Quantity]:
    return {name: number if at is None else _at(number, at) for name, number in quantities.items()}


def _template(
    situations: Situations,
    settings: Mapping[str, Quantity],
    agent: str | None,
    examples: Sequence[Case],
) -> Template:
    """The template at the first example that makes a sound game."""
    fixed = {path: number for path, number in settings.items() if isinstance(number, Fraction)}
    holes = tuple(path for path in settings if path not in fixed)
    bad: InputError | None = None
    for example in examples or ({},):
        values = dict(fixed)
        for path in holes:
            values[path] = _at(settings[path], example)
        try:
            situations.at(values, agent)
            template = situations.template(values, holes, agent)
        except InputError as error:
            bad = error
            continue
        if template is None:
            raise Unsupported("a parameter of the claim is more than copies of a number in the game")
        return template
    assert bad is not None
    raise bad


def _at(number: Quantity, example: Case) -> Fraction:
    """A quantity at an example; the example is by names of variables, which are those of polynomials."""
    return number if isinstance(number, Fraction) else number.at(example)


def _wishes(claim: BoundClaim, variant: str, template: Template) -> Wishes:
    mine = [leaf for leaf in leaves_of(claim) if (leaf.variant or OWN) == variant]
    texts = [leaf.arguments[0] for leaf in mine if leaf.result == "value_of"]
    game, strategies = template.situation.game, {}
    for text in texts:
        if isinstance(text, Text):
            try:
                strategies[text.value] = strategy_named(text.value, game.actions, game.horizon)
            except Missing:
                continue
    return Wishes(frozenset(leaf.result for leaf in mine), strategies)


def arguments_of(scene: Scene, leaf: Of) -> tuple[Fraction | str, ...]:
    """The arguments of a result, which have to be known: numbers and texts."""

    def told(node: Node) -> Fraction | str:
        if isinstance(node, Text):
            return node.value
        if isinstance(node, Number):
            return node.value
        return known(settled(quantity(node, lambda one: _no_result(scene, one))))

    return tuple(told(node) for node in leaf.arguments)


def _no_result(scene: Scene, leaf: Leaf) -> Quantity:
    if isinstance(leaf, Of):
        raise Unsupported("the argument of a result is itself a result")
    return scene.parameter(leaf)
