"""What can happen once everybody's play is fixed: two independent ways to take an expectation.

`expected_by_trajectories` lists every trajectory with its probability. `expected_by_occupation` moves the probability
of each objective being at the wheel forward from episode to episode. Both go forward in time; no value is ever backed
up.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction

from .plain import Game, Policy, n_episodes, successors

Reward = Callable[[int, str, str], Fraction]
"""`reward(episode, objective at the wheel, action)`, already weighted as the asker wishes."""
Expectation = Callable[[Game, Policy, int, str, Reward], Fraction]
Step = tuple[int, str, str]


def trajectories(game: Game, policy: Policy, t: int, objective: str) -> Iterator[tuple[Fraction, tuple[Step, ...]]]:
    """Every possible history from episode `t` on, as (probability, steps); it is shorter where shutdown cut it."""
    if t > n_episodes(game):
        yield Fraction(1), ()
        return
    action = policy[t, objective]
    step = (t, objective, action)
    for state, p in successors(game, t, objective, action):
        if state is None:
            yield p, (step,)
        else:
            for p_rest, rest in trajectories(game, policy, t + 1, state):
                yield p * p_rest, (step, *rest)


def expected_by_trajectories(game: Game, policy: Policy, t: int, objective: str, reward: Reward) -> Fraction:
    """Expected sum of `reward` from episode `t` on with `objective` at the wheel; cost: one term per trajectory."""
    return sum(
        (p * reward(*step) for p, steps in trajectories(game, policy, t, objective) for step in steps), Fraction(0)
    )


def occupation(game: Game, policy: Policy, t: int, objective: str) -> dict[tuple[int, str], Fraction]:
    """P(`k` is at the wheel at episode `tau`), for tau >= t, given `objective` at `t`; what lacks to 1 is shut down."""
    at: dict[tuple[int, str], Fraction] = {}
    now = {objective: Fraction(1)}
    for tau in range(t, n_episodes(game) + 1):
        following: dict[str, Fraction] = {}
        for k, p in now.items():
            at[tau, k] = p
            for state, p_move in successors(game, tau, k, policy[tau, k]):
                if state is not None:
                    following[state] = following.get(state, Fraction(0)) + p * p_move
        now = following
    return at


def expected_by_occupation(game: Game, policy: Policy, t: int, objective: str, reward: Reward) -> Fraction:
    """The same expectation, linear in the number of episodes."""
    at = occupation(game, policy, t, objective)
    return sum((p * reward(tau, k, policy[tau, k]) for (tau, k), p in at.items()), Fraction(0))
