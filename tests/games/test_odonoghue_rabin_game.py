"""Doing it now or later: the printed periods, and every self against plain comparison of periods."""

from __future__ import annotations

from fractions import Fraction

import pytest
from adapters import quick
from hypothesis import given
from hypothesis import strategies as st

from deceptive_sim.core.errors import InputError
from deceptive_sim.games.odonoghue_rabin import GAME, ODonoghueRabin

F = Fraction


@pytest.mark.parametrize(
    ("kind", "selves", "period"),
    [
        ("costs", "consistent", 1),
        ("costs", "naive", 4),
        ("costs", "sophisticated", 2),
        ("rewards", "consistent", 4),
        ("rewards", "naive", 3),
        ("rewards", "sophisticated", 1),
    ],
)
def test_printed_periods(kind: str, selves: str, period: int) -> None:
    assert GAME.build(kind=kind, selves=selves, beta=F(1, 2)).answer()["period"] == period
    assert GAME.build(kind=kind, selves=selves).answer()["period"] == period  # beta = 1/2 is the default


def doers(gains: list[Fraction], beta: Fraction, selves: str) -> list[bool]:
    """Whether the self of each period does it, from the definitions: now, or the period that it believes in."""
    periods = len(gains)
    does = [True] * periods
    for t in range(periods - 2, -1, -1):
        if selves == "sophisticated":  # what comes of waiting is what the next self who does it gets
            waiting = beta * gains[next(later for later in range(t + 1, periods) if does[later])]
        else:  # a period is chosen today, the best by today's weights
            weight = F(1) if selves == "consistent" else beta
            waiting = max(weight * gain for gain in gains[t + 1 :])
        does[t] = gains[t] >= waiting
    return does


@pytest.mark.slow
@given(
    st.lists(st.integers(-3, 9).map(F), min_size=1, max_size=6),
    st.fractions(0, 1, max_denominator=5),
    st.sampled_from(["costs", "rewards"]),
    st.sampled_from(["consistent", "naive", "sophisticated"]),
)
@quick(150)
def test_every_self_decides_as_defined(amounts: list[Fraction], beta: Fraction, kind: str, selves: str) -> None:
    gains = [-amount if kind == "costs" else amount for amount in amounts]
    does = doers(gains, beta, selves)
    first = does.index(True)
    answer = ODonoghueRabin(immediate=kind, selves=selves, beta=beta, amounts=tuple(amounts)).answer()
    weight = F(1) if first == 0 or selves == "consistent" else beta
    assert answer == {
        "period": first + 1,
        "selves": ["do" if now else "wait" for now in does],
        "value": weight * gains[first],
        "payoff": gains[first],
    }


def test_an_indifferent_self_does_it_now() -> None:
    assert GAME.build(kind="costs", selves="naive", beta=F(3, 5)).answer()["period"] == 1  # 3 now or 3/5 of 5


def test_what_is_seen() -> None:
    view = GAME.build().view()
    assert (view.letters, dict(view.marks)) == ("wwwd", {4: "done"})
    assert [frame.told for frame in view.frames][2:] == ["period 3: wait", "period 4: do"]
    assert dict(view.curves) == {"costs": (3, 5, 8, 13)}


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"kind": "prices"}, 'kind must be one of costs, rewards, got "prices"'),
        ({"selves": "wise"}, "selves must be one of consistent, naive, sophisticated"),
        ({"beta": F(3, 2)}, "beta must be a probability"),
        ({"amounts": ()}, "amounts must be of 1 to 100 periods"),
        ({"amounts": ("much",)}, "amounts must be a number"),
    ],
)
def test_wrong_settings_are_refused(changes: dict[str, object], said: str) -> None:
    with pytest.raises(InputError, match=said):
        GAME.build(**changes)
