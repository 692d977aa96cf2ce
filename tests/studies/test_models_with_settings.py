"""Games that are phased games no longer since parameters were set: expectations fail, and nothing breaks."""

from __future__ import annotations

from fractions import Fraction

from deceptive_sim.scenario.load import load_scenario
from deceptive_sim.studies.models import run_model


def test_expectations_of_the_phased_game_fail_and_say_why() -> None:
    result = run_model(load_scenario("published/hubinger-2019", {"memoryless": True, "training.episodes": 1}))
    assert result.answer["probability"] == Fraction(2, 3)
    assert not result.holds
    failed = {check.quantity: check for check in result.checks if not check.holds}
    assert failed["strategy"].expected in ("BBAAA", "AAA")
    assert failed["strategy"].found == "nothing: the game is policy choice"
