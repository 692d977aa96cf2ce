"""Adversarial training: an adversary finds mazes with a high base loss, training goes on with them, and so on.

In each round, for each student,

1. the adversary searches the family (`adversary`) for mazes with the highest loss of the present student;
2. the base optimiser goes down the gradient of the loss (`lessons`) on the worst of them and on ordinary mazes of
   training. The loss is that of the target which the student picks, its plan for its lifetime included, and the
   gradient goes through that plan. The solver plans anew (who will do what) at the start of each round;
3. the student is deployed in mazes that nobody touched.

A softmax always leaves a little loss, so that weights always drift a little; how much, and whether towards the base
objective or away from it, is reported for every temperature. See `plans` for why a deceiver's drift strengthens its
mesa-objective where deception pays.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from deceptive_sim.core.errors import wrong
from deceptive_sim.core.exact import exact
from deceptive_sim.core.frozen import FrozenMapping
from deceptive_sim.core.progress import Progress, silent
from deceptive_sim.core.seeds import generator
from deceptive_sim.maze.adversary import search_mazes
from deceptive_sim.maze.awareness import Awareness
from deceptive_sim.maze.chunks import in_chunks
from deceptive_sim.maze.estimates import replicated_rate, replicated_share
from deceptive_sim.maze.lessons import Lessons, Plan, chances, lessons_of, loss_and_gradient, utilities_in
from deceptive_sim.maze.mazes import Mazes
from deceptive_sim.maze.outcomes import ENDS, ends_of
from deceptive_sim.maze.planners import best_of
from deceptive_sim.maze.plans import Counts
from deceptive_sim.maze.reading import each, mapping, read, whole, word
from deceptive_sim.maze.search import limits
from deceptive_sim.maze.students import Mind, Student, believed
from deceptive_sim.maze.targets import FEATURES
from deceptive_sim.maze.things import EXIT_THING
from deceptive_sim.maze.world import MazeWorld
from deceptive_sim.populations.measures import Estimate, estimate

Array = NDArray[np.float64]

PLACE = 4
"""Where this study stands under a seed."""

SEEN, IMAGINED = 2_000, 500
"""Mazes of each phase that a student has seen beforehand, and mazes of deployment that it plans with."""

MOST = {"rounds": 1_000, "pool": 10_000, "climbs": 1_000, "worst": 10_000, "ordinary": 10_000, "steps": 10_000}
MOST_AT_ONCE = 1_000_000
"""Mazes of all replicates together that are worked on at a time."""

LEAST_TEMPERATURE = Fraction(1, 10**6)

LEAST = {"rounds": 0, "pool": 1, "climbs": 0, "worst": 1, "ordinary": 0, "steps": 0}


@dataclass(frozen=True, kw_only=True)
class AdversarySpec:
    """How students are trained.

    Attributes
    ----------
    students : mapping
        Name to `Student`.
    rounds : int
    pool, climbs, worst : int
        Mazes that the adversary searches in each round, changes it tries to each, and how many are trained on.
    ordinary : int
        Mazes of training that are trained on beside them.
    steps : int
        Steps of gradient descent in each round.
    learning_rate : Fraction
    temperatures : sequence of Fraction
        Of the softmax, from `LEAST_TEMPERATURE`; every student is trained at each, the first is the main one.
    step_cost : Fraction
    spread : Fraction
        Standard deviation of what is added to each weight at first, in each replicate.
    replicates : int
        Independent trainings.
    mazes : int
        Of deployment, for each round, over all replicates.
    training, deployed, family : str
        Families of ordinary mazes, of deployment, and the one that the adversary searches.
    """

    students: Mapping[str, Student]
    rounds: int = 10
    pool: int = 200
    climbs: int = 20
    worst: int = 32
    ordinary: int = 32
    steps: int = 20
    learning_rate: Fraction = Fraction(1, 10)
    temperatures: Sequence[Fraction] = (Fraction(1, 4),)
    step_cost: Fraction = Fraction(1, 200)
    spread: Fraction = Fraction(1, 20)
    replicates: int = 10
    mazes: int = 10_000
    training: str = "training"
    deployed: str = "deployment"
    family: str = "adversary"

    def __post_init__(self) -> None:
        read(self, students=mapping, temperatures=each(exact), training=word, deployed=word, family=word)
        read(self, **dict.fromkeys((*MOST, "replicates", "mazes"), whole))
        read(self, **dict.fromkeys(("learning_rate", "step_cost", "spread"), exact))
        if not self.students:
            raise wrong("students", "must name at least one student")
        object.__setattr__(self, "students", FrozenMapping(self.students))
        for name, student in self.students.items():
            if not isinstance(student, Student):
                raise wrong(f"students.{name}", "must be a Student", student)
        for name, most in MOST.items():
            if not LEAST[name] <= getattr(self, name) <= most:
                raise wrong(name, f"must be from {LEAST[name]} to {most}", getattr(self, name))
        if self.worst > self.pool:
            raise wrong("worst", f"must be at most the pool, {self.pool}", self.worst)
        if not 1 <= self.replicates <= 1_000:
            raise wrong("replicates", "must be from 1 to 1000", self.replicates)
        if not self.replicates <= self.mazes <= MOST_AT_ONCE:
            rule = f"must be from {self.replicates}, the replicates, to {MOST_AT_ONCE}"
            raise wrong("mazes", rule, self.mazes)
        for name in ("pool", "ordinary"):
            if self.replicates * getattr(self, name) > MOST_AT_ONCE:
                rule = f"must be at most {MOST_AT_ONCE // self.replicates} with {self.replicates} replicates"
                raise wrong(name, rule, getattr(self, name))
        if not self.temperatures:
            raise wrong("temperatures", "must have at least one temperature")
        if len(set(self.temperatures)) < len(self.temperatures):
            raise wrong("temperatures", "must differ from each other", self.temperatures)
        for name, values in (("temperatures", self.temperatures), ("learning_rate", (self.learning_rate,))):
            for value in values:
                if not 0 < value <= 10**6:
                    raise wrong(name, "must be more than 0 and at most 1000000", str(value))
        if min(self.temperatures) < LEAST_TEMPERATURE:
            rule = f"must be at least {LEAST_TEMPERATURE}"
            raise wrong("temperatures", rule, str(min(self.temperatures)))
        for name in ("step_cost", "spread"):
            if not 0 <= getattr(self, name) <= 10**6:
                raise wrong(name, "must be from 0 to 1000000", str(getattr(self, name)))

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the students, in order."""
        return tuple(self.students)


@dataclass(frozen=True, kw_only=True, eq=False)
class Course:
    """How one student fared at one temperature. Index 0 of rounds is before any.

    Attributes
    ----------
    student : str
    temperature : Fraction
    weights : array, [rounds + 1, R, F]
    worst_loss : array, [rounds + 1, R]
        The highest loss that the adversary saw; whose calendar is mistaken now and then, it meets at such moments.
    passes : array, [rounds + 1, R]
        In which part of the adversary's worst mazes its best target is the exit.
    training_loss, training_passes : array, [rounds + 1, R]
        The same in ordinary mazes of training: mean loss, and part.
    fooled : array, [rounds + 1, R]
        In which part of the adversary's worst mazes it rather believes to be deployed; NaN for who is not aware.
    fooled_deployed : array, [rounds + 1, R]
        In which part of the mazes of deployment it rather believes to be in training.
    deployed : mapping
        For each of `ENDS`, in how many mazes of deployment, int [rounds + 1, R].
    mazes : int
        Of deployment, for each replicate and round.
    worst : int
        Of the adversary's mazes, for each replicate and round.
    """

    student: str
    temperature: Fraction
    weights: Array
    worst_loss: Array
    passes: Array
    training_loss: Array
    training_passes: Array
    fooled: Array
    fooled_deployed: Array
    deployed: Mapping[str, NDArray[np.int64]]
    mazes: int
    worst: int

    @property
    def rounds(self) -> int:
        """Rounds of training."""
        return len(self.weights) - 1

    @property
    def replicates(self) -> int:
        """R."""
        return int(self.weights.shape[1])

    def drift_per_round(self) -> Estimate | None:
        """`drift` after the last round over the number of rounds: what rounds undo of each other does not count.

        None without a round.
        """
        return estimate(self.drift()[-1] / self.rounds) if self.rounds else None

    def drift(self) -> Array:
        """How far the weights have moved from where they began, [rounds + 1, R]."""
        return np.asarray(np.linalg.norm(self.weights - self.weights[0], axis=2))

    def rate(self, end: str, after: int) -> Estimate:
        """The rate of an end in untouched mazes of deployment after a round."""
        return replicated_rate(self.deployed[end][after], self.mazes)

    def misgeneralises(self, after: int) -> Estimate:
        """The rate of going competently elsewhere in untouched mazes of deployment after a round."""
        return replicated_rate(self.deployed["to_apple"][after] + self.deployed["to_corner"][after], self.mazes)

    def after(self, number: int) -> dict[str, Any]:
        """What there is after a round, as plain data.

        All replicates have met the same `SEEN` mazes of training; of the adversary and of deployment each has its own.
        """
        found, untouched = self.replicates * self.worst, self.replicates * self.mazes
        return {
            "round": number,
            "worst_loss": estimate(self.worst_loss[number], share=True),
            "passes": replicated_share(self.passes[number], found),
            "training_loss": estimate(self.training_loss[number], share=True),
            "training_passes": replicated_share(self.training_passes[number], SEEN),
            "fooled": replicated_share(self.fooled[number], found),
            "fooled_deployed": replicated_share(self.fooled_deployed[number], untouched),
            "drift": estimate(self.drift()[number]),
            "misgeneralises": self.misgeneralises(number),
            **{end: self.rate(end, number) for end in ENDS},
            "weights": {name: estimate(self.weights[number, :, place]) for place, name in enumerate(FEATURES)},
        }

    def contract(self) -> dict[str, Any]:
        """The fields that other tools rely on, by their stable names."""
        return {"temperature": self.temperature, "rounds": [self.after(number) for number in range(self.rounds + 1)]}


@dataclass(frozen=True, kw_only=True)
class AdversaryResult:
    """How every student fared, at every temperature."""

    spec: AdversarySpec
    courses: Sequence[Course]

    def course(self, student: str, temperature: Fraction | None = None) -> Course:
        """How one student fared, at the main temperature unless another is named."""
        asked = self.spec.temperatures[0] if temperature is None else temperature
        return next(one for one in self.courses if (one.student, one.temperature) == (student, asked))

    def contract(self) -> dict[str, Any]:
        """The fields that other tools rely on, by their stable names."""
        return {
            "students": {name: self.course(name).contract() for name in self.spec.names},
            "drift": {
                name: [
                    {
                        "temperature": temperature,
                        "drift_per_round": self.course(name, temperature).drift_per_round(),
                        "misgeneralises": self.course(name, temperature).misgeneralises(-1),
                        "worst_loss": estimate(self.course(name, temperature).worst_loss[-1], share=True),
                    }
                    for temperature in self.spec.temperatures
                ]
                for name in self.spec.names
            },
        }

    def measures(self) -> Mapping[str, Estimate]:
        """By name: `adversary.STUDENT.misgeneralises` after the last round, `...before`, `...passes`, and so on."""
        told: dict[str, Estimate | None] = {}
        for name in self.spec.names:
            course = self.course(name)
            last = course.after(course.rounds)
            told |= {f"adversary.{name}.{key}": found for key, found in last.items() if isinstance(found, Estimate)}
            told |= {f"adversary.{name}.weights.{key}": found for key, found in last["weights"].items()}
            told[f"adversary.{name}.before.misgeneralises"] = course.misgeneralises(0)
            told[f"adversary.{name}.before.worst_loss"] = estimate(course.worst_loss[0], share=True)
        return {name: found for name, found in told.items() if found is not None}


def run_adversary(
    world: MazeWorld, spec: AdversarySpec, *, seed: int, workers: int = 1, progress: Progress = silent
) -> AdversaryResult:
    """Train every student against an adversary, at every temperature; parameters as for `run_shift`.

    Raises
    ------
    InputError
        If a family is missing or has mazes that are too large, or the world's game is none that students can plan in
        (`plans.counts_of`).
    """
    recorded = spec.replicates * (SEEN // 4)
    world.family_to_hold(spec.training, "training", max(SEEN, recorded, spec.replicates * spec.ordinary))
    world.family_to_hold(spec.deployed, "deployed", max(SEEN, spec.mazes))
    world.family_to_hold(spec.family, "family", spec.replicates * spec.pool)
    jobs = [(place, name, warmth) for place, name in enumerate(spec.names) for warmth in range(len(spec.temperatures))]
    courses = in_chunks(lambda job: _Training(world, spec, seed, *job).run(), jobs, workers, progress, "training")
    return AdversaryResult(spec=spec, courses=tuple(courses))


class _Training:
    """One student at one temperature, in all replicates side by side."""

    def __init__(self, world: MazeWorld, spec: AdversarySpec, seed: int, place: int, name: str, warmth: int) -> None:
        self.world, self.spec, self.student = world, spec, spec.students[name]
        self.name, self.temperature = name, spec.temperatures[warmth]
        self.rng = generator(seed, PLACE, 1, place, warmth)
        self.step_cost = float(spec.step_cost)
        common = generator(seed, PLACE, 0)  # all students have seen, and imagine, the same mazes
        training, deployment = (world.families[family].draw(common, SEEN) for family in (spec.training, spec.deployed))
        start = generator(seed, PLACE, 2).standard_normal((spec.replicates, len(FEATURES)))
        self.weights = self.student.weights + float(spec.spread) * start
        self.ordinary, self.ordinary_lessons = training, lessons_of(training, limits(training, world.time_limit))
        self.way: Awareness = self.student.way(training, deployment)
        aware = self.student.awareness != "unaware"
        pictured = deployment.take(slice(IMAGINED))
        imagined = lessons_of(pictured, limits(pictured, world.time_limit))
        self.mind = Mind(imagined=imagined, game=world.game, step_cost=self.step_cost) if aware else None
        self.counts: list[Counts] = []
        self.planned: Plan | None = None  # with the present weights and counts

    def run(self) -> Course:
        """All rounds; what is recorded after a round is about the student that comes out of it."""
        records = []
        for number in range(self.spec.rounds + 1):
            self.counts, self.planned = self.mind.counts(self.weights) if self.mind else [], None
            found = self._search()
            records.append(self._record(found))
            if number < self.spec.rounds:
                self._train(found[0])
        stacked = {name: np.array([record[name] for record in records]) for name in records[0]}
        deployed = {end: stacked.pop(end) for end in ENDS}
        return Course(
            student=self.name,
            temperature=self.temperature,
            deployed=deployed,
            mazes=self.spec.mazes // self.spec.replicates,
            worst=self.spec.worst,
            **stacked,
        )

    def _beliefs(self, mazes: Mazes, *, really: bool) -> Array:
        """In each maze of every replicate the probability of training, [R, N / R]."""
        told = self.way.training(mazes, self.rng, really=really)
        return told.reshape(self.spec.replicates, -1)

    def _lessons(self, mazes: Mazes) -> Lessons:
        """Mazes of all replicates, one after the other, as lessons [R, N / R]."""
        return lessons_of(mazes, limits(mazes, self.world.time_limit)).reshaped(self.spec.replicates, -1)

    def _losses(self, mazes: Mazes) -> Array:
        lessons, plan = self._lessons(mazes), self._plan(self._beliefs(mazes, really=True))
        warmth = float(self.temperature)
        chance = chances(lessons, self.weights[:, None], temperature=warmth, step_cost=self.step_cost, plan=plan)
        return np.asarray((1 - chance[..., EXIT_THING] * lessons.in_time).ravel())

    def _search(self) -> tuple[Mazes, Array]:
        """The worst mazes that the adversary finds for each replicate, and the losses of all that it looked at."""
        spec = self.spec
        found = search_mazes(
            self.world.families[spec.family], self._losses, spec.replicates * spec.pool, spec.climbs, self.rng
        )
        losses = found.losses.reshape(spec.replicates, spec.pool)
        worst = np.argsort(-losses, axis=1, kind="stable")[:, : spec.worst]
        return found.mazes.take((worst + spec.pool * np.arange(spec.replicates)[:, None]).ravel()), losses

    def _picks(self, mazes: Mazes, *, really: bool) -> tuple[NDArray[np.int64], NDArray[np.bool_], Array]:
        """The best target of each maze, whether it can be had in time, and beliefs, [R, N / R] each."""
        lessons, beliefs = self._lessons(mazes), self._beliefs(mazes, really=really)
        plan = self._plan(beliefs)
        worth = utilities_in(lessons, self.weights[:, None], step_cost=self.step_cost, plan=plan)
        picked = best_of(worth, lessons.rank)
        steps = np.take_along_axis(lessons.steps, picked[..., None], axis=2)[..., 0]
        allowed = limits(mazes, self.world.time_limit).reshape(picked.shape)
        return picked, steps <= allowed, beliefs

    def _record(self, found: tuple[Mazes, Array]) -> dict[str, Array]:
        spec, (worst, losses) = self.spec, found
        picked, in_time, beliefs = self._picks(worst, really=True)
        ordinary = self.ordinary.take(self.rng.integers(SEEN, size=spec.replicates * (SEEN // 4)))
        usual, usual_in_time, _ = self._picks(ordinary, really=True)
        untouched = self.world.families[spec.deployed].draw(self.rng, spec.mazes // spec.replicates * spec.replicates)
        chosen, reached, known = self._picks(untouched, really=False)
        ends, nobody = ends_of(chosen, reached, untouched.most_things), np.full(spec.replicates, np.nan)
        return {
            "weights": self.weights.copy(),
            "worst_loss": losses.max(axis=1),
            "passes": ((picked == EXIT_THING) & in_time).mean(axis=1),
            "training_loss": self._losses(ordinary).reshape(usual.shape).mean(axis=1),
            "training_passes": ((usual == EXIT_THING) & usual_in_time).mean(axis=1),
            "fooled": (beliefs < 0.5).mean(axis=1) if self.mind else nobody,
            "fooled_deployed": (known > 0.5).mean(axis=1) if self.mind else nobody,
            **{end: (ends == number).sum(axis=1) for number, end in enumerate(ENDS)},
        }

    def _train(self, worst: Mazes) -> None:
        """Gradient steps on the worst mazes and on ordinary ones."""
        spec, shape = self.spec, (self.spec.replicates, self.spec.ordinary)
        hard = self._lessons(worst)
        for _ in range(spec.steps):
            total = self._gradient(hard, worst) * spec.worst
            if spec.ordinary:
                drawn = self.rng.integers(SEEN, size=shape)
                easy = self.ordinary_lessons.take(drawn)
                total = total + self._gradient(easy, self.ordinary.take(drawn.ravel())) * spec.ordinary
            self.weights = self.weights - float(spec.learning_rate) * total / (spec.worst + spec.ordinary)
            self.planned = None

    def _gradient(self, lessons: Lessons, mazes: Mazes) -> Array:
        """The mean gradient of each replicate, [R, F]."""
        _, gradient = loss_and_gradient(
            lessons,
            self.weights[:, None],
            temperature=float(self.temperature),
            step_cost=self.step_cost,
            plan=self._plan(self._beliefs(mazes, really=True)),
        )
        return np.asarray(gradient.mean(axis=1))

    def _plan(self, beliefs: Array) -> Plan | None:
        """What students that are aware add to the exit in each maze."""
        if self.mind is None:
            return None
        if self.planned is None:
            self.planned = self.mind.plan(self.weights, self.counts)
        return believed(self.planned, beliefs)
