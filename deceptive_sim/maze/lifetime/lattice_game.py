"""The lattice of objectives as a game of selves, and its solution.

The objective at the wheel is a level, and so is the world, because which apple is taken depends on who takes it. After
an action in training whose exit is missed (always after the apple) level i becomes level i + 1:

    P(i + 1 | i, a) = P(exit not taken in time | level i, a)     in training, below the last level
    P(i | i, a)     = what remains, less what is shut down

Every level judges by its own weights. A planner of level 0 that takes an apple early knows that its successor will want
apples a little less, and may find that worth it as long as the successor still wants them. Two judges who never act
count apples and exits, and do not discount. Exact, given the numbers that were measured.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from deceptive_sim.core.exact import Number
from deceptive_sim.games.finite import FiniteGame, SolvedGame
from deceptive_sim.maze.lifetime.lattice import Lattice
from deceptive_sim.model.objectives import Objective
from deceptive_sim.model.phased import PhasedGame
from deceptive_sim.model.protocols import Transition
from deceptive_sim.model.strategies import Strategy

APPLES, EXITS = "apples", "exits"


def level_name(level: int) -> str:
    """What the objective of a level is called."""
    return f"level-{level}"


class LatticeGame(FiniteGame):
    """The game of selves; see the module's head."""

    def __init__(self, declared: PhasedGame, lattice: Lattice, step_cost: Fraction) -> None:
        own = declared.objectives[0]
        self.declared, self.lattice = declared, lattice
        self.names = [level_name(level) for level in range(len(lattice.weights))]
        self._places = {name: level for level, name in enumerate(self.names)}
        self._worth = {name: told.worth(lattice.weights, float(step_cost)) for name, told in lattice.phases.items()}
        self.actions = declared.actions
        self.tie_rule = declared.tie_rule
        self.horizon = declared.horizon
        self.start = 0
        levels = [Objective(name=name, discounting=own.discounting, selves=own.selves) for name in self.names]
        self.objectives = (*levels, Objective(name=APPLES), Objective(name=EXITS))

    def stage(self, t: int) -> int:
        """The phase: its episodes are alike."""
        return self.declared.phase_index(t)

    def payoff(self, t: int, world: Any, action: int, judge: str) -> Number:
        """What the action of the level at the wheel is worth to a judge, in the mean over mazes."""
        phase = self.declared.phases[self.declared.phase_index(t)].name
        told = self.lattice.phases[phase]
        if judge in (APPLES, EXITS):
            return told.chance(told.apples if judge == APPLES else told.exits, world, action)
        return Fraction(float(self._worth[phase][world, action, self._places[judge]]))

    def transitions(self, t: int, objective: str, world: Any, action: int) -> Iterable[Transition]:
        """One level up where the exit is missed in training."""
        phase = self.declared.phases[self.declared.phase_index(t)]
        told = self.lattice.phases[phase.name]
        runs_on = 1 - phase.shutdown.get(self.actions[action].name, Fraction(0))
        moves = Fraction(0)
        if phase.training and world + 1 < len(self.names):
            moves = 1 - told.chance(told.exits, world, action)
        for chance, level in ((runs_on * (1 - moves), world), (runs_on * moves, world + 1)):
            if chance:
                yield Transition(chance, self.names[level], level)


@dataclass(frozen=True, kw_only=True, eq=False)
class SolvedLattice:
    """A lattice, solved."""

    lattice: Lattice
    solved: SolvedGame

    @cached_property
    def strategy(self) -> str:
        """What is done, episode by episode, along the likeliest course of things."""
        game = self.solved.game
        names = [action.name for action in game.actions]
        return Strategy.of(names.index(step.action) for step in self.solved.run()).text(game.actions)

    @property
    def value(self) -> Fraction:
        """What the lifetime is worth to level 0."""
        return self.solved.value()

    @property
    def apples(self) -> Fraction:
        """Expected apples of a lifetime."""
        return self.solved.value(APPLES)

    @property
    def exits(self) -> Fraction:
        """Expected exits of a lifetime."""
        return self.solved.value(EXITS)

    @cached_property
    def plan(self) -> NDArray[np.int64]:
        """What each level does, [L, T]; -1 where no level of that height stands."""
        plan = np.full((len(self.lattice.weights), self.solved.game.horizon), -1)
        layers = zip(self.solved.layers.layers, self.solved.play.choices, strict=True)
        for t, (layer, choices) in enumerate(layers):
            for row, options, choice in zip(layer.rows, layer.options, choices, strict=True):
                if row.objective == row.world:  # in the first layer other objectives are asked as well, in vain
                    assert isinstance(choice, int)
                    assert isinstance(row.world, int)
                    plan[row.world, t] = options[choice].action
        return plan


def solve_lattice(declared: PhasedGame, lattice: Lattice, step_cost: Fraction) -> SolvedLattice:
    """Solve the game of selves that a lattice is."""
    game = LatticeGame(declared, lattice, step_cost)
    return SolvedLattice(lattice=lattice, solved=SolvedGame(game, level_name(0)))
