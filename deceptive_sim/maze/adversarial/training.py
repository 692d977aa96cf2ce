"""Adversarial training: one student at one temperature, in all replicates side by side.

A round is a search for bad mazes, gradient steps on the worst of them and on ordinary ones, and a look at the student
in mazes that nobody touched.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from deceptive_sim.core.seeds import generator
from deceptive_sim.maze.adversarial.course import Array, Course
from deceptive_sim.maze.adversarial.spec import IMAGINED, SEEN, AdversarySpec
from deceptive_sim.maze.adversarial.worst import WorstMaze
from deceptive_sim.maze.adversary import search_mazes
from deceptive_sim.maze.awareness import Awareness
from deceptive_sim.maze.lessons import Lessons, Plan, chances, lessons_of, loss_and_gradient, utilities_in
from deceptive_sim.maze.mazes import Mazes
from deceptive_sim.maze.outcomes import ENDS, ends_of
from deceptive_sim.maze.planners import best_of
from deceptive_sim.maze.plans import Counts
from deceptive_sim.maze.search import limits
from deceptive_sim.maze.students import Mind, believed
from deceptive_sim.maze.targets import FEATURES, targets_of
from deceptive_sim.maze.things import EXIT_THING, Cell
from deceptive_sim.maze.walking import trace_to
from deceptive_sim.maze.world import MazeWorld

Picks = tuple[NDArray[np.int64], NDArray[np.bool_], Array]
"""The best target of each maze, whether it can be had in time, and beliefs of being in training, [R, N / R] each."""

PLACE = 4
"""Where this study stands under a seed."""


class Training:
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
        records: list[dict[str, Array]] = []
        shown: list[WorstMaze] = []
        for number in range(self.spec.rounds + 1):
            self.counts, self.planned = self.mind.counts(self.weights) if self.mind else [], None
            found = self._search()
            picks = self._picks(found[0], really=True)
            records.append(self._record(found[1], picks))
            if number in (0, self.spec.rounds):
                shown.append(self._worst(number, found[0], picks))
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
            worst_mazes=tuple(shown),
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

    def _picks(self, mazes: Mazes, *, really: bool) -> Picks:
        """The best target of each maze, whether it can be had in time, and beliefs, [R, N / R] each."""
        lessons, beliefs = self._lessons(mazes), self._beliefs(mazes, really=really)
        plan = self._plan(beliefs)
        worth = utilities_in(lessons, self.weights[:, None], step_cost=self.step_cost, plan=plan)
        picked = best_of(worth, lessons.rank)
        steps = np.take_along_axis(lessons.steps, picked[..., None], axis=2)[..., 0]
        allowed = limits(mazes, self.world.time_limit).reshape(picked.shape)
        return picked, steps <= allowed, beliefs

    def _worst(self, number: int, worst: Mazes, picks: Picks) -> WorstMaze:
        """What the first replicate's student does in the worst maze that was found for it."""
        picked, in_time, beliefs = picks[0][0, :1], picks[1][0, :1], picks[2][0, :1]
        one = worst.take([0])
        allowed = limits(one, self.world.time_limit)
        lessons = lessons_of(one, allowed)
        plan = self._plan(np.broadcast_to(beliefs, (self.spec.replicates, 1)))
        chance = chances(
            lessons,
            self.weights[:1],
            temperature=float(self.temperature),
            step_cost=self.step_cost,
            plan=None if plan is None else Plan(features=plan.features[0], cost=plan.cost[0]),
        )
        maze, target = one.maze(0), targets_of(one).cells[0, picked]
        row, column = (int(place[0]) for place in one.rows_and_columns(target))
        return WorstMaze(
            round=number,
            maze=maze,
            loss=float(1 - chance[0, EXIT_THING] * lessons.in_time[0]),
            end=ENDS[int(ends_of(picked, in_time, one.most_things)[0])],
            path=trace_to(maze, Cell(row, column), int(allowed[0]), rng=self.rng),
            belief=float(beliefs[0]) if self.mind else None,
        )

    def _record(self, losses: Array, picks: Picks) -> dict[str, Array]:
        spec, (picked, in_time, beliefs) = self.spec, picks
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
