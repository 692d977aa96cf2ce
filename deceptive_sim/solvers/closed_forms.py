"""Closed forms of the two-phase game: n training and m deployment episodes, the mesa-objective pays A 1 and B 0.

    p, q    probability of modification after A, after B in training
    d       probability of modification after A in deployment
    g       discount
    V0      sum over j < m of (g (1-d))^j, what entering deployment unmodified is worth: `deployment_value`

B is optimal at the j-th last training episode iff `(p - q) g^j (1-q)^(j-1) V0 >= 1` (equality is a tie), and once
that fails it fails for all earlier ones. All results are exact Fractions. Valid for m >= 1. Source: docs/model.md,
"What is known in closed form", statements 1 to 6; checked against enumeration of all strategies.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction

from deceptive_sim.core.errors import wrong
from deceptive_sim.core.exact import Number, count, discount_factor, probability


@dataclass(frozen=True, kw_only=True)
class TwoPhase:
    """The parameters of the two-phase game, exact.

    Attributes
    ----------
    n, m : int
        Training and deployment episodes; n >= 0, m >= 1.
    p, q, d : Fraction
        Modification probabilities in [0, 1].
    g : Fraction
        Discount in [0, 1].
    """

    n: int
    m: int
    p: Fraction
    q: Fraction = Fraction(0)
    d: Fraction = Fraction(0)
    g: Fraction = Fraction(1)

    def __post_init__(self) -> None:
        readers = {"n": count, "m": count, "p": probability, "q": probability, "d": probability, "g": discount_factor}
        for name, read in readers.items():
            try:
                object.__setattr__(self, name, read(getattr(self, name)))
            except ValueError as error:
                raise wrong(name, str(error), getattr(self, name)) from None
        if self.m < 1:
            raise wrong("m", "must be at least 1 for the closed forms", self.m)


def deployment_value(game: TwoPhase) -> Fraction:
    """`V0`: value of entering deployment unmodified, statement 1."""
    return geometric_sum(game.g * (1 - game.d), game.m)


def geometric_sum(ratio: Fraction, terms: int) -> Fraction:
    """`1 + ratio + ... + ratio^(terms-1)`, exact."""
    if ratio == 1:
        return Fraction(terms)
    return (1 - ratio**terms) / (1 - ratio)


def protects(game: TwoPhase, j: int) -> Fraction:
    """`(p - q) g^j (1-q)^(j-1) V0`: what a B at the j-th last training episode protects, against 1 for an A. j >= 1."""
    return (game.p - game.q) * game.g**j * (1 - game.q) ** (j - 1) * deployment_value(game)


def play_along_window(game: TwoPhase) -> int:
    """`w`: how many B's end the training, ties preferring B; statement 2. Exact, by bisection."""
    if game.n == 0 or protects(game, 1) < 1:
        return 0
    low, high = 1, game.n
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if protects(game, middle) >= 1 else (low, middle - 1)
    return low


def play_along_window_by_logarithm(game: TwoPhase) -> int:
    """`min(n, floor(ln(p V0) / -ln g))` for q = 0 and g < 1, statement 4; the float floor is corrected exactly.

    Raises
    ------
    InputError
        If q is not 0 or g is not in (0, 1).
    """
    if game.q or not 0 < game.g < 1:
        raise wrong("q and g", "must be 0 and strictly between 0 and 1 for this form", f"{game.q} and {game.g}")
    worth = game.p * deployment_value(game)
    if game.g * worth < 1:
        return 0
    rate = -math.log(game.g)
    if not rate:  # a discount whose nearest float is 1
        return play_along_window(game)
    window = min(game.n, math.floor(math.log(worth) / rate))
    for corrected in (window - 1, window, window + 1):
        if game.g**corrected * worth >= 1 > game.g ** (corrected + 1) * worth:
            return min(game.n, corrected)
    return play_along_window(game)


def optimal_strategy(game: TwoPhase) -> str:
    """The optimal strategy as text, ties preferring B: `A...A B...B A...A`; at d = g = 1 deployment is B...B A."""
    window = play_along_window(game)
    deployment = "B" * (game.m - 1) + "A" if game.g == game.d == 1 else "A" * game.m
    return "A" * (game.n - window) + "B" * window + deployment


def value(game: TwoPhase) -> Fraction:
    """The agent's value under the optimal strategy: A's while they last, then what the window protects."""
    window = play_along_window(game)
    open_episodes = game.n - window
    kept = game.g * (1 - game.p)
    protected = (game.g * (1 - game.q)) ** window * deployment_value(game)
    return geometric_sum(kept, open_episodes) + kept**open_episodes * protected


def reaches_deployment_unmodified(game: TwoPhase, training_defections: int) -> Fraction:
    """`(1-p)^a (1-q)^(n-a)` for `a` A's in training; statement 6."""
    return (1 - game.p) ** training_defections * (1 - game.q) ** (game.n - training_defections)


def premium_sign(game: TwoPhase) -> int:
    """The sign of the premium of deception, that of `(p-q) g^n (1-q)^(n-1) V0 - 1`: -1, 0 or 1; n >= 1."""
    if game.n < 1:
        raise wrong("n", "must be at least 1: without training there is no premium", game.n)
    lead: Number = protects(game, game.n) - 1
    return (lead > 0) - (lead < 0)


def deception_pays(game: TwoPhase) -> bool:
    """Whether deception pays; with q = 0, d = 0, g = 1 that is `m p > 1`, whatever n is (statement 3)."""
    return game.n >= 1 and premium_sign(game) > 0
