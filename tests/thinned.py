"""Long lists of cases: some of them in the fast run, more in the slow one, all of them where THOROUGH is set."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import Any

import pytest


def thinned(cases: Iterable[Any], step: int) -> list[Any]:
    """Every `step`-th case, from the first on, for the fast run; the others are marked slow."""
    return [pytest.param(case, marks=() if place % step == 0 else pytest.mark.slow) for place, case in enumerate(cases)]


def thorough(most: int, usual: int) -> int:
    """How many cases a slow test draws: `usual` of them in CI, `most` with THOROUGH=1."""
    return most if os.environ.get("THOROUGH", "0") not in ("", "0") else usual
