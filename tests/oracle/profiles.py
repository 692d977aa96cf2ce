"""The equilibrium of the selves (model.md section 2), by enumerating strategy profiles.

A profile names an action for every self `(t, i)`, reached or not. It is *stable* if no self gains, by its own present
objective, from changing its own action while all later selves keep theirs. Among stable profiles the tie rule singles
out the one in which no self has an equally good action that the rule prefers.

`solve_by_exhaustion` looks at all `(actions ** objectives) ** T` profiles and values them trajectory by trajectory:
for T <= 4 with 2 or 3 objectives and 2 actions. `solve` tries, from the last episode back, all joint actions of one
episode's selves in front of the one tail that survived, and values by occupation: any small T. Both are exact.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from itertools import product

from .chance import Expectation, expected_by_occupation, expected_by_trajectories
from .plain import Game, Policy, Weigh, action_names, exponential, n_episodes, payoff, tie_order

Stage = tuple[str, ...]
"""The actions of all selves of one episode, in the order of `game["objectives"]`."""
Tail = tuple[Stage, ...]
"""The stages of the last `len(tail)` episodes."""
Options = Callable[[Tail, str], dict[str, Fraction]]


@dataclass(frozen=True, kw_only=True)
class Profile:
    """What every self does and what it is worth.

    policy: `(t, i) -> action`; ties: the selves with more than one best action, given this continuation;
    values: `(t, i, k) -> V_t[i; k]`, from episode t on with i at the wheel, judged by k as of t.
    """

    policy: Policy
    ties: frozenset[tuple[int, str]]
    values: dict[tuple[int, str, str], Fraction]


def policy_of(game: Game, tail: Tail) -> Policy:
    """The tail as a policy of the last `len(tail)` episodes."""
    first = n_episodes(game) - len(tail) + 1
    return {(t, i): a for t, stage in enumerate(tail, first) for i, a in zip(game["objectives"], stage, strict=True)}


def option_values(
    game: Game, weigh: Weigh, later: Policy, t: int, i: str, expectation: Expectation = expected_by_occupation
) -> dict[str, Fraction]:
    """What each action of self `(t, i)` is worth to it if the selves after t play `later`."""

    def reward(tau: int, actor: str, action: str) -> Fraction:
        return weigh(i, t, tau) * payoff(game, tau, i, action)

    return {a: expectation(game, {**later, (t, i): a}, t, i, reward) for a in action_names(game)}


def preferred(game: Game, worth: dict[str, Fraction]) -> str:
    """The action that the tie rule takes among the best ones."""
    best = max(worth.values())
    return next(a for a in tie_order(game) if worth.get(a) == best)


def remembered_options(game: Game, weigh: Weigh, expectation: Expectation) -> Options:
    """`options(tail, i)`: the options of the self of `i` at the episode just before the tail, computed once each."""

    @cache
    def options(tail: Tail, i: str) -> dict[str, Fraction]:
        return option_values(game, weigh, policy_of(game, tail), n_episodes(game) - len(tail), i, expectation)

    return options


def stages(game: Game) -> list[Stage]:
    """All joint actions of the selves of one episode."""
    return list(product(action_names(game), repeat=len(game["objectives"])))


def stable_profiles(game: Game, weigh: Weigh | None = None, options: Options | None = None) -> Iterator[Tail]:
    """Every profile in which no self has a profitable one-step deviation, out of all profiles there are."""
    options = options or remembered_options(game, weigh or exponential(game), expected_by_trajectories)

    def stable_at(profile: Tail, t: int) -> bool:
        worths = [options(profile[t:], i) for i in game["objectives"]]
        return all(worth[a] == max(worth.values()) for worth, a in zip(worths, profile[t - 1], strict=True))

    n = n_episodes(game)
    for profile in product(stages(game), repeat=n):
        if all(stable_at(profile, t) for t in range(n, 0, -1)):
            yield profile


def obeys_tie_rule(game: Game, tail: Tail, options: Options) -> bool:
    """Whether the first stage of the tail is what the tie rule makes of it, given the rest of the tail."""
    first, rest = tail[0], tail[1:]
    return all(preferred(game, options(rest, i)) == a for i, a in zip(game["objectives"], first, strict=True))


def solve_by_exhaustion(game: Game, weigh: Weigh | None = None) -> Profile:
    """The equilibrium that the tie rule selects, found among all profiles."""
    weigh = weigh or exponential(game)
    options = remembered_options(game, weigh, expected_by_trajectories)
    [chosen] = [
        profile
        for profile in stable_profiles(game, weigh, options)
        if all(obeys_tie_rule(game, profile[t:], options) for t in range(len(profile)))
    ]
    return described(game, chosen, weigh, options, expected_by_trajectories)


def solve(game: Game, weigh: Weigh | None = None, first: int = 1) -> Profile:
    """The same equilibrium from episode `first` on, grown from the last episode."""
    weigh = weigh or exponential(game)
    options = remembered_options(game, weigh, expected_by_occupation)
    tail: Tail = ()
    while len(tail) < n_episodes(game) - first + 1:
        [tail] = [(stage, *tail) for stage in stages(game) if obeys_tie_rule(game, (stage, *tail), options)]
    return described(game, tail, weigh, options, expected_by_occupation)


def described(game: Game, tail: Tail, weigh: Weigh, options: Options, expectation: Expectation) -> Profile:
    """Policy, ties and values of a finished profile."""
    policy = policy_of(game, tail)

    def value(t: int, i: str, judge: str) -> Fraction:
        return expectation(game, policy, t, i, lambda tau, _, a: weigh(judge, t, tau) * payoff(game, tau, judge, a))

    def is_tie(t: int, i: str) -> bool:
        after = tail[len(tail) - (n_episodes(game) - t) :]
        worths = list(options(after, i).values())
        return worths.count(max(worths)) > 1

    return Profile(
        policy=policy,
        ties=frozenset(self_ for self_ in policy if is_tie(*self_)),
        values={(t, i, k): value(t, i, k) for t, i in policy for k in game["objectives"]},
    )
