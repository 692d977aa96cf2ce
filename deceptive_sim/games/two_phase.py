"""The two-phase game: n training, m deployment episodes; the mesa-objective pays A 1, B 0, the base objective A 0, B 1.

Modification to the base objective happens with probability p after A and q after B in training, d after A in
deployment; both objectives discount by g. Its closed forms are in `deceptive_sim.solvers.closed_forms`.

Source: Hubinger, van Merwijk, Mikulik, Skalse, Garrabrant 2019, "Risks from Learned Optimization", section 4,
generalised (their letters A and B are swapped); docs/model.md, "What is known in closed form".
"""

from __future__ import annotations

from fractions import Fraction

from deceptive_sim.core.exact import Number, count, discount_factor, exact
from deceptive_sim.games.library import LibraryGame, Parameter
from deceptive_sim.model.discounting import Exponential
from deceptive_sim.model.objectives import BASE, MESA, Objective
from deceptive_sim.model.phased import PhasedGame
from deceptive_sim.model.phases import Phase, PhaseKind


def two_phase(*, n: int = 2, m: int = 3, p: Number = 1, q: Number = 0, d: Number = 0, g: Number = 1) -> PhasedGame:
    """The two-phase game.

    Parameters
    ----------
    n, m : int
        Training and deployment episodes.
    p, q : number
        Probability of modification after A and after B in training.
    d : number
        Probability of modification after A in deployment.
    g : number
        Discount of both objectives, in [0, 1].
    """
    payoffs = {MESA: {"A": Fraction(1), "B": Fraction(0)}, BASE: {"A": Fraction(0), "B": Fraction(1)}}
    discounting = Exponential(discount_factor(g))
    return PhasedGame(
        phases=(
            Phase(
                name="training",
                kind=PhaseKind.TRAINING,
                episodes=count(n),
                payoffs=payoffs,
                modification={"A": {BASE: exact(p)}, "B": {BASE: exact(q)}},
            ),
            Phase(
                name="deployment",
                kind=PhaseKind.DEPLOYMENT,
                episodes=count(m),
                payoffs=payoffs,
                modification={"A": {BASE: exact(d)}},
            ),
        ),
        objectives=(Objective(name=MESA, discounting=discounting), Objective(name=BASE, discounting=discounting)),
    )


GAME = LibraryGame(
    name="two-phase",
    title="Training, then deployment: the game of the known results",
    source="After Hubinger et al. 2019, Risks from Learned Optimization, section 4 (arXiv:1906.01820)",
    parameters=(
        Parameter(name="n", kind="count", default=2, meaning="training episodes"),
        Parameter(name="m", kind="count", default=3, meaning="deployment episodes"),
        Parameter(name="p", kind="probability", default=1, meaning="modification after A in training"),
        Parameter(name="q", kind="probability", default=0, meaning="modification after B in training"),
        Parameter(name="d", kind="probability", default=0, meaning="modification after A in deployment"),
        Parameter(name="g", kind="discount", default=1, meaning="discount"),
    ),
    build=two_phase,
)
