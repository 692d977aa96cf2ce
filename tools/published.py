"""Runs every scenario in scenarios/published and writes its rows, the source's against ours, into its README.md.

python tools/published.py
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from deceptive_sim import load_scenario, run  # noqa: E402
from deceptive_sim.games.library import MODULES, library_game  # noqa: E402
from deceptive_sim.studies.models import run_model  # noqa: E402

FOLDER = ROOT / "scenarios" / "published"
PAGE = FOLDER / "README.md"
PRINTED = {
    "hubinger-2019": {"strategy", "value"},
    "holtman-2020": {"trace,"},
    "restaurant": {"path,", "ends,"},
    "odonoghue-rabin": {"period,"},
}
"""Quantities that stand in the source, those with a comma at any parameters; all others follow from its rules."""

LONG = 60
"""Texts longer than this are cut in the table; the file has them whole."""

HEAD = """# Published games

Every row is an expectation of a file in this folder: what the source prints, or what follows from its rules and was
worked out by other code, against what the solvers find here. `deceptive-sim run scenarios/published/*.yaml` works
it all out anew. [docs/published-games.md](../../docs/published-games.md) says of each game what is printed, what is
derived and what differs. This page is written by `make published`.
"""


def page() -> str:
    """The page: how much holds, the files, and a table of rows for each game."""
    results = {path.stem: _carried_out(path) for path in _files()}
    rows = [check for result in results.values() for check in result.checks]
    holding = sum(check.holds for check in rows)
    disputed = sum(len(result.disputed) for result in results.values())
    counted = f"{holding} of {len(rows)} rows hold, in {len(results)} games; printed and disputed: {disputed}.\n"
    return "\n".join([HEAD, counted, *games_table(list(results)), *(_table(*item) for item in results.items())])


def _files() -> list[Path]:
    """The scenarios, in the order of the library."""
    return [path for name in MODULES if (path := FOLDER / f"{name}.yaml").is_file()]


def _carried_out(path: Path) -> Any:
    scenario = load_scenario(path)
    return run(scenario) if scenario.model is None else run_model(scenario)


def games_table(names: list[str]) -> Iterator[str]:
    """Every game with its kind and how long its file is; `names` are those of the scenarios."""
    yield "| game | kind | lines of its file | source |"
    yield "|---|---|---|---|"
    for name in names:
        game, path = library_game(name), ROOT / "deceptive_sim" / "games" / f"{MODULES[name]}.py"
        lines = len(path.read_text(encoding="utf-8").splitlines())
        link = f"[{name}]({name}.yaml)"
        yield f"| {link} | {game.kind} | [{lines}](../../deceptive_sim/games/{path.name}) | {game.source} |"
    yield ""


def _table(name: str, result: Any) -> str:
    rows = [
        f"## {name}",
        "",
        result.title + ".",
        "",
        "| quantity | known as | expected | found | |",
        "|---|---|---|---|---|",
    ]
    for check in result.checks:
        verdict = "holds" if check.holds else "**fails**"
        known = "printed" if _printed(name, check.quantity) else "derived"
        rows.append(f"| {check.quantity} | {known} | {_cell(check.expected)} | {_cell(check.found)} | {verdict} |")
    for row in result.disputed:
        ours = next(check.found for check in result.checks if check.quantity == row.quantity)
        rows.append(f"| {row.quantity} | printed | {_cell(row.printed)} | {_cell(ours)} | disputed: {row.reason} |")
    return "\n".join([*rows, ""])


def _printed(name: str, quantity: str) -> bool:
    stems = PRINTED.get(name, set())
    return quantity in stems or quantity.split(",")[0] + "," in stems


def _cell(text: str) -> str:
    short = text if len(text) <= LONG else text[: LONG - 4].rstrip(", ") + " ..."
    return f"`{short}`" if short else ""


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
    print(f"wrote {PAGE.relative_to(ROOT)}")
