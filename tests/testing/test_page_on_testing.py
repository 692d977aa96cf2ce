"""The page on testing: its code prints what it says, its tables are those of the code."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import deceptive_sim.testing as testing
from deceptive_sim.testing.findings import RULES

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "testing.md").read_text(encoding="utf-8")
CODES = re.findall(r"^```python\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("code", CODES, ids=range(len(CODES)))
def test_code_prints_what_the_page_says(code: str, capsys: pytest.CaptureFixture[str]) -> None:
    exec(compile(code, "testing.md", "exec"), {"__name__": "page"})
    printed = capsys.readouterr().out.strip()
    assert ("print" in code) is bool(printed)
    assert not printed or f"prints `{printed}`" in PAGE


def test_every_rule_and_every_name_is_on_the_page() -> None:
    for name, said in RULES.items():
        assert f"| `{name}` | {said} |" in PAGE
    named = set(re.findall(r"`(\w+)[`(]", PAGE))
    assert set(testing.__all__) - {"BrokenRule", "Conformance", "Table"} <= named | {"Table"}


def test_every_option_is_on_the_page() -> None:
    plugin = Path(testing.__file__).with_name("plugin.py").read_text(encoding="utf-8")
    options = set(re.findall(r'"(--claims-[a-z]+)"', plugin))
    settings = set(re.findall(r'addini\("(\w+)"', plugin))
    assert len(options) == len(settings) == 3
    for word in options | settings:
        assert f"`{word}" in PAGE
