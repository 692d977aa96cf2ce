"""Agents that start together draw their fates from cells: the table, comparing, and picking a few say the same."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from engine_cases import F, Family, gamblers, phase, plain, population

from deceptive_sim.populations.blocks.direct import Jumper
from deceptive_sim.populations.blocks.hazards import CELLS, Fates, hazards_of
from deceptive_sim.populations.simulate import simulate
from deceptive_sim.populations.tables import tables_of

CHANCES = ["1/3", "1/2", "1/70000", "99999/100000", "1/1000", "1"]


def fates(chance: str, episodes: int, chance_of_off: str = "0") -> Fates:
    game = plain(phase("training", episodes, {"A": chance}, {"A": chance_of_off}))
    tables = tables_of(population(game, gamblers(1, 1), size=1))
    return Fates.of(tables, hazards_of(tables), int(tables.starts[0]), 1)


@pytest.mark.parametrize("episodes", [1, 2, 4, 9])
@pytest.mark.parametrize("chance", CHANCES)
def test_a_cell_of_the_table_has_one_fate_or_is_open(chance: str, episodes: int) -> None:
    known = fates(chance, episodes)
    first, last = known.at(np.arange(CELLS) * 1.0), known.at(np.nextafter(np.arange(1, CELLS + 1) * 1.0, 0))
    assert (known.cells[first != last] == -1).all()
    closed = known.cells >= 0
    assert (known.cells[closed] == first[closed]).all()
    assert (~closed).sum() <= len(known.edges)
    drawn = np.zeros(CELLS, np.int32)
    open_ = known.compared(np.arange(CELLS).astype(np.uint16), drawn)
    assert (np.sort(open_) == np.flatnonzero(~closed)).all()
    assert (drawn[closed] == first[closed]).all()


@pytest.mark.parametrize("episodes", [1, 3, 8])
def test_parts_of_the_line_are_the_probabilities(episodes: int) -> None:
    known = fates("1/3", episodes, "1/4")
    assert len(known.edges) in (2 * episodes, 3 * episodes, 4 * episodes)
    parts = np.diff(known.edges, prepend=0.0) / CELLS
    for t in range(1, episodes + 1):
        here = np.flatnonzero(known.time[1:] == t)
        by_goal = {int(g): parts[here][known.goal[1:][here] == g].sum() for g in known.goal[1:][here]}
        stays = (5 / 12) ** (t - 1)
        assert sorted(round(p, 12) for p in by_goal.values() if p) == sorted(
            [round(stays / 4, 12), round(stays / 3, 12)]
        )


@pytest.mark.parametrize("episodes", [1, 8])
def test_an_open_cell_is_decided_within(episodes: int) -> None:
    """1/3 of 65,536 ends a third into its cell: below it they leave, above it they do not (then)."""
    known = fates("1/3", episodes)
    cell = int(known.edges[0])
    words = np.full(4, cell, np.uint16).view(np.uint64)
    rng: Any = SimpleNamespace(
        bit_generator=SimpleNamespace(random_raw=lambda n: words[:n]),
        random=lambda n: np.array([0.1, 0.3, 0.4, 0.9])[:n],
    )
    drawn = np.zeros(4, np.int32)
    Jumper._draw(SimpleNamespace(rng=rng), known, known.cells, drawn)  # type: ignore[arg-type]
    later = 0 if episodes == 1 else 2
    assert drawn.tolist() == [1, 1, later, later]


def test_few_that_change_are_picked_with_the_same_law() -> None:
    """n = 10^6 in two replicates, seed 40, false alarm 1e-6: 1/1000 is modified after each of five episodes."""
    people = population(plain(phase("training", 5, {"A": "1/1000"})), gamblers(1, 1), size=500_000, replicates=2)
    outcome = simulate(people, seed=40, engine="jumps", keep=True)
    times = np.concatenate([one.modified_after for one in outcome.agents])
    test = Family(room=20)
    for t in range(1, 6):
        test.count(int((times == t).sum()), 1_000_000, F(1, 1000) * F(999, 1000) ** (t - 1), f"modified after {t}")
        test.count(int(outcome.counts["modified"][:, t].sum()), 1_000_000, 1 - F(999, 1000) ** t, f"modified at {t}")
    spread = np.flatnonzero(times[:500_000])
    test.count(int((spread < 250_000).sum()), len(spread), F(1, 2), "in the first half")
