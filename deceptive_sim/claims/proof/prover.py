"""Questions to z3: whether there is a point at which some comparisons hold.

Work is bounded by z3's own count of steps, so that answers do not depend on the machine, and by one clock for a whole
proof. Each proof has a z3 context of its own: what was asked before it makes no difference.
"""

from __future__ import annotations

import enum
import itertools
import time
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from deceptive_sim.claims.proof.paths import Definition, Path, Sign
from deceptive_sim.claims.proof.polynomials import Quantity, variables_of
from deceptive_sim.core.errors import InputError, Problem

SHARE = 0.1
"""How much of the seconds one question may take, for the few that cost time out of proportion to z3's count."""

QUICK, THOROUGH = 300_000, 3_000_000
"""Work that one question may cost: while paths are followed, and where a proof hangs on it."""

ALL = 10**6
"""As many steps as there are."""

DIGITS = 12
"""Digits of roots that are no fractions, where z3 answers with such."""


class OutOfTime(Exception):  # noqa: N818 - it is no error
    """The seconds for a proof are used up."""


class Reply(enum.Enum):
    """An answer to whether there is such a point."""

    NONE = enum.auto()
    SOME = enum.auto()
    UNSURE = enum.auto()


def z3_version() -> str | None:
    """The version of z3, None if it is not installed."""
    try:
        import z3
    except ImportError:
        return None
    return str(z3.get_version_string())


class Prover:
    """Asks z3.

    Parameters
    ----------
    seconds : float
        After so long, `OutOfTime` is raised at the next question, or in the middle of one.
    sound : sequence of Sign
        What holds throughout: domains and rules of games.

    Raises
    ------
    InputError
        If z3 is not installed.
    """

    def __init__(self, seconds: float, sound: Sequence[Sign] = ()) -> None:
        try:
            import z3
        except ImportError:
            rule = "needs z3: pip install 'deceptive-sim[proof]'"
            raise InputError(Problem(name="proof", rule=rule)) from None
        self.z3 = z3
        self.context = z3.Context()
        self.ends, self.longest = time.monotonic() + seconds, max(1.0, seconds * SHARE)
        self.sound = tuple(sound)
        self.always: tuple[Any, ...] = ()
        self.questions = 0
        self._written: dict[Any, list[Any]] = {}
        self.point: dict[str, Fraction] = {}

    def left(self) -> float:
        """Seconds left; raises `OutOfTime` if there are none."""
        left = self.ends - time.monotonic()
        if left <= 0:
            raise OutOfTime
        return left

    # --- from quantities to expressions ----------------------------------------------------------------------------

    def real(self, name: str) -> Any:
        """The variable of a name."""
        return self.z3.Real(name, self.context)

    def expression(self, quantity: Quantity) -> Any:
        """A quantity as z3 writes it."""
        if isinstance(quantity, Fraction):
            return self.number(quantity)
        return quantity.read(_Names(self), self.number)

    def number(self, number: Fraction) -> Any:
        """A number as z3 writes it."""
        return self.z3.RealVal(f"{number.numerator}/{number.denominator}", self.context)

    def sign(self, sign: Sign) -> Any:
        """A comparison as z3 writes it."""
        if sign not in self._written:
            expression = self.expression(sign.polynomial)
            self._written[sign] = [expression > 0 if sign.strict else expression >= 0]
        return self._written[sign][0]

    # --- questions -------------------------------------------------------------------------------------------------

    def ask(self, formulas: Iterable[Any], work: int) -> Reply:
        """Whether some formulas can hold together; if so, `point` is where."""
        solver = self.z3.SolverFor("QF_NRA", ctx=self.context)
        solver.set("timeout", max(1, int(1000 * min(self.left(), self.longest))))
        solver.set("rlimit", work)
        solver.add(*formulas)
        self.questions += 1
        answer = solver.check()
        if answer == self.z3.unsat:
            return Reply.NONE
        if answer == self.z3.sat:
            self.point = self._point(solver.model())
            return Reply.SOME
        self.left()
        return Reply.UNSURE

    def _point(self, model: Any) -> dict[str, Fraction]:
        point = {}
        for declaration in model.decls():
            value = model[declaration]
            if self.z3.is_algebraic_value(value):
                value = value.approx(DIGITS)
            if self.z3.is_rational_value(value):
                point[declaration.name()] = Fraction(value.numerator_as_long(), value.denominator_as_long())
        return point

    def settle(self, path: Path, more: Sequence[Any], work: int, windows: Sequence[int]) -> Reply:
        """Whether a path can be taken while further formulas hold.

        Parameters
        ----------
        path : Path
        more : sequence of z3 formulas
        work : int
        windows : sequence of int
            How many of the last steps are looked at, one after the other: the fewer, the quicker. `ALL` for all of
            them: without it no point is ever found.
        """
        steps = len(path.steps)
        reply = Reply.UNSURE
        for window in sorted({min(window, steps) for window in windows}):
            whole = window == steps
            reply = self.ask(self.about(path, more, steps - window), work if whole else min(work, QUICK))
            if reply is Reply.NONE or whole:
                return reply
        return Reply.UNSURE

    def about(self, path: Path, more: Sequence[Any], first: int) -> list[Any]:
        """All that is known from a step on, as far as it bears on the comparisons made and the further formulas."""
        signs = [sign for step in path.steps[first:] for sign in step]
        names = {name for sign in signs for name in sign.polynomial.variables}
        names |= {name for formula in (*more, *self.always) for name in self.names_in(formula)}
        defined: dict[str, Definition] = {}
        waiting = sorted(names)
        while waiting:
            definition = path.definitions.get(name := waiting.pop())
            if name in defined or definition is None:
                continue
            defined[name] = definition
            if definition.step >= first:
                waiting += sorted({other for one in definition.greatest for other in variables_of(one)})
        found = [self.sign(sign) for sign in (*self.sound, *signs)]
        for name in path.definitions:
            if name in defined:
                found += self._defined(name, defined[name], bounds_only=defined[name].step < first)
        return [*found, *self.always, *more]

    def everything(self, path: Path) -> list[Any]:
        """All that is known at the end of a path."""
        signs = [self.sign(sign) for step in path.steps for sign in step]
        defined = [self._defined(name, one, bounds_only=False) for name, one in path.definitions.items()]
        return [*map(self.sign, self.sound), *signs, *itertools.chain.from_iterable(defined), *self.always]

    def _defined(self, name: str, definition: Definition, *, bounds_only: bool) -> list[Any]:
        key = (name, definition, bounds_only)
        if key not in self._written:
            self._written[key] = self._defining(name, definition, bounds_only=bounds_only)
        return self._written[key]

    def _defining(self, name: str, definition: Definition, *, bounds_only: bool) -> list[Any]:
        variable = self.real(name)
        found = [] if definition.low is None else [variable >= self.number(definition.low)]
        found += [] if definition.high is None else [variable <= self.number(definition.high)]
        if bounds_only:
            return found
        sides = [self.expression(one) for one in definition.greatest]
        if len(sides) == 1:
            return [*found, variable == sides[0]]
        return [*found, *(variable >= side for side in sides), self.z3.Or(*(variable == side for side in sides))]

    def names_in(self, formula: Any) -> set[str]:
        """Names of the variables in a z3 formula."""
        names: set[str] = set()
        waiting, seen = [formula], set()
        while waiting:
            one = waiting.pop()
            if one.get_id() in seen:
                continue
            seen.add(one.get_id())
            if self.z3.is_const(one) and one.decl().kind() == self.z3.Z3_OP_UNINTERPRETED:
                names.add(one.decl().name())
            waiting += one.children()
        return names


class _Names(Mapping[str, Any]):
    """Variables by name, made when asked for."""

    def __init__(self, prover: Prover) -> None:
        self._prover = prover

    def __getitem__(self, name: str) -> Any:
        return self._prover.real(name)

    def __iter__(self) -> Any:
        return iter(())

    def __len__(self) -> int:
        return 0
