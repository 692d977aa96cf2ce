"""The page on environments is one session, and prints what it shows; its tables name all settings."""

import contextlib
import inspect
import io
import re
from pathlib import Path
from typing import Any

from deceptive_sim.maze.environments.lifetime_env import make_lifetime
from deceptive_sim.maze.environments.maze_env import MazeEnv

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "environments.md").read_text(encoding="utf-8")


def told() -> list[tuple[str, str]]:
    """Pieces of code with what each prints, as the lines after it say."""
    code = "".join(re.findall(r"^```python\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL))
    pieces = re.findall(r"((?:^(?!# >).*\n)+)((?:^# >.*\n)*)", code, re.MULTILINE)
    return [(piece, re.sub(r"^# > ?", "", shown, flags=re.MULTILINE)) for piece, shown in pieces]


def test_the_page_on_environments_prints_what_it_shows() -> None:
    session: dict[str, Any] = {}
    pieces = told()
    assert sum(bool(shown) for _, shown in pieces) == 10
    for code, shown in pieces:
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            exec(compile(code, "environments.md", "exec"), session)
        assert [line.rstrip() for line in printed.getvalue().splitlines()] == shown.splitlines(), code


def test_the_page_names_every_setting() -> None:
    table = re.findall(r"^\| `(\w+)` \|", PAGE, re.MULTILINE)
    assert table == list(inspect.signature(MazeEnv).parameters)
    for name in inspect.signature(make_lifetime).parameters:
        assert re.search(rf"`{name}\b", PAGE), name
