"""Scenario files and claims as texts: they can be read, and say what was drawn."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from adapters import quick
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from deceptive_sim import AgentSpec, PhasedGame, load_scenario, two_phase
from deceptive_sim.claims.bind import bind, make_claim
from deceptive_sim.claims.language.parse import parse
from deceptive_sim.model.discounting import Discounting
from deceptive_sim.model.phases import Phase as GamePhase
from deceptive_sim.studies.claim_reading import claims_of
from deceptive_sim.studies.claim_situations import ScenarioSituations
from deceptive_sim.testing import agents, claim_texts, phased_games, scenario_files, scenario_text


def loaded(text: str, folder: Path) -> Any:
    path = folder / "example.yaml"
    path.write_text(text, encoding="utf-8")
    return load_scenario(path)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("files")


def without_zeros(game: PhasedGame) -> PhasedGame:
    """The same game; a number that is left out and a zero mean the same."""

    def bare(phase: GamePhase) -> GamePhase:
        tables = {
            name: {key: {to: x for to, x in row.items() if x} for key, row in getattr(phase, name).items()}
            for name in ("payoffs", "modification")
        }
        kept = {name: {key: row for key, row in table.items() if row} for name, table in tables.items()}
        return replace(phase, **kept, shutdown={key: x for key, x in phase.shutdown.items() if x})

    return replace(game, phases=[bare(phase) for phase in game.phases])


def bare_agent(agent: AgentSpec, game: PhasedGame) -> AgentSpec:
    agent = agent.fitted(game)
    return agent if agent.believed is None else replace(agent, believed=without_zeros(agent.believed))


@given(st.data(), phased_games(horizon=(0, 4)))
@quick(8)
def test_a_game_and_its_agents_come_back_from_their_file(folder: Path, data: st.DataObject, game: PhasedGame) -> None:
    players = [replace(data.draw(agents(game)), name=name) for name in ("one", "two")]
    scenario = loaded(scenario_text(game, players, title="some title: with a colon"), folder)
    assert scenario.title == "some title: with a colon"
    assert without_zeros(scenario.game) == without_zeros(game)
    for found, agent in zip(scenario.agents, players, strict=True):
        believed = None if agent.believed == game else agent.believed
        assert bare_agent(found, game) == bare_agent(replace(agent, believed=believed), game)


def test_a_discounting_of_ones_own_cannot_be_written() -> None:
    class Never(Discounting):
        consistent = True  # type: ignore[assignment]

        def factor(self, delay: int) -> Any:
            return 0

    agent = AgentSpec(objective="mesa", discounting=Never())
    with pytest.raises(TypeError, match="a scenario file has no words for Never"):
        scenario_text(two_phase(), [agent])


@pytest.mark.slow
@given(scenario_files())
@quick(200)
def test_many_scenario_files_load(folder: Path, text: str) -> None:
    claims_of(loaded(text, folder))


def drawn(strategy: st.SearchStrategy[str], count: int) -> list[str]:
    found: list[str] = []

    @settings(
        max_examples=count,
        database=None,
        derandomize=True,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(strategy)
    def keep(text: str) -> None:
        found.append(text)

    keep()
    return found


@pytest.mark.slow
def test_scenario_files_load_have_every_section_and_every_one_can_be_left_out(folder: Path) -> None:
    texts = drawn(scenario_files(), 40)
    for text in texts:
        claims_of(loaded(text, folder))
    words = ("title", "source", "description", "expect", "landscape", "claims", "report", "agents", "phases", "name")
    words += ("beta", "k", "beliefs", "strategy", "selves", "shutdown", "modification", "base_objective", "discount")
    for word in words:
        having = [text for text in texts if re.search(rf"^\s*{word}:", text, re.MULTILINE)]
        assert having, word
        assert word in {"phases", "agents"} or len(having) < len(texts), word
    assert all(re.search(r"^(phases|  phases|  name):", text, re.MULTILINE) for text in texts)
    for text in drawn(scenario_files(landscapes=False, claims=False), 8):
        assert not re.search(r"^(landscape|claims):", text, re.MULTILINE)


# --- claims -----------------------------------------------------------------------------------------------------------

GIVEN = {"n": "1 to 2", "m": "1 to 2", "p": "0 to 1", "q": "0 to 1"}


@pytest.mark.slow
@given(claim_texts())
@quick(25)
def test_claims_can_be_read_and_are_truths(text: str) -> None:
    situations = ScenarioSituations(load_scenario("two-plus-three"))
    used = {name: domain for name, domain in GIVEN.items() if re.search(rf"\b{name}\b", text)}
    bind(make_claim(id="some", claim=text, given=used, situations=situations), situations)


@pytest.mark.slow
def test_claims_use_the_whole_language() -> None:
    texts = " ".join(drawn(claim_texts(["x"]), 100))
    words = ("and", "or", "not", "implies", "iff", "min", "max", "abs", "floor", "ceil", "x", "value", "regime")
    for word in (*words, "deception_pays", "horizon", r"\*\*", "/", "<=", "==", "!=", "-", r"\+"):
        assert re.search(rf"(?<![a-z_]){word}(?![a-z_])", texts), word
    plain = drawn(claim_texts(["x"], results=False), 40)
    assert not re.search(r"value|regime|pays|horizon|turn", " ".join(plain))
    for text in plain:
        parse(text)
