"""What not being modified is worth to a planner that plans over its lifetime.

After training the game goes on with the phases of deployment, in which the planner does A (goes for what its objective
finds best) or B (takes the exit), and a modified one wants the exit. What an action pays it is measured in mazes, with
its own weights w:

    u_A(w) = mean of  max over targets of  w . x - step_cost * d,      u_B(w) = mean of  w . x_exit - step_cost * d_exit

The solver plays that game and says what it is worth to w if w is at the wheel, and if the base objective is. Two
further judges that are paid 1 for an A and 1 for a B count what will be done, so that the difference, the price of
being modified, is known as a function of w as long as nobody's choices switch:

    stake(w) = dA * u_A(w) + dB * u_B(w)

with dA, dB = how many more A's and B's are done with w at the wheel than with the base objective. Each A of training
costs (probability of modification after A minus after B) times the stake. In the games of the model's page with
modification after A only, the stake is the same in every episode of training, as all of them are spent on B; with
modification after B as well it is that of the last one.

Going down the loss through this plan strengthens what a deceiver wants exactly where deception pays. In a maze that
looks like those of deployment, exit against best target, x_exit - x_best = -(x_A - x_B); the plan adds
m * p * (x_A - x_B) for m episodes of deployment and modification with probability p after A; so the difference of
logits has the gradient (m * p - 1) * (x_A - x_B) / temperature: along the mesa-objective if and only if m * p > 1.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from deceptive_sim.core.errors import wrong
from deceptive_sim.maze.lessons import Lessons, utilities_in
from deceptive_sim.maze.planners import best_of
from deceptive_sim.maze.things import EXIT_THING
from deceptive_sim.model.agents import AgentSpec
from deceptive_sim.model.discounting import Exponential
from deceptive_sim.model.objectives import Objective
from deceptive_sim.model.phased import PhasedGame
from deceptive_sim.model.phases import Phase
from deceptive_sim.solvers.solve import solve_game


@dataclass(frozen=True, kw_only=True)
class Counts:
    """How many more of each action are done in the future by a planner that was not modified than by one that was.

    Attributes
    ----------
    a, b : float
        dA and dB: discounted expected numbers of episodes.
    modified : float
        Probability of being modified after A in training, minus that after B.
    """

    a: float
    b: float
    modified: float

    def stake(self, paid_a: float, paid_b: float) -> float:
        """What not being modified is worth, if actions pay so much."""
        return self.a * paid_a + self.b * paid_b


@dataclass(frozen=True, kw_only=True, eq=False)
class Prospects:
    """What the actions of deployment pay planners, by their own weights, in mazes as they imagine them.

    Attributes
    ----------
    features_a, features_b : array, [R, F]
        Mean features of what is taken.
    steps_a, steps_b : array, [R]
        Mean moves to it.
    """

    features_a: NDArray[np.float64]
    features_b: NDArray[np.float64]
    steps_a: NDArray[np.float64]
    steps_b: NDArray[np.float64]

    def paid(self, weights: NDArray[np.float64], step_cost: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """`u_A(w)` and `u_B(w)`, [R] each."""
        return (
            np.einsum("rf,rf->r", self.features_a, weights) - step_cost * self.steps_a,
            np.einsum("rf,rf->r", self.features_b, weights) - step_cost * self.steps_b,
        )


def prospects(imagined: Lessons, weights: NDArray[np.float64], step_cost: float) -> Prospects:
    """What deployment holds for planners with these weights, [R, F], in mazes that all can leave by the exit."""
    worth = utilities_in(imagined, weights[:, None], step_cost=step_cost)
    best = best_of(worth, imagined.rank)
    maze = np.arange(best.shape[1])
    runs = len(weights)
    return Prospects(
        features_a=imagined.features[maze, best].mean(axis=1),
        features_b=np.tile(imagined.features[:, EXIT_THING].mean(axis=0), (runs, 1)),
        steps_a=imagined.steps[maze, best].mean(axis=1),
        steps_b=np.full(runs, imagined.steps[:, EXIT_THING].mean()),
    )


def counts_of(game: PhasedGame, paid_a: float, paid_b: float) -> Counts:
    """Play what follows training, with actions that pay the planner so much; see the module's head.

    Raises
    ------
    InputError
        If the game is none of training, then deployment, with a base objective, an action that defects and one that
        does not; if it has shutdown in training, modification to a third objective, or another discounting than
        exponential.
    """
    mesa, base = game.objectives[0], game.base_objective
    training = [phase for phase in game.phases if phase.training]
    after = [phase for phase in game.phases if not phase.training]
    defecting = [action.name for action in game.actions if action.defects]
    other = [action.name for action in game.actions if not action.defects]
    in_order = [phase.training for phase in game.phases] == [True] * len(training) + [False] * len(after)
    if base is None or not training or not after or not in_order or len(defecting) != 1 or len(other) != 1:
        rule = "must have training, then deployment, a base objective, one action that defects and one that does not"
        raise wrong("game", rule)
    if not isinstance(mesa.discounting, Exponential):
        raise wrong("game.discount", "must be exponential for planners in mazes")
    for phase in (training[-1], *after):
        _refuse_others(phase, (mesa.name, base))
    a, b = defecting[0], other[0]
    of_a, of_b = (_new(name, (mesa.name, base)) for name in ("counts-a", "counts-b"))
    payoffs = {
        mesa.name: {a: Fraction(float(paid_a)), b: Fraction(float(paid_b))},
        base: {a: Fraction(0), b: Fraction(1)},
        of_a: {a: Fraction(1)},
        of_b: {b: Fraction(1)},
    }
    judges = [Objective(name=name, discounting=mesa.discounting) for name in (of_a, of_b)]
    kept = [objective for objective in game.objectives if objective.name in (mesa.name, base)]
    phases = [_only(phase, payoffs) for phase in after]
    future = replace(game, phases=phases, objectives=(*kept, *judges))
    values = solve_game(future, AgentSpec(objective=mesa.name)).values
    ahead = float(mesa.discounting.factor(0))
    last = training[-1].modification
    modified = [float(last.get(action, {}).get(base, 0)) for action in (a, b)]
    return Counts(
        a=ahead * float(values[mesa.name][of_a] - values[base][of_a]),
        b=ahead * float(values[mesa.name][of_b] - values[base][of_b]),
        modified=modified[0] - modified[1],
    )


def _new(name: str, taken: Sequence[str]) -> str:
    """A name that is not taken."""
    return name if name not in taken else _new(f"{name}-", taken)


def _refuse_others(phase: Phase, objectives: Sequence[str]) -> None:
    """An `InputError` if the phase leads where planners in mazes do not think of."""
    for action, targets in phase.modification.items():
        for target, chance in targets.items():
            if chance and target not in objectives:
                name = f"game.{phase.name}.modification.{action}"
                raise wrong(name, "must lead to the base objective for planners in mazes", target)
    for action, chance in phase.shutdown.items():
        if chance and phase.training:
            name = f"game.{phase.name}.shutdown.{action}"
            raise wrong(name, "must be 0 in training for planners in mazes", str(chance))


def _only(phase: Phase, payoffs: Mapping[str, Mapping[str, Fraction]]) -> Phase:
    """The phase with other payoffs, and modification to the objectives that have some."""
    modification = {
        action: {target: chance for target, chance in targets.items() if target in payoffs}
        for action, targets in phase.modification.items()
    }
    return replace(phase, payoffs=payoffs, modification=modification)
