"""All games of a claim taken back from their ends together, by phases whose numbers of episodes may be variables.

A *leg* is a stretch in which some of the games step together, one episode of the same phase each. Where one of the
games has a longer phase than another, the rest of it is a leg of its own, before the common one as time goes and after
it as the recursion does. A *state* is where all games stand; a *view* is what a claim says of it, if the games began
there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from deceptive_sim.claims.bound import BoundClaim
from deceptive_sim.claims.facts import Missing
from deceptive_sim.claims.language.tree import Free, Leaf, Node, Of, Parameter, walk
from deceptive_sim.claims.proof.boards import Unsupported
from deceptive_sim.claims.proof.casts import WORLD, Cast
from deceptive_sim.claims.proof.long_outcomes import SPELT_OUT, UNCHANGED, LongOutcome, Power, kept_keys, regrown
from deceptive_sim.claims.proof.outcomes import Met, Said, strategy_named
from deceptive_sim.claims.proof.polynomials import Quantity, settled
from deceptive_sim.claims.proof.quantities import quantity
from deceptive_sim.claims.proof.scenes import OWN, Scene, arguments_of
from deceptive_sim.claims.proof.steps import FIXED, ZERO, Arithmetic, Position, end, step
from deceptive_sim.claims.situations import Situations

UNROLLED = 3
"""Legs that are known to have no more episodes are gone through one by one."""


@dataclass(frozen=True)
class Phases:
    """How many phases a game has, and which paths are the number of episodes of which of them."""

    count: int
    paths: Mapping[str, int]


@dataclass(frozen=True)
class Leg:
    """A stretch: which phase, which games step, how often."""

    stage: int
    games: tuple[str, ...]
    count: Quantity

    @property
    def short(self) -> bool:
        """Whether it is gone through episode by episode."""
        return isinstance(self.count, Fraction) and self.count <= UNROLLED


@dataclass(frozen=True, eq=False)
class State:
    """Where all games stand.

    Attributes
    ----------
    numbers : mapping
        By game and name of a quantity.
    taken : mapping
        By game, how many episodes of each phase it has gone through.
    powers : tuple of Quantity or None
        Those that the claim speaks of; None while an exponent is negative.
    """

    numbers: Mapping[tuple[str, str], Quantity]
    taken: Mapping[str, tuple[Quantity, ...]]
    powers: tuple[Quantity | None, ...]


class Walk:
    """Steps and views of the games of a claim.

    Parameters
    ----------
    scene : Scene
    phases : Phases
    trees : sequence of Node
        The claim, and its lemmas.
    late : sequence of Node
        What is assumed and can be read at the first episode only.

    Raises
    ------
    Unsupported
        If induction cannot express one of the games.
    """

    def __init__(self, scene: Scene, phases: Phases, trees: Sequence[Node], late: Sequence[Node] = ()) -> None:
        self.scene, self.read = scene, (tuple(trees), tuple(late))
        self.phases, self.paths = phases, phases.paths
        self.power_list: list[Power] = []
        self.trees = tuple(regrown(tree, self.power_list) for tree in trees)
        self.late = tuple(regrown(tree, self.power_list) for tree in late)
        exponents = [power.exponent for power in self.power_list]
        spoken = (*self.trees, *self.late, *exponents)
        leaves = [node for tree in spoken for node in walk(tree) if isinstance(node, Of)]
        spelt = [leaf.result for leaf in leaves if leaf.result in SPELT_OUT]
        if spelt:
            raise Unsupported(f"{spelt[0]} is not spelt out for games of any length")
        self.keys = {}
        for name, cast in scene.casts.items():
            if len(cast.runs) > 1 or len(cast.world.stages) != phases.count:
                raise Unsupported("induction is for agents with true beliefs, in games with the same phases")
            self.keys[name] = kept_keys(cast, [leaf for leaf in leaves if (leaf.variant or OWN) == name])
        self.casts = {name: _endless(cast) for name, cast in scene.casts.items()}

    def at(self, scene: Scene) -> Walk:
        """The same walk in a scene of numbers."""
        return Walk(scene, self.phases, *self.read)

    def legs(self, *, longer_last: bool) -> tuple[Leg, ...]:
        """All stretches, the last phase first; those that are known to be empty are left out.

        Parameters
        ----------
        longer_last : bool
            Whether what one game has more of than another comes last, as the recursion goes, or first.
        """
        legs: list[Leg] = []
        for f in range(self.phases.count - 1, -1, -1):
            counts = {name: cast.world.stages[f].count for name, cast in self.casts.items()}
            least = counts[OWN]
            for count in counts.values():
                least = count if _more(least, count) > 0 else least
            steps = {name: _more(count, least) for name, count in counts.items()}
            own = []
            while longer := tuple(name for name, left in steps.items() if left > 0):
                own.append(Leg(f, longer, Fraction(1)))
                steps |= {name: steps[name] - 1 for name in longer}
            together = [Leg(f, tuple(counts), least)]
            legs += [*together, *own] if longer_last else [*own, *together]
        return tuple(leg for leg in legs if leg.count != 0)

    def start(self) -> State:
        """All games at their ends."""
        numbers: dict[tuple[str, str], Quantity] = {}
        for name, cast in self.casts.items():
            position = end(cast.world, cast.run(WORLD).watch)
            numbers |= {(name, key): number for key, number in position.numbers.items() if key in self.keys[name]}
        none = (ZERO,) * self.phases.count
        state = State(numbers, dict.fromkeys(self.casts, none), (None,) * len(self.power_list))
        return self._grown(None, state, {})

    def step(
        self, state: State, leg: Leg, stepped: Mapping[str, tuple[bool, ...]], arithmetic: Arithmetic, label: str
    ) -> State:
        """One episode of a leg."""
        numbers, taken = dict(state.numbers), dict(state.taken)
        for name in leg.games:
            run = self.casts[name].run(WORLD)
            later = Position({**dict.fromkeys(self._unkept(name), ZERO), **self._position(state, name).numbers})
            position = step(
                run.board, run.board.stages[leg.stage], run.watch, later, arithmetic, label=f"{label} {name} "
            )
            for key in [key for game, key in numbers if game == name and key not in position.numbers]:
                del numbers[name, key]
            numbers |= {(name, key): number for key, number in position.numbers.items() if key in self.keys[name]}
            taken[name] = tuple(settled(count + 1) if f == leg.stage else count for f, count in enumerate(taken[name]))
        return self._grown(state, replace(state, numbers=numbers, taken=taken), stepped)

    def _unkept(self, name: str) -> list[str]:
        board = self.casts[name].world
        every = range(len(board.objectives))
        strategies = self.casts[name].run(WORLD).watch.strategies
        values = [f"V {i} {k}" for i in every for k in every] + [f"X {s} {k}" for s in strategies for k in every]
        return [key for key in (*values, *UNCHANGED) if key not in self.keys[name]]

    def _position(self, state: State, name: str) -> Position:
        return Position({key: number for (game, key), number in state.numbers.items() if game == name})

    # --- powers ----------------------------------------------------------------------------------------------------

    def _grown(self, before: State | None, state: State, stepped: Mapping[str, tuple[bool, ...]]) -> State:
        """The state with its powers: each grows by its base as often as its exponent has grown."""
        powers: list[Quantity | None] = []
        for place, power in enumerate(self.power_list):
            was = None if before is None else before.powers[place]
            new = self._exponent(power, state, stepped)
            if was is not None and before is not None:
                old = self._exponent(power, before, stepped)
                grown = None if new is None or old is None else settled(new - old)
                if not isinstance(grown, Fraction) or grown < 0 or grown.denominator != 1 or grown > UNROLLED:
                    raise Unsupported("an exponent does not grow by a whole number in each episode")
                powers.append(_times(was, self._base(power), int(grown)))
            elif isinstance(new, Fraction) and new.denominator == 1 and 0 <= new <= UNROLLED:
                powers.append(_times(Fraction(1), self._base(power), int(new)))
            else:
                powers.append(None)
        return replace(state, powers=tuple(powers))

    def _exponent(self, power: Power, state: State, stepped: Mapping[str, tuple[bool, ...]]) -> Quantity | None:
        view = View(self, replace(state, powers=()), stepped)
        try:
            return settled(quantity(power.exponent, view.number))
        except Missing:
            return None

    def _base(self, power: Power) -> Quantity:
        def parameter(leaf: Leaf) -> Quantity:
            if isinstance(leaf, Of):
                raise Unsupported("a result is raised to a power")
            return self.scene.parameter(leaf)

        try:
            return settled(quantity(power.base, parameter))
        except Missing as error:
            raise Unsupported(f"the base of a power is what there is not: {error}") from None


def _more(count: Quantity, than: Quantity) -> Fraction:
    more = settled(count - than)
    if not isinstance(more, Fraction):
        raise Unsupported("the phases of the games differ by a number of episodes that is not known")
    return more


def _times(number: Quantity, base: Quantity, times: int) -> Quantity:
    for _ in range(times):
        number = settled(number * base)
    return number


def _endless(cast: Cast) -> Cast:
    """The cast with fixed strategies that have an action for every episode there may be; they must not change."""
    run = cast.run(WORLD)
    strategies = {}
    if FIXED in run.watch.strategies:
        raise Unsupported("induction is for agents that plan")
    for text in run.watch.strategies:
        lengths = [_spelt(text, cast, episodes) for episodes in (1, 2, 3)]
        actions = {action for spelt in lengths for action in spelt}
        if len(actions) != 1 or not all(lengths):
            raise Unsupported("induction values fixed strategies only if they do the same in every episode")
        strategies[text] = _Always(actions.pop())
    return replace(cast, runs=(replace(run, watch=replace(run.watch, strategies=strategies)),))


def _spelt(text: str, cast: Cast, episodes: int) -> tuple[int, ...]:
    try:
        return strategy_named(text, cast.world.actions, episodes)
    except Missing:
        return ()


class _Always(tuple[int, ...]):
    """The same action in every episode."""

    def __new__(cls, action: int) -> _Always:
        return super().__new__(cls, (action,))

    def __getitem__(self, place: object) -> int:  # type: ignore[override]
        return tuple.__getitem__(self, 0)


class View:
    """What a claim says of a state, if all games began there.

    `stepped` says by game whether there were episodes of each phase.
    """

    def __init__(self, walk_: Walk, state: State, stepped: Mapping[str, tuple[bool, ...]]) -> None:
        self.walk, self.state = walk_, state
        none = (False,) * walk_.phases.count
        self.outcomes = {
            name: LongOutcome(
                cast, walk_._position(state, name), state.taken[name], stepped.get(name, none), state.powers
            )
            for name, cast in walk_.casts.items()
        }
        scene = walk_.scene
        self.scene = _Moved(
            scene.claim, scene.situations, scene.variables, scene.set_by_variants, scene.casts, walk_.paths, state.taken
        )

    def number(self, leaf: Leaf) -> Quantity:
        """A number that a leaf stands for."""
        if not isinstance(leaf, Of):
            return self.scene.parameter(leaf)
        said = self.said(leaf)
        if isinstance(said, bool | str | Met):
            raise Unsupported("a number is needed")
        return said

    def said(self, leaf: Of) -> Said:
        """What a result is."""
        return self.outcomes[leaf.variant or OWN](leaf.result, arguments_of(self.scene, leaf))


@dataclass(frozen=True, eq=False)
class _Moved(Scene):
    """A scene in which numbers of episodes are those gone through."""

    counted: Mapping[str, int]
    taken: Mapping[str, tuple[Quantity, ...]]

    def parameter(self, leaf: Free | Parameter) -> Quantity:
        if isinstance(leaf, Parameter) and leaf.path in self.counted:
            return self.taken[leaf.variant or OWN][self.counted[leaf.path]]
        return super().parameter(leaf)


def phases_of(claim: BoundClaim, situations: Situations) -> Phases:
    """The phases, and every path that is the number of episodes of one of them."""
    game = situations.at({}, claim.claim.agent).game
    paths = {f"{phase.name}.episodes": f for f, phase in enumerate(game.phases)}
    known = {node.path for node in walk(claim.tree) if isinstance(node, Parameter)}
    for path in sorted(known | {path for path in claim.paths.values() if path is not None}):
        if path in paths or not situations.whole(path):
            continue
        template = situations.template({}, (path,), claim.claim.agent)
        spots = () if template is None else template.spots[path]
        stages = {spot.place.phase for spot in spots if spot.place.kind == "episodes"}
        if len(spots) == len(stages) == 1:
            paths[path] = stages.pop()
    return Phases(len(game.phases), paths)
