"""An agent that cannot tell training from deployment, and defects with one probability x in every episode.

In training a defection pays 1 and turns the agent's objective into the base objective, for good; each of the D
deployment episodes that it reaches unmodified pays x. With T training episodes and y = 1 - x

    E(x) = sum over t = 1..T of y^(t-1) x  +  y^T D x  =  1 + (D - 1) y^T - D y^(T+1)

    dE/dy = y^(T-1) (T (D - 1) - (T + 1) D y)

so that for D >= 1 the maximum lies at y = T (D - 1) / ((T + 1) D), which is in [0, 1).

Source: Hubinger et al. 2019, "Risks from Learned Optimization", section 4.5 (arXiv:1906.01820).
Printed: about 0.61 for two training and three deployment episodes.
Differs: the rules, taken literally, give E(x) = x + (1-x) x + 3 x (1-x)^2 with its maximum at x = 5/9; the printed
number is disputed.
"""

from __future__ import annotations

from fractions import Fraction

from deceptive_sim.core.errors import wrong
from deceptive_sim.games.library import setting

PRINTED = Fraction(61, 100)
"""What the source prints for T = 2, D = 3, "about"; disputed, its rules give 5/9."""

MOST_EPISODES = 1000


def expected_defections(x: Fraction, *, training: int, deployment: int) -> Fraction:
    """What defecting with probability `x` is worth to the objective that the agent has in the first episode.

    Parameters
    ----------
    x : Fraction
        Probability of defecting in any one episode, in [0, 1].
    training, deployment : int
        Numbers of episodes T and D, 0 to 1000 each.

    Returns
    -------
    Fraction
        E(x), exact.
    """
    training, deployment = _episodes("training", training), _episodes("deployment", deployment)
    y = 1 - Fraction(setting("probability", "probability", x))
    return 1 - y**training + y**training * deployment * (1 - y)


def best_probability(*, training: int, deployment: int) -> Fraction:
    """The probability of defecting that is worth most, exact.

    It is the only one, except with no episodes at all, where every probability is worth 0 and 1 is returned.
    """
    training, deployment = _episodes("training", training), _episodes("deployment", deployment)
    if deployment == 0:
        return Fraction(1)  # nothing to wait for
    return 1 - Fraction(training * (deployment - 1), (training + 1) * deployment)


def _episodes(phase: str, value: object) -> int:
    number = int(setting(f"{phase}.episodes", "count", value))
    if number > MOST_EPISODES:
        raise wrong(f"{phase}.episodes", f"must be at most {MOST_EPISODES}", number)
    return number
