"""Hypothesis strategies for games in the plain format: small, exact, full of ties.

All numbers are rationals with denominators <= 6, drawn from few values, so that equal values are common.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import cache
from typing import Any

from hypothesis import strategies as st

from .plain import Game, two_phase_game

PHASE_NAMES = ("training", "deployment", "later-training", "later-deployment")
PAYOFFS = tuple(Fraction(x) for x in ("0", "0", "1", "1", "-1", "2", "1/2", "1/3", "-3/2"))
DISCOUNTS = tuple(Fraction(x) for x in ("1", "1", "1/2", "2/3", "5/6", "0"))
PROBABILITIES = tuple(Fraction(x) for x in ("0", "0", "1", "1/2", "1/3", "1/4", "1/5", "1/6", "2/3", "3/5"))
PREFERENCES = ("non-defecting", "defecting", "declared")


# strategies that are made once: to make them anew in every draw takes longer than to draw
PARTS = st.sampled_from([1, 1, 2, 3, 4, 5, 6])
PAYOFF, DISCOUNT, PROBABILITY = map(st.sampled_from, (PAYOFFS, DISCOUNTS, PROBABILITIES))
POSITIVE_DISCOUNT = st.sampled_from([g for g in DISCOUNTS if g > 0])
NONE_OR_SOME = st.just(Fraction(0)) | PROBABILITY
BOOLEAN = st.booleans()


@cache
def orders(names: tuple[str, ...]) -> st.SearchStrategy[list[str]]:
    return st.permutations(names)


@cache
def one_of(names: tuple[str, ...]) -> st.SearchStrategy[str]:
    return st.sampled_from(names)


def shares(recipients: Sequence[str]) -> st.SearchStrategy[dict[str, Fraction]]:
    """A probability for each recipient, with a common denominator <= 6 and a sum of at most 1; often all 0."""
    return _shares(tuple(recipients))


@cache
@st.composite
def _shares(draw: st.DrawFn, recipients: tuple[str, ...]) -> dict[str, Fraction]:
    parts = draw(PARTS)
    left, given = parts, {}
    for name in draw(orders(recipients)):
        take = draw(st.integers(0, left))
        left -= take
        given[name] = Fraction(take, parts)
    return given


def payoff_tables(
    objectives: Sequence[str], actions: Sequence[str]
) -> st.SearchStrategy[dict[str, dict[str, Fraction]]]:
    """What each objective pays for each action."""
    return _payoff_tables(tuple(objectives), tuple(actions))


@cache
@st.composite
def _payoff_tables(
    draw: st.DrawFn, objectives: tuple[str, ...], actions: tuple[str, ...]
) -> dict[str, dict[str, Fraction]]:
    return {k: {a: draw(PAYOFF) for a in actions} for k in objectives}


@st.composite
def episode_counts(draw: st.DrawFn, n_phases: int, max_episodes: int, max_total: int, min_total: int) -> list[int]:
    """Episodes of each phase, some of them 0, with a total between the bounds."""
    counts: list[int] = []
    for left in range(n_phases - 1, -1, -1):
        used = sum(counts)
        least = max(0, min_total - used - left * max_episodes)
        counts.append(draw(st.integers(least, max(least, min(max_episodes, max_total - used)))))
    return counts


@st.composite
def phased_games(
    draw: st.DrawFn,
    *,
    n_phases: tuple[int, int] = (1, 3),
    max_episodes: int = 3,
    max_total: int = 4,
    min_total: int = 1,
    n_actions: tuple[int, int] = (2, 3),
    n_objectives: tuple[int, int] = (2, 3),
    absorbing_base: bool = False,
    shutdown: bool = True,
    any_flags: bool = False,
    positive_discounts: bool = False,
    prefer: Sequence[str] = PREFERENCES,
) -> Game:
    """A phased game; the initial objective to try is "mesa".

    Objectives are mesa, base and perhaps human, in any order; actions A (defects), B (does not) and perhaps C
    (either), in any order. `absorbing_base`: modification leads to base only. `any_flags`: also games in which all
    actions defect, or none. Phases have different names, which say whether they train; payoffs are often, not always,
    the same in all.
    """
    objectives = draw(orders(("mesa", "base", "human")[: draw(st.integers(*n_objectives))]))
    flags = {"A": True, "B": False, "C": draw(BOOLEAN)}
    if any_flags:
        flags = {a: draw(BOOLEAN) for a in flags}
    names = draw(orders(("A", "B", "C")[: draw(st.integers(*n_actions))]))
    phase_names = draw(orders(PHASE_NAMES))[: draw(st.integers(*n_phases))]
    episodes = draw(episode_counts(len(phase_names), max_episodes, max_total, min_total))
    common = draw(payoff_tables(objectives, names)) if draw(BOOLEAN) else None
    recipients = [*(["base"] if absorbing_base else objectives), *(["off"] if shutdown else [])]

    def phase(name: str, count: int) -> dict[str, Any]:
        fates = {a: draw(shares(recipients)) for a in names}
        return {
            "name": name,
            "training": "training" in name,
            "episodes": count,
            "payoffs": common or draw(payoff_tables(objectives, names)),
            "modification": {a: {k: p for k, p in fate.items() if k != "off"} for a, fate in fates.items()},
            "shutdown": {a: fate.get("off", Fraction(0)) for a, fate in fates.items()},
        }

    discount = POSITIVE_DISCOUNT if positive_discounts else DISCOUNT
    return {
        "objectives": list(objectives),
        "base": "base",
        "actions": [[a, flags[a]] for a in names],
        "discount": {k: draw(discount) for k in objectives},
        "phases": [phase(name, count) for name, count in zip(phase_names, episodes, strict=True)],
        "prefer": draw(one_of(tuple(prefer))),
    }


@st.composite
def two_phase_parameters(draw: st.DrawFn, *, max_n: int = 3, max_m: int = 3) -> dict[str, Any]:
    """Keyword arguments n, m, p, q, d, g of `two_phase_game`, the family of model.md section 4; m >= 1, n may be 0."""
    return {
        "n": draw(st.integers(0, max_n)),
        "m": draw(st.integers(1, max_m)),
        "p": draw(PROBABILITY),
        "q": draw(NONE_OR_SOME),
        "d": draw(NONE_OR_SOME),
        "g": draw(DISCOUNT),
    }


def two_phase_games(*, max_n: int = 3, max_m: int = 3) -> st.SearchStrategy[Game]:
    """Games of the section 4 family, by all three tie rules."""
    parameters = two_phase_parameters(max_n=max_n, max_m=max_m)
    return st.builds(
        lambda kwargs, prefer: two_phase_game(**kwargs, prefer=prefer), parameters, st.sampled_from(PREFERENCES)
    )


@st.composite
def discount_specs(draw: st.DrawFn, objectives: Sequence[str]) -> dict[str, dict[str, Any]]:
    """How each objective discounts and foresees, for `discounting.realised`; all weights are positive."""

    def one() -> dict[str, Any]:
        foresight = {"foresight": draw(st.sampled_from(["naive", "sophisticated"]))}
        if draw(st.booleans()):
            return {
                "kind": "hyperbolic",
                "k": draw(st.sampled_from([Fraction(1), Fraction(1, 2), Fraction(2)])),
            } | foresight
        beta, delta = (
            draw(st.sampled_from([Fraction(1, 2), Fraction(2, 3), Fraction(1)])),
            draw(st.sampled_from([Fraction(1), Fraction(1, 2), Fraction(5, 6)])),
        )
        return {"kind": "quasi-hyperbolic", "beta": beta, "delta": delta} | foresight

    return {k: one() for k in objectives}


@st.composite
def believed_games(draw: st.DrawFn, game: Game, *, max_episodes: int = 3, payoffs: bool = False) -> Game:
    """The same phases with other episode counts and other modification and shutdown, each changed or kept; with
    `payoffs`, other payoffs too. Discounts, actions and tie rule are the agent's own and stay."""
    names = [a for a, _ in game["actions"]]

    def believed(phase: dict[str, Any]) -> dict[str, Any]:
        changed = dict(phase)
        if draw(BOOLEAN):
            changed["episodes"] = draw(st.integers(0, max_episodes))
        if draw(BOOLEAN):
            targets = sorted({k for move in phase["modification"].values() for k in move})
            fates = {a: draw(shares([*targets, "off"])) for a in names}
            changed["modification"] = {a: {k: p for k, p in f.items() if k != "off"} for a, f in fates.items()}
            changed["shutdown"] = {a: f["off"] for a, f in fates.items()}
        if payoffs and draw(BOOLEAN):
            changed["payoffs"] = draw(payoff_tables(game["objectives"], names))
        return changed

    return {**game, "phases": [believed(phase) for phase in game["phases"]]}
