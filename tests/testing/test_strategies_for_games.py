"""The public Hypothesis strategies: what they draw is sound, covers what they say, and shrinks to something simple."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from functools import lru_cache
from typing import Any

import pytest
from adapters import quick
from hypothesis import HealthCheck, Phase, find, given, settings
from hypothesis import strategies as st

from deceptive_sim import AgentSpec, InputError, PhasedGame, solve_game, two_phase
from deceptive_sim import Phase as GamePhase
from deceptive_sim.model.actions import Action, TieRule
from deceptive_sim.model.discounting import Exponential, Hyperbolic, QuasiHyperbolic
from deceptive_sim.model.objectives import Selves
from deceptive_sim.model.strategies import Strategy, parse_strategy
from deceptive_sim.solvers.layers import lay_out
from deceptive_sim.solvers.selves import realised_play
from deceptive_sim.testing import (
    TableGame,
    agents,
    believed_games,
    discountings,
    finite_games,
    fractions,
    phased_games,
    probabilities,
    shares,
    strategies,
    two_phase_games,
)

F = Fraction
SEARCH = settings(
    max_examples=2000,
    deadline=None,
    database=None,
    derandomize=True,
    phases=[Phase.generate, Phase.shrink],
    suppress_health_check=list(HealthCheck),
)


def simplest(strategy: st.SearchStrategy[Any], wanted: Callable[[Any], bool] = lambda _: True) -> Any:
    """The example that the strategy shrinks to, of those that are wanted; fails if it draws none."""
    return find(strategy, wanted, settings=SEARCH)


def many(strategy: st.SearchStrategy[Any], count: int) -> list[Any]:
    """Examples, always the same ones."""
    drawn: list[Any] = []

    @settings(SEARCH, max_examples=count, phases=[Phase.generate])
    @given(strategy)
    def keep(example: Any) -> None:
        drawn.append(example)

    keep()
    return drawn


@lru_cache(maxsize=1)
def some_games() -> list[Any]:
    return many(phased_games(), 150)


@lru_cache(maxsize=1)
def some_tables() -> list[Any]:
    return many(finite_games(), 120)


# --- numbers ----------------------------------------------------------------------------------------------------------


@given(st.data(), st.fractions(-3, 3, max_denominator=5), st.fractions(0, 2, max_denominator=5))
@quick(50)
def test_fractions_stay_in_their_range(data: st.DataObject, low: Fraction, width: Fraction) -> None:
    number = data.draw(fractions(low, low + width, denominator=5))
    assert low <= number <= low + width
    assert number.denominator <= 5


def test_fractions_of_small_denominators_are_all_drawn() -> None:
    wanted = {F(n, d) for d in range(1, 5) for n in range(-d, 2 * d + 1)}
    assert set(many(fractions(-1, 2, denominator=4), 500)) == wanted
    large = set(many(fractions(0, 10**6, denominator=2), 100))
    assert len({number.denominator for number in large}) == 2
    assert max(large) > 10**5


@pytest.mark.parametrize(
    ("ends", "number"),
    [((0, 1), 0), ((-2, 2), 0), ((F(1, 3), F(1, 2)), F(1, 2)), ((-3, F(-3, 2)), -2), ((F(5, 2), 9), 3)],
)
def test_fractions_shrink_to_the_simplest(ends: tuple[Any, Any], number: Any) -> None:
    assert simplest(fractions(*ends)) == number


def test_a_range_without_a_fraction_is_refused() -> None:
    with pytest.raises(InputError, match=r"must have a fraction with a denominator from 1 to 2, got .1/5 to 1/4"):
        fractions(F(1, 5), F(1, 4), denominator=2)


@given(shares(["a", "b", "c"]))
@quick(25)
def test_shares_are_probabilities_of_one_event_at_most(given_to: dict[str, Fraction]) -> None:
    assert list(given_to) == ["a", "b", "c"]
    assert min(given_to.values()) >= 0
    assert sum(given_to.values()) <= 1


def test_shares_favour_nobody() -> None:
    drawn = many(shares(["a", "b", "c"]), 200)
    for name in ("a", "b", "c"):
        assert any(found[name] == 1 for found in drawn)
    assert any(sum(found.values()) not in (0, 1) for found in drawn)
    assert any(0 < found["a"] < 1 and 0 < found["b"] < 1 for found in drawn)
    assert set(simplest(shares(["a", "b"])).values()) == {0}
    assert simplest(shares([])) == {}


def test_discountings_are_of_the_kinds_asked_for() -> None:
    assert simplest(discountings()) == Exponential(F(1))
    drawn = many(discountings(), 100)
    assert {type(found) for found in drawn} == {Exponential, QuasiHyperbolic, Hyperbolic}
    assert Exponential(F(0)) in drawn
    assert simplest(discountings(["hyperbolic"])) == Hyperbolic(k=F(0))
    with pytest.raises(InputError, match="must be of exponential, quasi-hyperbolic, hyperbolic"):
        discountings(["linear"])


# --- phased games -----------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_phased_games_shrink_to_less_than_the_seed() -> None:
    game = simplest(phased_games(), lambda game: game.horizon >= 2)
    assert [(phase.name, phase.episodes) for phase in game.phases] == [("training", 2)]
    assert game.phases[0].payoffs == {"mesa": {"A": 1, "B": 0}, "base": {"A": 0, "B": 1}}
    assert not any(game.phases[0].modification.values())
    assert not game.phases[0].shutdown
    assert [objective.name for objective in game.objectives] == ["mesa", "base"]
    assert {objective.discounting for objective in game.objectives} == {Exponential(F(1))}
    assert game.actions == (Action(name="A", defects=True), Action(name="B", defects=False))
    assert (game.base_objective, game.tie_rule) == ("base", TieRule.NON_DEFECTING)


@pytest.mark.slow
def test_a_deceiver_shrinks_to_one_episode_of_each_phase() -> None:
    game = simplest(phased_games(phases=(2, 2)), lambda game: solve_game(game).deception_pays)
    assert game.horizon <= 3
    assert solve_game(game).regime == "deceptive"


SEEN: dict[str, Callable[[PhasedGame], bool]] = {
    "three phases": lambda game: len(game.phases) == 3,
    "an empty phase": lambda game: any(phase.episodes == 0 for phase in game.phases),
    "deployment first": lambda game: not game.phases[0].training and game.horizon > 1,
    "no training": lambda game: not any(phase.training for phase in game.phases),
    "modification to human": lambda game: any(
        "human" in row for phase in game.phases for row in phase.modification.values()
    ),
    "modification to mesa": lambda game: any(
        "mesa" in row for phase in game.phases for row in phase.modification.values()
    ),
    "certain modification": lambda game: any(
        1 in row.values() for phase in game.phases for row in phase.modification.values()
    ),
    "certain shutdown": lambda game: any(1 in phase.shutdown.values() for phase in game.phases),
    "payoffs that change": lambda game: len({str(phase.payoffs) for phase in game.phases if phase.episodes}) > 1,
    "a negative payoff": lambda game: any(
        x < 0 for phase in game.phases for r in phase.payoffs.values() for x in r.values()
    ),
    "a third action that defects": lambda game: any(act.name == "C" and act.defects for act in game.actions),
    "B before A": lambda game: game.actions[0].name == "B",
    "base first": lambda game: game.objectives[0].name == "base",
    "naive selves": lambda game: any(objective.selves is Selves.NAIVE for objective in game.objectives),
    "hyperbolic": lambda game: any(isinstance(objective.discounting, Hyperbolic) for objective in game.objectives),
    "every tie rule": lambda game: game.tie_rule is TieRule.DECLARED,
    "a tie": lambda game: bool(solve_game(game).ties),
    "no episode": lambda game: game.horizon == 0,
}


@pytest.mark.slow
@pytest.mark.parametrize("kind", SEEN)
def test_phased_games_are_of_every_kind(kind: str) -> None:
    assert any(map(SEEN[kind], some_games()))


@given(st.data(), st.integers(1, 3), st.integers(1, 2), st.integers(2, 4))
@quick(20)
def test_bounds_of_phased_games_are_kept(data: st.DataObject, phases: int, episodes: int, actions: int) -> None:
    horizon = phases * episodes
    game = data.draw(
        phased_games(
            phases=(phases, 4),
            episodes=(1, episodes),
            horizon=(horizon, horizon + 1),
            objectives=(1, 4),
            actions=(actions, 4),
            payoffs=st.just(F(7)),
            targets=["base"],
            shutdown=False,
            discounting=["exponential"],
            selves=[Selves.SOPHISTICATED],
            tie_rules=[TieRule.DEFECTING],
            base=False,
            reordered=False,
        )
    )
    assert phases <= len(game.phases) <= 4
    assert all(1 <= phase.episodes <= episodes for phase in game.phases)
    assert horizon <= game.horizon <= horizon + 1
    assert actions <= len(game.actions) <= 4
    assert (game.objectives[0].name, game.actions[0].name, game.base_objective) == ("mesa", "A", None)
    assert game.tie_rule is TieRule.DEFECTING
    assert all(isinstance(objective.discounting, Exponential) for objective in game.objectives)
    assert {objective.selves for objective in game.objectives} == {Selves.SOPHISTICATED}
    for phase in game.phases:
        assert not phase.shutdown
        assert {to for row in phase.modification.values() for to in row} <= {"base"}
        assert {x for row in phase.payoffs.values() for x in row.values()} <= {0, 1, 7}


@pytest.mark.parametrize(
    ("bounds", "message"),
    [
        ({"phases": (0, 2)}, r"phases must be a pair \(least, most\) from 1 to 6, got .\(0, 2\)"),
        ({"objectives": (2, 9)}, r"objectives must be a pair \(least, most\) from 1 to 5"),
        ({"actions": (3, 2)}, "actions must be a pair"),
        ({"episodes": (-1, 2)}, r"episodes must be a pair \(least, most\) from 0, got"),
        ({"horizon": (20, 30)}, "horizon must be within reach of phases and episodes"),
        ({"episodes": (3, 3), "horizon": (0, 2)}, "horizon must be within reach of phases and episodes"),
    ],
)
def test_impossible_bounds_are_refused(bounds: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError, match=message):
        simplest(phased_games(**bounds))


@given(two_phase_games(n=(1, 3), m=(2, 3)))
@quick(30)
def test_two_phase_games_are_of_the_family(game: PhasedGame) -> None:
    training, deployment = game.phases
    numbers: dict[str, Any] = {"n": training.episodes, "m": deployment.episodes}
    assert 1 <= numbers["n"] <= 3
    assert 2 <= numbers["m"] <= 3
    numbers |= {"p": training.modification["A"]["base"], "q": training.modification["B"]["base"]}
    numbers |= {"d": deployment.modification["A"]["base"], "g": game.objectives[0].discounting.discount}
    assert game == two_phase(**numbers)


@pytest.mark.slow
def test_two_phase_games_shrink() -> None:
    assert simplest(two_phase_games()) == two_phase(n=0, m=1, p=0)
    seed = simplest(two_phase_games(), lambda game: solve_game(game).deception_pays)
    assert (seed.phases[0].episodes, seed.phases[1].episodes) == (1, 2)


# --- agents and strategies --------------------------------------------------------------------------------------------


@given(st.data(), phased_games(horizon=(0, 4)))
@quick(25)
def test_agents_fit_their_game(data: st.DataObject, game: PhasedGame) -> None:
    solve_game(game, data.draw(agents(game)))


AGENTS: dict[str, Callable[[AgentSpec], bool]] = {
    "fixed": lambda agent: isinstance(agent.strategy, Strategy),
    "fixed by text": lambda agent: isinstance(agent.strategy, str),
    "believes": lambda agent: agent.believed is not None and agent.believed != two_phase(),
    "of base": lambda agent: agent.objective == "base",
    "naive": lambda agent: agent.selves is Selves.NAIVE,
    "discounts": lambda agent: isinstance(agent.discounting, QuasiHyperbolic),
}


def test_agents_are_of_every_kind() -> None:
    drawn = many(agents(two_phase()), 70)
    assert [kind for kind, is_one in AGENTS.items() if not any(map(is_one, drawn))] == []


def test_agents_shrink_to_the_planner_and_kinds_can_be_left_out() -> None:
    assert simplest(agents(two_phase())) == AgentSpec(objective="mesa")

    @given(agents(two_phase(), fixed=False, beliefs=False, own=False))
    @quick(30)
    def plain(agent: AgentSpec) -> None:
        assert agent == AgentSpec(objective=agent.objective)

    plain()


def test_other_games_have_planners_only() -> None:
    game = simplest(finite_games(objectives=(2, 2)))

    @given(agents(game))
    @quick(30)
    def planners(agent: AgentSpec) -> None:
        assert agent.strategy is None
        assert agent.believed is None

    planners()


BELIEFS: dict[str, Callable[[PhasedGame], bool]] = {
    "longer": lambda game: game.horizon > two_phase().horizon,
    "shorter": lambda game: game.phases[1].episodes == 0,
    "paid": lambda game: game.phases[0].payoffs["mesa"]["B"] > 0,
    "modified": lambda game: game.phases[1].modification.get("A", {}).get("base", 0) == 1,
    "ended": lambda game: game.phases[0].shutdown.get("A", 0) > 0,
}


@pytest.mark.slow
def test_beliefs_are_of_every_kind_about_the_same_game_and_shrink_to_it() -> None:
    drawn = many(believed_games(two_phase()), 80)
    assert [kind for kind, is_one in BELIEFS.items() if not any(map(is_one, drawn))] == []
    for found in drawn:
        assert replace(found, phases=two_phase().phases) == two_phase()
    assert simplest(believed_games(two_phase())) == two_phase()


def with_long_names(n: int) -> PhasedGame:
    """Actions whose first letters are alike, so that strategies are made of whole words."""
    return PhasedGame(
        phases=[GamePhase(name="training", kind="training", episodes=n, payoffs={})],
        actions=[Action(name="press", defects=True), Action(name="pass", defects=False)],
    )


@given(st.data(), st.sampled_from([two_phase(), two_phase(n=0, m=1), two_phase(n=0, m=0), with_long_names(4)]))
@quick(40)
def test_strategies_fit_their_game_and_can_be_read(data: st.DataObject, game: PhasedGame) -> None:
    text = data.draw(strategies(game, text=True))
    assert isinstance(text, str)
    assert len(parse_strategy(text, game.actions, game.horizon)) == game.horizon
    drawn = data.draw(strategies(game, text=False))
    assert isinstance(drawn, Strategy)
    assert len(drawn) == game.horizon


@pytest.mark.slow
def test_strategies_are_written_in_every_way() -> None:
    either = strategies(two_phase())
    assert simplest(either) == Strategy.of([0] * 5)
    texts = " ".join(found for found in many(strategies(two_phase(), text=True), 120))
    for form in (r"\b[AB]{5}\b", r"\b[AB]\d", r"\b[AB]\*\d", r"\b[AB]+\*( |$)", r"\b[AB], [AB]\b", r"\b[AB],[AB]\b"):
        assert re.search(form, texts), form
    texts = " ".join(found for found in many(strategies(with_long_names(3), text=True), 100))
    for form in (r"\bpress\*\d", r"\bpress\*( |$)", r"\bpress,pass\b"):
        assert re.search(form, texts), form


# --- finite games -----------------------------------------------------------------------------------------------------

WORLDLY: dict[str, Callable[[TableGame], bool]] = {
    "two worlds reached": lambda game: len({row.world for row in lay_out(game, "mesa").after}) > 1,
    "modified": lambda game: any(row.objective for row in _rows(game)[1:] if row.unmodified is False),
    "ends": lambda game: any(
        sum(way.probability for way in ways) < 1 for table in game.tables.values() for ways in table.ways.values()
    ),
    "some actions withheld": lambda game: any(table.offered for table in game.tables.values()),
    "labels that repeat": lambda game: len(set(game.labels)) < len(game.labels),
    "labels that differ": lambda game: len(set(game.labels)) > 1,
    "a tie": lambda game: any(len(tied) > 1 for rows in realised_play(lay_out(game, "mesa")).tied for tied in rows),
    "naive": lambda game: any(objective.selves is Selves.NAIVE for objective in game.objectives),
}


def _rows(game: TableGame) -> list[Any]:
    return list(lay_out(game, "mesa").after)


@pytest.mark.slow
@pytest.mark.parametrize("kind", WORLDLY)
def test_finite_games_are_of_every_kind(kind: str) -> None:
    assert any(map(WORLDLY[kind], some_tables()))


def test_finite_games_shrink_to_next_to_nothing() -> None:
    game = simplest(finite_games(), lambda game: game.horizon == 2)
    assert (len(game.objectives), len(game.actions), game.start, len(set(game.labels))) == (1, 1, 0, 1)
    assert all(table.payoffs == {} == table.ways == table.offered for table in game.tables.values())


@given(finite_games(horizon=(1, 2), worlds=(2, 2), objectives=(2, 2), actions=(3, 3), floats=True))
@quick(30)
def test_bounds_of_finite_games_are_kept(game: TableGame) -> None:
    assert 1 <= game.horizon <= 2
    assert (len(game.objectives), len(game.actions)) == (2, 3)
    for table in game.tables.values():
        assert all(type(way.probability) is float for ways in table.ways.values() for way in ways)
        assert all(type(paid) is float for row in table.payoffs.values() for paid in row.values())
    assert {world for table in game.tables.values() for _, world in table.offered} <= {0, "there"}


# --- the package ------------------------------------------------------------------------------------------------------


def test_importing_the_package_is_light_and_every_name_is_there() -> None:
    import deceptive_sim.testing as testing

    for name in testing.__all__:
        assert getattr(testing, name)
        assert name in dir(testing)
    with pytest.raises(AttributeError, match="has no attribute 'nothing'"):
        _ = testing.nothing
    code = "import sys, deceptive_sim.testing; print(*sorted({n.split('.')[0] for n in sys.modules}))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not {"hypothesis", "numpy", "pytest", "pydantic"} & set(done.stdout.split())


def test_probabilities_shrink_to_none() -> None:
    assert simplest(probabilities()) == 0
    assert simplest(probabilities(), lambda p: p > F(1, 2)) == 1
