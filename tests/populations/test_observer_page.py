"""The page on evidence is run: every block of Python prints what stands below it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "evidence.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"^```python\n(.*?)^```\n\nprints(?: `([^`\n]*)`|\n\n```text\n(.*?)^```)", re.MULTILINE | re.DOTALL)


def test_every_block_prints_what_stands_below_it(capsys: pytest.CaptureFixture[str]) -> None:
    names: dict[str, object] = {}
    found = BLOCK.findall(PAGE)
    assert len(found) == PAGE.count("```python") >= 5
    for code, line, lines in found:
        exec(compile(code, "evidence.md", "exec"), names)
        assert capsys.readouterr().out.strip() == (line or lines).strip()
