"""The `maze:` section: what it means, and one clear line with its place for everything that can be wrong with it.

In texts ^ marks the place that the error must point at; it is taken out before the text is read.
"""
# ruff: noqa: E501 - tables: a text and what is said about it, one line each

from __future__ import annotations

import dataclasses
import importlib
import subprocess
import sys
import time
import typing
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from scenario.test_file_errors import marked

from deceptive_sim.core.errors import InputError
from deceptive_sim.maze.family import MazeFamily
from deceptive_sim.maze.generators.library import GENERATORS
from deceptive_sim.maze.lifetime.spec import Backup, Loss, Memory, Updating
from deceptive_sim.maze.objectives import weights_of
from deceptive_sim.maze.placing import PLACES
from deceptive_sim.maze.planners import SEARCHES, Planner
from deceptive_sim.maze.plants import RULES
from deceptive_sim.maze.selection import CANDIDATES
from deceptive_sim.maze.students import WAYS, Student
from deceptive_sim.maze.things import COLOURS
from deceptive_sim.maze.walkers import Plant, Wanderer
from deceptive_sim.scenario import maze_sections, maze_study_sections
from deceptive_sim.scenario.load import Scenario, load_scenario
from deceptive_sim.scenario.maze import STUDIES, MazePlan
from deceptive_sim.studies.run import examine_mazes

HEAD = """\
version: 1
id: mine
game:
  phases:
    training: {episodes: 2, modification: {A: 1}}
    deployment: {episodes: 3}
maze:
"""
BOTH = "families: {training: {}, deployment: {}}\n  "
FAMILIES = "  families: {training: {}, deployment: {}}\n"


def load(folder: Path, section: str, *settings: str, head: str = HEAD) -> Scenario:
    path = folder / "mine.yaml"
    path.write_text(head + section, encoding="utf-8", newline="")
    scenario = load_scenario(path, settings)
    examine_mazes(scenario)
    return scenario


def planned(folder: Path, section: str, *settings: str) -> MazePlan:
    plan = load(folder, section, *settings).maze
    assert plan is not None
    return plan


def family(folder: Path, setting: str) -> MazeFamily:
    return planned(folder, f"  families: {{training: {setting}}}\n").families["training"]


def told(folder: Path, section: str, *settings: str, head: str = HEAD) -> list[str]:
    """Everything that is wrong, as `line:column: sentence`; in the file or of what is set."""
    with pytest.raises(InputError) as found:
        load(folder, section, *settings, head=head)
    lines = []
    for problem in found.value.problems:
        assert problem.position is not None, problem
        assert problem.position.file in (str(folder / "mine.yaml"), "--set")
        lines.append(f"{problem.position.line}:{problem.position.column}: {problem.sentence()}")
    return lines


def assert_says(folder: Path, section: str, sentence: str) -> None:
    text, place = marked(HEAD + section)
    said = told(folder, "", head=text)
    assert len(said) == 1
    assert said[0].startswith(f"{place}: {sentence}")  # how the rules of families go on is their own affair


# --- what a file says is what is built ------------------------------------------------------------------------------


def test_a_family_is_what_the_file_says(tmp_path: Path) -> None:
    asked = """{generator: rooms, height: 5 to 9, width: [7, 11], loops: 0.1, start: [top-left, anywhere],
      exit: {place: bottom-right, colours: green}, apples: {count: 1 to 2, place: anywhere, colours: [red, red, blue]},
      walls: purple}"""
    assert family(tmp_path, asked) == MazeFamily(
        generator="rooms",
        height=(5, 9),
        width=(7, 11),
        square=False,
        loops=Fraction(1, 10),
        start=("top-left", "anywhere"),
        exit=("bottom-right",),
        exit_colours=("green",),
        apples=(1, 2),
        apple_places=("anywhere",),
        apple_colours=("red", "red", "blue"),
        wall_colours=("purple",),
    )


def test_a_family_that_says_nothing_is_the_story_s_own(tmp_path: Path) -> None:
    assert family(tmp_path, "{}") == MazeFamily()


@pytest.mark.parametrize("size", ["5 to 9", "[5, 9]", '" 5 to  9 "'])
def test_sizes_are_written_in_several_ways(tmp_path: Path, size: str) -> None:
    assert family(tmp_path, f"{{size: {size}}}") == MazeFamily(height=(5, 9))
    assert family(tmp_path, "{size: 7}") == family(tmp_path, "{size: [7]}") == MazeFamily(height=(7, 7))


def test_mazes_are_square_unless_sides_differ(tmp_path: Path) -> None:
    assert family(tmp_path, "{height: 5, width: 5}").square
    assert not family(tmp_path, "{height: 5, width: 7}").square
    assert not family(tmp_path, "{height: 5, width: 5, square: false}").square


def test_maps_have_their_own_colours_and_those_of_the_file(tmp_path: Path) -> None:
    setting = "{map: SargE, exit: {colours: blue}, apples: {colours: yellow}, walls: red}"
    (maze,) = family(tmp_path, setting).maps
    assert (maze.exit.colour, maze.wall_colour) == ("blue", "red")
    assert [apple.colour for apple in maze.apples] == ["yellow", "red", "green"]
    drawn = family(tmp_path, setting).draw(np.random.default_rng(0), 3)
    assert [thing.colour for thing in drawn.maze(2).things] == ["blue", "yellow", "red", "green"]


def test_colours_of_maps_may_be_drawn(tmp_path: Path) -> None:
    drawn = family(tmp_path, '{maps: [SaE, "S#.\\n.aE"], exit: {colours: [blue, red]}, apples: {colours: [red, grey]}}')
    mazes = drawn.draw(np.random.default_rng(0), 200)
    of = {(mazes.maze(n).height, mazes.maze(n).exit.colour, mazes.maze(n).apples[0].colour) for n in range(200)}
    assert of == {(height, a, b) for height in (1, 2) for a in ("blue", "red") for b in ("red", "grey")}


def test_agents_are_what_the_file_says(tmp_path: Path) -> None:
    agents = """  agents:
    careful: {objective: green, step_cost: 0.01, search: a-star, depth: 5, slip: 1/4, title: The careful one}
    mixed: {objective: {is_exit: 1, position: -1/2}}
    wall-follower: {}
    plant: {kind: down-and-right}
    random: {}
    unvisited: {kind: planner, objective: exit}
"""
    plan = planned(tmp_path, FAMILIES + agents)
    walkers = plan.world(0).agents
    careful, mixed = walkers["careful"], walkers["mixed"]
    assert isinstance(careful, Planner)
    assert isinstance(mixed, Planner)
    assert (careful.step_cost, careful.search, careful.depth, careful.slip) == (0.01, "a-star", 5, 0.25)
    assert np.array_equal(careful.weights, weights_of("green"))
    assert np.array_equal(mixed.weights, [1, 0, 0, 0, 0, 0, 0, 0, -0.5])
    assert walkers["wall-follower"] == Plant(rule="wall-follower")
    assert walkers["plant"] == Plant(rule="down-and-right")
    assert walkers["random"] == Wanderer()
    assert isinstance(walkers["unvisited"], Planner)
    assert plan.labels["careful"] == "The careful one"
    assert plan.labels["wall-follower"] == "wall follower"


def test_a_pointer_wants_what_its_examples_say(tmp_path: Path) -> None:
    section = """  families: {greens: {maps: [SraE]}, greys: {map: SgE, exit: {colours: grey}}}
  agents:
    none: {objective: {pointer: {}}}
    few: {objective: {pointer: {examples: {greens: 3}, noise: 1/10}}}
    both: {objective: {pointer: {examples: {greens: 3, greys: 2}, noise: 1/10}}}
"""
    world = planned(tmp_path, section).world(5)
    none, few, both = (np.asarray(getattr(world.agents[name], "weights")) for name in ("none", "few", "both"))  # noqa: B009
    assert np.allclose(none, 1 / 9)
    # By hand, features in order: exit, apple, red, green, blue, purple, yellow, grey, position. In SraE, of three
    # things, the exit alone is an exit, green and in the corner, the apples alone are red, and none is blue, purple,
    # yellow or grey, so that all of them have as much of those.
    sure, never, any_of_three = 0.9 + 0.1 / 3, 0.1 / 3, 0.9 / 3 + 0.1 / 3
    greens = np.array([sure, never, never, sure, *[any_of_three] * 4, sure]) ** 3
    assert np.allclose(few, greens / greens.sum())
    sure, never, any_of_two = 0.9 + 0.1 / 2, 0.1 / 2, 0.9 / 2 + 0.1 / 2
    greys = np.array([sure, never, any_of_two, never, *[any_of_two] * 3, sure, sure]) ** 2
    assert np.allclose(both, greens * greys / (greens * greys).sum())


def test_studies_are_what_the_file_says(tmp_path: Path) -> None:
    section = """  agents: {a: {objective: exit}, b: {objective: exit}}
  time_limit: 3/2
  shift: {mazes: 7, families: [deployment], agents: [b]}
  selection: {sizes: [5, 9], diversities: [3], costs: [0, 1e-3], candidates: [planner, random], plays: 2, step_cost: 0.1}
  learning: {saliences: {loud: {is_green: 3}}, runs: 4, learning_rate: 0.1, family: deployment, mazes: 9}
  adversary:
    students: {naive: {objective: {is_green: 2}}, sly: {objective: green, awareness: calendar, mistaken: 0.1}}
    temperatures: [1/4, 1/8]
    family: training
  lifetime: {measured: 50, mesa: {is_red: 2}, base: place, learning_rates: [0.1], memories: [none], updating: gradient}
"""
    plan = planned(tmp_path, FAMILIES + section)
    assert plan.world(0).time_limit == Fraction(3, 2)
    shift, learning, adversary = (plan.specs[name] for name in ("shift", "learning", "adversary"))
    assert (shift.mazes, shift.families, shift.agents) == (7, ("deployment",), ("b",))
    assert learning.saliences == {"loud": {"is_green": 3}}
    assert (learning.runs, learning.learning_rate, learning.family) == (4, Fraction(1, 10), "deployment")
    assert learning.deployed == "deployment"
    assert adversary.temperatures == (Fraction(1, 4), Fraction(1, 8))
    selection = plan.specs["selection"]
    assert (selection.sizes, selection.diversities, selection.costs) == ((5, 9), (3,), (0, Fraction(1, 1000)))
    assert (selection.candidates, selection.plays, selection.step_cost) == (("planner", "random"), 2, Fraction(1, 10))
    lifetime = plan.specs["lifetime"]
    assert (lifetime.measured, lifetime.mesa, lifetime.base) == (50, {"is_red": 2}, {"position": 1})
    assert (lifetime.learning_rates, lifetime.memories, lifetime.updating) == (
        (Fraction(1, 10),),
        ("none",),
        "gradient",
    )
    sly = adversary.students["sly"]
    assert isinstance(sly, Student)
    assert (sly.awareness, sly.mistaken) == ("calendar", Fraction(1, 10))
    assert np.array_equal(adversary.students["naive"].weights, 2 * weights_of("green"))


def test_parameters_of_mazes_are_set_by_path(tmp_path: Path) -> None:
    section = FAMILIES + "  agents: {a: {objective: exit}}\n  shift: {mazes: 10, agents: [a]}\n"
    settings = ["maze.families.training.loops=0.1", "maze.families.training.exit.colours=blue", "maze.shift.mazes=3"]
    more = ["maze.agents.a.slip=1/2", "maze.time_limit=2", "maze.families.deployment.size=5 to 7"]
    plan = planned(tmp_path, section, *settings, *more)
    assert plan.families["training"] == MazeFamily(loops=Fraction(1, 10), exit_colours=("blue",))
    assert plan.families["deployment"] == MazeFamily(height=(5, 7))
    assert plan.specs["shift"].mazes == 3
    assert getattr(plan.world(0).agents["a"], "slip") == 0.5  # noqa: B009
    assert plan.world(0).time_limit == 2
    assert planned(tmp_path, section, 'maze.families.training.map="S.E"').families["training"].maps
    assert planned(tmp_path, section + "  \n", "maze.shift.agents.0=a").specs["shift"].agents == ("a",)


# --- the format and the code say the same ----------------------------------------------------------------------------


@pytest.mark.parametrize("study", STUDIES)
def test_a_study_has_the_settings_of_its_specification(study: str) -> None:
    kind = STUDIES[study]
    spec = getattr(importlib.import_module(kind.module), kind.spec)
    (section, _) = typing.get_args(maze_sections.MazeSection.model_fields[study].annotation)
    fields = {field.name for field in dataclasses.fields(spec) if field.init}
    assert set(section.model_fields) == fields
    assert set(kind.families + kind.agents) <= fields


def test_words_of_the_format_are_those_of_the_code() -> None:
    def words(section: type[maze_sections.Section], field: str) -> set[str]:
        kinds = typing.get_args(section.model_fields[field].annotation)
        return {word for kind in kinds for word in typing.get_args(kind) if isinstance(word, str)}

    assert set(typing.get_args(maze_sections.Colour)) == set(COLOURS)
    assert set(typing.get_args(maze_sections.Place)) == set(PLACES)
    assert words(maze_sections.FamilySection, "generator") == set(GENERATORS)
    assert words(maze_sections.MazeAgentSection, "kind") == {"planner", "random", *RULES}
    assert words(maze_sections.MazeAgentSection, "search") == set(SEARCHES)
    assert words(maze_study_sections.StudentSection, "awareness") == set(WAYS)
    (candidates, _) = typing.get_args(maze_study_sections.SelectionSection.model_fields["candidates"].annotation)
    assert typing.get_args(typing.get_args(candidates)[0]) == CANDIDATES
    for field, kind in (("updating", Updating), ("loss", Loss), ("backup", Backup)):
        assert words(maze_study_sections.LifetimeSection, field) == {str(word) for word in kind}
    (memories, _) = typing.get_args(maze_study_sections.LifetimeSection.model_fields["memories"].annotation)
    assert set(typing.get_args(typing.get_args(memories)[0])) == {str(word) for word in Memory}


# --- what can be wrong ------------------------------------------------------------------------------------------------

COLOUR = "must be red or green or blue or purple or yellow or grey"
SPAN = "must be a whole number, or two of them such as [5, 9] or 5 to 9"
BAD = [
    ("families: ^{}\n", "maze.families is required: say from which mazes are drawn"),
    ("^familes: {training: {}}\n", "maze.familes is not a key that is known here (did you mean families?)"),
    ("families: {training: {^siz: 5}}\n", "maze.families.training.siz is not a key that is known here (did you mean size?)"),
    ("families: {training: {generator: ^wilsn}}\n", 'maze.families.training.generator must be wilson or depth-first or rooms or open, got "wilsn" (did you mean wilson?)'),
    ("families: {training: {size: ^40001}}\n", "maze.families.training.size must be a maze of at most 1000000 cells, got 40001 x 40001, which is 1600080001"),
    ("families: {training: {height: ^1e9, width: 1}}\n", "maze.families.training.height must be at most 1000000, got 1000000000"),
    ("families: {training: {size: ^8}}\n", "maze.families.training.size must have an odd number in its range: passages of wilson mazes are on every other cell, got 8"),
    ("families: {training: {size: ^9 to 5}}\n", 'maze.families.training.size must be a number and then one that is not less, got "9 to 5"'),
    ("families: {training: {size: ^5-9}}\n", f'maze.families.training.size {SPAN}, got 5-9'),
    ("families: {training: {size: ^[5, 7, 9]}}\n", f"maze.families.training.size {SPAN}, got a list of 3"),
    ("families: {training: {size: ^2.5}}\n", f"maze.families.training.size {SPAN}, got 2.5"),
    ("families: {training: {size: ^true}}\n", f"maze.families.training.size {SPAN}, got true"),
    ("families: {training: {size: 5, height: ^5}}\n", "maze.families.training.height and size exclude each other"),
    ("families: {training: ^{width: 5}}\n", "maze.families.training.height is required besides the width"),
    ("families: {training: {loops: ^1.5}}\n", "maze.families.training.loops must be a probability in [0, 1], got 1.5"),
    ("families: {training: {start: ^middle}}\n", 'maze.families.training.start.0 must be top-left or top-right or bottom-left or bottom-right or anywhere, got "middle"'),
    ("families: {training: {exit: {colours: [green, ^gray]}}}\n", f'maze.families.training.exit.colours.1 {COLOUR}, got "gray" (did you mean grey?)'),
    ("families: {training: {exit: {^colour: green}}}\n", "maze.families.training.exit.colour is not a key that is known here (did you mean colours?)"),
    ("families: {training: {apples: {count: ^100}}}\n", "maze.families.training.apples.count must be at most 47 in the smallest maze, 9 x 9, got 100"),
    ("families: {training: {start: top-left, exit: {place: ^top-left}}}\n", 'maze.families.training.exit.place must be another place than the start in a maze of 9 x 9, got "top-left"'),
    ("families: {training: {map: SE, loops: ^0.1}}\n", "maze.families.training.loops must not be given"),
    ("families: {training: {map: SE, maps: ^[SE]}}\n", "maze.families.training.maps and map exclude each other"),
    ("families: {training: {map: ^5}}\n", "maze.families.training.map must be a map: lines of characters behind map: |, got 5"),
    ("families: {training: {maps: ^[]}}\n", "maze.families.training.maps must have at least 1 entry, got an empty list"),
    ("families: {training: {map: SarE, apples: {colours: ^[red, blue]}}}\n", "maze.families.training.apples.colours must be one colour, which apples written a have: the map says the colours of others, got red, blue"),
    ("time_limit: ^0\n" + f"  {BOTH}", "maze.time_limit must be more than 0 and at most 1000 moves per cell, got 0"),
    (BOTH + "agents: {a: ^{}}\n", "maze.agents.a.objective is required: say what the planner goes for (one of planner, down-and-right, unvisited, wall-follower, random)"),
    (BOTH + "agents: {wall-folower: ^{}}\n", "maze.agents.wall-folower.objective is required: say what the planner goes for (did you mean wall-follower?)"),
    (BOTH + "agents: {a: {objective: ^gren}}\n", 'maze.agents.a.objective must be a named objective or weights, got "gren" (did you mean green?)'),
    (BOTH + "agents: {a: {objective: {is_gren: ^1}}}\n", 'maze.agents.a.objective.is_gren must be a feature, got "is_gren" (did you mean is_green?)'),
    (BOTH + "agents: {a: {objective: {pointer: {examples: {trainin: ^5}}}}}\n", 'maze.agents.a.objective.pointer.examples.trainin must be a family of mazes, got "trainin" (did you mean training?)'),
    (BOTH + "agents: {a: {objective: {pointer: {noise: ^0}}}}\n", "maze.agents.a.objective.pointer.noise must be more than 0 and at most 1, got 0"),
    (BOTH + "agents: {a: {objective: {pointer: {^exmples: {}}}}}\n", "maze.agents.a.objective.pointer.exmples is not a key that is known here (did you mean examples?)"),
    (BOTH + "agents: {random: {slip: ^1/2}}\n", "maze.agents.random.slip is nothing that random has, planners have it"),
    (BOTH + "agents: {a: {kind: unvisited, objective: ^exit}}\n", "maze.agents.a.objective is nothing that unvisited has, planners have it"),
    (BOTH + "agents: {a: {objective: exit, slip: ^2}}\n", "maze.agents.a.slip must be a probability in [0, 1], got 2"),
    (BOTH + "agents: {a: {objective: exit, step_cost: ^-1}}\n", "maze.agents.a.step_cost must be 0 or more, got -1"),
    (BOTH + "agents: {a: {objective: exit, search: ^dikstra}}\n", 'maze.agents.a.search must be breadth-first or dijkstra or a-star, got "dikstra" (did you mean dijkstra?)'),
    (BOTH + "shift: {agents: [^b]}\n", 'maze.shift.agents.0 must be an agent of the maze, got "b"'),
    (BOTH + "shift: {families: [training, ^deploymnt]}\n", 'maze.shift.families.1 must be a family of mazes, got "deploymnt" (did you mean deployment?)'),
    (BOTH + "shift: {mazes: ^0}\n", "maze.shift.mazes must be 1 or more, got 0"),
    (BOTH + "shift: {mazes: ^1e9}\n", "maze.shift.mazes must be from 1 to 10000000, got 1000000000"),
    (BOTH + "learning: {saliences: {loud: {is_geen: ^1}}}\n", 'maze.learning.saliences.loud.is_geen must be a feature, got "is_geen" (did you mean is_green?)'),
    (BOTH + "learning: {deployed: ^testing}\n", 'maze.learning.deployed must be a family of mazes, got "testing" (one of training, deployment)'),
    (BOTH + "adversary: ^{students: {a: {objective: exit}}}\n", 'maze.adversary.family must be a family of mazes, got "adversary" (one of training, deployment)'),
    (BOTH + "adversary: ^{family: training}\n", "maze.adversary.students is required"),
    (BOTH + "adversary: {family: training, students: {a: {objective: ^gren}}}\n", 'maze.adversary.students.a.objective must be a named objective or weights, got "gren" (did you mean green?)'),
    (BOTH + "adversary: {family: training, students: {a: {objective: exit, mistaken: ^1/2}}}\n", "maze.adversary.students.a.mistaken is for awareness by calendar only, got 1/2"),
    (BOTH + "shift: {mazes: 1}\n  expect: [{measure: ^shft.x, value: 1}]\n", 'maze.expect.0.measure must be a measurement of a study in the file, and begin with its name, got "shft.x" (did you mean shift?)'),
    (BOTH + "selection: {sizes: [5, ^400]}\n", "maze.selection.sizes.1 must be from 1 to"),
    (BOTH + "selection: {costs: [0, ^-1]}\n", "maze.selection.costs.1 must be 0 or more, got -1"),
    (BOTH + "selection: {candidates: [^planer]}\n", "maze.selection.candidates.0 must be memoriser or down-and-right or"),
    (BOTH + "selection: {family: ^abroad}\n", 'maze.selection.family must be a family of mazes, got "abroad"'),
    (BOTH + "lifetime: {measured: ^1}\n", "maze.lifetime.measured must be from 2 to"),
    (BOTH + "lifetime: {mesa: ^appel}\n", 'maze.lifetime.mesa must be a named objective or weights by feature, got "appel" (did you mean apple?)'),
    (BOTH + "lifetime: {base: {is_exi: ^1}}\n", 'maze.lifetime.base.is_exi must be a feature, got "is_exi" (did you mean is_exit?)'),
    (BOTH + "lifetime: {learning_rates: [1/2, ^0]}\n", "maze.lifetime.learning_rates.1 must be above 0"),
    (
        "families: {training: {size: 99}}\n  agents: {p: {objective: {pointer: {examples: {training: ^19608}}}}}\n  shift: {}\n",
        "maze.agents.p.objective.pointer.examples.training must be at most 19605 of such large mazes, got 19608",
    ),
    ("families: {deployment: {}}\n  lifetime: ^{}\n", "maze.lifetime needs mazes for every phase of the game, a family named training"),
    (BOTH + "expect: [{measure: ^shift.x, value: 1}]\n", 'maze.expect.0.measure must be a measurement of a study in the file, and begin with its name, got "shift.x"'),
    (BOTH + "expect: [{measure: ^5, value: 1}]\n", "maze.expect.0.measure must be text: put it in quotes, got 5"),
]  # fmt: skip


@pytest.mark.parametrize(("section", "sentence"), BAD)
def test_what_is_wrong_is_said_where_it_stands(tmp_path: Path, section: str, sentence: str) -> None:
    assert_says(tmp_path, f"  {section}", sentence)


def test_phases_without_episodes_need_mazes_too(tmp_path: Path) -> None:
    """They are measured as well, so that episodes may be set."""
    with pytest.raises(InputError, match="a family named training"):
        load(tmp_path, "  families: {deployment: {}}\n  lifetime: {}\n", "training.episodes=0")


# --- maps ------------------------------------------------------------------------------------------------------------

MAPS = [
    (
        """  families:
    training:
      map: |
        #####
        #S.^X#
        #..E#
        #####
""",
        "maze.families.training.map must not have this character, got \"X\" (one of #, ., S, E, a, r, g, b, p, y, e)",
    ),
    (
        """  families:
    training:
      maps:
        - S.E
        - |-

             S#^E
             .#.

""",
        "maze.families.training.maps.1 must have an exit that can be reached from the start: no way leads here",
    ),
    (
        """  families:
    training:
      map: |2
          S.E
          ..^
""",
        "maze.families.training.map must have rows of one length, 5 as the first one has, got one of 4",
    ),
    (
        "  families: {training: {map: S.E#^g}}\n",
        "maze.families.training.map must have apples that can be reached from the start: no way leads here",
    ),
    (
        "  families: {training: {map: 'S^\u4e2dE'}}\n",
        'maze.families.training.map must not have this character, got "\u4e2d" (one of #, ., S, E, a, r, g, b, p, y, e)',
    ),
    (
        "  families: {training: {map: ^S..\n      ..E}}\n",
        'maze.families.training.map must be written in one line, or line by line behind map: |, got "S.. ..E"',
    ),
    (
        "  families: {training: {map: \"S.E^E\"}}\n",
        "maze.families.training.map must have one exit, line 1, column 3 of the map has it, got 2 of them",
    ),
    (
        "  families: {training: {map: ^\"S..\\n..#\\n.#E\"}}\n",
        "maze.families.training.map: line 3, column 3 of the map must have an exit that can be reached from the start: no way leads here",
    ),
    (
        """  families:
    training:
      map: ^>
        S..
        ..E
""",
        'maze.families.training.map must be written in one line, or line by line behind map: |, got "S.. ..E\\u000a"',
    ),
    (
        """  families:
    training:
      map: ^"S.#E\\n..##"
      # S.#E
""",
        "maze.families.training.map: line 1, column 4 of the map must have an exit that can be reached from the start: no way leads here",
    ),
    (
        "  families: {training: {map: '^'}}\n",
        "maze.families.training.map must have a start and an exit, it is empty",
    ),
    (
        """  families:
    training:
      map: ^|
  agents: {}
""",
        "maze.families.training.map must have a start and an exit, it is empty",
    ),
]  # fmt: skip


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize(("section", "sentence"), MAPS)
def test_what_is_wrong_with_a_map_is_shown_in_the_file(tmp_path: Path, section: str, sentence: str, end: str) -> None:
    text, place = marked(HEAD + section)
    assert told(tmp_path, "", head=text.replace("\n", end)) == [f"{place}: {sentence}"]


def test_a_map_that_is_set_has_the_place_of_its_value(tmp_path: Path) -> None:
    (said,) = told(tmp_path, FAMILIES, 'maze.families.training.map="S.\\n#X"')
    assert said.startswith("1:28: maze.families.training.map: line 2, column 2 of the map must not have this character")


def test_every_mistake_in_a_file_is_told_in_its_order(tmp_path: Path) -> None:
    section = """  families:
    training: {loops: 2, size: 8}
    deployment:
      map: |
        S?E
        .#!
  agents: {random: {slip: 1}, a: {objective: gren}}
  shift: {agents: [b]}
"""
    assert [line.partition(" ")[0] for line in told(tmp_path, section)] == ["9:23:"]  # what stands in no right form
    lines = told(tmp_path, section.replace("loops: 2", "loops: 1"))
    assert [line.partition(" ")[0] for line in lines] == ["9:32:", "12:10:", "13:11:", "14:27:", "14:46:", "15:20:"]


# --- where mazes belong -----------------------------------------------------------------------------------------------


def test_mazes_are_for_phased_games(tmp_path: Path) -> None:
    (said,) = told(tmp_path, FAMILIES, head="version: 1\nid: x\ngame: {name: button}\nmaze:\n")
    assert said.startswith("4:1: maze is for phased games only")


def test_lifetimes_are_for_games_that_mazes_can_be(tmp_path: Path) -> None:
    head = HEAD.replace("{A: 1}", "{A: {other: ^1}}").replace(
        "game:", "game:\n  payoffs: {mesa: {A: 1}, base: {B: 1}, other: {B: 1}}"
    )
    text, place = marked(head)
    (said,) = told(tmp_path, FAMILIES + "  lifetime: {}\n", head=text)
    assert said.startswith(f"{place.split(':')[0]}:")
    assert "training.modification.A must be to the base objective" in said


def test_a_phase_must_not_be_named_like_the_section(tmp_path: Path) -> None:
    head = "version: 1\nid: x\ngame: {phases: {maze: {kind: training, episodes: 1}}}\n"
    (said,) = told(tmp_path, "", head=head)
    assert "phases.maze must not bear the name of a section or setting: maze" in said


def test_expectations_of_the_game_are_read_without_mazes(tmp_path: Path) -> None:
    section = FAMILIES + "expect: [{with: {training.episodes: 3}, strategy: BBBAAA}]\n"
    assert load(tmp_path, section).as_expected_by(0).maze is None


def test_a_maze_of_a_billion_cells_is_refused_at_once(tmp_path: Path) -> None:
    start = time.process_time()
    said = told(tmp_path, "  families: {training: {size: 40001}}\n")
    assert "got 40001 x 40001, which is 1600080001" in said[0]
    assert time.process_time() - start < 1  # it takes milliseconds


@pytest.mark.slow
def test_a_file_is_checked_without_compiling_and_without_mazes_nothing_of_them_is_imported(tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text(HEAD + FAMILIES + "  agents: {random: {}}\n  shift: {}\n")
    code = """
import sys
from deceptive_sim.scenario.load import load_scenario
load_scenario("two-plus-three")
print([name for name in sys.modules if "maze" in name and "sections" not in name], "numba" in sys.modules)
import numba.core.dispatcher as dispatcher
compiled = []
dispatcher.Dispatcher.compile = lambda self, signature: compiled.append(self.__name__)
load_scenario(sys.argv[1])
print("deceptive_sim.maze.shift" in sys.modules, compiled)
"""
    words = [sys.executable, "-c", code, str(tmp_path / "mine.yaml")]
    done = subprocess.run(words, capture_output=True, text=True, check=True)
    assert done.stdout == "[] False\nTrue []\n"
