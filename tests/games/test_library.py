"""Games of the library: asked for by name, their parameters set and checked by name."""

from __future__ import annotations

import json
import sys
import types
from fractions import Fraction
from pathlib import Path

import pytest
from cli.commands import ROOT, invoke

from deceptive_sim.core.errors import InputError
from deceptive_sim.core.json_text import plain
from deceptive_sim.games.library import MODULES, build_game, library_game
from deceptive_sim.games.models import Kind
from deceptive_sim.games.two_phase import two_phase
from deceptive_sim.model.discounting import Exponential
from deceptive_sim.model.phased import PhasedGame
from deceptive_sim.scenario.load import Scenario, load_scenario
from deceptive_sim.studies.run import solve

F = Fraction
FILE = "version: 1\nid: library\ngame: {name: two-phase}\n"


def scenario(folder: Path, *settings: str, text: str = FILE) -> Scenario:
    path = folder / "library.yaml"
    path.write_text(text)
    return load_scenario(path, settings)


@pytest.mark.parametrize("name", MODULES)
def test_every_game_declares_what_it_is_and_builds_by_default(name: str) -> None:
    game = library_game(name)
    assert game.name == name
    assert game.title
    assert game.source
    assert len({parameter.name for parameter in game.parameters}) == len(game.parameters)
    for parameter in game.parameters:
        assert parameter.read(parameter.default) == parameter.default
        assert parameter.takes
        assert parameter.meaning
    assert build_game(name, {}) == game.build()


@pytest.mark.parametrize("name", MODULES)
def test_every_parameter_is_read_by_its_name_and_refused_by_its_rule(name: str) -> None:
    for parameter in library_game(name).parameters:
        build_game(name, {parameter.name: parameter.options[-1] if parameter.options else parameter.default})
        with pytest.raises(InputError) as caught:
            build_game(name, {parameter.name: "nonsense"})
        assert [problem.name for problem in caught.value.problems] == [f"parameters.{parameter.name}"]


def small(name: str) -> dict[str, object]:
    """Settings with which every game is answered in no time."""
    return {"treacherous-turn": {"steps": 4, "bow_from": 2}}.get(name, {})


@pytest.mark.parametrize("name", MODULES)
def test_every_game_that_is_not_phased_answers_and_can_be_seen(name: str) -> None:
    game = build_game(name, small(name))
    assert isinstance(game, PhasedGame) == (library_game(name).kind is Kind.PHASED)
    if isinstance(game, PhasedGame):
        return
    assert game.kind is library_game(name).kind
    answer, view = game.answer(), game.view()
    assert answer == game.answer()
    assert all(isinstance(field, str) and field.isidentifier() for field in answer)
    assert "value" in answer or "probability" in answer
    json.dumps(plain(answer))
    assert view.caption
    assert view.frames or view.letters or view.curves
    for frame in view.frames:
        assert len({len(row) for row in frame.rows}) <= 1
        assert frame.agent is None or (
            0 <= frame.agent[0] < len(frame.rows[0]) and 0 <= frame.agent[1] < len(frame.rows)
        )
    if view.letters:
        assert set(view.letters) <= set(view.legend) or name == "treacherous-turn"  # whose letters are of moves
    assert len({len(curve) for curve in view.curves.values()} | ({len(view.across)} if view.across else set())) <= 1


def test_the_recipe_for_a_new_game_works(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The game that CONTRIBUTING says to copy, under another name, is known everywhere."""
    recipe = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8").partition("## A new published game")[2]
    copied = recipe.partition("Copy `")[2].partition("`")[0]
    lengths = {
        path.name: len(path.read_text(encoding="utf-8").splitlines())
        for path in (ROOT / "deceptive_sim" / "games").glob("*.py")
        if "kind=Kind.FINITE" in path.read_text(encoding="utf-8")
    }
    assert min(lengths, key=lengths.__getitem__) == Path(copied).name
    module = types.ModuleType("deceptive_sim.games.lever")
    monkeypatch.setitem(sys.modules, module.__name__, module)
    text = (ROOT / copied).read_text(encoding="utf-8").replace('name="button"', 'name="lever"')
    exec(compile(text, "lever.py", "exec"), module.__dict__)
    monkeypatch.setitem(MODULES, "lever", "lever")
    path = tmp_path / "lever.yaml"
    rows = "expect: [{with: {episodes: 3}, fields: {strategy: NNP}, printed: {strategy: NPN}, disputed: misread}]\n"
    path.write_text("version: 1\nid: lever\ngame: {name: lever, parameters: {episodes: 2}}\n" + rows)
    done = invoke("run", path, "--no-report")
    assert (done.code, done.err) == (0, "")
    assert "1 of 1 expectations hold" in done.out
    assert "disputed: strategy, episodes = 3: the source prints NPN. misread" in done.out
    assert "lever " in invoke("list", "games").out


def test_the_default_is_the_seed_game(tmp_path: Path) -> None:
    assert build_game("two-phase", {}) == two_phase(n=2, m=3, p=1, q=0, d=0, g=1)
    solution = solve(scenario(tmp_path), exact=True)
    assert (solution.strategy, solution.value) == ("BBAAA", 3)


@pytest.mark.parametrize(
    ("settings", "strategy", "value"),
    [
        (["p=1/2", "n=4", "g=9/10"], "AABBAAA", F("1.89450775")),
        (["n=5", "m=4", "p=0.3"], "BBBBBAAAA", F(4)),
        (["n=5", "m=4", "p=0.2"], "AAAAAAAAA", F("4.67232")),
        (["n=6", "m=4", "p=3/5", "d=1/10", "g=4/5"], "AAAABBAAAA", F(224715343177, 152587890625)),
        (["m=1"], "BBA", F(1)),
        (["q=1", "m=0"], "AA", F(1)),
    ],
)
def test_parameters_set_by_name_give_the_published_results(
    tmp_path: Path, settings: list[str], strategy: str, value: Fraction
) -> None:
    solution = solve(scenario(tmp_path, *settings), exact=True)
    assert (solution.strategy, solution.value) == (strategy, value)


def test_parameters_stand_in_files_beliefs_and_expectations(tmp_path: Path) -> None:
    text = FILE.replace("phase}", 'phase, parameters: {n: 4, p: 1/2, g: "0.9"}}') + (
        "agents: {knows: {}, hopes: {beliefs: {p: 0, m: 5}}}\nexpect: [{with: {p: 1}, strategy: BBBBAAA}]\n"
    )
    loaded = scenario(tmp_path, text=text)
    assert loaded.game == two_phase(n=4, m=3, p=F(1, 2), g=F(9, 10))
    assert loaded.agents[1].believed == two_phase(n=4, m=5, p=0, g=F(9, 10))
    assert loaded.as_expected_by(0).game == two_phase(n=4, m=3, p=1, g=F(9, 10))


def test_numbers_of_a_game_are_exact(tmp_path: Path) -> None:
    game = scenario(tmp_path, "p=0.1", "g=1e-3").game
    assert game.phases[0].modification["A"]["base"] == F(1, 10)
    assert game.objectives[0].discounting == Exponential(F(1, 1000))


@pytest.mark.parametrize(
    ("setting", "said"),
    [
        ("p=2", "parameters.p must be a probability in [0, 1], got 2"),
        ("p=often", 'parameters.p must be a number such as 1/3, 0.2 or 2, got "often"'),
        ("p=true", "parameters.p must be a number such as 1/3, 0.2 or 2, got true"),
        ("g=1.1", "parameters.g must be a discount in [0, 1], got 11/10"),
        ("n=1/2", "parameters.n must be a whole number, 0 or more, got 1/2"),
        ("n=-1", "parameters.n must be a whole number, 0 or more, got -1"),
        ("P=1", "parameters.P is no parameter of this scenario (did you mean p?)"),
        (
            "k=1",
            "parameters.k is no parameter of this scenario (the game's parameters are n, m, p, q, d, g)",
        ),
        ("game.name=two-phas", 'game.name must be a game of the library, got "two-phas" (did you mean two-phase?)'),
    ],
)
def test_a_wrong_parameter_is_named_with_its_rule(tmp_path: Path, setting: str, said: str) -> None:
    setting = setting if "." in setting.split("=")[0] else f"parameters.{setting}"
    with pytest.raises(InputError) as caught:
        scenario(tmp_path, setting)
    (problem,) = caught.value.problems
    assert problem.sentence() == said
    assert problem.position is not None
    unknown = "is no parameter" in said  # then the path is what is wrong, otherwise the value
    assert problem.position.column == (1 if unknown else len(setting.split("=")[0]) + 2)


def test_every_wrong_parameter_is_named() -> None:
    with pytest.raises(InputError) as caught:
        build_game("two-phase", {"p": 2, "n": "x", "z": 1})
    assert [problem.name for problem in caught.value.problems] == ["parameters.p", "parameters.n", "parameters.z"]


@pytest.mark.parametrize(("name", "value"), [("p", 2), ("q", -1), ("d", "x"), ("n", -1), ("g", 2)])
def test_the_function_checks_its_parameters_too(name: str, value: object) -> None:
    with pytest.raises((InputError, ValueError)):
        two_phase(**{name: value})  # type: ignore[arg-type]
