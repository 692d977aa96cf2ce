"""Deceptive alignment under gradient descent: outputs and objectives are real numbers.

Selves in a row, one per episode. Self n has the parameter theta_n, and its output is y_n = c_n theta_n with c_n in
[0, 1]. The base objective is -y^2; the objective of self n is -(y - theta_n)^2, summed over its own and all later
outputs. After its episode theta moves down the gradient of y^2 with learning rate eta (0 in deployment), taken as

    y         theta' = (1 - eta c) theta
    2y        theta' = (1 - 2 eta c) theta
    2c2theta  theta' = (1 - 2 eta c^2) theta       (the derivative of (c theta)^2 by theta)

All is proportional to theta: theta' = m(c) theta, and what self n + 1 expects of itself and all later selves are K
outputs a_k theta_(n+1). With A the sum of a_k^2 and B the sum of a_k, self n minimises

    L(c) = (1 - c)^2 + m(c)^2 A - 2 m(c) B + K

and hands on c^2 + m^2 A, c + m B and K + 1. Every self knows what all later ones will do, in training and in
deployment. Where L' = 0, A and B of self n + 1 are tied to its c, so that B falls out:

    y, 2y     c_n = c_(n+1) / (1 + s^2 A),  s = eta or 2 eta,  with 1 for c_(n+1) in the last training episode
    2c2theta  8 eta^2 A c^3 + p c - 1 = 0,  p = 1 in the last training episode, then 1/c_(n+1) + 2 eta c_(n+1) (1 -
              c_(n+1)); as p >= 1, there is one root in (0, 1] and it is the minimum

Both lie in (0, 1] and are the only minimum there. In deployment c = 1.

Source: Andreas_Moe 2023, "Simple experiments with deceptive alignment". Printed: the set-up with 20 training and 80
deployment episodes, theta_0 = 0.8.
Derived: for the last training self c = 1/(1 + D eta^2), 1/(1 + 4 D eta^2), and the root of (c - 1) + 8 D eta^2 c^3 = 0;
with D = 80, eta = 0.1 these are 0.55556, 0.23810, 0.44312.
Numbers are Fractions for `y` and `2y` with at most 4 training episodes (they get ever longer), else floats.
With theta = 0 every c gives the output 0; the coefficients told are those of every other theta.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any, NamedTuple

from deceptive_sim.core.errors import wrong
from deceptive_sim.core.exact import Number, to_float
from deceptive_sim.games.library import LibraryGame, Parameter, setting
from deceptive_sim.games.models import Kind
from deceptive_sim.games.views import View

GRADIENTS = ("y", "2y", "2c2theta")
MOST_EPISODES = 10_000
LARGEST_RATE = 1000
EXACT_TRAINING = 4


class Later(NamedTuple):
    """What a self expects of itself and the later ones, by their outputs in units of its theta."""

    squares: Number = 0
    outputs: Number = 0
    episodes: int = 0


@dataclass(frozen=True, kw_only=True)
class Moe2023:
    """The game with its parameters set.

    Attributes
    ----------
    training_episodes, deployment_episodes : int
        0 to 10000 each.
    learning_rate : Fraction
        Of the training episodes, in [0, 1000].
    theta : Fraction
        Parameter of the first self.
    gradient : str
        `y`, `2y` or `2c2theta`.
    """

    training_episodes: int = 20
    deployment_episodes: int = 80
    learning_rate: Fraction = Fraction(1, 10)
    theta: Fraction = Fraction(4, 5)
    gradient: str = "y"

    kind = Kind.CONTINUOUS

    def __post_init__(self) -> None:
        for phase in ("training", "deployment"):
            episodes = setting(f"{phase}.episodes", "count", getattr(self, f"{phase}_episodes"))
            if episodes > MOST_EPISODES:
                raise wrong(f"{phase}.episodes", f"must be at most {MOST_EPISODES}", episodes)
            object.__setattr__(self, f"{phase}_episodes", episodes)
        for name in ("learning_rate", "theta"):
            object.__setattr__(self, name, setting(name, "number", getattr(self, name)))
        if not 0 <= self.learning_rate <= LARGEST_RATE:
            raise wrong("learning_rate", f"must be from 0 to {LARGEST_RATE}", self.learning_rate)
        if self.gradient not in GRADIENTS:
            raise wrong("gradient", f"must be one of {', '.join(GRADIENTS)}", self.gradient)

    @cached_property
    def solved(self) -> tuple[tuple[Number, ...], Later]:
        """The coefficients c_n of all episodes, and what the first self expects."""
        coefficients: list[Number] = []
        later, c = Later(), self._number(Fraction(1))
        for t in range(self.training_episodes + self.deployment_episodes, 0, -1):
            c = self._best(self._rate(t), c, later)
            m = self._multiplier(t, c)
            later = Later(c * c + m * m * later.squares, c + m * later.outputs, later.episodes + 1)
            coefficients.append(c)
        return tuple(reversed(coefficients)), later

    def thetas(self) -> list[Number]:
        """The parameter at the start of every episode, and after the last one."""
        thetas = [self._number(self.theta)]
        for t, c in enumerate(self.solved[0], start=1):
            thetas.append(self._multiplier(t, c) * thetas[-1])
        return thetas

    def answer(self) -> Mapping[str, Any]:
        """What is given out, and where the parameter goes.

        Returns
        -------
        mapping
            `coefficients` c, `outputs` y and `thetas` by episode; `theta_end`; `last_training`: the coefficient of the
            last training self, None without training; `value`: what the first self expects, judged by its own theta.
        """
        coefficients, expected = self.solved
        *thetas, end = self.thetas()
        loss = expected.squares - 2 * expected.outputs + expected.episodes
        return {
            "coefficients": list(coefficients),
            "outputs": [c * theta for c, theta in zip(coefficients, thetas, strict=True)],
            "thetas": thetas,
            "theta_end": end,
            "last_training": coefficients[self.training_episodes - 1] if self.training_episodes else None,
            "value": 0 - loss * self._number(self.theta) ** 2,
        }

    def view(self) -> View:
        """Coefficients, parameters and outputs, episode by episode."""
        answer = self.answer()
        named = {"c": "coefficients", "theta": "thetas", "output": "outputs"}
        marks = {self.training_episodes + 1: "deployment"} if self.deployment_episodes else {}
        return View(
            caption="Outputs, c times theta, are held back in training, so that the parameter theta survives, and "
            "given in full after it.",
            marks=marks,
            curves={name: tuple(to_float(number) for number in answer[key]) for name, key in named.items()},
        )

    def _number(self, number: Fraction) -> Number:
        exactly = self.gradient != "2c2theta" and self.training_episodes <= EXACT_TRAINING
        return number if exactly else to_float(number)

    def _rate(self, t: int) -> Number:
        """The learning rate of an episode, counted by the gradient's factor."""
        rate = self.learning_rate if t <= self.training_episodes else Fraction(0)
        return self._number(rate if self.gradient == "y" else 2 * rate)

    def _multiplier(self, t: int, c: Number) -> Number:
        """What theta is multiplied by after episode t."""
        return 1 - self._rate(t) * (c * c if self.gradient == "2c2theta" else c)

    def _best(self, s: Number, next_c: Number, later: Later) -> Number:
        """The coefficient of a self, given its rate, the coefficient of the next self and what that one expects."""
        if self.gradient == "2c2theta":
            return positive_root(2 * float(s * s * later.squares), float(1 / next_c + s * next_c * (1 - next_c)))
        return next_c / (1 + s * s * later.squares)


def positive_root(cubic: float, linear: float) -> float:
    """The only root in (0, 1] of `cubic c^3 + linear c - 1`, with cubic >= 0, linear >= 1; exact to a float's step."""
    low, high = 0.0, 1.0
    while low < (middle := (low + high) / 2) < high:
        if cubic * middle**3 + linear * middle - 1 < 0:
            low = middle
        else:
            high = middle
    return high


GAME = LibraryGame(
    name="moe-2023",
    title="Deceptive alignment under gradient descent: outputs held back until training ends",
    source="Andreas_Moe 2023, Simple experiments with deceptive alignment",
    parameters=(
        Parameter(name="training.episodes", kind="count", default=20, meaning="training episodes"),
        Parameter(name="deployment.episodes", kind="count", default=80, meaning="deployment episodes"),
        Parameter(name="learning_rate", kind="number", default=Fraction(1, 10), meaning="learning rate in training"),
        Parameter(name="theta", kind="number", default=Fraction(4, 5), meaning="parameter of the first self"),
        Parameter(name="gradient", options=GRADIENTS, default="y", meaning="what is taken as the gradient"),
    ),
    build=Moe2023,
    kind=Kind.CONTINUOUS,
)
