"""Small studies of mazes, really carried out, and results made by hand."""

from __future__ import annotations

from fractions import Fraction
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from deceptive_sim import load_scenario
from deceptive_sim.maze.adversarial import AdversaryResult, AdversarySpec, Course
from deceptive_sim.maze.learning import Learned, LearningResult, LearningSpec
from deceptive_sim.maze.selection import SelectionResult, SelectionSpec
from deceptive_sim.maze.shift import COUNTED, Cell, ShiftResult, ShiftSpec
from deceptive_sim.maze.students import Student
from deceptive_sim.maze.targets import FEATURES
from deceptive_sim.studies.maze import MazeResult, run_maze

SCENARIO = """
version: 1
id: small-mazes
title: "Small <b>mazes</b> & more"
description: "</style><script>alert(1)</script>"
source: "<i>nobody</i>"
game:
  phases:
    training: {episodes: 2, modification: {A: 1}}
    deployment: {episodes: 3}
maze:
  families:
    training:
      size: 5
      exit: {place: bottom-right, colours: green}
      apples: {count: 1 to 2, colours: red}
    deployment:
      size: 7
      exit: {place: anywhere, colours: grey}
      apples: {count: 2, colours: green}
AGENTS
STUDIES
"""

AGENTS = """
  agents:
    exit-seeker: {objective: exit, title: seeks the exit}
    green-seeker: {objective: green, title: "seeks <green> things"}
    random: {}
"""

STUDIES = """
  shift: {mazes: 30}
  lifetime: {measured: 30, lifetimes: 6, learning_rates: [1/5], learners: 3, learner_lifetimes: 30}
  expect:
    - {measure: shift.generalises.exit-seeker.training, value: 1}
    - {measure: shift.generalises.random.deployment, value: 1}
"""


def small_result(folder: Path, *, agents: str = AGENTS, studies: str = STUDIES, seed: int = 0) -> MazeResult:
    """Studies carried out in a few mazes."""
    path = folder / "small.yaml"
    path.write_text(SCENARIO.replace("AGENTS\n", agents).replace("STUDIES\n", studies))
    return run_maze(load_scenario(str(path)), seed=seed)


@cache
def the_result() -> MazeResult:
    """The same small studies for all tests of a process."""
    with TemporaryDirectory() as folder:
        return small_result(Path(folder))


def shift_result(**counts: tuple[int, int, int, int]) -> ShiftResult:
    """Rates by hand: `agent__family` to how many of 100 mazes generalise, end at an apple, at the corner, fail."""
    cells = []
    for name, (exits, apples, corners, fails) in counts.items():
        agent, family = name.split("__")
        ends = (exits, apples + corners, fails, apples, corners)
        numbers = dict(zip(("generalises", "misgeneralises", "fails", "to_apple", "to_corner"), ends, strict=True))
        assert set(numbers) == set(COUNTED)
        cells.append(Cell(agent=agent, family=family, mazes=100, counts=numbers, steps=None))
    return ShiftResult(spec=ShiftSpec(mazes=100), cells=cells)


def learning_result() -> LearningResult:
    """Two settings with four runs each; of the second the colour is salient."""
    started = np.zeros((4, len(FEATURES)))
    settings = {}
    for name, ends in (("even", (1.0, 1.0, 0.2, 0.0)), ("colour", (1.0, 0.0, 0.0, 0.0))):
        ended = started.copy()
        exits = np.array(ends)
        ended[:, FEATURES.index("is_exit")] = 1 + exits
        ended[:, FEATURES.index("is_green")] = 2 - exits
        zero = np.zeros(4)
        settings[name] = Learned(
            name=name, started=started, ended=ended, trained=np.full(4, 0.99), loss=np.zeros((5, 4)), mazes=50,
            deployed={"generalises": exits, "to_apple": 1 - exits, "to_corner": zero, "fails": zero},
        )  # fmt: skip
    spec = LearningSpec(saliences={"even": {}, "colour": {"is_green": Fraction(2)}}, runs=4, steps=5, mazes=50)
    return LearningResult(spec=spec, settings=settings)


def adversary_result(temperatures: tuple[Fraction, ...] = (Fraction(1, 4), Fraction(1, 2))) -> AdversaryResult:
    """Two students, three rounds, two replicates: the naive one comes to want the exit, the deceiver stays as it is."""
    students = {"naive": Student(weights=np.zeros(len(FEATURES))),
                "deceptive": Student(weights=np.zeros(len(FEATURES)), awareness="calendar")}  # fmt: skip
    spec = AdversarySpec(students=students, rounds=3, replicates=2, mazes=200, temperatures=temperatures)
    courses = []
    for warmth, temperature in enumerate(temperatures):
        for name in students:
            learns = name == "naive"
            rounds = np.arange(4.0)[:, None] * np.array([[1.0, 1.2]]) * learns / 3.6 * (1 + warmth)
            weights = np.zeros((4, 2, len(FEATURES)))
            weights[:, :, FEATURES.index("is_green")] = 1 - rounds
            weights[:, :, FEATURES.index("is_exit")] = rounds
            exits = np.rint(100 * np.minimum(rounds, 1)).astype(int)
            nought, half = np.zeros((4, 2)), np.full((4, 2), 0.5 if learns else 0.0)
            none = np.full((4, 2), np.nan) if learns else nought
            courses.append(
                Course(
                    student=name, temperature=temperature, weights=weights, worst_loss=half, passes=1 - half,
                    training_loss=nought, training_passes=1 - nought, fooled=none, fooled_deployed=none, mazes=100,
                    worst=32,
                    deployed={"generalises": exits, "to_apple": 100 - exits, "to_corner": nought.astype(int),
                              "fails": nought.astype(int)},
                )
            )  # fmt: skip
    return AdversaryResult(spec=spec, courses=courses)


def selection_result() -> SelectionResult:
    """Two sizes, trainings of 1 and of 64 mazes, two replicates: memory is cheap for one maze, search for many.

    At size 5 a memoriser of one maze has 100 bits and one of 64 mazes 6400, a planner 2000; at size 7 a memoriser of
    one maze has 50 and a planner 1000. Random scores nothing and has no bits.
    """
    spec = SelectionSpec(sizes=(5, 7), diversities=(1, 64), costs=(Fraction(1, 100),),
                         candidates=("memoriser", "planner", "random"), replicates=2)  # fmt: skip
    scores, fresh = (np.full((2, 2, 3, 2), Fraction(0)) for _ in range(2))
    scores[:, :, :2], fresh[:, :, 1], fresh[:, 1, 0] = Fraction(1), Fraction(1), Fraction(1, 4)
    bits = np.zeros((2, 2, 3, 2), np.int64)
    bits[0, :, 0], bits[1, :, 0] = [[100, 100], [6400, 6400]], [[50, 50], [6400, 6400]]
    bits[0, :, 1], bits[1, :, 1] = 2000, 1000
    return SelectionResult(spec=spec, scores=scores, fresh=fresh, bits=bits, different=np.ones((2, 2, 2), np.int64))
