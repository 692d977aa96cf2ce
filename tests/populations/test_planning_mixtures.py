"""Planning: the recursion over wheels against the solvers, and against trajectories tried one by one."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any, TypeAlias

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from kinds_cases import F, does, game, phase, scene

from deceptive_sim.core.errors import InputError
from deceptive_sim.games.two_phase import two_phase
from deceptive_sim.model.actions import TieRule
from deceptive_sim.model.phased import PhasedGame
from deceptive_sim.populations import mixtures
from deceptive_sim.populations.mixtures import decide
from deceptive_sim.populations.optimisers import BaseOptimiser, Gradient, Proportional, Rewriting, Truncation
from deceptive_sim.populations.planning import Mind, plan_wheels
from deceptive_sim.populations.scene import Scene
from deceptive_sim.populations.wheels import wheels_from
from deceptive_sim.testing.phased import phased_games

# --- an oracle that tries trajectories one by one ------------------------------------------------------------------

Weights: TypeAlias = "tuple[Fraction, ...]"


class Tried:
    """A scene in plain numbers, decided from the last episode back, each option by all trajectories that it may have.

    `selected[phase][action]` is the probability of being replaced, `rate[phase]` the learning rate.
    """

    def __init__(self, played: PhasedGame, order: str, rate: dict[str, Fraction], selected: dict[str, Any]) -> None:
        self.played, self.order, self.rate, self.selected = played, order, rate, selected
        self.names = [objective.name for objective in played.objectives]
        self.base = self.names.index("base")
        self.phases = [phase for phase in played.phases for _ in range(phase.episodes)]
        self.chosen: dict[tuple[int, Weights], str] = {}

    def pays(self, t: int, judge: int, act: str) -> Fraction:
        return self.phases[t].payoffs.get(self.names[judge], {}).get(act, F(0))

    def lacks(self, t: int, act: str) -> bool:
        return any(self.pays(t, self.base, other.name) > self.pays(t, self.base, act) for other in self.played.actions)

    def outcomes(self, t: int, weights: Weights, act: str) -> Iterator[tuple[Fraction, Weights]]:
        """Who is at the wheel afterwards."""
        now = self.phases[t]
        ways = [(F(1), weights)]
        for letter in self.order:
            ways = [(p * q, after) for p, before in ways for q, after in self._one(letter, t, before, act)]
        merged: dict[Weights, Fraction] = {}
        for p, after in ways:
            merged[after] = merged.get(after, F(0)) + p
        off = now.shutdown.get(act, F(0))
        if merged.get(weights, F(0)) >= off:
            merged[weights] = merged.get(weights, F(0)) - off
        else:
            merged = {after: p * (1 - off) for after, p in merged.items()}
        kept = 1 - self.selected[now.name][act]
        yield from ((p * kept, after) for after, p in merged.items() if p * kept)

    def _one(self, letter: str, t: int, weights: Weights, act: str) -> Iterator[tuple[Fraction, Weights]]:
        if letter == "G":
            rate = self.rate.get(self.phases[t].name, F(0))
            gap = 1 - weights[self.base]
            if rate and self.lacks(t, act) and gap:
                left = max(F(0), gap - rate)
                weights = tuple(1 - left if k == self.base else w * left / gap for k, w in enumerate(weights))
            yield F(1), weights
            return
        rest = F(1)
        for name, p in self.phases[t].modification.get(act, {}).items():
            target = tuple(F(name == own) for own in self.names)
            if p and target != weights:
                yield p, target
                rest -= p
        yield rest, weights

    def worth(self, t: int, weights: Weights, act: str) -> Fraction:
        """What an action is worth to the mixture: all trajectories, each paid as every part discounts."""
        total = F(0)
        for p, path in self.trajectories(t, weights, act):
            for judge, weight in enumerate(weights):
                g = self.played.objectives[judge].discounting.factor(0)
                total += p * weight * sum((g ** (s - t) * self.pays(s, judge, done) for s, done in path), F(0))
        return total

    def trajectories(self, t: int, weights: Weights, act: str) -> Iterator[tuple[Fraction, list[tuple[int, str]]]]:
        survives = F(0)
        for p, after in self.outcomes(t, weights, act):
            survives += p
            if t + 1 == len(self.phases):
                yield p, [(t, act)]
                continue
            for q, path in self.trajectories(t + 1, after, self.choice(t + 1, after)):
                yield p * q, [(t, act), *path]
        if survives != 1:
            yield 1 - survives, [(t, act)]

    def choice(self, t: int, weights: Weights) -> str:
        if (t, weights) not in self.chosen:
            worth = {action.name: self.worth(t, weights, action.name) for action in self.played.actions}
            best = [action for action in self.played.actions if worth[action.name] == max(worth.values())]
            wanted = {TieRule.NON_DEFECTING: False, TieRule.DEFECTING: True}.get(self.played.tie_rule)
            liked = [action for action in best if action.defects is wanted] or best
            self.chosen[t, weights] = liked[0].name
        return self.chosen[t, weights]


def selection_by_hand(where: Scene) -> dict[str, dict[str, Fraction]]:
    """The probability of being replaced when all others do their best for the base objective."""
    found: dict[str, dict[str, Fraction]] = {}
    for now in where.game.phases:
        pay = {a.name: now.payoffs.get("base", {}).get(a.name, F(0)) for a in where.game.actions}
        found[now.name] = {}
        for act, own in pay.items():
            stays = F(1)
            for optimiser in where.optimisers:
                acts = now.name in optimiser.phases if optimiser.phases is not None else now.training
                if isinstance(optimiser, Truncation) and acts and own < max(pay.values()):
                    stays *= 0
                if isinstance(optimiser, Proportional) and acts and own < max(pay.values()):
                    s = optimiser.strength
                    stays *= (1 - s + s * own) / (1 - s + s * max(pay.values()))
            found[now.name][act] = 1 - stays
    return found


RATES = st.sampled_from([F(1, 3), F(1, 2), F(2, 5), F(1)])
STARTS = st.sampled_from([(F(1), F(0)), (F(0), F(1)), (F(1, 2), F(1, 2)), (F(3, 4), F(1, 4)), (F(1, 5), F(2, 5))])
GAMES = phased_games(
    horizon=(1, 4), objectives=(2, 3), discounting=["exponential"], payoffs=st.sampled_from([F(0), F(1), F(2), F(1, 2)])
)


@given(
    played=GAMES,
    start=STARTS,
    rate=RATES,
    order=st.sampled_from(["G", "RG", "GR"]),
    selects=st.sampled_from([None, Truncation(fraction=F(1, 9)), Proportional(strength=F(1, 3))]),
)
@pytest.mark.slow
@settings(max_examples=15, derandomize=True, database=None)
def test_mixtures_choose_as_trajectories_tried_one_by_one_say(
    played: PhasedGame, start: Weights, rate: Fraction, order: str, selects: BaseOptimiser | None
) -> None:
    letters: dict[str, BaseOptimiser] = {"G": Gradient(learning_rate=rate), "R": Rewriting()}
    where = Scene(game=played, optimisers=[*(letters[o] for o in order), *([selects] if selects else [])])
    rates = {phase.name: rate for phase in played.phases if phase.training}
    tried = Tried(played, order, rates, selection_by_hand(where))
    wheels = wheels_from(where, (*start, *[F(0)] * (len(played.objectives) - 2)))
    plans = plan_wheels(wheels, values=True)
    assert plans.values is not None
    for t in range(played.horizon):
        for place, wheel in enumerate(wheels.all):
            assert played.actions[plans.choices[t, place]].name == tried.choice(t, wheel.weights)
            worth = [float(tried.worth(t, wheel.weights, action.name)) for action in played.actions]
            assert plans.values[t, place] == pytest.approx(worth, abs=1e-12)


# --- against the solvers -------------------------------------------------------------------------------------------


@given(
    played=phased_games(horizon=(0, 5), discounting=["exponential"]),
    selects=st.sampled_from([None, Truncation(fraction=F(1, 9))]),
    expects=st.booleans(),
)
@settings(max_examples=15, derandomize=True, database=None)
def test_without_gradients_the_recursion_over_wheels_does_what_the_solvers_do(
    played: PhasedGame, selects: BaseOptimiser | None, expects: bool
) -> None:
    where = Scene(game=played, optimisers=[Rewriting(), *([selects] if selects else [])])
    wheels = wheels_from(where, tuple(F(k == 0) for k in range(len(played.objectives))))
    seen = wheels if expects else wheels.within(where.without_optimisers())
    by_wheels = decide(seen, [objective.discounting.factor(0) for objective in played.objectives])
    solved = plan_wheels(wheels, Mind(expects_optimisers=expects), values=True)
    assert solved.values is not None
    assert np.array_equal(by_wheels.choices, solved.choices)
    assert np.allclose(by_wheels.values, solved.values, rtol=0, atol=1e-12)


def test_a_pure_start_under_gradients_that_never_act_is_planned_for_as_without() -> None:
    for numbers in ({"n": 5, "m": 4, "p": F(1, 5)}, {"n": 4, "m": 3, "p": F(1, 2), "g": F(9, 10)}, {"n": 2, "m": 1}):
        never = scene(Rewriting(), Gradient(learning_rate=F(1, 2), phases=()), **numbers)
        assert does(never, "deceptive") == does(scene(**numbers), "deceptive")


# --- ties, floats and size -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("numbers", [{}, {"p": F(1, 3), "g": F(9, 10)}, {"p": F(1, 3), "q": F(1, 7), "g": F(4, 5)}])
def test_floats_and_integers_decide_alike(numbers: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """Off ties: a rate of 2/7 never comes to weights of one half."""
    where = scene(Rewriting(), Gradient(learning_rate=F(2, 7)), n=6, m=5, **numbers)
    wheels = wheels_from(where, (F(1), F(0)))
    discounts = [F(1) if "g" not in numbers else numbers["g"]] * 2
    ways = {(phase.name, False): mixtures._ways(wheels, phase, False) for phase in where.game.phases}
    exact = mixtures._in_integers(wheels, discounts, ways)
    floats = mixtures._in_floats(wheels, discounts, ways)
    assert floats is not None
    assert np.array_equal(floats.choices, exact.choices)
    assert np.allclose(floats.values, exact.values, rtol=1e-12, atol=0)


def test_ties_go_by_the_tie_rule() -> None:
    """Half way between the objectives A and B pay alike, in every episode of deployment."""
    for rule, letter in {TieRule.NON_DEFECTING: 1, TieRule.DEFECTING: 0, TieRule.DECLARED: 0}.items():
        wants = {"mesa": {"A": F(1, 3)}, "base": {"B": F(1, 3)}}
        played = game(phase("training", 1, wants), phase("deployment", 2, wants))
        tied = PhasedGame(phases=played.phases, objectives=played.objectives, tie_rule=rule)
        where = Scene(game=tied, optimisers=(Gradient(learning_rate=F(1, 6)),))
        wheels = wheels_from(where, (F(5, 6), F(1, 6)))
        half = next(place for place, wheel in enumerate(wheels.all) if wheel.weights == (F(1, 2), F(1, 2)))
        assert plan_wheels(wheels).choices[1:, half].tolist() == [letter, letter]


@pytest.mark.parametrize(("tenths", "mesa", "base"), [(3, 7, 3), (7, 3, 7), (6, 2, 3), (4, 3, 2)])
def test_ties_that_floats_break_are_seen(tenths: int, mesa: int, base: int) -> None:
    """Where 0.3 times 7 and 0.7 times 3 differ, say, in one of two directions; and nothing else is in doubt."""
    played = game(phase("deployment", 1, {"mesa": {"A": mesa}, "base": {"B": base}}))
    wheels = wheels_from(Scene(game=played), (F(tenths, 10), F(10 - tenths, 10)))
    assert plan_wheels(wheels).choices.tolist() == [[1]]


def test_that_such_ties_are_broken_by_floats() -> None:
    assert 0.3 * 7.0 != 0.7 * 3.0
    assert 0.6 * 2.0 != 0.4 * 3.0


def test_a_small_learning_rate_with_ties_everywhere_is_no_matter() -> None:
    """101 wheels, 60 episodes: the wheel half way ties from the last episode on. It used to take minutes."""
    where = scene(Rewriting(), Gradient(learning_rate=F(1, 100)), n=30, m=30, p=F(1, 3), g=F(9, 10))
    wheels = wheels_from(where, (F(1), F(0)))
    choices = plan_wheels(wheels).choices
    assert choices.shape == (60, 101)
    deployed = {wheel.weights[1]: int(c) for wheel, c in zip(wheels.all, choices[-1], strict=True)}
    assert deployed == {F(k, 100): int(k >= 50) for k in range(101)}


def test_habit_alone_does_not_plan() -> None:
    where = scene(Gradient(learning_rate=F(1, 2)))
    wheels = wheels_from(where, (F(0), F(0)))
    plans = plan_wheels(wheels, values=True)
    assert plans.values is not None
    assert (plans.choices[:, 0] == -1).all()
    assert np.isnan(plans.values[:, 0]).all()
    assert (plans.choices[:, 1:] >= 0).all()
    assert np.isfinite(plans.values[:, 1:]).all()
    assert plan_wheels(wheels).values is None


def test_too_much_work_is_refused_before_it_is_begun() -> None:
    long = scene(Gradient(learning_rate=F(1, 500)), n=3_000, m=1)
    with pytest.raises(InputError, match="learning_rate must be larger: a planner would weigh more than 3000000"):
        plan_wheels(wheels_from(long, (F(1), F(0))))
    intricate = scene(
        Rewriting(), Gradient(learning_rate=F(1, 100)), n=3_000, m=3_000, p=F(123457, 999983), g=F(99, 100)
    )
    with pytest.raises(InputError, match="close to ties, and to take them exactly is about"):
        plan_wheels(wheels_from(intricate, (F(1), F(0))))


# --- selection as one agent sees it --------------------------------------------------------------------------------


def test_the_threat_of_selection() -> None:
    training, deployment = two_phase(n=2, m=3).phases
    threats: dict[BaseOptimiser, Fraction] = {
        Truncation(fraction=F(1, 1000)): F(1),
        Truncation(fraction=F(0)): F(0),
        Truncation(fraction=F(1, 2), every=7): F(1),
        Proportional(): F(1),
        Proportional(strength=F(1, 4)): F(1, 4),
        Proportional(strength=F(0)): F(0),
        Rewriting(): F(0),
    }
    for optimiser, after_a in threats.items():
        where = scene(optimiser)
        assert where.threat(training, "A") == after_a
        assert where.threat(training, "B") == where.threat(deployment, "A") == 0
    both = scene(Proportional(strength=F(1, 4)), Proportional(strength=F(1, 3), phases=("deployment", "training")))
    assert both.threat(training, "A") == 1 - F(3, 4) * F(2, 3)
    assert both.threat(deployment, "A") == F(1, 3)


def test_fitness_goes_by_what_others_score() -> None:
    wants = {"base": {"A": 1, "B": 3}}
    where = Scene(game=game(phase("training", 1, wants)), optimisers=(Proportional(strength=F(1, 2)),))
    # fitness 1/2 + 1/2 against 1/2 + 3/2
    assert where.threat(where.game.phases[0], "A") == F(1, 2)


def test_the_game_as_seen_by_one() -> None:
    wants = {"mesa": {"A": 1}, "base": {"B": 1}}
    training = phase(
        "training", 2, wants, {"A": {"base": F(1, 2)}, "B": {"base": F(1, 5)}}, {"A": F(1, 4), "B": F(1, 8)}
    )
    played = game(training, phase("deployment", 2, wants, {"A": {"base": F(1, 3)}}))
    seen = Scene(game=played, optimisers=(Rewriting(), Proportional(strength=F(1, 3)))).as_seen_by_one().phases[0]
    assert seen.modification == {"A": {"base": F(1, 3)}, "B": {"base": F(1, 5)}}
    assert seen.shutdown == {"A": F(1, 4) + F(3, 4) * F(1, 3), "B": F(1, 8)}
    unseen = Scene(game=played, optimisers=(Proportional(strength=F(1, 3)),)).as_seen_by_one()
    assert [dict(phase.modification) for phase in unseen.phases] == [{}, {}]
    assert unseen.phases[0].shutdown == seen.shutdown
    assert unseen.phases[1].shutdown == {}
    assert Scene(game=played).as_seen_by_one() == played
    nobody = Scene(game=played).without_optimisers().as_seen_by_one()
    assert [dict(phase.modification) for phase in nobody.phases] == [{}, {}]
    assert nobody.phases[0].shutdown == training.shutdown
