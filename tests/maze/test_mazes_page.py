"""The page on mazes shows what the commands print, and its code prints what it says.

Gradients and searches go on from rounded numbers, whose last digits differ from processor to processor; so words are
compared exactly, and numbers with room.
"""

import contextlib
import io
import re
import shlex
from pathlib import Path

import pytest
from cli.commands import invoke

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "mazes.md").read_text(encoding="utf-8")
NUMBER = re.compile(r"[<>]?-?\d+(?:\.\d+)?(?:e-?\d+)?(?![\w/])")


def sessions() -> list[tuple[str, str]]:
    """Each command of the page with the output shown."""
    return re.findall(r"^```console\n\$ (deceptive-sim .*?)\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)


def words_and_numbers(text: str) -> tuple[list[str], list[float]]:
    """The words of a text, and its numbers."""
    return NUMBER.sub("#", text).split(), [float(number.lstrip("<>")) for number in NUMBER.findall(text)]


@pytest.mark.slow
@pytest.mark.parametrize(("command", "shown"), sessions(), ids=[command for command, _ in sessions()])
def test_the_page_on_mazes_shows_what_the_command_prints(
    command: str, shown: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    done = invoke(*shlex.split(command)[1:])
    assert (done.code, done.err) == (0, "")
    words, numbers = words_and_numbers(done.out)
    words_shown, numbers_shown = words_and_numbers(shown)
    assert words == words_shown
    for found, expected in zip(numbers, numbers_shown, strict=True):
        assert found == pytest.approx(expected, rel=0.25, abs=2 if "." in str(expected) and expected > 1 else 0.02)


def test_the_page_on_mazes_shows_all_four_scenarios() -> None:
    shown = [shlex.split(command)[2] for command, _ in sessions()]
    assert shown == ["maze-shift", "maze-plants-and-animals", "maze-adversarial", "maze-lifetime"]
    assert all((ROOT / "scenarios" / f"{name}.yaml").is_file() for name in shown)


CODES = re.findall(r"^```python\n(.*?)^```\n+```text\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)


@pytest.mark.slow
@pytest.mark.parametrize(("code", "shown"), CODES, ids=["an effort", "adversarial training"])
def test_the_code_of_the_page_on_mazes_prints_what_it_says(code: str, shown: str) -> None:
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(code, "mazes.md", "exec"), {})
    assert printed.getvalue() == shown
