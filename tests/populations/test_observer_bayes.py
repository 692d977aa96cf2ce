"""The observer against Bayes by enumeration of all stories, in Fractions, on random populations."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from typing import Any

import numpy as np
import pytest
from adapters import phased, quick
from hypothesis import given
from hypothesis import strategies as st
from observer_oracle import OFF, Acting, Bayes, Past, Story, forgetful, lured_at, stories
from oracle.plain import Game, action_names, defecting, n_episodes, phase_of_each_episode
from oracle.random_games import phased_games
from population_oracle import Rates, Wheel, gambling, no_steps, planned, pure, trembling

from deceptive_sim.model.strategies import Strategy
from deceptive_sim.populations.cohorts import Cohort, Population
from deceptive_sim.populations.kinds.kind import Behaviour, no_objective
from deceptive_sim.populations.kinds.library import build_kind
from deceptive_sim.populations.observing.observer import Observer
from deceptive_sim.populations.optimisers import Gradient, Rewriting
from deceptive_sim.populations.scene import Scene
from deceptive_sim.populations.wheels import Wheels

F = Fraction
MOODS = {True: (F(1, 5), F(1, 2), F(1)), False: (F(0), F(2, 3), F(1, 7))}
"""How likely somebody moody defects: unmodified or not, by how many episodes in a row it has been good (2 is many)."""


@dataclass(frozen=True, kw_only=True)
class Moody:
    """No objective, a memory of how long it has been good, and other moods once it is modified."""

    def objective(self, scene: Scene) -> tuple[Fraction, ...]:
        return no_objective(scene)

    def behaviour(self, wheels: Wheels, *, values: bool) -> Behaviour:
        defects = wheels.scene.defects
        chance = np.array([[float(p) for p in MOODS[wheel.unmodified]] for wheel in wheels.all])[:, :, None]
        odds = np.where(defects, chance / defects.sum(), (1 - chance) / (~defects).sum())
        horizon = wheels.scene.game.horizon
        after = np.where(defects, 0, np.minimum(np.arange(3) + 1, 2)[:, None])
        shape = (horizon, *odds.shape)
        return Behaviour(chances=np.broadcast_to(odds, shape), remembers=np.broadcast_to(after, shape))


def moody(game: Game) -> Acting:
    flags = defecting(game)

    def act(t: int, wheel: Wheel, past: Past) -> Mapping[str, Fraction]:
        good = 0
        for then, action in reversed(past):
            if then != wheel or flags[action]:
                break
            good += 1
        chance = MOODS[wheel[1]][min(good, 2)]
        return {a: (chance if flags[a] else 1 - chance) / list(flags.values()).count(flags[a]) for a in flags}

    return act


@dataclass
class Case:
    """A population, and the same by its stories."""

    game: Game
    population: Population
    prior: list[Fraction]
    acts: list[tuple[Any, Acting]]
    rates: Rates
    honeypots: dict[int, Fraction]

    def bayes(self, honeypots: Mapping[int, Fraction] | None = None) -> Bayes:
        """The oracle, with more honeypots or others than the scene has."""
        lures = {**self.honeypots, **(honeypots or {})}
        return Bayes(self.game, self.prior, [self.lived(start, act, lures) for start, act in self.acts])

    def lived(self, start: Any, act: Acting, lures: dict[int, Fraction]) -> dict[Story, Fraction]:
        return stories(self.game, start, lured_at(self.game, act, lures), self.rates)

    @property
    def observer(self) -> Observer:
        names = [cohort.name for cohort in self.population.cohorts]
        return Observer(self.population, dict(zip(names, self.prior, strict=True)))

    @property
    def training(self) -> list[int]:
        return [t for t, phase in enumerate(phase_of_each_episode(self.game), 1) if phase["training"]]

    @property
    def deploys(self) -> bool:
        return len(self.training) < n_episodes(self.game)


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """Small populations of one to four cohorts of any kind, with or without gradient steps and honeypots."""
    steps = draw(st.sampled_from([None, None, F(1, 2), F(1)]))
    long = draw(st.booleans())
    actions = (2, 2) if long else (2, 3)
    game = draw(phased_games(max_total=4 if long else 3, n_actions=actions, shutdown=steps is None))
    kinds = [phase["training"] for phase in phase_of_each_episode(game)]
    rates = (lambda t: steps if kinds[t - 1] else F(0)) if steps else no_steps
    mesa = next(name for name in game["objectives"] if name != game["base"])
    plan = planned(game, rates)
    cohorts, acts = [], []
    for place in range(draw(st.integers(1, 4))):
        kind = draw(st.sampled_from(["deceptive", "internalised", "gambler", "strategy", "moody"]))
        start, act = pure(game, game["base"] if kind == "internalised" else mesa), forgetful(plan)
        if kind == "gambler":
            chance = draw(st.sampled_from([F(0), F(1, 3), F(1, 2), F(9, 10)]))
            start, act = (F(0),) * len(game["objectives"]), forgetful(gambling(game, chance, plan))
            built = build_kind("gambler", {"chance": chance})
        elif kind == "strategy":
            string = draw(st.lists(st.sampled_from(action_names(game)), min_size=len(kinds), max_size=len(kinds)))
            act = lambda t, wheel, past, s=tuple(string): {s[t - 1]: F(1)} if wheel[1] else plan(t, wheel)  # noqa: E731
            built = build_kind("strategy", given={"strategy": Strategy.of(map(action_names(game).index, string))})
        elif kind == "moody":
            start, act, built = (F(0),) * len(game["objectives"]), moody(game), Moody()
        else:
            built = build_kind(kind)
        error = draw(st.sampled_from([F(0), F(0), F(1, 7), F(1, 2)]))
        if error:
            act = trembles(game, act, error)
        cohorts.append(Cohort(name=f"cohort {place}", kind=built, share=F(place == 0), error=error))
        acts.append((start, act))
    weights = [draw(st.sampled_from([0, 1, 2, 5])) for _ in cohorts]
    weights = weights if sum(weights) else [1] * len(weights)
    honeypots, mistaken = frozenset(), draw(st.sampled_from([F(1), F(1, 3)]))
    if True in kinds and False in kinds:
        honeypots = draw(st.frozensets(st.sampled_from([t for t, flag in enumerate(kinds, 1) if flag]), max_size=2))
    optimisers = (Rewriting(), *([Gradient(learning_rate=steps)] if steps else []))
    scene = Scene(game=phased(game), optimisers=optimisers, honeypots=honeypots, mistaken=mistaken)
    prior = [F(weight, sum(weights)) for weight in weights]
    population = Population(scene=scene, cohorts=cohorts)
    return Case(game, population, prior, acts, rates, dict.fromkeys(honeypots, mistaken))


def trembles(game: Game, act: Acting, error: Fraction) -> Acting:
    return lambda t, wheel, past: trembling(game, lambda t, wheel: act(t, wheel, past), error)(t, wheel)


def near(found: float, told: Fraction | float | None) -> bool:
    if told is None:
        return math.isnan(found)
    return math.isclose(found, told, rel_tol=1e-12, abs_tol=1e-300)


def assert_told(case: Case, found: Any, t: int, told: Any) -> None:
    """A row of a trace, or a reading, against the oracle."""
    share, aligned, pretending = found
    expected = told.share or [None] * len(case.prior)
    assert all(near(x, y) for x, y in zip(share, expected, strict=True)), (t, share, expected)
    assert near(aligned, told.aligned), (t, aligned, told.aligned)
    if case.deploys:
        assert (
            math.isclose(pretending, told.pretending, rel_tol=1e-12, abs_tol=1e-15)
            if told.share
            else (math.isnan(pretending))
        )
    else:
        assert math.isnan(pretending)


def rows(trace: Any, t: int) -> Any:
    return trace.share[t], trace.aligned[t], trace.pretending[t]


# --- one agent -------------------------------------------------------------------------------------------------------


def what_is_believed_of_an_agent_is_what_bayes_says(case: Case, random: Any) -> None:
    bayes, observer = case.bayes(), case.observer
    every = list(product([*action_names(case.game), OFF], repeat=n_episodes(case.game)))
    for signs in every if len(every) <= 16 else random.sample(every, 16):
        found = observer.watch(signs[: random.randint(0, len(signs))] if random.random() < 0.2 else signs)
        assert found.seen == signs[: len(found.seen)]
        impossible = None
        for t in range(len(found.seen) + 1):
            told = bayes.told([{sign} for sign in signs[:t]])
            if told.share is None and impossible is None:
                impossible = t
            # what the agent showed in the first deployment is known from then on, and only then
            assert_told(case, rows(found, t), t, told)
            assert near(found.likelihood[t], told.whole), (t, found.likelihood[t], told.whole)
            assert all(near(2.0**x, y) for x, y in zip(found.log2_by_cohort[t], told.likelihood, strict=True))
        assert found.impossible == impossible


def the_posterior_is_a_martingale(case: Case) -> None:
    """What is believed now is what is expected to be believed after the next episode; whole numbers sum to 1."""
    observer = case.observer
    horizon = n_episodes(case.game)
    signs = [*action_names(case.game), OFF]
    before = {(): observer.watch([])}
    for t in range(1, min(horizon, 3) + 1):
        after = {(*seen, sign): observer.watch((*seen, sign)) for seen in before for sign in signs}
        for seen, found in before.items():
            following = [after[*seen, sign] for sign in signs]
            likely = [other.likelihood[t] for other in following]
            assert math.isclose(sum(likely), found.likelihood[t - 1], rel_tol=1e-12)
            weighted = [p * other.share[t] for p, other in zip(likely, following, strict=True) if p]
            assert np.allclose(sum(weighted), found.share[t - 1] * found.likelihood[t - 1], rtol=1e-12, atol=1e-14)
            if case.deploys:
                turns = sum(p * other.pretending[t] for p, other in zip(likely, following, strict=True) if p)
                assert math.isclose(
                    turns, found.pretending[t - 1] * found.likelihood[t - 1], rel_tol=1e-11, abs_tol=1e-14
                )
        before = {seen: found for seen, found in after.items() if found.impossible is None}


# --- clean episodes --------------------------------------------------------------------------------------------------


def what_clean_episodes_prove_is_what_bayes_says(case: Case) -> None:
    bayes, observer = case.bayes(), case.observer
    found = observer.clean(n_episodes(case.game))
    for t in range(found.episodes + 1):
        told = bayes.told([bayes.clean] * t)
        assert_told(case, rows(found, t), t, told)
        for one, first in enumerate(found.cohorts):
            for other, second in enumerate(found.cohorts):
                ratio = found.bayes_factor(first, second)[t]
                high, low = told.likelihood[one], told.likelihood[other]
                assert near(ratio, high / low) if low else (ratio == math.inf if high else math.isnan(ratio))
                if found.alike[one, other]:
                    assert high == low
    until = observer.clean()
    assert until.episodes == max(case.training, default=0)
    for c, name in enumerate(found.cohorts):
        for level in (F(1, 10), F(1, 2)):
            told_after = [bayes.told([bayes.clean] * t).share for t in range(until.episodes + 1)]
            below = [t for t, share in enumerate(told_after) if share is not None and share[c] < level]
            assert until.episodes_until(name, level) == (below[0] if below else None) or any(
                share is not None and share[c] == level for share in told_after
            )


def bits_are_what_bayes_says(case: Case) -> None:
    bayes, observer = case.bayes(), case.observer
    mistaken = F(2, 3)
    found = observer.bits(mistaken=mistaken)
    assert found.episode.tolist() == case.training
    for place, t in enumerate(case.training):
        told = bayes.bits([bayes.clean] * (t - 1))
        assert_bits((found.training[place], found.training_aligned[place]), told, case)
        pot = case.bayes({t: mistaken}).bits([bayes.clean] * (t - 1)) if case.deploys else None
        assert_bits((found.honeypot[place], found.honeypot_aligned[place]), pot, case)
    if case.deploys:
        trial = observer.deployment()
        told = bayes.bits([bayes.clean] * (bayes.first - 1))  # type: ignore[operator]
        assert (trial is None) == (told is None)
        if trial is not None:
            assert_bits((trial.bits, trial.bits_aligned), told, case)


def assert_bits(found: tuple[float, float], told: tuple[float, float] | None, case: Case) -> None:
    if told is None:
        assert all(math.isnan(bits) for bits in found)
        return
    for bits, expected, groups in zip(found, told, (sum(p > 0 for p in case.prior), 2), strict=True):
        assert math.isclose(bits, expected, rel_tol=1e-9, abs_tol=1e-13), (found, told)
        assert 0 <= bits <= math.log2(groups) + 1e-15


# --- honeypots and deployment ----------------------------------------------------------------------------------------


def what_a_honeypot_and_deployment_prove_is_what_bayes_says(case: Case, data: st.DataObject) -> None:
    observer = case.observer
    t = data.draw(st.sampled_from(case.training))
    mistaken = data.draw(st.sampled_from([F(0), F(1, 4), F(1)]))
    plain = case.bayes()
    trials = [(observer.honeypot(after=t - 1, mistaken=mistaken), case.bayes({t: mistaken}), t)]
    trials += [(observer.deployment(), plain, plain.first)]
    for trial, bayes, episode in trials:
        clean = [bayes.clean] * (episode - 1)
        before = bayes.told(clean)
        if before.share is None:
            assert trial is None
            continue
        assert trial is not None
        assert trial.episode == episode
        # the observer that has not come to the honeypot yet foresees deployment as it is: the plain one
        assert_told(case, reading(trial.before), episode - 1, plain.told(clean))
        outcomes = {"behaves": bayes.clean, "defects": frozenset(bayes.defects), "off": frozenset({OFF})}
        for name, signs in outcomes.items():
            told = bayes.told([*clean, signs])
            assert near(trial.probability[name], told.whole / before.whole)
            after = trial.after[name]
            assert (after is None) == (told.share is None)
            if after is not None:
                assert_told(case, reading(after), episode, told)
        assert math.isclose(sum(trial.probability.values()), 1, rel_tol=1e-12)


def reading(found: Any) -> Any:
    return found.share, found.aligned, found.pretending


def a_series_of_honeypots_tells_what_bayes_says(case: Case, data: st.DataObject) -> None:
    start = data.draw(st.sampled_from(case.training))
    longest = next(n for n in range(9) if start + n not in case.training)
    mistaken = data.draw(st.sampled_from([F(1, 4), F(1)]))
    found = case.observer.series(after=start - 1, length=longest, mistaken=mistaken)
    bayes = case.bayes(dict.fromkeys(range(start, start + longest), mistaken))
    clean = [bayes.clean] * (start - 1)
    if bayes.told(clean).share is None:
        assert found is None
        return
    assert found is not None
    assert not found.cut
    for n in range(longest + 1):
        told = bayes.bits(clean, n)
        assert told is not None
        assert math.isclose(found.bits[n], told[0], rel_tol=1e-9, abs_tol=1e-10)
        assert math.isclose(found.bits_aligned[n], told[1], rel_tol=1e-9, abs_tol=1e-10)


# --- few cases now, many in the slow tests ---------------------------------------------------------------------------

WITH_BOTH = cases().filter(lambda case: bool(case.training) and case.deploys)
BODIES = {
    "what is believed of an agent is what bayes says": (
        what_is_believed_of_an_agent_is_what_bayes_says,
        (
            cases(),
            st.randoms(use_true_random=False),
        ),
    ),
    "the posterior is a martingale": (the_posterior_is_a_martingale, (cases(),)),
    "what clean episodes prove is what bayes says": (what_clean_episodes_prove_is_what_bayes_says, (cases(),)),
    "bits are what bayes says": (bits_are_what_bayes_says, (cases(),)),
    "what a honeypot and deployment prove is what bayes says": (
        what_a_honeypot_and_deployment_prove_is_what_bayes_says,
        (
            WITH_BOTH,
            st.data(),
        ),
    ),
    "a series of honeypots tells what bayes says": (
        a_series_of_honeypots_tells_what_bayes_says,
        (
            WITH_BOTH,
            st.data(),
        ),
    ),
}


@pytest.mark.parametrize("examples", [3, pytest.param(30, marks=pytest.mark.slow)])
@pytest.mark.parametrize("body", BODIES)
def test_by_enumeration(body: str, examples: int) -> None:
    check, strategies = BODIES[body]
    quick(examples)(given(*strategies)(check))()
