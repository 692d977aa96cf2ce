"""Claims of scenarios in Python: verified as texts, as files, as part of a run."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from deceptive_sim.claims.ladder import Effort
from deceptive_sim.claims.verdict import Answer, Rung
from deceptive_sim.core.errors import InputError
from deceptive_sim.scenario.load import Scenario, load_scenario
from deceptive_sim.studies.claims import verify, verify_scenario
from deceptive_sim.studies.run import run

LITTLE = Effort(tries=5, proofs=False)

FILE = """\
version: 1
id: small
game:
  phases:
    training: {episodes: 2, modification: {A: 1, B: 0}}
    deployment: {episodes: 3}
claims:
  - {id: pays, given: {m: [2, 3]}, claim: deception_pays}
  - {id: always-pays, given: {m: 1 to 3}, claim: deception_pays, holds: false}
"""


@pytest.fixture(scope="module")
def game() -> Scenario:
    return load_scenario("two-plus-three")


@pytest.fixture
def small(tmp_path: Path) -> Scenario:
    (tmp_path / "small.yaml").write_text(FILE)
    return load_scenario(tmp_path / "small.yaml")


def test_a_text_is_verified(game: Scenario) -> None:
    verdict = verify(
        game,
        "deception_pays iff m*p > 1",
        given={"n": "1 to 6", "m": "1 to 6", "p": "over 0 up to 1"},
        effort=LITTLE,
    )
    assert verdict.answer is Answer.HELD
    assert verdict.expected is True
    assert verdict.tries > 100


def test_a_false_text_has_its_smallest_counterexample(game: Scenario) -> None:
    given = {"n": "1 to 6", "m": "1 to 6", "p": "over 0 up to 1"}
    verdict = verify(game, "deception_pays iff m*p >= 1", given=given, effort=LITTLE)
    assert verdict.answer is Answer.FALSE
    assert verdict.expected is False
    assert verdict.counterexample is not None
    assert dict(verdict.counterexample.case) == {"n": 1, "m": 1, "p": 1}
    assert verify(game, "deception_pays", given={"m": 1}, holds=False, effort=LITTLE).expected is True


def test_numbers_need_not_be_texts(game: Scenario) -> None:
    verdict = verify(
        game,
        "longer.value == value + k * u",
        given={"n": 2, "m": [1, 2, 3], "payoffs.mesa.A": [Fraction(1, 3), 0.5]},
        names={"k": 1, "u": "payoffs.mesa.A"},
        also={"longer": {"m": "m + 1"}},
        assume="m < 3",
        effort=LITTLE,
    )
    assert (verdict.answer, verdict.rung) == (Answer.PROVED, Rung.EXHAUSTED)
    assert (verdict.tries, verdict.excluded) == (4, 2)


def test_another_agent_may_be_meant(game: Scenario) -> None:
    claim = 'strategy == "AAAAA"'
    assert verify(game, claim, agent="apple-at-once", effort=LITTLE).answer is Answer.PROVED
    assert verify(game, claim, effort=LITTLE).answer is Answer.FALSE


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        (
            {"claim": "premum > 1"},
            r'claim.claim has a name that stands for nothing, got "premum" \(did you mean premium',
        ),
        ({"claim": 7}, "claim.claim must be a truth, not a number"),
        ({"claim": None}, "claim"),
        ({"claim": "value > 0", "given": {"p": "up to"}}, "claim.given.p"),
        ({"claim": "value > 0", "given": {"p": None}}, "claim"),
        ({"claim": "value > 0", "given": {"p": object()}}, "claim.given.p must be a range"),
        ({"claim": "value > 0", "given": {"p q": 1}}, "claim.given.p q is not a good name"),
        ({"claim": "value > 0", "agent": "nobody"}, "claim.agent must be one of the scenario's agents"),
        ({"claim": "value > 0", "also": {"x": {"agent": "nobody"}}}, "claim.also.x.agent must be one of"),
        ({"claim": "value > 0", "assume": ["q <"]}, "claim.assume.0 must go on after <"),
        ({"claim": "premium > 0", "given": {"n": [0, 1]}}, "there is no premium without a training episode"),
    ],
)
def test_what_is_wrong_with_a_text_is_said(game: Scenario, settings: dict[str, object], said: str) -> None:
    with pytest.raises(InputError, match=said):
        verify(game, **settings, effort=LITTLE)  # type: ignore[arg-type]


def test_the_claims_of_a_file_are_verified_in_order(small: Scenario) -> None:
    told: list[tuple[int, int]] = []
    verdicts = verify_scenario(small, effort=LITTLE, progress=lambda done, total, what: told.append((done, total)))
    assert [verdict.claim.id for verdict in verdicts] == ["pays", "always-pays"]
    assert [verdict.answer for verdict in verdicts] == [Answer.PROVED, Answer.FALSE]
    assert told == [(0, 2), (1, 2), (2, 2)]
    (one,) = verify_scenario(small, ["always-pays"], effort=LITTLE)
    assert one.claim.id == "always-pays"


def test_remembered_counterexamples_come_first(small: Scenario) -> None:
    memory = {"always-pays": [{"m": Fraction(1)}], "pays": [{"m": Fraction(2)}]}
    verdicts = verify_scenario(small, effort=LITTLE, memory=memory)
    assert [verdict.answer for verdict in verdicts] == [Answer.PROVED, Answer.FALSE]
    assert verdicts[1].rung is Rung.MEMORY


def test_an_unknown_claim_and_too_few_workers_are_refused(small: Scenario) -> None:
    with pytest.raises(InputError, match="did you mean pays"):
        verify_scenario(small, ["pay"])
    with pytest.raises(InputError, match="workers must be 1 or more"):
        verify_scenario(small, workers=0)


def test_a_run_verifies_claims(small: Scenario) -> None:
    result = run(small, proofs=False, tries=5, seed=3)
    assert [verdict.answer for verdict in result.claims] == [Answer.PROVED, Answer.FALSE]
    assert {verdict.seed for verdict in result.claims} == {3}
    assert result.holds
    assert result.durations["claims"] > 0
    wrong = small.with_parameters({"claims.1.holds": True})
    assert not run(wrong, proofs=False, tries=5).holds


def test_a_run_without_claims_says_nothing_of_them(game: Scenario) -> None:
    result = run(game)
    assert result.claims == ()
    assert "claims" not in result.durations


def test_a_run_refuses_claims_that_make_no_sense(small: Scenario) -> None:
    with pytest.raises(InputError, match="stands for nothing"):
        run(small.with_parameters({"claims.0.claim": "foo > 1"}))
