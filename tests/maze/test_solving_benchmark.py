"""What mazes are timed against finds right lengths, and what finds wrong ones is not timed."""

import networkx as nx
import numpy as np
import pytest
from plain_walks import graph_of

from benchmarks import mazes as benchmark
from benchmarks import tables
from deceptive_sim.maze.family import MazeFamily
from deceptive_sim.maze.mazes import Mazes


def some(kind: str, side: int, n: int) -> Mazes:
    anywhere = ("anywhere",)
    family = MazeFamily(generator=kind, height=(side, side), start=anywhere, exit=anywhere, apples=(0, 0))
    return family.draw(np.random.default_rng(side), n)


@pytest.mark.parametrize("kind", benchmark.KINDS)
@pytest.mark.parametrize(("side", "at_once"), [(5, 60_000), (9, 700), (13, 1)])
def test_all_ways_find_shortest_paths(kind: str, side: int, at_once: int, monkeypatch: pytest.MonkeyPatch) -> None:
    mazes = some(kind, side, 20)
    monkeypatch.setattr(benchmark, "CELLS_AT_ONCE", at_once)
    stock = benchmark.stock_of(60_000, mazes.stride)
    expected = [
        nx.shortest_path_length(graph_of(mazes, which), int(mazes.starts[which]), int(mazes.things[which, 0]))
        for which in range(len(mazes))
    ]
    assert benchmark.by_product(mazes).tolist() == expected
    assert benchmark.by_csgraph(stock, mazes).tolist() == expected
    assert benchmark.by_one_csgraph(stock, mazes).tolist() == expected
    assert benchmark.by_networkx(mazes).tolist() == expected


def test_a_wrong_way_is_not_timed() -> None:
    mazes = some("wilson", 5, 4)
    jobs = {benchmark.PRODUCT: (benchmark.by_product, mazes)}
    assert benchmark.best(jobs, rounds=1)[benchmark.PRODUCT] > 0
    jobs["hasty"] = (lambda few: benchmark.by_product(few) + 1, mazes.take(slice(2)))
    with pytest.raises(ValueError, match="hasty does not find the right lengths"):
        benchmark.best(jobs, rounds=1)


def test_the_page_has_a_place_for_the_table() -> None:
    text = tables.README.read_text(encoding="utf-8")
    assert tables.replaced(text, "mazes", "here").count("here\n<!-- ") == 1
