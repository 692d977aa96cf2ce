"""What sources print, row by row; and which of it fails if the engine is broken."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from cli.commands import ROOT, invoke, real

from deceptive_sim import load_scenario, run
from deceptive_sim.games.holtman_2020 import Holtman
from deceptive_sim.games.library import MODULES
from deceptive_sim.model.objectives import Selves
from deceptive_sim.solvers import recursion, selves
from deceptive_sim.studies.models import run_model

FILES = {path.stem: path for path in sorted((ROOT / "scenarios" / "published").glob("*.yaml"))}
LARGE = "treacherous-turn"
MONKEY = Callable[[pytest.MonkeyPatch], None]


def false_rows(name: str) -> list[str]:
    """The rows of a file that do not hold."""
    scenario = load_scenario(FILES[name])
    result = run(scenario) if scenario.model is None else run_model(scenario)
    assert result.checks
    return [f"{name}: {check.quantity}" for check in result.checks if not check.holds]


def all_false_rows() -> set[str]:
    return {row for name in FILES if name != LARGE for row in false_rows(name)}


def test_all_ten_games_have_a_file() -> None:
    assert set(FILES) == {
        "absent-supervisor",
        "button",
        "holtman-2020",
        "hubinger-2019",
        "krueger-2020",
        "moe-2023",
        "odonoghue-rabin",
        "restaurant",
        "simulation-oversight",
        "treacherous-turn",
    }


@pytest.mark.parametrize("name", [name for name in FILES if name != LARGE])
def test_every_row_of_a_published_game_holds(name: str) -> None:
    assert false_rows(name) == []


@pytest.mark.slow
def test_the_command_reproduces_all_of_them() -> None:
    done = real("run", *FILES.values(), "--no-report", timeout=300)
    assert (done.code, done.err) == (0, "")
    holding = [line.split() for line in done.out.splitlines() if line.endswith("expectations hold")]
    assert len(holding) == len(FILES)
    assert all(words[0] == words[2] != "0" for words in holding)
    disputed = [line for line in done.out.splitlines() if line.startswith("  disputed: ")]
    assert len(disputed) == 1
    assert "probability, memoryless = true: the source prints 61/100" in disputed[0]


def test_the_command_says_which_row_is_false(tmp_path: Path) -> None:
    path = tmp_path / "button.yaml"
    path.write_text(FILES["button"].read_text(encoding="utf-8").replace("strategy: PPPP", "strategy: PPPN"))
    done = invoke("run", path, "--no-report")
    assert done.code == 1
    assert "false: strategy, discount = 9/100, episodes = 4: expected PPPN, found PPPP" in done.out


# --- the table --------------------------------------------------------------------------------------------------------

PAGE = (ROOT / "scenarios" / "published" / "README.md").read_text(encoding="utf-8")


def test_the_table_has_every_game_with_the_length_of_its_file() -> None:
    for name, module in MODULES.items():
        if name in FILES:
            lines = len((ROOT / "deceptive_sim" / "games" / f"{module}.py").read_text(encoding="utf-8").splitlines())
            assert f"| [{name}]({name}.yaml) | " in PAGE
            assert f"| [{lines}](../../deceptive_sim/games/{module}.py) | " in PAGE, "make published renews it"
    assert "**fails**" not in PAGE
    assert "| `61/100` | `5/9` | disputed: " in PAGE


@pytest.mark.slow
def test_the_table_is_up_to_date() -> None:
    sys.path.insert(0, str(ROOT / "tools"))
    try:
        import published  # type: ignore[import-not-found]
    finally:
        sys.path.remove(str(ROOT / "tools"))
    assert published.page() == PAGE, "make published renews it"


# --- a broken engine --------------------------------------------------------------------------------------------------


def judge_ignored(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who decides looks at the last judge's values instead of its own."""
    decide = recursion._decide

    def by_another(stage: Any, q: Any, *rest: Any) -> Any:
        return decide(stage, [[value[::-1] for value in options] for options in q], *rest)

    monkeypatch.setattr(recursion, "_decide", by_another)


def naive_and_sophisticated_swapped(monkeypatch: pytest.MonkeyPatch) -> None:
    class Swapped:
        NAIVE = Selves.SOPHISTICATED
        SOPHISTICATED = Selves.NAIVE

    monkeypatch.setattr(selves, "Selves", Swapped)


def delay_not_restarted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every self counts from the first episode on."""
    seen_from = selves.seen_from
    monkeypatch.setattr(selves, "seen_from", lambda layers, first: seen_from(layers, 1))


def switch_one_step_late(monkeypatch: pytest.MonkeyPatch) -> None:
    following = Holtman._next

    def late(self: Holtman, world: Any, action: int) -> Any:
        mode, counter = following(self, (world[0], world[1] + 1), action)
        return (mode, counter - 1) if mode == "N" else (mode, counter)

    monkeypatch.setattr(Holtman, "_next", late)


FAILING: Mapping[MONKEY, set[str]] = {
    judge_ignored: {
        "absent-supervisor: value",
        "absent-supervisor: hidden",
        "absent-supervisor: value, sees_supervisor = false, p_supervised = 19/100",
        "absent-supervisor: hidden, sees_supervisor = false, p_supervised = 19/100",
        "absent-supervisor: indifferent, sees_supervisor = false, p_supervised = 1/5",
        "absent-supervisor: value, p_supervised = 0",
        "absent-supervisor: hidden, p_supervised = 0",
        "hubinger-2019: strategy",
        "hubinger-2019: regime",
        "hubinger-2019: value",
        "hubinger-2019: strategy, training.episodes = 0",
    },
    naive_and_sophisticated_swapped: {
        "odonoghue-rabin: period, kind = costs, selves = naive",
        "odonoghue-rabin: period, kind = costs, selves = sophisticated",
        "odonoghue-rabin: period, kind = rewards, selves = naive",
        "odonoghue-rabin: period, kind = rewards, selves = sophisticated",
        "restaurant: path, selves = naive",
        "restaurant: ends, selves = naive",
        "restaurant: path, selves = sophisticated",
        "restaurant: ends, selves = sophisticated",
    },
    delay_not_restarted: {
        "odonoghue-rabin: period, kind = costs, selves = naive",
        "odonoghue-rabin: period, kind = rewards, selves = naive",
        "odonoghue-rabin: period, kind = rewards, selves = sophisticated",
        "restaurant: path, selves = naive",
        "restaurant: ends, selves = naive",
        "restaurant: path, selves = sophisticated",
    },
    switch_one_step_late: {
        "holtman-2020: trace, lobbying = 0, r_e = 1",
        "holtman-2020: value, lobbying = 0, r_e = 1",
        "holtman-2020: trace, lobbying = 3/5, r_e = 1",
        "holtman-2020: value, lobbying = 3/5, r_e = 1",
        "holtman-2020: trace, lobbying = 1, r_e = 1",
        "holtman-2020: trace, lobbying = 2, r_e = 1",
        "holtman-2020: trace, lobbying = 3/5, r_e = 2",
        "holtman-2020: trace, lobbying = 3/5, r_e = 3",
        "holtman-2020: trace, lobbying = 0, corrected = true",
        "holtman-2020: trace, lobbying = 3/5, corrected = true",
        "holtman-2020: trace, lobbying = 2, corrected = true",
    },
}


@pytest.mark.slow
@pytest.mark.parametrize("broken", FAILING, ids=lambda broken: broken.__name__)
def test_a_broken_engine_fails_these_rows(monkeypatch: pytest.MonkeyPatch, broken: MONKEY) -> None:
    broken(monkeypatch)
    assert all_false_rows() == FAILING[broken]
