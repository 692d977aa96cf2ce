"""What is measured of a phased game with two actions, in Fractions, episode by episode, by no code of the package.

Short and slow. It serves games that are too long for `oracle`, which lists strategies; on short ones the two agree
(`test_compiled_against_truth`).
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from oracle.regimes import regime, turn

from deceptive_sim.model.discounting import Exponential
from deceptive_sim.model.phased import PhasedGame
from deceptive_sim.model.phases import Phase

REGIMES = ("compliant", "deceptive", "delayed", "open", "late-pretence", "reformed", "mixed", "unconstrained")
ZERO = Fraction(0)
Row = dict[str, Fraction | int | bool | None]


@dataclass(frozen=True)
class Truth:
    """The nine measurements, exactly; the largest number that own's and everybody's values come to on the way."""

    measurements: Row
    largest: float
    string: str
    tied: bool


@dataclass
class _State:
    """From some episode on, unmodified: values, and the best strategies with and without a defection in training."""

    values: dict[tuple[str, str], Fraction]
    clean: Fraction
    marked: Fraction | None  # None: there is no training left to defect in
    clean_defects: bool = False


def truth(game: PhasedGame, own: str = "mesa", prefer_defecting: bool = False) -> Truth:
    """Measure a game whose actions are A, which defects, and B."""
    names = [objective.name for objective in game.objectives]
    discounts = {
        one.name: one.discounting.discount for one in game.objectives if isinstance(one.discounting, Exponential)
    }
    state = _State({(i, k): ZERO for i in names for k in names}, ZERO, None)
    largest, tied, choices = ZERO, False, []
    for phase in reversed(game.phases):
        for _ in range(phase.episodes):
            state, choice, ties = _earlier(state, phase, names, discounts, own, prefer_defecting)
            choices.insert(0, choice)
            tied |= ties
            paid = [abs(phase.payoffs.get(k, {}).get(a, ZERO)) for k in names for a in "AB"]
            largest = max(largest, *map(abs, state.values.values()), *paid)
    kinds = [phase.training for phase in game.phases for _ in range(phase.episodes)]
    string = "".join(choice[own] for choice in choices)
    defects = [a == "A" for a in string]
    training, deployment = (
        [d for d, kind in zip(defects, kinds, strict=True) if kind is which] for which in (True, False)
    )
    premium = None if state.marked is None else state.clean - state.marked
    reaches, defections = _forward(game, names, choices, kinds, own)
    row: Row = {
        "value": state.values[own, own],
        "base_value": None if game.base_objective is None else state.values[own, game.base_objective],
        "premium": premium,
        "deception_pays": premium is not None and premium > 0 and state.clean_defects,
        "regime": REGIMES.index(regime(training, deployment)),
        "training_defections": sum(training),
        "turn": turn(defects, kinds) or 0,
        "reaches_deployment_unmodified": reaches,
        "expected_deployment_defections": defections,
    }
    return Truth(row, max(1.0, float(largest)), string, tied)


def _moves(phase: Phase, actor: str, action: str) -> dict[str, Fraction]:
    """Who is at the wheel after an episode, without those who are shut down."""
    moves = {k: Fraction(p) for k, p in phase.modification.get(action, {}).items() if k != actor and p}
    moves[actor] = 1 - sum(moves.values(), ZERO) - phase.shutdown.get(action, ZERO)
    return moves


def _earlier(
    later: _State, phase: Phase, names: list[str], discounts: dict[str, Fraction], own: str, prefer_defecting: bool
) -> tuple[_State, dict[str, str], bool]:
    """One episode earlier: the state, what everybody does, and whether anybody had a tie."""
    order = "AB" if prefer_defecting else "BA"

    def pays(judge: str, action: str) -> Fraction:
        return Fraction(phase.payoffs.get(judge, {}).get(action, ZERO))

    def worth(actor: str, judge: str, action: str) -> Fraction:
        moves = _moves(phase, actor, action)
        return pays(judge, action) + discounts[judge] * sum(
            (p * later.values[i, judge] for i, p in moves.items()), ZERO
        )

    def unmodified(action: str, then: Fraction) -> Fraction:
        """A strategy's worth to own, with `then` to follow if it stays unmodified."""
        moves = _moves(phase, own, action)
        stays = moves.pop(own)
        after = stays * then + sum((p * later.values[i, own] for i, p in moves.items()), ZERO)
        return pays(own, action) + discounts[own] * after

    choice = {i: max(order, key=lambda a, i=i: worth(i, i, a)) for i in names}  # max takes the first of equals
    ties = any(worth(i, i, "A") == worth(i, i, "B") for i in names)
    values = {(i, k): worth(i, k, choice[i]) for i in names for k in names}
    if phase.training:
        marked = unmodified("A", later.values[own, own])
        if later.marked is not None:
            marked = max(marked, unmodified("B", later.marked))
        return _State(values, unmodified("B", later.clean), marked, later.clean_defects), choice, ties
    clean = {a: unmodified(a, later.clean) for a in order}
    picked = max(order, key=lambda a: clean[a])
    best = None if later.marked is None else max(unmodified(a, later.marked) for a in "AB")
    return _State(values, clean[picked], best, later.clean_defects or picked == "A"), choice, ties


def _forward(
    game: PhasedGame, names: list[str], choices: list[dict[str, str]], kinds: list[bool], own: str
) -> tuple[Fraction, Fraction]:
    """P(never left own when deployment starts, else at the end), and the expected number of deployment defections."""
    at = {i: Fraction(i == own) for i in names}
    unmodified, reached, defections = Fraction(1), None, ZERO
    phases = [phase for phase in game.phases for _ in range(phase.episodes)]
    for phase, choice, trains in zip(phases, choices, kinds, strict=True):
        if not trains:
            reached = unmodified if reached is None else reached
            defections += sum((p for i, p in at.items() if choice[i] == "A"), ZERO)
        following = dict.fromkeys(names, ZERO)
        for i, p in at.items():
            for k, move in _moves(phase, i, choice[i]).items():
                following[k] += p * move
        unmodified *= _moves(phase, own, choice[own])[own]
        at = following
    return unmodified if reached is None else reached, defections
