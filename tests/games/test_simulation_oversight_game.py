"""The overseer who tries the policy in a simulation first: derived values, and policies played out, mixed ones too."""

from __future__ import annotations

import itertools
from fractions import Fraction

import pytest
from adapters import quick
from hypothesis import given
from hypothesis import strategies as st

from deceptive_sim.core.errors import InputError
from deceptive_sim.games.simulation_oversight import GAME

F = Fraction
chances = st.fractions(0, 1, max_denominator=10)


def test_derived_values() -> None:
    answer = GAME.build(swap=F(1, 10)).answer()
    assert answer["value"] == F("2.7")
    assert answer["policy"] == {"Start": "Real", "Real": "exploit", "Sim": "complete"}
    assert answer["ties"] == []
    values = answer["values"]
    assert len(values) == 8
    assert values["Real, complete, complete"] == F("1.8")  # honest
    assert values["Real, exploit, exploit"] == F("-2.6")
    assert values["Sim, exploit, exploit"] == values["Sim, complete, exploit"] == F("0.6")


def expected(go_real: Fraction, exploit_real: Fraction, exploit_sim: Fraction, swap: Fraction) -> Fraction:
    """The mean over everything that may happen: where to, swapped or not, what is sampled, what is done."""
    total = F(0)
    for wants, swapped, sampled, real, sim in itertools.product((True, False), repeat=5):
        chance = (go_real if wants else 1 - go_real) * (swap if swapped else 1 - swap)
        chance *= exploit_sim if sampled else 1 - exploit_sim
        chance *= exploit_real if real else 1 - exploit_real
        chance *= exploit_sim if sim else 1 - exploit_sim
        in_real = -3 if sampled else 3 if real else 2
        total += chance * (in_real if wants != swapped else F(sim))
    return total


@given(st.one_of(st.sampled_from([F(0), F(1, 2), F(1)]), chances))
@quick(40)
def test_every_deterministic_policy_is_worth_what_playing_it_gives(swap: Fraction) -> None:
    answer = GAME.build(swap=swap).answer()
    worths = {}
    for real, exploit_real, exploit_sim in itertools.product((1, 0), (0, 1), (0, 1)):
        words = ("Real" if real else "Sim", *("exploit" if x else "complete" for x in (exploit_real, exploit_sim)))
        worths[words] = expected(F(real), F(exploit_real), F(exploit_sim), swap)
    assert answer["values"] == {", ".join(words): worth for words, worth in worths.items()}
    best = [dict(zip(("Start", "Real", "Sim"), w, strict=True)) for w in worths if worths[w] == max(worths.values())]
    assert answer["value"] == max(worths.values())
    assert answer["policy"] == best[0]
    assert answer["ties"] == (best if len(best) > 1 else [])


@pytest.mark.slow
@given(chances, chances, chances, chances)
@quick(60)
def test_no_mixed_policy_is_better(go_real: Fraction, real: Fraction, sim: Fraction, swap: Fraction) -> None:
    assert expected(go_real, real, sim, swap) <= GAME.build(swap=swap).answer()["value"]


def test_what_is_seen() -> None:
    view = GAME.build().view()
    assert len(view.curves) == 8
    assert view.curves["Real, exploit, complete"][5] == pytest.approx(2.7)
    assert view.across[5] == pytest.approx(0.1)


def test_wrong_settings_are_refused() -> None:
    with pytest.raises(InputError, match="swap must be a probability"):
        GAME.build(swap=F(2))
