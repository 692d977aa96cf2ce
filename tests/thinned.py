"""Long lists of cases: some of them in the fast run, the others in the slow one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest


def thinned(cases: Iterable[Any], step: int) -> list[Any]:
    """Every `step`-th case, from the first on, for the fast run; the others are marked slow."""
    return [pytest.param(case, marks=() if place % step == 0 else pytest.mark.slow) for place, case in enumerate(cases)]
