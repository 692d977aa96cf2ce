"""JSON of results: Fractions as text, no NaN, keys in order. Seeds: a place has its own stream."""

from __future__ import annotations

import enum
import json
import math
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from deceptive_sim.core.json_text import dumps, plain
from deceptive_sim.core.progress import silent
from deceptive_sim.core.seeds import generator


class Colour(enum.Enum):
    RED = "red"


@dataclass
class Point:
    x: Fraction
    y: tuple[int, ...]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (Fraction(3, 2), "3/2"),
        (Fraction(3), "3"),
        (Colour.RED, "red"),
        (math.nan, None),
        (-math.inf, None),
        (0.1, 0.1),
        (True, True),
        (None, None),
        ({1: Fraction(1, 3)}, {"1": "1/3"}),
        ((1, [2, {3}]), [1, [2, [3]]]),
        (Point(Fraction(1, 2), (1, 2)), {"x": "1/2", "y": [1, 2]}),
        (Path("a") / "b", "a/b"),
        (np.array([1.5, math.nan]), [1.5, None]),
        (np.int64(3), 3),
        (np.float64(0.5), 0.5),
        (np.bool_(True), True),
    ],
)
def test_results_become_plain_data(value: object, expected: object) -> None:
    assert plain(value) == expected
    assert type(plain(value)) is type(expected)
    assert json.loads(dumps(value)) == expected


def test_keys_keep_their_order_and_text_its_letters() -> None:
    assert dumps({"b": 1, "a": "é😀"}, indent=None) == '{"b": 1, "a": "é😀"}'
    assert dumps({"a": "é😀"}, indent=None, ascii_only=True) == '{"a": "\\u00e9\\ud83d\\ude00"}'


def test_a_seed_and_a_place_give_the_same_numbers_and_others_give_others() -> None:
    draws = {
        (seed, *place): generator(seed, *place).integers(2**62) for seed in (0, 1) for place in ((), (0,), (1,), (0, 1))
    }
    assert len(set(draws.values())) == len(draws)
    assert draws == {key: generator(*key).integers(2**62) for key in draws}


def test_silence_says_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    silent(1, 2, "x")
    assert capsys.readouterr() == ("", "")
