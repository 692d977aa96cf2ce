"""The page on populations elsewhere is one session, and prints what it shows."""

import contextlib
import io
import multiprocessing
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from deceptive_sim import load_scenario
from deceptive_sim.populations.cohorts import Population

PAGE = Path(__file__).resolve().parents[2] / "docs" / "populations-elsewhere.md"


def told(text: str) -> list[tuple[str, str]]:
    """Pieces of code with what each prints, as the lines after it say."""
    code = "".join(re.findall(r"^```python\n(.*?)^```", text, re.MULTILINE | re.DOTALL))
    pieces = re.findall(r"((?:^(?!# >).*\n)+)((?:^# >.*\n)*)", code, re.MULTILINE)
    return [(piece, re.sub(r"^# > ?", "", shown, flags=re.MULTILINE)) for piece, shown in pieces]


@pytest.fixture
def _mesa() -> Iterator[None]:
    """Undoes for other tests what importing Mesa changes."""
    before = multiprocessing.get_start_method(allow_none=True)
    pytest.importorskip("mesa")
    yield
    multiprocessing.set_start_method(before, force=True)


@pytest.mark.usefixtures("_mesa")
def test_the_page_prints_what_it_shows() -> None:
    session: dict[str, Any] = {}
    pieces = told(PAGE.read_text(encoding="utf-8"))
    assert sum(bool(shown) for _, shown in pieces) >= 8
    for code, shown in pieces:
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            exec(compile(code, PAGE.name, "exec"), session)
        assert [line.rstrip() for line in printed.getvalue().splitlines()] == shown.splitlines(), code


def test_the_population_of_a_scenario_file_is_where_the_page_says() -> None:
    assert '`load_scenario("who-survives-training").population.population`' in PAGE.read_text(encoding="utf-8")
    plan = load_scenario("who-survives-training").population
    assert plan is not None
    assert isinstance(plan.population, Population)
