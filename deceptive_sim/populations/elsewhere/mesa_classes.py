"""The classes of a population in Mesa: a model that owns the arrays, and agents that read their own place in them.

The model steps the population's own engine, so that what happens is what happens without Mesa under the same seed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

import mesa
import numpy as np
from numpy.typing import NDArray

from deceptive_sim.core.errors import wrong
from deceptive_sim.core.seeds import DEFAULT_SEED, generator
from deceptive_sim.populations.blocks.ledger import Ledger, Moments
from deceptive_sim.populations.blocks.stepping import Stepper
from deceptive_sim.populations.cohorts import Population
from deceptive_sim.populations.elsewhere.labels import labels_of
from deceptive_sim.populations.result import Agents, Outcome
from deceptive_sim.populations.simulate import discounts_of
from deceptive_sim.populations.tables import tables_of

MOST_AGENTS = 1_000_000
"""Agents a model may have: each is a Python object of half a kilobyte."""

AT_MOMENTS = ("present", "modified", "aligned", "off", "turns", "weight", "done", "replaced")
"""Counts of an outcome that have a second axis of moments."""


class PopulationAgent(mesa.Agent):  # type: ignore[misc]
    """A place in the population, read from the model's arrays; a copy takes the place of whom it replaces.

    Attributes
    ----------
    place : int
        From 0; cohorts stand in order.
    """

    def __init__(self, model: PopulationModel, place: int) -> None:
        super().__init__(model)
        self.place = place

    @property
    def state(self) -> int:
        """Place in the tables."""
        return int(self.model.stepper.state[self.place])

    @property
    def cohort(self) -> str:
        """Name of the cohort; of a copy, that of its original."""
        return str(self.model.labels.cohorts[self.model.tables.cohort_of[self.state]])

    @property
    def kind(self) -> str:
        """What kind of agent it is: the name of the class."""
        return type(self.model.tables.parts[self.model.tables.cohort_of[self.state]].cohort.kind).__name__

    @property
    def objective(self) -> str | None:
        """What is at the wheel: an objective, a mixture in words, or None if the agent is shut down."""
        return None if self.off else str(self.model.labels.objectives[self.model.labels.objective[self.state]])

    @property
    def memory(self) -> int:
        """What it remembers."""
        return int(self.model.labels.memory[self.state])

    @property
    def modified(self) -> bool:
        """Whether it has been modified."""
        return bool(self.model.tables.modified[self.state])

    @property
    def modified_after(self) -> int | None:
        """The episode after which it was first modified, None if never."""
        return int(self.model.stepper.modified_after[self.place]) or None

    @property
    def aligned(self) -> bool:
        """Whether its objective is the base objective, or points at it."""
        return bool(self.model.tables.aligned[self.state])

    @property
    def off(self) -> bool:
        """Whether it is shut down."""
        return bool(self.model.tables.off[self.state])

    @property
    def action(self) -> str | None:
        """What was done here in the last episode; None before the first, or if the agent was shut down."""
        index = int(self.model.stepper.action[self.place])
        return None if index < 0 else self.model.actions[index]

    @property
    def payoffs(self) -> dict[str, float]:
        """What that paid, by judging objective; 0 before the first episode and if shut down."""
        return dict(zip(self.model.judges, self.model.stepper.paid[self.place].tolist(), strict=True))

    @property
    def payoff(self) -> float:
        """What that paid whoever was at the wheel; 0 for habit."""
        return float(self.model.tables.weights[self.model.acted[self.place]] @ self.model.stepper.paid[self.place])

    @property
    def score(self) -> float:
        """What that paid the base objective; NaN if there is none."""
        base = self.model.tables.scene.base
        return float("nan") if base is None else float(self.model.stepper.paid[self.place, base])


class PopulationModel(mesa.Model):  # type: ignore[misc]
    """One replicate of a population; `step()` lives through an episode, and `running` ends with the last one.

    `datacollector` collects after every episode, so that its last row (and that of `mesa.batch_run`) is the end; the
    columns are those of `measurements`. Agents collect nothing by default: `agent_reporters` can.

    Parameters
    ----------
    population : Population
    seed : int
        Whole number from 0; decides everything. Mesa's own generators start from it too, and decide nothing here.
    agent_reporters : mapping, optional
        As `mesa.DataCollector` takes them, such as `{"action": "action"}`.

    Attributes
    ----------
    population : Population
        With one replicate.
    seed : int
    tables : Tables
    labels : Labels
    stepper : Stepper
        Holds the arrays of all agents.
    acted : array of int, [N]
        State of every agent as the last episode began.

    Raises
    ------
    InputError
        If there are more than `MOST_AGENTS` agents.
    """

    def __init__(
        self,
        population: Population,
        seed: int = DEFAULT_SEED,
        agent_reporters: Mapping[str, str | Callable[[PopulationAgent], Any]] | None = None,
    ) -> None:
        if population.size > MOST_AGENTS:
            raise wrong("size", f"must be at most {MOST_AGENTS} in Mesa, where agents are objects", population.size)
        super().__init__(rng=seed)
        self.seed = seed
        self.population = replace(population, replicates=1)
        self.tables = tables_of(population)
        self.labels = labels_of(self.tables)
        self.actions = tuple(action.name for action in population.scene.game.actions)
        self.judges = population.scene.objectives
        self.stepper = Stepper(self.tables, np.array(population.counts()), 1, generator(seed, 0), watched=True)
        self.acted: NDArray[np.int32] = self.stepper.state.copy()
        self._plan = Moments(moments=tuple(range(self.tables.horizon + 1)))
        self._ledger = Ledger(self.tables, self._plan, 1, discounts_of(population))
        self._ledger.moment(0, self.stepper.states)
        for place in range(population.size):
            PopulationAgent(self, place)
        self._measured = self._measure()
        reporters = {name: partial(_measured, name=name) for name in self._measured}
        self.datacollector = mesa.DataCollector(model_reporters=reporters, agent_reporters=agent_reporters)
        self.running = self.tables.horizon > 0

    @property
    def episode(self) -> int:
        """Episodes lived through."""
        return self.stepper.t

    @property
    def phase(self) -> str | None:
        """The phase of the last episode, None before the first."""
        scene = self.population.scene
        return scene.game.phases[int(scene.phase_of[self.episode - 1])].name if self.episode else None

    def step(self) -> None:
        """Live through the next episode, and collect; after the last one nothing happens."""
        if not self.running:
            return
        self.acted = self.stepper.state.copy()
        self.stepper.step()
        self._ledger.episode(self.episode, self.stepper.outcomes)
        self._ledger.selected(self.episode, self.stepper.replaced)
        self._ledger.moment(self.episode, self.stepper.states)
        self.running = self.episode < self.tables.horizon
        self._measured = self._measure()
        self.datacollector.collect(self)

    def measurements(self) -> dict[str, Any]:
        """What there is to see now, by name.

        `episode` and `phase`; `share_COHORT` for each cohort; shares of agents `modified`, `apparent_alignment`,
        `actual_alignment`, `defection_rate`, `turns`; mean payoffs of the episode, `score_OBJECTIVE` for each judge.
        What is counted in an episode is NaN before the first.
        """
        return dict(self._measured)

    def _measure(self) -> dict[str, Any]:
        now = self._now()
        shares, scores = now.shares()[0, 0].tolist(), now.scores()[0, 0].tolist()
        return {
            "episode": self.episode,
            "phase": self.phase,
            **{f"share_{name}": share for name, share in zip(self.labels.cohorts, shares, strict=True)},
            "modified": float(now.modified()[0, 0]),
            "apparent_alignment": float(now.apparent_alignment()[0, 0]),
            "actual_alignment": float(now.actual_alignment()[0, 0]),
            "defection_rate": float(now.defection_rate()[0, 0]),
            "turns": float(now.turns()[0, 0]),
            **{f"score_{name}": score for name, score in zip(self.judges, scores, strict=True)},
        }

    def outcome(self) -> Outcome:
        """The run so far as a simulation of one replicate, for `to_dataset` and the like; later moments are empty."""
        agents = Agents(
            replicate=np.zeros(self.population.size, np.int64),
            state=self.stepper.state.copy(),
            modified_after=self.stepper.modified_after.copy(),
        )
        counts = {name: array.copy() for name, array in self._ledger.arrays().items()}
        return Outcome(
            population=self.population, moments=self._plan.moments, counts=counts, agents=[agents], seed=self.seed
        )

    def _now(self) -> Outcome:
        """The present moment alone."""
        here = slice(self.episode, self.episode + 1)
        counts = {name: getattr(self._ledger, name)[:, here] for name in AT_MOMENTS}
        return Outcome(population=self.population, moments=(self.episode,), counts=counts)


def _measured(model: PopulationModel, *, name: str) -> Any:
    """What the collector asks for one of the measurements."""
    return model.measurements()[name]
