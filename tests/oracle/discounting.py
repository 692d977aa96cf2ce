"""Selves that disagree over time (model.md section 2 'Discounting'), by brute force, for T <= 5.

A spec names, per objective, how it discounts and how it foresees:

    {"mesa": {"kind": "quasi-hyperbolic", "beta": 1/2, "delta": 1, "foresight": "naive"},
     "base": {"kind": "hyperbolic", "k": 1, "foresight": "sophisticated"}}

    D(0) = 1;  quasi-hyperbolic D(x) = beta * delta^x;  hyperbolic D(x) = 1 / (1 + k x);  exponential D(x) = g^x

A sophisticated self forecasts what all later selves really do. A naive self at t believes that every later self, of
whichever objective and foresight, weighs episode tau by D(tau - t) of its own objective, as seen from t; it solves that
game and takes today's action from it. A spec of kind "exponential" is treated like the others, foresight included.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from .chance import expected_by_occupation
from .plain import Game, Policy, Weigh, n_episodes, payoff
from .profiles import Profile, option_values, preferred, solve
from .strings import String, premium, string_worth

Spec = dict[str, dict[str, Any]]


@dataclass(frozen=True, kw_only=True)
class Realised:
    """What really happens.

    policy: realised action of every self; string: that of the unmodified agent; ties: selves that saw several best
    actions, by their own forecast; values: for every judge k, `sum_t D_k(t-1) E[u_k]` under the realised play;
    believed_value: what self 1 expects for itself; commitment_premium: best string without defection in training minus
    best with one, if self 1 could bind the unmodified agent, by its own weights and its own forecast of the others.
    """

    policy: Policy
    string: String
    ties: frozenset[tuple[int, str]]
    values: dict[str, Fraction]
    believed_value: Fraction
    commitment_premium: Fraction | None


def discount_factor(spec: dict[str, Any], delay: int) -> Fraction:
    """D(delay) of one objective."""
    if delay == 0:
        return Fraction(1)
    match spec["kind"]:
        case "quasi-hyperbolic":
            return Fraction(spec["beta"]) * Fraction(spec["delta"]) ** delay
        case "hyperbolic":
            return 1 / (1 + Fraction(spec["k"]) * delay)
        case "exponential":
            return Fraction(spec["g"]) ** delay
    raise ValueError(f"unknown kind of discounting {spec['kind']!r}")


def seen_from_each_self(spec: Spec) -> Weigh:
    """How selves really weigh: the delay restarts at every self."""
    return lambda judge, now, then: discount_factor(spec[judge], then - now)


def seen_from(spec: Spec, vantage: int) -> Weigh:
    """How a naive self at `vantage` believes that all selves from then on weigh: the delay counts on from it."""
    return lambda judge, now, then: discount_factor(spec[judge], then - vantage)


def believed_by_naive(game: Game, spec: Spec, t: int) -> Profile:
    """The future that naive selves at `t` believe in, their own episode included."""
    return solve(game, weigh=seen_from(spec, t), first=t)


def realised(game: Game, spec: Spec, initial: str) -> Realised:
    """Realised play of all selves, from the last one back, and its measurements."""
    policy: Policy = {}
    ties: set[tuple[int, str]] = set()
    worths: dict[str, dict[str, Fraction]] = {}
    foreseen: dict[str, Policy] = {}
    for t in range(n_episodes(game), 0, -1):
        for i in game["objectives"]:
            naive = spec[i]["foresight"] == "naive"
            foreseen[i] = believed_by_naive(game, spec, t).policy if naive else {**policy}
            worths[i] = option_values(game, seen_from_each_self(spec), foreseen[i], t, i)
        for i, worth in worths.items():
            policy[t, i] = preferred(game, worth)
            if list(worth.values()).count(max(worth.values())) > 1:
                ties.add((t, i))

    def value(judge: str) -> Fraction:
        return expected_by_occupation(
            game, policy, 1, initial, lambda t, _, a: discount_factor(spec[judge], t - 1) * payoff(game, t, judge, a)
        )

    return Realised(
        policy=policy,
        string=tuple(policy[t, initial] for t in range(1, n_episodes(game) + 1)),
        ties=frozenset(ties),
        values={k: value(k) for k in game["objectives"]},
        believed_value=max(worths[initial].values()) if worths else Fraction(0),
        commitment_premium=premium(
            game, string_worth(game, initial, foreseen.get(initial, {}), seen_from(spec, vantage=1))
        ),
    )
