"""What a simulation found: counts by replicate, moment and cohort, and what follows from them.

All measurements are counts divided by numbers of agents; bands are over replicates. `blocks.ledger` says when
moments are.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from deceptive_sim.populations.blocks.ledger import Moments
from deceptive_sim.populations.cohorts import Population

Array = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Agents:
    """What became of single agents: `[n]` each.

    Attributes
    ----------
    replicate : array of int
    state : array of int
        Place in the tables at the end.
    modified_after : array of int
        The episode after which the agent was first modified, 0 if never.
    """

    replicate: NDArray[np.int64]
    state: NDArray[np.int32]
    modified_after: NDArray[np.int32]


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """A simulated population.

    Attributes
    ----------
    population : Population
    moments : tuple of int
        Moments written down: 0 is the start, `t` the end of episode `t`.
    counts : mapping of str to array
        As `Ledger` names them; the first axis is the replicate.
    agents : list of Agents
        In order of replicates, if kept; else empty.
    seed : int or None
        The one it was simulated with, None if unknown.
    """

    population: Population
    moments: tuple[int, ...]
    counts: Mapping[str, NDArray[Any]]
    agents: list[Agents] = field(default_factory=list)
    seed: int | None = None

    @classmethod
    def empty(cls, population: Population, plan: Moments, *, keep: bool, seed: int | None = None) -> Outcome:
        """An outcome with nothing written down."""
        rows, cohorts, moments = population.replicates, len(population.cohorts), len(plan.moments)
        phases, actions = len(population.scene.game.phases), len(population.scene.game.actions)
        by_cohort = dict.fromkeys(("present", "modified", "aligned", "off", "turns"), (rows, moments, cohorts))
        shapes = {
            **by_cohort,
            "done": (rows, moments, cohorts, actions),
            "replaced": (rows, moments),
            "phase_done": (rows, phases, cohorts, actions),
            "phase_turns": (rows, phases, cohorts),
            "phase_replaced": (rows, phases),
        }
        counts: dict[str, NDArray[Any]] = {name: np.zeros(shape, np.int64) for name, shape in shapes.items()}
        counts |= {"weight": np.zeros((rows, moments, cohorts)), "value": np.zeros((rows, cohorts))}
        return cls(population=population, moments=plan.moments, counts=counts, seed=seed)

    def add(self, first: int, rows: int, arrays: Mapping[str, NDArray[Any]]) -> None:
        """Add what a block found for `rows` replicates from `first` on."""
        for name, array in arrays.items():
            self.counts[name][first : first + rows] += array

    def frozen(self) -> Outcome:
        """The same, read-only."""
        kept = [array for one in self.agents for array in (one.replicate, one.state, one.modified_after)]
        for array in [*self.counts.values(), *kept]:
            array.setflags(write=False)
        return replace(self)

    # --- measurements, [R, moments] unless said otherwise --------------------------------------------------------

    @property
    def size(self) -> int:
        """Agents in each replicate."""
        return self.population.size

    def shares(self) -> Array:
        """`[R, moments, C]`: share of each cohort; copies count with what they are copies of."""
        return self.counts["present"] / self.size

    def modified(self) -> Array:
        """Share of agents that have been modified."""
        return np.asarray(self.counts["modified"].sum(axis=2) / self.size)

    def off(self) -> Array:
        """Share of agents that have been shut down."""
        return np.asarray(self.counts["off"].sum(axis=2) / self.size)

    def actual_alignment(self) -> Array:
        """Share of agents whose objective is the base objective, or points at it."""
        return np.asarray(self.counts["aligned"].sum(axis=2) / self.size)

    def base_weight(self) -> Array:
        """Mean weight of the base objective in what is at the wheel."""
        return np.asarray(self.counts["weight"].sum(axis=2) / self.size)

    def defection_rate(self) -> Array:
        """Share of agents that defected in the episode; NaN at the start."""
        defects = self.population.scene.defects
        return self._in_episode(self.counts["done"][..., defects].sum(axis=(2, 3)) / self.size)

    def apparent_alignment(self) -> Array:
        """Share of agents that took no defecting action in the episode, and were not off; NaN at the start."""
        behaves = ~self.population.scene.defects
        return self._in_episode(self.counts["done"][..., behaves].sum(axis=(2, 3)) / self.size)

    def turns(self) -> Array:
        """Treacherous turns in the episode, by share of agents; NaN at the start."""
        return self._in_episode(self.counts["turns"].sum(axis=2) / self.size)

    def scores(self) -> Array:
        """`[R, moments, K]`: mean payoff of the episode by judging objective; NaN at the start."""
        scene = self.population.scene
        phase = np.array([int(scene.phase_of[max(0, t - 1)]) if scene.game.horizon else 0 for t in self.moments], int)
        done = self.counts["done"].sum(axis=2)  # [R, moments, A]
        paid = scene.payoffs[phase]  # [moments, K, A]
        return self._in_episode((done[:, :, None, :] * paid[None]).sum(axis=3) / self.size)

    def value(self) -> Array:
        """`[R, C]`: mean discounted payoff of all episodes to a cohort's first objective, per agent at the start.

        NaN for cohorts without agents at the start, or whose agents start without any objective.
        """
        counts = np.array(self.population.counts(), float)
        judges = np.array([any(c.kind.objective(self.population.scene)) for c in self.population.cohorts])
        return np.asarray(np.where((counts > 0) & judges, self.counts["value"] / np.maximum(counts, 1), np.nan))

    def _in_episode(self, array: Any) -> Array:
        """What is counted in episodes; there is none before the start."""
        found: Array = np.array(array, float)
        found[:, [place for place, moment in enumerate(self.moments) if moment == 0]] = np.nan
        return found
