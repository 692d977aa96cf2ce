"""An agent with wrong beliefs (model.md section 2 'Beliefs'), exponential discounting, by brute force.

At every real episode it writes down the remainder of the game as it believes it: the current episode, which is always
real, with the believed numbers of the current phase; as many more of this phase as it believes are left; the believed
later phases. It solves that and takes the first action. Then the world moves by the true numbers. All selves of the
agent, also modified ones, share its beliefs.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from .chance import expected_by_occupation
from .plain import Game, Policy, exponential, n_episodes, payoff
from .profiles import solve
from .strings import String, others_policy, premium, string_worth


@dataclass(frozen=True, kw_only=True)
class Realised:
    """What really happens.

    policy: action of every self at every real episode; string: that of the unmodified agent; ties: real `(t, i)` at
    which the self saw several best actions; values: true V_1[initial; k] by true payoffs and the discounts of the
    true game; believed_value, premium: of the remainder that self 1 believes in, judged by its believed numbers.
    """

    policy: Policy
    string: String
    ties: frozenset[tuple[int, str]]
    values: dict[str, Fraction]
    believed_value: Fraction
    premium: Fraction | None


def places(game: Game) -> list[tuple[int, int]]:
    """For each episode, the index of its phase and its position in it (from 1)."""
    return [(f, position) for f, phase in enumerate(game["phases"]) for position in range(1, phase["episodes"] + 1)]


def believed_remainder(game: Game, believed: Game, t: int) -> Game:
    """What the agent at real episode `t` believes to be the rest of the game; its episode 1 is the current one."""
    if [phase["name"] for phase in game["phases"]] != [phase["name"] for phase in believed["phases"]]:
        raise ValueError("the believed game must have the phases of the true one")
    f, position = places(game)[t - 1]
    current = believed["phases"][f]
    left = max(0, current["episodes"] - position)
    return {**believed, "phases": [{**current, "episodes": 1 + left}, *believed["phases"][f + 1 :]]}


def realised(game: Game, believed: Game, initial: str) -> Realised:
    """Realised play and its true value, for an agent in `game` that believes to be in `believed`."""
    policy: Policy = {}
    ties: set[tuple[int, str]] = set()
    for t in range(1, n_episodes(game) + 1):
        plan = solve(believed_remainder(game, believed, t))
        for i in game["objectives"]:
            policy[t, i] = plan.policy[1, i]
            if (1, i) in plan.ties:
                ties.add((t, i))
    weigh = exponential(game)

    def value(judge: str) -> Fraction:
        return expected_by_occupation(
            game, policy, 1, initial, lambda t, _, a: weigh(judge, 1, t) * payoff(game, t, judge, a)
        )

    first = believed_remainder(game, believed, 1) if policy else believed
    return Realised(
        policy=policy,
        string=tuple(policy[t, initial] for t in range(1, n_episodes(game) + 1)),
        ties=frozenset(ties),
        values={k: value(k) for k in game["objectives"]},
        believed_value=solve(first).values[1, initial, initial] if policy else Fraction(0),
        premium=premium(first, string_worth(first, initial, others_policy(first))) if policy else None,
    )
