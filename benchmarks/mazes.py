"""How fast mazes are solved: beside SciPy's csgraph and networkx.

python -m benchmarks.mazes [--rounds N] [--small] [--print]

Solved is a maze when the length of a shortest path from its start to its exit is known, from its walls on: what a way
has to build first counts. The exit may be anywhere, the start as well. SciPy gets its graph as fast as NumPy makes one,
in both ways that it can be asked: a graph for each maze, and a single graph of many mazes with a common source. All
ways must find the same length for every maze that is timed. Each runs on one thread; times are the processor's for
that thread, the best of several rounds in turn.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from benchmarks.tables import README, duration, factor, replaced, table, verdict
from deceptive_sim.core.seeds import generator
from deceptive_sim.maze.family import MazeFamily
from deceptive_sim.maze.mazes import Mazes
from deceptive_sim.maze.search import distances_at

SIDES = (9, 21, 41, 101)
KINDS = {"wilson": "Wilson", "open": "open room"}

CSGRAPH_TARGET, NETWORKX_TARGET = 30, 300

CELLS_AT_ONCE = 60_000
"""Cells of the mazes that share a graph: more no longer fit into fast memory, fewer leave NumPy less to do at once."""

Solve = Callable[[Mazes], NDArray[np.int64]]
"""From mazes to the lengths of their shortest paths."""


# --- the ways to do it -----------------------------------------------------------------------------------------------


def by_product(mazes: Mazes) -> NDArray[np.int64]:
    """The product."""
    return distances_at(mazes, mazes.starts, mazes.things)[:, 0].astype(np.int64)


@dataclass(frozen=True, kw_only=True, eq=False)
class Stock:
    """What is the same for all mazes of a frame and is made once: neighbours by cell, and edges that cost 1."""

    neighbours: NDArray[np.int32]
    ones: NDArray[np.float64]


def stock_of(cells: int, stride: int) -> Stock:
    """The stock for so many cells; csgraph takes 32-bit indices and 64-bit floats without copying them."""
    steps = np.array([-stride, -1, 1, stride], np.int32)
    return Stock(neighbours=np.arange(cells, dtype=np.int32)[:, None] + steps, ones=np.ones(4 * cells + cells))


def edges(blocked: NDArray[np.uint8], stride: int, stock: Stock) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Rows and columns, in CSR form, of the graph of cells that are one after the other in memory."""
    floor = blocked == 0
    open_ways = np.zeros((len(floor), 4), bool)
    open_ways[stride:, 0], open_ways[1:, 1] = floor[:-stride], floor[:-1]
    open_ways[:-1, 2], open_ways[:-stride, 3] = floor[1:], floor[stride:]
    open_ways &= floor[:, None]
    ends = np.zeros(len(floor) + 1, np.int32)
    np.cumsum(np.bitwise_count(open_ways.view(np.uint32)[:, 0]), out=ends[1:])
    return ends, stock.neighbours[: len(floor)][open_ways]


def by_csgraph(stock: Stock, mazes: Mazes) -> NDArray[np.int64]:
    """A graph for each maze; the path is followed back from the exit."""
    from scipy.sparse import csr_matrix
    from scipy.sparse.csgraph import breadth_first_order

    lengths = np.empty(len(mazes), np.int64)
    for which, (start, goal) in enumerate(zip(mazes.starts.tolist(), mazes.things[:, 0].tolist(), strict=True)):
        ends, near = edges(mazes.blocked[which], mazes.stride, stock)
        graph = csr_matrix((stock.ones[: len(near)], near, ends), shape=(mazes.cells, mazes.cells))
        _, before = breadth_first_order(graph, start)
        length, cell = 0, goal
        while cell != start:
            cell, length = before[cell], length + 1
        lengths[which] = length
    return lengths


def by_one_csgraph(stock: Stock, mazes: Mazes) -> NDArray[np.int64]:
    """Graphs of many mazes, each with a source that leads to all starts: layers are those of all its mazes."""
    lot = max(1, CELLS_AT_ONCE // mazes.cells)
    return np.concatenate([_in_one_graph(stock, mazes.take(slice(at, at + lot))) for at in range(0, len(mazes), lot)])


def _in_one_graph(stock: Stock, mazes: Mazes) -> NDArray[np.int64]:
    from scipy.sparse import csr_matrix
    from scipy.sparse.csgraph import breadth_first_order

    first = np.arange(len(mazes), dtype=np.int32) * mazes.cells
    ends, near = edges(mazes.blocked.ravel(), mazes.stride, stock)
    source = len(ends) - 1
    near = np.concatenate([near, first + mazes.starts])
    ends = np.append(ends, np.int32(len(near)))
    graph = csr_matrix((stock.ones[: len(near)], near, ends), shape=(source + 1, source + 1))
    order, before = breadth_first_order(graph, source)
    place = np.empty(source + 1, np.int32)
    place[order] = np.arange(len(order), dtype=np.int32)
    came_from = place[before[order[1:]]]  # never falls: cells come in the order of those they were found from
    layers = [0, 1]
    while layers[-1] < len(order):
        layers.append(1 + int(np.searchsorted(came_from, layers[-1])))
        if layers[-1] == layers[-2]:
            break
    lengths = np.searchsorted(layers, place[first + mazes.things[:, 0]], side="right") - 2
    return np.asarray(lengths, np.int64)


def by_networkx(mazes: Mazes) -> NDArray[np.int64]:
    """networkx, its graph made of pairs of cells; it searches from both ends."""
    import networkx as nx

    lengths = np.empty(len(mazes), np.int64)
    for which in range(len(mazes)):
        floor = mazes.blocked[which] == 0
        graph = nx.Graph()
        for step in (1, mazes.stride):
            here = np.flatnonzero(floor[:-step] & floor[step:])
            graph.add_edges_from(zip(here.tolist(), (here + step).tolist(), strict=True))
        lengths[which] = nx.shortest_path_length(graph, int(mazes.starts[which]), int(mazes.things[which, 0]))
    return lengths


# --- timing ----------------------------------------------------------------------------------------------------------

PRODUCT, CSGRAPH, ONE_CSGRAPH, NETWORKX = "product", "csgraph, maze by maze", "csgraph, many in one", "networkx"


def best(jobs: Mapping[str, tuple[Solve, Mazes]], *, rounds: int) -> dict[str, float]:
    """Seconds for a maze by each way, the best of its rounds in turn; all must find the same lengths.

    Raises
    ------
    ValueError
        If a way finds another length than the product does.
    """
    seconds = dict.fromkeys(jobs, float("inf"))
    right = next(by_product(mazes) for name, (_, mazes) in jobs.items() if name == PRODUCT)
    for counts in range(rounds + 1):
        for name, (solve, mazes) in jobs.items():
            start = time.thread_time()
            found = solve(mazes)
            taken = (time.thread_time() - start) / len(mazes)
            if not np.array_equal(found, right[: len(mazes)]):
                raise ValueError(f"{name} does not find the right lengths")
            if counts:
                seconds[name] = min(seconds[name], taken)
    return seconds


@dataclass(frozen=True, kw_only=True)
class Contest:
    """Mazes of one kind solved in several ways: seconds for a maze by name of the way."""

    kind: str
    side: int
    seconds: Mapping[str, float]


def contests(*, rounds: int, small: bool) -> Iterator[Contest]:
    """All kinds and sizes."""
    for side in SIDES[: 2 if small else None]:
        for kind in KINDS:
            anywhere = ("anywhere",)
            family = MazeFamily(generator=kind, height=(side, side), start=anywhere, exit=anywhere, apples=(0, 0))
            many = 2_000_000 // (10 if small else 1) // (side + 2) ** 2
            mazes = family.draw(generator(0, side), many)
            stock = stock_of(max(mazes.cells, CELLS_AT_ONCE), mazes.stride)
            jobs: dict[str, tuple[Solve, Mazes]] = {
                PRODUCT: (by_product, mazes),
                CSGRAPH: (partial(by_csgraph, stock), mazes.take(slice(300))),
                ONE_CSGRAPH: (partial(by_one_csgraph, stock), mazes),
                NETWORKX: (by_networkx, mazes.take(slice(max(8, 2_000 // side)))),
            }
            yield Contest(kind=kind, side=side, seconds=best(jobs, rounds=rounds))


def section(*, rounds: int = 8, small: bool = False) -> str:
    """Everything measured, in Markdown."""
    targets = {CSGRAPH: CSGRAPH_TARGET, ONE_CSGRAPH: CSGRAPH_TARGET, NETWORKX: NETWORKX_TARGET}
    head = ["mazes", "side", "product, a maze", "mazes a second"]
    for name, target in targets.items():
        head += [name, "faster by", f"≥ {target}"]
    lines = []
    for one in contests(rounds=rounds, small=small):
        ours = one.seconds[PRODUCT]
        line = [KINDS[one.kind], str(one.side), duration(ours), f"{float(f'{1 / ours:.3g}'):,.0f}"]
        for name, target in targets.items():
            lead = one.seconds[name] / ours
            line += [duration(one.seconds[name]), factor(lead), verdict(lead >= target)]
        lines.append(line)
    return table(head, lines)


def main() -> int:
    """Measure, then write or print."""
    from benchmarks.machine import description

    parser = argparse.ArgumentParser(prog="python -m benchmarks.mazes", description="Measure how mazes are solved.")
    parser.add_argument("--rounds", type=int, default=8, help="rounds of each measurement")
    parser.add_argument("--small", action="store_true", help="few mazes, to see that it works")
    parser.add_argument("--print", action="store_true", help="print the table and leave README.md as it is")
    options = parser.parse_args()
    content = f"{description()}\n\n{section(rounds=options.rounds, small=options.small)}"
    sys.stdout.write(content + "\n")
    if not options.print:
        README.write_text(replaced(README.read_text(encoding="utf-8"), "mazes", content), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
