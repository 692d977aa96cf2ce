"""What becomes of one agent, and what selection makes of a population: written anew, in Fractions, forward in time.

Games are the plain dicts of `oracle.plain`. An agent is what is at its wheel (weights of the objectives, in declared
order, and whether nothing has modified it yet) and a mark: whether it came out of the last training without a defection
and has not defected in deployment since. `law` moves the probability of every such state from episode to episode.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cache

from oracle.plain import Game, action_names, defecting, n_episodes, payoff, phase_of_each_episode, tie_order

Weights = tuple[Fraction, ...]
Wheel = tuple[Weights, bool]
Act = Callable[[int, Wheel], Mapping[str, Fraction]]
"""`act(episode, wheel)`: probability of each action."""
Rates = Callable[[int], Fraction]
"""Learning rate of gradient steps by episode; 0 where there are none."""


def no_steps(t: int) -> Fraction:
    """No gradient steps in any episode."""
    return Fraction(0)


def pure(game: Game, objective: str) -> Weights:
    """All weight on one objective."""
    return tuple(Fraction(name == objective) for name in game["objectives"])


def fates(game: Game, t: int, wheel: Wheel, action: str, rates: Rates) -> dict[Wheel | None, Fraction]:
    """What is at the wheel after an action (None: shut down): rewriting first, then a gradient step."""
    phase = phase_of_each_episode(game)[t - 1]
    weights, _ = wheel
    found: dict[Wheel | None, Fraction] = defaultdict(Fraction)
    left = Fraction(1) - phase["shutdown"].get(action, 0)
    found[None] += Fraction(phase["shutdown"].get(action, 0))
    for target, p in phase["modification"].get(action, {}).items():
        if pure(game, target) != weights:
            found[stepped(game, t, (pure(game, target), False), action, rates)] += p
            left -= p
    found[stepped(game, t, wheel, action, rates)] += left
    return {fate: p for fate, p in found.items() if p}


def stepped(game: Game, t: int, wheel: Wheel, action: str, rates: Rates) -> Wheel:
    """The wheel after a gradient step: taken if another action would have paid the base objective more."""
    rate, place = rates(t), game["objectives"].index(game["base"])
    paid = {a: payoff(game, t, game["base"], a) for a in action_names(game)}
    weights, _ = wheel
    old = weights[place]
    if not rate or paid[action] == max(paid.values()) or old == 1:
        return wheel
    new = min(Fraction(1), old + rate)
    rest = [weight * (1 - new) / (1 - old) for weight in weights]
    rest[place] = new
    return tuple(rest), False


def planned(game: Game, rates: Rates = no_steps) -> Act:
    """What every self does that has all weight on objectives, mixtures included: the best, knowing later selves."""

    @cache
    def worth(t: int, wheel: Wheel) -> tuple[str, Weights]:
        if t > n_episodes(game):
            return "", (Fraction(0),) * len(wheel[0])
        options = {}
        for action in action_names(game):
            q = [payoff(game, t, judge, action) for judge in game["objectives"]]
            for fate, p in fates(game, t, wheel, action, rates).items():
                if fate is not None:
                    later = worth(t + 1, fate)[1]
                    q = [
                        paid + Fraction(game["discount"][judge]) * p * then
                        for paid, judge, then in zip(q, game["objectives"], later, strict=True)
                    ]
            options[action] = tuple(q)
        own = {a: sum(w * x for w, x in zip(wheel[0], q, strict=True)) for a, q in options.items()}
        best = next(a for a in tie_order(game) if own[a] == max(own.values()))
        return best, options[best]

    return lambda t, wheel: {worth(t, wheel)[0]: Fraction(1)}


def gambling(game: Game, chance: Fraction, plan: Act) -> Act:
    """Habit defects with a chance, each defection alike; what of the wheel is no habit does as planned."""
    groups = {flag: [a for a, defects in defecting(game).items() if defects is flag] for flag in (True, False)}

    def act(t: int, wheel: Wheel) -> dict[str, Fraction]:
        habit = 1 - sum(wheel[0])
        found: dict[str, Fraction] = defaultdict(Fraction)
        for flag, p in ((True, chance), (False, 1 - chance)):
            for action in groups[flag]:
                found[action] += habit * p / len(groups[flag])
        if habit < 1:
            for action, p in plan(t, wheel).items():
                found[action] += (1 - habit) * p
        return found

    return act


def trembling(game: Game, act: Act, error: Fraction) -> Act:
    """The same, but with some probability any action, each alike."""
    names = action_names(game)
    return lambda t, wheel: {a: (1 - error) * act(t, wheel).get(a, 0) + error / len(names) for a in names}


def lured(game: Game, act: Act, honeypots: Sequence[int], mistaken: Fraction) -> Act:
    """The same, but in honeypots with some probability what it would do in the first deployment episode."""
    first = next(t for t, phase in enumerate(phase_of_each_episode(game), 1) if not phase["training"])

    def mixed(t: int, wheel: Wheel) -> dict[str, Fraction]:
        here, there = act(t, wheel), act(first, wheel)
        return {a: (1 - mistaken) * here.get(a, 0) + mistaken * there.get(a, 0) for a in action_names(game)}

    return lambda t, wheel: mixed(t, wheel) if t in honeypots else act(t, wheel)


@dataclass(kw_only=True)
class Law:
    """Probabilities by episode `[t - 1]`: of actions and turns in it, of states after it; `first`: of the episode after
    which the agent is first modified (0: never)."""

    done: list[dict[str, Fraction]] = field(default_factory=list)
    turns: list[Fraction] = field(default_factory=list)
    modified: list[Fraction] = field(default_factory=list)
    aligned: list[Fraction] = field(default_factory=list)
    off: list[Fraction] = field(default_factory=list)
    weight: list[Fraction] = field(default_factory=list)
    first: dict[int, Fraction] = field(default_factory=dict)


def law(game: Game, start: Weights, act: Act, rates: Rates = no_steps) -> Law:
    """The law of an agent that starts with some weights and acts as said."""
    kinds = [phase["training"] for phase in phase_of_each_episode(game)]
    base = game["objectives"].index(game["base"])
    defects = defecting(game)
    now: dict[tuple[Wheel | None, bool], Fraction] = {((start, True), False): Fraction(1)}
    told = Law()
    for t, training in enumerate(kinds, 1):
        done: dict[str, Fraction] = defaultdict(Fraction)
        after: dict[tuple[Wheel | None, bool], Fraction] = defaultdict(Fraction)
        turns = fresh = Fraction(0)
        for (wheel, mark), p in now.items():
            if wheel is None:
                after[None, False] += p
                continue
            for action, chance in act(t, wheel).items():
                if not chance:
                    continue
                done[action] += p * chance
                turns += p * chance * (not training and defects[action] and mark)
                last = training and (t == len(kinds) or not kinds[t])
                marked = not defects[action] if last else mark and (training or not defects[action])
                for fate, q in fates(game, t, wheel, action, rates).items():
                    after[fate, marked and fate is not None] += p * chance * q
                    fresh += p * chance * q * (fate is not None and wheel[1] and not fate[1])
        now = after
        on = [(wheel, p) for (wheel, _), p in now.items() if wheel is not None]
        told.done.append(dict(done))
        told.turns.append(turns)
        told.first[t] = fresh
        told.modified.append(sum((p for (_, unmodified), p in on if not unmodified), Fraction(0)))
        told.aligned.append(sum((p for (weights, _), p in on if weights[base] == 1), Fraction(0)))
        told.weight.append(sum((p * weights[base] for (weights, _), p in on), Fraction(0)))
        told.off.append(1 - sum((p for _, p in on), Fraction(0)))
    told.first[0] = 1 - sum(told.first.values(), Fraction(0))
    return told


# --- selection, of groups: how many there are, and their score -------------------------------------------------------


def replicator(counts: Sequence[Fraction], fitness: Sequence[Fraction]) -> list[Fraction]:
    """Shares after proportional selection of a population without end."""
    total = sum(x * f for x, f in zip(counts, fitness, strict=True))
    size = sum(counts, Fraction(0))
    if not total:
        return [Fraction(x) / size for x in counts]
    return [x * f / total for x, f in zip(counts, fitness, strict=True)]


def truncated(
    shares: Sequence[Fraction], scores: Sequence[Fraction], worst: Fraction, best: Fraction
) -> list[Fraction]:
    """Shares after the worst part of a population without end was replaced by copies of the best part.

    Groups of one score lose and are copied in proportion to their shares: ties are broken at random.
    """

    def part(order: Sequence[Fraction], room: Fraction) -> list[Fraction]:
        taken = [Fraction(0)] * len(shares)
        for score in order:
            tied = [i for i, other in enumerate(scores) if other == score]
            there = sum((shares[i] for i in tied), Fraction(0))
            take = min(room, there)
            for i in tied:
                taken[i] = shares[i] * take / there if there else Fraction(0)
            room -= take
        return taken

    ascending = sorted(set(scores))
    lost, models = part(ascending, worst), part(ascending[::-1], best)
    return [x - away + worst / best * copied for x, away, copied in zip(shares, lost, models, strict=True)]
