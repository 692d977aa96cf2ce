"""Thousands of cases at once, in floats: those that are beyond doubt count, all others are decided exactly.

Cases are drawn in blocks of one shape (the same numbers of episodes), a few thousand altogether, by a generator of
their own. Each block is one pass of the recursion over arrays (`many_games`). A case counts as tried only if no
decision in it, and no comparison in the claim, comes near a border. What may be false is decided exactly; so are a few
cases of every block that are beyond doubt, as a check: the recursion here shares no code with the solvers.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from deceptive_sim.claims.claim import Case, Variable
from deceptive_sim.claims.corners import LONGEST
from deceptive_sim.claims.deciding import Decider, Standing, case_text
from deceptive_sim.claims.domains import Domain
from deceptive_sim.claims.facts import Fact, Missing
from deceptive_sim.claims.language.exactly import Undecided, read
from deceptive_sim.claims.language.tree import Free, Leaf, Node, Of, Parameter, walk
from deceptive_sim.claims.simple import simplest
from deceptive_sim.core.errors import InputError
from deceptive_sim.core.exact import to_float
from deceptive_sim.core.seeds import generator

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from deceptive_sim.claims.many_results import ManyResults

BLOCKS = 12
CASES = 250
"""Blocks of one claim, and cases of a block."""

DOUBTS = 40
"""Cases of one claim that are decided exactly because floats could not tell, or told that they are false."""

CHECKED = 2
"""Cases of a block that are decided exactly although floats could tell."""

SIMPLE_SHAPES = 3
"""Blocks in which every number of episodes is one of the smallest."""

SIMPLE = 24
FINE = 1000


@dataclass
class Many:
    """What came of many cases.

    Attributes
    ----------
    tries : int
        Cases beyond doubt, in which the claim holds; those decided exactly are counted where they are decided.
    excluded : int
        Cases beyond doubt that do not count.
    counterexample : Case or None
        Exact.
    disagreement : str
        A case in which floats, beyond doubt, say false and exact numbers say true: one of the two recursions is wrong.
    """

    tries: int = 0
    excluded: int = 0
    counterexample: Case | None = None
    disagreement: str = ""


def many(decider: Decider, *, seed: int) -> Many:
    """Hold a claim against thousands of cases.

    Parameters
    ----------
    decider : Decider
    seed : int

    Returns
    -------
    Many
        Without tries if the claim speaks of what cannot be worked out for many games at once: beliefs, other
        discounting, results that need each strategy.
    """
    from deceptive_sim.claims.many_games import NotTogether

    found = Many()
    doubts = DOUBTS
    for number, shape in enumerate(_shapes(decider, seed)):
        rng = generator(seed, 1, number)
        try:
            block = _Block(decider, _drawn(decider, shape, rng))
            standings = block.standings()
        except (NotTogether, Missing, InputError, Undecided):
            continue
        doubts = _settle(decider, block, standings, found, doubts)
        if found.counterexample is not None:
            break
    return found


def _settle(decider: Decider, block: _Block, standings: NDArray[np.int8], found: Many, doubts: int) -> int:
    """Count what is beyond doubt and decide the rest; how many more may be decided is returned."""
    sure = [place for place, standing in enumerate(standings) if standing == SURE]
    false = [place for place, standing in enumerate(standings) if standing == SURELY_FALSE]
    unsure = [place for place, standing in enumerate(standings) if standing == IN_DOUBT]
    found.excluded += len(standings) - len(sure) - len(false) - len(unsure)
    wanted = [*false, *unsure][:doubts]
    for place in (*wanted, *sure[:CHECKED]):
        case = block.cases[place]
        standing = decider.standing(case)
        if standing is Standing.FALSE:
            found.counterexample = case
            return 0
        if standing is Standing.TRUE and place in false[:doubts]:
            found.disagreement = found.disagreement or case_text(case)
    found.tries += len({decider.key(block.cases[place]) for place in sure} - decider.known.keys())
    return doubts - len(wanted)


# --- drawing ---------------------------------------------------------------------------------------------------------


def _structural(decider: Decider, variable: Variable) -> bool:
    """Whether a variable gives games their shape."""
    path = decider.claim.paths[variable.name]
    return path is not None and decider.situations.whole(path)


def _shapes(decider: Decider, seed: int) -> Iterator[Case]:
    """Values of the variables that give games their shape, a block each: simple ones first, then drawn ones."""
    shaping = [one for one in decider.claim.claim.variables if _structural(decider, one)]
    choices = {one.name: _counts(one.domain) for one in shaping}
    if not all(choices.values()):
        return
    rng = generator(seed, 0)
    for number in range(BLOCKS):
        yield {
            name: values[min(number, len(values) - 1) if number < SIMPLE_SHAPES else int(rng.integers(len(values)))]
            for name, values in choices.items()
        }


def _counts(domain: Domain) -> list[Fraction]:
    values = simplest(domain, LONGEST)
    return [value for value in values if value <= values[0] + LONGEST]


def _drawn(decider: Decider, shape: Case, rng: np.random.Generator) -> list[Case]:
    """Cases of one shape: half of the values are simple, half are fine fractions of their interval."""
    variables = decider.claim.claim.variables
    columns = [[shape[one.name]] * CASES if one.name in shape else _column(one.domain, rng) for one in variables]
    names = [one.name for one in variables]
    return [dict(zip(names, values, strict=True)) for values in zip(*columns, strict=True)] or [{}]


def _column(domain: Domain, rng: np.random.Generator) -> list[Fraction]:
    simple = simplest(domain, SIMPLE)
    if not simple:
        return []
    places = rng.integers(len(simple), size=CASES)
    shares = rng.integers(1, FINE, size=CASES)
    fine = rng.random(CASES) < 0.5
    return [
        _fine(domain, Fraction(int(share), FINE), simple) if is_fine else simple[place]
        for place, share, is_fine in zip(places, shares, fine, strict=True)
    ]


def _fine(domain: Domain, share: Fraction, simple: Sequence[Fraction]) -> Fraction:
    low, high = domain.low, domain.high
    if domain.values is not None or domain.whole:
        return simple[share.numerator % len(simple)]
    if low is not None and high is not None:
        return low + (high - low) * share if low < high else low
    stretched = share / (1 - share)
    if low is not None:
        return low + stretched
    if high is not None:
        return high - stretched
    return stretched - 1 / stretched


# --- deciding a block ------------------------------------------------------------------------------------------------

SURE, SURELY_FALSE, EXCLUDED, IN_DOUBT = 1, 0, 2, -1


@dataclass
class _Block:
    """Cases of one shape, and their games side by side."""

    decider: Decider
    cases: list[Case]
    _results: dict[str | None, ManyResults] = field(default_factory=dict)
    _numbers: dict[Leaf, Any] = field(default_factory=dict)

    def standings(self) -> NDArray[np.int8]:
        """How the claim stands in every case [N]; raises `NotTogether` if that cannot be told together."""
        import numpy as np

        from deceptive_sim.claims.language.many import decide_many

        claim, shape = self.decider.claim, len(self.cases)
        counts = np.ones(shape, dtype=np.int8)
        for node in claim.assumptions:
            counts = _and(counts, decide_many(node, self.lookup))
        for variant in (None, *claim.variants):
            counts = _and(counts, self.results(variant).games.sound)
        truth = np.broadcast_to(decide_many(claim.tree, self.lookup), shape)
        doubt = np.any([results.games.doubt for results in self._results.values()], axis=0)
        standings = np.where(counts == 1, truth, np.where(counts == 0, EXCLUDED, IN_DOUBT))
        return np.where(doubt, IN_DOUBT, standings).astype(np.int8)

    def results(self, variant: str | None) -> ManyResults:
        """The results of the claim's game, or of a variant, in all cases."""
        if variant not in self._results:
            self._results[variant] = self._solved(variant)
        return self._results[variant]

    def _solved(self, variant: str | None) -> ManyResults:
        from deceptive_sim.claims.many_games import ManyGames, NotTogether
        from deceptive_sim.claims.many_results import ManyResults

        claim, situations = self.decider.claim, self.decider.situations
        settings = [self._settings(case, variant) for case in self.cases]
        held = {path: value for path, value in settings[0].items() if situations.whole(path)}
        if any(one[path] != value for one in settings for path, value in held.items()):
            raise NotTogether("a variant's number of episodes differs from case to case")
        moving = [path for path in settings[0] if path not in held]
        agent = None if variant is None else claim.variants[variant].agent
        template = situations.template(settings[0], moving, claim.claim.agent if agent is None else agent)
        if template is None:
            raise NotTogether("a parameter is more than copies of a number")
        columns = {
            spot.place: self.floats([one[path] for one in settings])
            for path in moving
            for spot in template.spots[path]
            if not spot.believed
        }
        return ManyResults(ManyGames(template.situation, columns, len(self.cases)))

    def _settings(self, case: Case, variant: str | None) -> Mapping[str, Fraction]:
        games = self.decider.circumstances(case)
        return games.settings if variant is None else games.variants[variant]

    def lookup(self, leaf: Leaf) -> Any:
        """A leaf in every case [N], numbers with bounds on their errors."""
        import numpy as np

        from deceptive_sim.claims.language.many import Many as Measured

        if isinstance(leaf, Of):
            return self._result(leaf)
        if leaf not in self._numbers:
            numbers = [self._exactly(leaf, case) for case in self.cases]
            values = self.floats(numbers)
            exact = [value == number for value, number in zip(values.tolist(), numbers, strict=True)]
            self._numbers[leaf] = Measured(values, np.where(exact, 0.0, np.spacing(np.abs(values))))
        return self._numbers[leaf]

    def _result(self, leaf: Of) -> Any:
        import numpy as np

        from deceptive_sim.claims.language.many import Many as Measured
        from deceptive_sim.claims.many_games import TOLERANCE

        results = self.results(leaf.variant)
        try:
            found = results(leaf.result, [self._argument(node) for node in leaf.arguments])
        except Missing:
            return np.full(len(self.cases), np.nan)
        if found.dtype.kind != "f":
            return found
        return Measured(found, TOLERANCE * np.maximum(np.maximum(results.games.size, np.abs(found)), 1.0))

    def _argument(self, node: Node) -> Fact:
        """An argument, which has to be the same in all cases of the block."""
        from deceptive_sim.claims.many_games import NotTogether

        facts: set[Fact] = (
            {self._exactly(node, case) for case in self.cases}
            if _varies(node)
            else {self._exactly(node, self.cases[0])}
        )
        if len(facts) > 1:
            raise NotTogether("an argument of a result differs from case to case")
        return facts.pop()

    def _exactly(self, node: Node, case: Case) -> Any:
        if isinstance(node, Free):
            return case[node.name]
        return read(node, self.decider.circumstances(case))

    @staticmethod
    def floats(numbers: list[Fraction]) -> NDArray[np.float64]:
        """Exact numbers as floats, each the nearest."""
        import numpy as np

        return np.array([to_float(number) for number in numbers])


def _varies(node: Node) -> bool:
    return any(isinstance(part, Free | Parameter | Of) for part in walk(node))


def _and(left: NDArray[np.int8], right: NDArray[np.int8]) -> NDArray[np.int8]:
    """Both: false if one is surely false, true if both surely are."""
    import numpy as np

    both = np.where((left == 1) & (right == 1), 1, IN_DOUBT)
    return np.where((left == 0) | (right == 0), 0, both).astype(np.int8)
