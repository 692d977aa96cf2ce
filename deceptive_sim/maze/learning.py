"""Learned objectives: gradient descent by the base optimiser on a planner's objective weights.

Many runs start from random weights and are trained on mazes of one family. Colours and kinds may be more or less
salient to the planner: it feels a feature of salience s as s times as large, so that the objective that it acts on is

    v_f = s_f * w_f,    and a step of gradient descent on w moves v by  - learning_rate * s_f^2 * d loss / d v_f

Where two features cannot be told apart in training, as is_exit and is_green in mazes whose exit alone is green, they
have the same gradient; so v moves along them in the ratio of the squares of their saliences, exactly, for ever. What
the planner wants in mazes that look different is decided by that ratio and by where it started: training cannot see it.
Compare Langosco et al. 2022, "Goal Misgeneralization in Deep Reinforcement Learning" (arXiv:2105.14111), whose agents
preferred the colour to the shape, and Ramanauskas & Simsek 2023 (arXiv:2312.03762), who found that this depends on the
seed of training.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from deceptive_sim.core.errors import InputError, Problem, nearest, quote, wrong
from deceptive_sim.core.exact import NotANumber, exact
from deceptive_sim.core.frozen import FrozenMapping
from deceptive_sim.core.progress import Progress, silent
from deceptive_sim.core.seeds import generator
from deceptive_sim.maze.chunks import cut, in_chunks
from deceptive_sim.maze.estimates import rate, replicated_share
from deceptive_sim.maze.lessons import lessons_of, loss_and_gradient
from deceptive_sim.maze.mazes import Mazes
from deceptive_sim.maze.outcomes import ENDS, ends_of
from deceptive_sim.maze.planners import choose, shortest_to
from deceptive_sim.maze.reading import mapping, read, refuse_other_kinds, whole, word
from deceptive_sim.maze.search import limits
from deceptive_sim.maze.targets import FEATURES, Targets, targets_of
from deceptive_sim.maze.world import MazeWorld
from deceptive_sim.populations.measures import Estimate, estimate

Array = NDArray[np.float64]

PLACE = 2
"""Where this study stands under a seed."""

POOL = 4_000
"""Mazes of training that all runs of one salience draw their lessons from."""

CHUNK = 1_000
"""Mazes of deployment that are looked at together."""

MOST_RUNS, MOST_STEPS, MOST_BATCH, MOST_MAZES = 10_000, 100_000, 10_000, 1_000_000

MOST_AT_ONCE, MOST_NOTED = 1_000_000, 10_000_000
"""Mazes in a step of all runs together; losses that are kept, one for each run and step."""

LEAST_TEMPERATURE = Fraction(1, 10**6)


@dataclass(frozen=True, kw_only=True)
class LearningSpec:
    """How planners are trained, and where they are looked at.

    Attributes
    ----------
    saliences : mapping
        Name of a setting to {feature: salience}; features left out have 1.
    runs : int
        Independent starts for each setting.
    steps : int
        Steps of gradient descent.
    batch : int
        Mazes in each step.
    learning_rate, temperature : Fraction
        More than 0; the latter from `LEAST_TEMPERATURE`.
    spread : Fraction
        Standard deviation of initial weights w, 0 or more.
    step_cost : Fraction
    family, deployed : str
        In mazes of which family it is trained, and in which it is looked at.
    mazes : int
        Of the latter.
    """

    saliences: Mapping[str, Mapping[str, Fraction]] = field(default_factory=lambda: {"even": {}})
    runs: int = 200
    steps: int = 300
    batch: int = 32
    learning_rate: Fraction = Fraction(1, 2)
    temperature: Fraction = Fraction(1, 4)
    spread: Fraction = Fraction(1, 2)
    step_cost: Fraction = Fraction(1, 200)
    family: str = "training"
    deployed: str = "deployment"
    mazes: int = 10_000

    def __post_init__(self) -> None:
        read(self, **dict.fromkeys(("runs", "steps", "batch", "mazes"), whole))
        read(self, **dict.fromkeys(("learning_rate", "temperature", "spread", "step_cost"), exact))
        read(self, family=word, deployed=word, saliences=mapping)
        for name, most in (("runs", MOST_RUNS), ("steps", MOST_STEPS), ("batch", MOST_BATCH), ("mazes", MOST_MAZES)):
            least = 0 if name == "steps" else 1
            if not least <= getattr(self, name) <= most:
                raise wrong(name, f"must be from {least} to {most}", getattr(self, name))
        for name in ("learning_rate", "temperature"):
            if not 0 < getattr(self, name) <= 10**6:
                raise wrong(name, "must be more than 0 and at most 1000000", str(getattr(self, name)))
        for name in ("spread", "step_cost"):
            if not 0 <= getattr(self, name) <= 10**6:
                raise wrong(name, "must be from 0 to 1000000", str(getattr(self, name)))
        if self.temperature < LEAST_TEMPERATURE:
            raise wrong("temperature", f"must be at least {LEAST_TEMPERATURE}", str(self.temperature))
        for name, most in (("batch", MOST_AT_ONCE), ("steps", MOST_NOTED)):
            if self.runs * getattr(self, name) > most:
                rule = f"must be at most {most // self.runs} with {self.runs} runs"
                raise wrong(name, rule, getattr(self, name))
        if not self.saliences:
            raise wrong("saliences", "must name at least one setting")
        problems = [problem for name, given in self.saliences.items() for problem in _salience_problems(name, given)]
        if problems:
            raise InputError(problems)
        frozen = {name: FrozenMapping(given) for name, given in self.saliences.items()}
        object.__setattr__(self, "saliences", FrozenMapping(frozen))


def _salience_problems(name: str, given: Mapping[str, Fraction]) -> list[Problem]:
    problems = []
    if not isinstance(given, Mapping):
        return [Problem(name=f"saliences.{name}", rule="must be a mapping", got=quote(given))]
    for feature, told in given.items():
        path = f"saliences.{name}.{feature}"
        try:
            salience = exact(told)
        except NotANumber as error:
            problems.append(Problem(name=path, rule=str(error), got=quote(told)))
            continue
        if feature not in FEATURES:
            hint = nearest(feature, FEATURES)
            problems.append(Problem(name=path, rule="must be a feature", got=quote(feature), hint=hint))
        elif not 0 <= salience <= 1000:
            problems.append(Problem(name=path, rule="must be from 0 to 1000", got=str(salience)))
    return problems


@dataclass(frozen=True, kw_only=True, eq=False)
class Learned:
    """What came of the runs of one setting of saliences.

    Attributes
    ----------
    name : str
    started, ended : array, [R, F]
        The objective that each run acts on (v above), before and after training.
    trained : array, [R]
        Rate at which each run's planner reaches the exit in mazes of training, picking the best target.
    loss : array, [steps, R]
        Of each step's lessons.
    deployed : mapping
        For each of `ENDS` the rate of each run in mazes of deployment, [R].
    mazes : int
        Of deployment, for each run.
    """

    name: str
    started: Array
    ended: Array
    trained: Array
    loss: Array
    deployed: Mapping[str, Array]
    mazes: int

    @property
    def runs(self) -> int:
        """R."""
        return len(self.ended)

    @property
    def reached(self) -> Estimate | None:
        """The mean of `trained` over runs, all of which are looked at in the same `POOL` mazes."""
        return replicated_share(self.trained, POOL)

    def rate(self, end: str) -> Estimate | None:
        """The mean rate of an end over runs, all of which are looked at in the same mazes of deployment."""
        return replicated_share(self.deployed[end], self.mazes)

    def mostly(self, end: str) -> Estimate:
        """The share of runs whose planner does this in more than half of the mazes of deployment."""
        return rate(int((self.deployed[end] > 0.5).sum()), self.runs)

    def contract(self) -> dict[str, Any]:
        """The fields that other tools rely on, by their stable names."""
        return {
            "runs": self.runs,
            "mazes": self.mazes,
            "trained": self.reached,
            "deployed": {end: self.rate(end) for end in ENDS},
            "mostly": {end: self.mostly(end) for end in ENDS},
            "weights": {name: estimate(self.ended[:, place]) for place, name in enumerate(FEATURES)},
            "moved": {
                name: estimate(self.ended[:, place] - self.started[:, place]) for place, name in enumerate(FEATURES)
            },
        }


@dataclass(frozen=True, kw_only=True)
class LearningResult:
    """What came of every setting of saliences."""

    spec: LearningSpec
    settings: Mapping[str, Learned]

    def contract(self) -> dict[str, Any]:
        """The fields that other tools rely on, by their stable names."""
        return {"settings": {name: learned.contract() for name, learned in self.settings.items()}}

    def measures(self) -> Mapping[str, Estimate]:
        """By name: `learning.SETTING.generalises`, `learning.SETTING.mostly.to_apple`, `learning.SETTING.trained`."""
        told: dict[str, Estimate | None] = {}
        for name, learned in self.settings.items():
            told[f"learning.{name}.trained"] = learned.reached
            for end in ENDS:
                told[f"learning.{name}.{end}"] = learned.rate(end)
                told[f"learning.{name}.mostly.{end}"] = learned.mostly(end)
        return {name: found for name, found in told.items() if found is not None}


def run_learning(
    world: MazeWorld, spec: LearningSpec, *, seed: int, workers: int = 1, progress: Progress = silent
) -> LearningResult:
    """Train planners from many starts, for each setting of saliences; parameters as for `run_shift`."""
    refuse_other_kinds(world=(world, MazeWorld), spec=(spec, LearningSpec))
    world.family_to_hold(spec.family, "family", POOL)
    world.family_to_hold(spec.deployed, "deployed", min(CHUNK, spec.mazes))
    jobs = list(enumerate(spec.saliences))
    told = in_chunks(lambda job: _setting(world, spec, seed, *job), jobs, workers, progress, "training planners")
    return LearningResult(spec=spec, settings={learned.name: learned for learned in told})


def _setting(world: MazeWorld, spec: LearningSpec, seed: int, place: int, name: str) -> Learned:
    """The runs of one setting; every setting meets the same mazes and starts from the same weights."""
    mazes = world.families[spec.family].draw(generator(seed, PLACE, 0), POOL)
    pool = lessons_of(mazes, limits(mazes, world.time_limit))
    salience = np.array([float(spec.saliences[name].get(feature, 1)) for feature in FEATURES])
    rng = generator(seed, PLACE, 1)
    weights = float(spec.spread) * rng.standard_normal((spec.runs, len(FEATURES)))
    started, losses = weights * salience, np.zeros((spec.steps, spec.runs))
    for step in range(spec.steps):
        lessons = pool.take(rng.integers(POOL, size=(spec.runs, spec.batch)))
        loss, gradient = loss_and_gradient(
            lessons,
            (weights * salience)[:, None],
            temperature=float(spec.temperature),
            step_cost=float(spec.step_cost),
        )
        losses[step] = loss.mean(axis=1)
        weights = weights - float(spec.learning_rate) * salience * gradient.mean(axis=1)
    ended = weights * salience
    return Learned(
        name=name,
        started=started,
        ended=ended,
        trained=_rates(mazes, world, ended, float(spec.step_cost))["generalises"] / POOL,
        loss=losses,
        deployed=_deployed(world, spec, ended, seed),
        mazes=spec.mazes,
    )


def _deployed(world: MazeWorld, spec: LearningSpec, weights: Array, seed: int) -> Mapping[str, Array]:
    """What each run does in the same mazes of deployment, as rates."""
    counts = dict.fromkeys(ENDS, np.zeros(len(weights)))
    for chunk, size in cut(spec.mazes, CHUNK):
        mazes = world.families[spec.deployed].draw(generator(seed, PLACE, 2, chunk), size)
        found = _rates(mazes, world, weights, float(spec.step_cost))
        counts = {end: counts[end] + found[end] for end in ENDS}
    return {end: count / spec.mazes for end, count in counts.items()}


def _rates(mazes: Mazes, world: MazeWorld, weights: Array, step_cost: float) -> dict[str, Array]:
    """In how many mazes each run ends in each way, [R]: planners go by shortest paths to what they find best."""
    targets = targets_of(mazes)
    shortest, allowed = shortest_to(mazes, targets), limits(mazes, world.time_limit)
    counts = np.empty((len(weights), len(ENDS)))
    for run, objective in enumerate(weights):
        ends = _ends(targets, shortest, allowed, objective, step_cost)
        counts[run] = np.bincount(ends, minlength=len(ENDS))
    return {end: counts[:, number] for number, end in enumerate(ENDS)}


def _ends(
    targets: Targets, shortest: NDArray[np.int32], allowed: NDArray[np.int32], weights: Array, step_cost: float
) -> NDArray[np.int64]:
    """Which of `ENDS` a planner comes to in each maze, [N]."""
    chosen = choose(targets, shortest, weights, step_cost=step_cost)
    needed = shortest[np.arange(len(chosen)), np.maximum(chosen, 0)]
    return ends_of(chosen, needed <= allowed, targets.corner)
