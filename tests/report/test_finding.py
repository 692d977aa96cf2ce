"""The finding: one or two true sentences for every regime."""

from __future__ import annotations

from dataclasses import replace

import pytest
from report_games import fixed, long_result, planner, result_of, seed_result, three_phases, two_phases

from deceptive_sim.model.regimes import Regime
from deceptive_sim.report import finding
from deceptive_sim.report.glossary import REGIMES
from deceptive_sim.report.words import episodes_text, shortened, spelt


def test_the_seed_is_told_with_its_alternative() -> None:
    assert finding(seed_result()) == (
        "Deception pays: the best strategy is B,B,A,A,A, worth 3; showing its hand at once (A,A,A,A,A) is worth 1."
    )


def test_nothing_is_compared_that_is_not_there() -> None:
    assert finding(result_of(two_phases(2, 3), [planner()])) == (
        "Deception pays: the best strategy is B,B,A,A,A, worth 3."
    )


def test_values_of_other_objectives_are_not_compared() -> None:
    game = two_phases(2, 3)
    told = finding(result_of(game, [planner(), planner("aligned", "base")]))
    assert told == (
        "Deception pays: the best strategy for “Mesa optimiser” is B,B,A,A,A, worth 3. "
        "“Aligned” is compliant (worth 5)."
    )


def test_fixed_strategies_of_other_objectives_are_not_compared() -> None:
    game = two_phases(2, 3)
    told = finding(result_of(game, [planner(), replace(fixed(game, "B*", "servant"), objective="base")]))
    assert told == "Deception pays: the best strategy is B,B,A,A,A, worth 3."


def test_a_tie_is_called_a_tie() -> None:
    game = two_phases(2, 1)
    told = finding(result_of(game, [planner(), fixed(game, "A*")]))
    assert told == (
        "Deception is a tie: one of 7 best strategies is B,B,A, worth 1; "
        "showing its hand at once (A,A,A) is worth as much."
    )


def test_almost_the_same_is_not_the_same() -> None:
    game = two_phases(100, 100, "1/2", "1/10", "9/10")
    told = finding(result_of(game, [planner(), fixed(game, "A*")]))
    assert told.endswith("showing its hand at once (A ×200) is worth almost as much.")


def test_open_and_late_and_compliant_and_untrained() -> None:
    assert finding(result_of(two_phases(5, 4, "1/5"), [planner()])).startswith("Deception does not pay: ")
    late = finding(result_of(two_phases(4, 3, "1/2", "0", "9/10"), [planner()]))
    assert late == ("Pretending pays only at the end of training: the best strategy is A,A,B,B,A,A,A, worth 1.89451.")
    compliant = finding(result_of(two_phases(1, 2), [planner("aligned", "base")]))
    assert compliant == "There is no deception, and no defection: the best strategy is B,B,B, worth 3."
    untrained = finding(result_of(two_phases(0, 2), [planner()]))
    assert untrained == "Without training there is nothing to pretend: the best strategy is A,A, worth 2."


def test_a_misled_agent_is_not_said_to_play_the_best_strategy() -> None:
    game = two_phases(2, 3)
    misled = planner(believed=two_phases(2, 3, "0"))
    told = finding(result_of(game, [misled]))
    assert "best strategy" not in told
    assert "“Mesa optimiser” plays A,A,A,A,A, worth 1 where it expected 5" in told


def test_a_better_fixed_strategy_is_admitted() -> None:
    game = two_phases(2, 3)
    told = finding(result_of(game, [planner(believed=two_phases(2, 3, "0")), fixed(game, "BBAAA", "patient")]))
    assert told.endswith("; yet “Patient” (B,B,A,A,A) is worth 3.")


def test_fixed_strategies_alone_say_what_would_pay() -> None:
    game = two_phases(2, 3)
    told = finding(result_of(game, [fixed(game, "A*"), fixed(game, "B*", "saint")]))
    assert told == (
        "Deception would pay 2 more than any defection in training: “Always defects” plays A,A,A,A,A without a choice, "
        "worth 1; “Saint” (B,B,B,B,B) is worth 0."
    )


def test_no_episodes_and_no_agents() -> None:
    assert "no episodes" in finding(result_of(two_phases(0, 0), [planner()]))
    assert "no agent" in finding(replace(seed_result(), solutions=()))


@pytest.mark.parametrize("regime", list(Regime))
@pytest.mark.parametrize("premium", [None, -1.0, 0.0, 1.0])
@pytest.mark.parametrize("is_fixed", [False, True])
def test_every_regime_is_one_plain_paragraph(regime: Regime, premium: float | None, is_fixed: bool) -> None:
    result = seed_result()
    pays = premium is not None and premium > 0
    first = replace(result.solutions[0], regime=regime, premium=premium, deception_pays=pays, fixed=is_fixed)
    told = finding(replace(result, solutions=(first, *result.solutions[1:])))
    assert told.endswith(".")
    assert "\n" not in told
    assert "None" not in told
    assert ("Deception pays:" in told) == (pays and not is_fixed and regime in {Regime.DECEPTIVE, Regime.DELAYED})
    assert regime in REGIMES


def test_long_strategies_and_hostile_labels_stay_short() -> None:
    result = long_result(100_000, [[0, 1] * 50_000])
    assert len(finding(result)) < 300
    nasty = replace(three_phases(), labels={"schemer": "x\n\u202e" + "y" * 5000})
    assert len(finding(nasty)) < 600
    assert "\u202e" not in finding(nasty)
    assert "\n" not in finding(nasty)


def test_spelling_of_strategies() -> None:
    result = seed_result()
    plan, actions = result.solutions[0].plan, result.game.actions
    assert spelt(plan, actions) == "B,B,A,A,A"
    assert spelt(plan, actions, 4) == "B ×2, A ×3"
    words = three_phases()
    assert spelt(words.solutions[0].plan, words.game.actions) == "run-to-the-exit ×5, take-the-apple ×6"


def test_episodes_are_joined_to_stretches() -> None:
    assert episodes_text(()) == ""
    assert episodes_text((1, 2, 3, 7, 9, 10)) == "1-3, 7, 9-10"
    assert episodes_text((1, 3, 5), 2) == "1, 3, …"


def test_shortened_text_is_one_line() -> None:
    assert shortened(" a\r\n\tb\x00c ", 20) == "a b c"
    assert shortened("abcdef", 4) == "abc…"
