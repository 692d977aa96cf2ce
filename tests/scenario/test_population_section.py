"""The `population:` section: what it means, and one clear line for everything that can be wrong with it."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from deceptive_sim.core.errors import InputError
from deceptive_sim.populations.kinds.library import MODULES
from deceptive_sim.populations.optimisers import Gradient, Mutation, Proportional, Rewriting, Truncation
from deceptive_sim.scenario.load import Scenario, load_scenario

HEAD = """\
version: 1
id: mine
game:
  phases:
    training: {episodes: 4, modification: {A: 1/2}}
    testing: {kind: training, episodes: 2}
    deployment: {episodes: 3}
"""
COHORTS = "  cohorts: {deceptive: {share: 1/3}, gambler: {settings: {chance: 1/4}}}\n"


def load(folder: Path, section: str, head: str = HEAD) -> Scenario:
    path = folder / "mine.yaml"
    path.write_text(f"{head}population:\n{section}")
    return load_scenario(path)


def told(folder: Path, section: str, head: str = HEAD) -> str:
    with pytest.raises(InputError) as found:
        load(folder, section, head)
    (problem,) = found.value.problems
    assert problem.position is not None, problem
    return f"{problem.position.line}:{problem.position.column}: {problem.sentence()}"


def test_what_a_file_says_is_what_is_built(tmp_path: Path) -> None:
    section = """\
  size: 30
  replicates: 7
  cohorts:
    deceptive: {share: 1/3, error: 0.1}
    careless: {kind: gambler, share: 1/2, settings: {chance: 1/4}, temperature: 0.2, title: The careless}
    gambler: {}
  base_optimisers:
    rewriting: {phases: [testing]}
    gradient: {learning_rate: 0.1}
    weeding: {kind: truncation, fraction: 1/10, best: 1/5, every: 2, mutation: {kind: 0.01, objective: 0.02}}
    growth: {kind: proportional, strength: 0.3}
  honeypots: {episodes: [2, 5], mistaken: 1/2}
"""
    plan = load(tmp_path, section).population
    assert plan is not None
    population = plan.population
    assert (population.size, population.replicates) == (30, 7)
    assert [(c.name, c.share) for c in population.cohorts] == [
        ("deceptive", Fraction(1, 3)),
        ("careless", Fraction(1, 2)),
        ("gambler", Fraction(1, 6)),
    ]
    assert [(c.error, c.temperature) for c in population.cohorts] == [
        (Fraction(1, 10), 0),
        (0, Fraction(1, 5)),
        (0, 0),
    ]
    assert [type(c.kind).__name__ for c in population.cohorts] == ["Deceptive", "Gambler", "Gambler"]
    assert plan.labels == {"deceptive": "deceptive", "careless": "The careless", "gambler": "gambler"}
    assert population.scene.optimisers == (
        Rewriting(phases=("testing",)),
        Gradient(learning_rate=Fraction(1, 10)),
        Truncation(
            fraction=Fraction(1, 10),
            best=Fraction(1, 5),
            every=2,
            mutation=Mutation(kind=Fraction(1, 100), objective=Fraction(1, 50)),
        ),
        Proportional(strength=Fraction(3, 10)),
    )
    assert population.scene.honeypots == {2, 5}
    assert population.scene.mistaken == Fraction(1, 2)
    assert population.counts() == (10, 15, 5)


def test_a_file_may_be_silent(tmp_path: Path) -> None:
    plan = load(tmp_path, "  cohorts: {deceptive: {}}\n").population
    assert plan is not None
    assert (plan.population.size, plan.population.replicates) == (1000, 20)
    assert plan.population.scene.optimisers == (Rewriting(),)
    assert plan.population.cohorts[0].share == 1


def test_no_base_optimiser_at_all(tmp_path: Path) -> None:
    plan = load(tmp_path, "  cohorts: {deceptive: {}}\n  base_optimisers: {}\n").population
    assert plan is not None
    assert plan.population.scene.optimisers == ()


@pytest.mark.parametrize("name", sorted(MODULES))
def test_every_kind_can_be_asked_for(tmp_path: Path, name: str) -> None:
    needs = {
        "wrong-beliefs": "beliefs: {deployment.episodes: 0}",
        "strategy": "strategy: {training: BBAB, testing: BB, deployment: A*}",
        "history": "history: 'training, A, yes'",
    }
    plan = load(tmp_path, f"  cohorts: {{mine: {{kind: {name}, {needs.get(name, 'error: 0')}}}}}\n").population
    assert plan is not None
    assert type(plan.population.cohorts[0].kind).__module__.endswith(f".{MODULES[name]}")


BAD = [
    (
        "  cohorts: {deceptive: {share: 1/3}, gambler: {share: 1/3}}\n",
        "9:12: ",
        "cohorts must have shares that sum to 1, got 2/3",
    ),
    (
        "  cohorts: {deceptive: {share: 2/3}, gambler: {share: 2/3}}\n",
        "9:12: ",
        "cohorts must have shares that sum to 1, got 4/3",
    ),
    (
        "  cohorts: {deceptive: {share: 2/3}, gambler: {share: 2/3}, rest: {kind: gambler}}\n",
        "9:12: ",
        "cohorts must have shares that sum to at most 1, got 4/3",
    ),
    (
        "  cohorts: {deceptive: {}, gambler: {}}\n",
        "9:37: ",
        "cohorts.gambler.share is required: only one cohort may leave it out, and be the rest; deceptive does already",
    ),
    (
        "  cohorts: {deceptive: {share: -1}}\n",
        "9:32: ",
        "cohorts.deceptive.share must be a probability in [0, 1], got -1",
    ),
    ("  size: 0\n" + COHORTS, "9:9: ", "size must be 1 or more, got 0"),
    ("  size: 1.5\n" + COHORTS, "9:9: ", "size must be a whole number, 0 or more, got 1.5"),
    ("  replicates: 0\n" + COHORTS, "9:15: ", "replicates must be 1 or more, got 0"),
    ("  size: 200000000\n" + COHORTS, "9:9: ", "size times replicates must be at most 100000000, got 4000000000"),
    ("  size: 10\n", "9:3: ", "cohorts is required: say of whom the population is made"),
    ("  cohorts: {}\n", "9:12: ", "cohorts is required: say of whom the population is made"),
    (
        "  cohorts: {decepive: {}}\n",
        "9:23: ",
        "cohorts.decepive.kind is required: the cohort's name is no kind of agent (did you mean deceptive?)",
    ),
    (
        "  cohorts: {mine: {kind: gambling}}\n",
        "9:26: ",
        'cohorts.mine.kind must be a kind of agent, got "gambling" (did you mean gambler?)',
    ),
    (
        "  cohorts: {gambler: {settings: {chanse: 1}}}\n",
        "9:42: ",
        "cohorts.gambler.settings.chanse is no parameter of gambler (did you mean chance?)",
    ),
    (
        "  cohorts: {gambler: {settings: {chance: 2}}}\n",
        "9:42: ",
        "cohorts.gambler.settings.chance must be a probability in [0, 1], got 2",
    ),
    ("  cohorts: {gambler: {temperature: -1}}\n", "9:36: ", "cohorts.gambler.temperature must be 0 or more, got -1"),
    ("  cohorts: {gambler: {error: 2}}\n", "9:30: ", "cohorts.gambler.error must be a probability in [0, 1], got 2"),
    ("  cohorts: {gambler: {strategy: A*}}\n", "9:33: ", "cohorts.gambler.strategy is nothing that gambler goes by"),
    ("  cohorts: {strategy: {}}\n", "9:23: ", "cohorts.strategy.strategy is required for strategy"),
    (
        "  cohorts: {strategy: {strategy: ABC}}\n",
        "9:34: ",
        'cohorts.strategy.strategy must be made of the game\'s actions, got "C" (one of A, B)',
    ),
    (
        "  cohorts: {wrong-beliefs: {beliefs: {deployment.episode: 0}}}\n",
        "9:59: ",
        "deployment.episode is no parameter of this scenario (did you mean deployment.episodes?)",
    ),
    (
        "  cohorts: {deceptive: {objective: mezza}}\n",
        "9:36: ",
        'cohorts.deceptive.objective must be one of the objectives, got "mezza" (did you mean mesa?)',
    ),
    (
        "  cohorts: {settings: {kind: gambler}}\n",
        "9:23: ",
        "cohorts.settings must not bear the name of a setting: settings",
    ),
    (COHORTS + "  base_optimisers: {weeding: {fraction: 1/2}}\n", "10:30: ", "is required: say what it does"),
    (
        COHORTS + "  base_optimisers: {truncation: {}}\n",
        "10:33: ",
        "base_optimisers.truncation.fraction is required",
    ),
    (
        COHORTS + "  base_optimisers: {truncation: {fraction: 1.2}}\n",
        "10:44: ",
        "base_optimisers.truncation.fraction must be a probability in [0, 1], got 1.2",
    ),
    (
        COHORTS + "  base_optimisers: {truncation: {fraction: 1}}\n",
        "10:44: ",
        "base_optimisers.truncation.fraction must be less than 1: somebody has to be left to be copied, got 1",
    ),
    (
        COHORTS + "  base_optimisers: {truncation: {fraction: 2/3, best: 1/2}}\n",
        "10:44: ",
        "base_optimisers.truncation.fraction and best must be at most 1 together: nobody is both replaced and copied",
    ),
    (
        COHORTS + "  base_optimisers: {gradient: {learning_rate: 0}}\n",
        "10:47: ",
        "base_optimisers.gradient.learning_rate must be more than 0, got 0",
    ),
    (
        COHORTS + "  base_optimisers: {rewriting: {fraction: 1/2}}\n",
        "10:43: ",
        "base_optimisers.rewriting.fraction is nothing that rewriting has",
    ),
    (
        COHORTS + "  base_optimisers: {rewriting: {phases: [tests]}}\n",
        "10:41: ",
        "base_optimisers.rewriting.phases must name phases of the game, got tests (did you mean testing?)",
    ),
    (
        COHORTS + "  base_optimisers: {breeding: {kind: sex}}\n",
        "10:38: ",
        "must be rewriting or gradient or truncation or",
    ),
    (COHORTS + "  honeypots: {episodes: [8]}\n", "10:14: ", "honeypots must be episodes of training, got 8"),
    (COHORTS + "  honeypots: {episodes: []}\n", "10:25: ", "honeypots.episodes must have at least 1 entry"),
    (COHORTS + "  colour: red\n", "10:3: ", "colour is not a key that is known here"),
]


@pytest.mark.parametrize(("section", "place", "rule"), BAD)
def test_one_clear_line_with_its_place(tmp_path: Path, section: str, place: str, rule: str) -> None:
    found = told(tmp_path, section)
    assert found.startswith(place), found
    assert rule in found, found


def test_all_that_is_wrong_is_told_at_once(tmp_path: Path) -> None:
    section = "  cohorts: {a: {kind: x, share: 1/2}, b: {kind: y}}\n  base_optimisers: {gradient: {}, truncation: {}}\n"
    with pytest.raises(InputError) as found:
        load(tmp_path, section)
    names = [problem.name for problem in found.value.problems]
    assert names == [
        "population.cohorts.a.kind",
        "population.cohorts.b.kind",
        "population.base_optimisers.gradient.learning_rate",
        "population.base_optimisers.truncation.fraction",
    ]


def test_scoring_needs_a_base_objective(tmp_path: Path) -> None:
    head = HEAD.replace("modification: {A: 1/2}", "payoffs: {mesa: {A: 1}}").replace(
        "game:\n", "game:\n  payoffs: {mesa: {A: 1}}\n"
    )
    found = told(tmp_path, COHORTS + "  base_optimisers: {truncation: {fraction: 1/2}}\n", head)
    assert "population.base_optimisers.truncation needs a base objective to score by: the game has none" in found


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("population.size", "12"),
        ("population.cohorts.deceptive.share", "1/4"),
        ("population.cohorts.gambler.settings.chance", "0.125"),
        ("population.base_optimisers.rewriting.phases", "[testing]"),
    ],
)
def test_everything_can_be_set_by_its_path(tmp_path: Path, path: str, value: str) -> None:
    scenario = load(tmp_path, COHORTS).with_parameters({})
    plan = scenario.with_parameters({path: [value.strip("[]")] if value.startswith("[") else value}).population
    assert plan is not None
    population = plan.population
    found = {
        "population.size": str(population.size),
        "population.cohorts.deceptive.share": str(population.cohorts[0].share),
        "population.cohorts.gambler.settings.chance": str(float(getattr(population.cohorts[1].kind, "chance", 0))),
        "population.base_optimisers.rewriting.phases": f"[{(population.scene.optimisers[0].phases or ('',))[0]}]",
    }
    assert found[path] == value


def test_cohorts_and_base_optimisers_that_are_not_there_cannot_be_set(tmp_path: Path) -> None:
    scenario = load(tmp_path, COHORTS)
    for path in ("population.cohorts.nobody.share", "population.base_optimisers.nothing.every"):
        with pytest.raises(InputError, match="is no parameter of this scenario"):
            scenario.with_parameters({path: 1})


def test_games_of_other_kinds_have_no_cohorts(tmp_path: Path) -> None:
    head = "version: 1\nid: mine\ngame: {name: button}\n"
    assert told(tmp_path, COHORTS, head) == "5:3: population.cohorts is for phased games only, this one is finite"
    head = head.replace("button", "krueger-2020")
    assert told(tmp_path, "  learners: {agents: 0}\n", head).endswith(
        "population.learners.agents must be 1 or more, got 0"
    )
    learners = load(tmp_path, "  learners: {agents: 7, swapping: true}\n", head).learners
    assert learners is not None
    assert (learners.agents, learners.swapping) == (7, "rotation")


def test_learners_play_their_own_game_only(tmp_path: Path) -> None:
    found = told(tmp_path, COHORTS + "  learners: {agents: 7}\n")
    assert found == "10:3: population.learners is for the game krueger-2020 only"
