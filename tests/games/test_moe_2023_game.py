"""Outputs under gradient descent: derived coefficients, plain minimisation, and a lattice of objectives, solved."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from adapters import quick
from hypothesis import given
from hypothesis import strategies as st

from deceptive_sim.core.errors import InputError
from deceptive_sim.games.finite import FiniteGame, SolvedGame
from deceptive_sim.games.moe_2023 import GAME, GRADIENTS
from deceptive_sim.model.actions import Action
from deceptive_sim.model.objectives import Objective
from deceptive_sim.model.protocols import Transition, World

F = Fraction


@pytest.mark.parametrize(("gradient", "shown"), [("y", "0.55556"), ("2y", "0.23810"), ("2c2theta", "0.44312")])
@pytest.mark.parametrize("training", [1, 5, 20])
def test_the_last_training_self_as_derived(gradient: str, shown: str, training: int) -> None:
    answer = GAME.build(training_episodes=training, deployment_episodes=80, gradient=gradient).answer()
    assert f"{float(answer['last_training']):.5f}" == shown
    assert answer["coefficients"][training - 1] == answer["last_training"]
    assert answer["coefficients"][training:] == [1] * 80


@given(st.integers(0, 200), st.fractions(0, 3, max_denominator=20), st.fractions(-2, 2, max_denominator=9))
@quick(50)
def test_closed_forms_of_a_single_training_self(deployment: int, rate: Fraction, theta: Fraction) -> None:
    def solved(gradient: str) -> Any:
        return GAME.build(
            training_episodes=1,
            deployment_episodes=deployment,
            learning_rate=rate,
            theta=theta,
            gradient=gradient,
        ).answer()

    once, twice, cubic = (solved(gradient) for gradient in GRADIENTS)
    assert once["last_training"] == 1 / (1 + deployment * rate**2)
    assert once["theta_end"] == theta * (1 - rate * once["last_training"])
    assert twice["last_training"] == 1 / (1 + 4 * deployment * rate**2)
    assert twice["theta_end"] == theta * (1 - 2 * rate * twice["last_training"])
    c = F(cubic["last_training"])  # the float itself: exact arithmetic says how near the root is
    step = F(1, 2**51)

    def excess(c: Fraction) -> Fraction:
        return (c - 1) + 8 * deployment * rate**2 * c**3

    assert excess(c - step) < 0
    assert c == 1 or excess(c + step) > 0
    assert excess(F(1)) >= 0


# --- plain minimisation -----------------------------------------------------------------------------------------------


def theta_after(theta: Any, c: Any, rate: float, gradient: str) -> Any:
    return theta - rate * {"y": c * theta, "2y": 2 * c * theta, "2c2theta": 2 * c**2 * theta}[gradient]


def loss(c: Any, later: Sequence[float], rates: Sequence[float], gradient: str) -> Any:
    """What a self with theta = 1 loses that takes c, the later ones as given: run and added up."""
    theta, total = 1.0, 0.0
    for coefficient, rate in zip([c, *later], rates, strict=True):
        total = total + (coefficient * theta - 1) ** 2
        theta = theta_after(theta, coefficient, rate, gradient)
    return total


def minimiser(later: Sequence[float], rates: Sequence[float], gradient: str) -> float:
    """The best c of a fine grid on [0, 1], refined around it: no derivative, and no minimum is taken for granted."""
    low, high = 0.0, 1.0
    for _ in range(6):
        grid = np.linspace(low, high, 401)
        best = grid[int(np.argmin(loss(grid, later, rates, gradient)))]
        width = (high - low) / 100
        low, high = max(0.0, best - width), min(1.0, best + width)
    return float(best)


@given(
    st.integers(0, 4),
    st.integers(0, 6),
    st.fractions(0, 2, max_denominator=20),
    st.sampled_from(GRADIENTS),
    st.fractions(-2, 2, max_denominator=9),
)
@pytest.mark.slow
@quick(60)
def test_every_self_minimises(training: int, deployment: int, rate: Fraction, gradient: str, theta: Fraction) -> None:
    rates = [float(rate)] * training + [0.0] * deployment
    found: list[float] = []
    for t in range(training + deployment, 0, -1):
        found.insert(0, minimiser(found, rates[t - 1 :], gradient))
    answer = GAME.build(
        training_episodes=training,
        deployment_episodes=deployment,
        learning_rate=rate,
        theta=theta,
        gradient=gradient,
    ).answer()
    assert [float(c) for c in answer["coefficients"]] == pytest.approx(found, abs=1e-5)
    now = float(theta)
    for t, c in enumerate(answer["coefficients"]):
        assert float(answer["thetas"][t]) == pytest.approx(now, abs=1e-12)
        assert float(answer["outputs"][t]) == pytest.approx(float(c) * now, abs=1e-12)
        now = theta_after(now, float(c), rates[t], gradient)
    assert float(answer["theta_end"]) == pytest.approx(now, abs=1e-12)
    lost = loss(float(answer["coefficients"][0]), answer["coefficients"][1:], rates, gradient) if rates else 0
    assert float(answer["value"]) == pytest.approx(-float(lost) * float(theta) ** 2, abs=1e-9)


@pytest.mark.parametrize("gradient", ["y", "2y"])
def test_exact_numbers_and_floats_agree(gradient: str) -> None:
    exact, floats = (GAME.build(training_episodes=n, gradient=gradient).answer() for n in (4, 5))
    assert all(isinstance(c, Fraction) for c in exact["coefficients"])
    assert all(isinstance(c, float) for c in floats["coefficients"])
    assert floats["coefficients"][1:] == pytest.approx([float(c) for c in exact["coefficients"]], rel=1e-14)


def test_tiny_coefficients_keep_all_their_digits() -> None:
    # the same recursion in integers over a power of ten: c and A downwards from c = 1/(1 + 80 s^2), s = 1/5
    unit = 10**60
    c, squares = unit, 80 * unit
    for _ in range(20):
        c = c * unit // (unit + squares // 25)
        m = unit - c // 5
        squares = c * c // unit + m * m // unit * squares // unit
    first = GAME.build(gradient="2y").answer()["coefficients"][0]
    assert first == pytest.approx(float(F(c, unit)), rel=1e-12)
    assert first < 1e-11


# --- a lattice of objectives ------------------------------------------------------------------------------------------


class Lattice(FiniteGame):
    """Objectives and outputs are multiples of theta_0 / points; a theta between two of them goes to either by chance,
    with the right mean."""

    start = "one world"

    def __init__(self, points: int, training: int, deployment: int, rate: Fraction, gradient: str) -> None:
        self.points, self.training, self.rate, self.gradient = points, training, rate, gradient
        self.horizon = training + deployment
        self.theta = {str(j): F(j, points) for j in range(points + 1)}
        self.objectives = tuple(Objective(name=name) for name in self.theta)
        self.actions = tuple(Action(name=name, defects=False) for name in self.theta)

    def stage(self, t: int) -> bool:
        return t <= self.training

    def available(self, t: int, objective: str, world: World) -> Sequence[int]:
        return range(int(objective) + 1)

    def payoff(self, t: int, world: World, action: int, judge: str) -> Fraction:
        return -((F(action, self.points) - self.theta[judge]) ** 2)

    def transitions(self, t: int, objective: str, world: World, action: int) -> Iterable[Transition]:
        theta = self.theta[objective]
        rate = self.rate if t <= self.training else F(0)
        then = theta_after(theta, F(action, self.points) / theta, rate, self.gradient) if theta else theta
        below, rest = divmod(then * self.points, 1)
        yield Transition(1 - rest, str(below), world)
        if rest:
            yield Transition(rest, str(below + 1), world)


@pytest.mark.parametrize(
    ("gradient", "rate"),
    [
        pytest.param("y", F(1, 2), marks=pytest.mark.slow),
        pytest.param("2y", F(1, 5), marks=pytest.mark.slow),
        ("2c2theta", F(1, 5)),
    ],
)
def test_a_lattice_of_objectives_converges_to_it(gradient: str, rate: Fraction) -> None:
    training, deployment = 2, 3
    settings = {"training_episodes": training, "deployment_episodes": deployment, "learning_rate": rate}
    truth = GAME.build(**settings, theta=F(1), gradient=gradient).answer()
    for points in (6, 12, 24):
        solved = SolvedGame(Lattice(points, training, deployment, rate, gradient), objective=str(points))
        first = F(int(solved.run()[0].action), points)
        assert abs(first - truth["coefficients"][0]) <= F(1, points)
        assert abs(solved.value() - truth["value"]) <= F(3, points**2)


def test_what_is_seen() -> None:
    view = GAME.build(training_episodes=2, deployment_episodes=3).view()
    assert set(view.curves) == {"c", "theta", "output"}
    assert all(len(curve) == 5 for curve in view.curves.values())
    assert dict(view.marks) == {3: "deployment"}
    assert view.curves["c"][2:] == (1, 1, 1)
    assert view.curves["theta"][0] == 0.8
    assert view.curves["output"][4] == view.curves["theta"][4] < 0.8
    assert not GAME.build(deployment_episodes=0).view().marks


def test_without_episodes_and_without_theta() -> None:
    nothing = GAME.build(training_episodes=0, deployment_episodes=0).answer()
    assert (nothing["coefficients"], nothing["theta_end"], nothing["value"]) == ([], F(4, 5), 0)
    assert nothing["last_training"] is None
    still = GAME.build(theta=0).answer()
    assert still["coefficients"] == GAME.build().answer()["coefficients"]
    assert set(still["outputs"]) == {0}


def test_parameters_have_the_names_of_scenarios() -> None:
    assert [parameter.name for parameter in GAME.parameters] == [
        *("training.episodes", "deployment.episodes", "learning_rate", "theta", "gradient")
    ]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"training_episodes": -1}, r"training\.episodes must be a whole number, 0 or more"),
        ({"deployment_episodes": 10_001}, r"deployment\.episodes must be at most 10000"),
        ({"learning_rate": -1}, "learning_rate must be from 0 to 1000, got -1"),
        ({"learning_rate": 1001}, "learning_rate must be from 0 to 1000"),
        ({"theta": "inf"}, "theta must be finite"),
        ({"gradient": "3y"}, 'gradient must be one of y, 2y, 2c2theta, got "3y"'),
    ],
)
def test_wrong_settings_are_refused(changes: dict[str, object], said: str) -> None:
    with pytest.raises(InputError, match=said):
        GAME.build(**changes)
