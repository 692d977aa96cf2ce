"""The best strategy strings of the unmodified agent, by writing all of them down (model.md section 3).

A string is followed until the agent is first modified. So its value is a sum over what may happen to the unmodified
run:

    sum_t  P(unmodified at t) * (g^(t-1) u(t, a_t)  +  sum_target P(moved to target after t) * W(t+1, target))

where W, the worth to the initial objective of what the others (and returned selves) then do, is an expectation under
their equilibrium policy. If modification always leads to one absorbing base objective, that policy is found by
writing down base's own strings as well; otherwise it is taken from `profiles.solve`. Meant for T <= 11 with 2
actions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from functools import cache
from itertools import product

from .chance import expected_by_occupation
from .plain import (
    Game,
    Policy,
    Weigh,
    action_names,
    defecting,
    exponential,
    n_episodes,
    payoff,
    phase_of_each_episode,
    successors,
    tie_order,
)
from .profiles import solve

String = tuple[str, ...]
Allowed = Sequence[Sequence[str]]
"""The actions that a string may take at each episode 1..T."""
Worth = Callable[[String, int], Fraction]
"""`worth(suffix, t)`: value of a suffix that starts at t, to the agent still unmodified at t, as of t."""


def everything(game: Game) -> Allowed:
    """No restriction: all actions at all episodes."""
    return [action_names(game)] * n_episodes(game)


def without_defection_in_training(game: Game) -> Allowed:
    """Only non-defecting actions in training, everything in deployment."""
    honest = [a for a in action_names(game) if not defecting(game)[a]]
    return [honest if phase["training"] else action_names(game) for phase in phase_of_each_episode(game)]


def along_string(
    initial: str,
    string: String,
    start: int,
    gain: Callable[[int, str], Fraction],
    after: Callable[[int, str], Fraction],
    moves: Callable[[int, str], list[tuple[str | None, Fraction]]],
) -> Fraction:
    """Expected sum from `start` on: `gain(t, a)` per unmodified episode, `after(t + 1, target)` once modified.

    `moves(t, a)` are the successors of the initial objective.
    """
    unmodified, total = Fraction(1), Fraction(0)
    for t, action in enumerate(string, start):
        total += unmodified * gain(t, action)
        stays = Fraction(0)
        for state, p in moves(t, action):
            if state == initial:
                stays = p
            elif state is not None:
                total += unmodified * p * after(t + 1, state)
        unmodified *= stays
    return total


def string_worth(game: Game, initial: str, others: Policy, weigh: Weigh | None = None) -> Worth:
    """A function that values suffixes by the initial objective, `others` being played once modified."""
    weigh = weigh or exponential(game)

    @cache
    def after(start: int, t: int, target: str) -> Fraction:
        if t > n_episodes(game):
            return Fraction(0)
        return expected_by_occupation(
            game, others, t, target, lambda tau, _, a: weigh(initial, start, tau) * payoff(game, tau, initial, a)
        )

    @cache
    def gain(start: int, t: int, action: str) -> Fraction:
        return weigh(initial, start, t) * payoff(game, t, initial, action)

    @cache
    def moves(t: int, action: str) -> list[tuple[str | None, Fraction]]:
        return successors(game, t, initial, action)

    @cache
    def worth(suffix: String, start: int) -> Fraction:
        return along_string(
            initial, suffix, start, lambda t, a: gain(start, t, a), lambda t, k: after(start, t, k), moves
        )

    return worth


def subgame_choice(game: Game, worth: Worth, allowed: Allowed) -> tuple[String, frozenset[int], list[Fraction]]:
    """Episode by episode, the action with the best allowed suffix behind it, given being unmodified then.

    Returns the string by the tie rule, the episodes at which several actions are equally good, and the best value from
    each episode on. The agent must judge consistently over time (exponential discounting).
    """
    chosen, ties, values = [], set(), []
    for t, actions in enumerate(allowed, 1):
        best = {a: max(worth((a, *rest), t) for rest in product(*allowed[t:])) for a in actions}
        top = max(best.values())
        tied = [a for a in tie_order(game) if best.get(a) == top]
        chosen.append(tied[0])
        values.append(top)
        if len(tied) > 1:
            ties.add(t)
    return tuple(chosen), frozenset(ties), values


def base_absorbs(game: Game) -> bool:
    """Whether modification, wherever it is possible, leads to the base objective alone."""
    targets = {k for phase in game["phases"] for move in phase["modification"].values() for k, p in move.items() if p}
    return targets <= {game["base"]}


def others_policy(game: Game) -> Policy:
    """What whoever is at the wheel after a modification does, by the tie rule."""
    if not base_absorbs(game):
        return solve(game).policy
    if game["base"] is None:
        return {}
    base_string, _, _ = subgame_choice(game, string_worth(game, game["base"], {}), everything(game))
    return {(t, game["base"]): action for t, action in enumerate(base_string, 1)}


def training_defection_split(game: Game) -> Iterator[tuple[String, bool]]:
    """Every string, with whether it defects in training at least once."""
    defects, phases = defecting(game), phase_of_each_episode(game)
    for string in product(*everything(game)):
        yield string, any(defects[a] and phase["training"] for a, phase in zip(string, phases, strict=True))


def premium(game: Game, worth: Worth) -> Fraction | None:
    """Best string without a defection in training minus best string with one; None if either kind does not exist.

    Without a training episode no string defects in training, so it is None as well.
    """
    values: dict[bool, list[Fraction]] = {False: [], True: []}
    for string, shows in training_defection_split(game):
        values[shows].append(worth(string, 1))
    return max(values[False]) - max(values[True]) if values[False] and values[True] else None
