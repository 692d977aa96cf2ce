"""Distances and paths agree with networkx and SciPy on 1,000 mazes of all generators, with loops, rooms and islands."""

import networkx as nx
import numpy as np
import pytest
from plain_walks import drawn_lots, graph_of, random_walls
from scipy.sparse import csr_array
from scipy.sparse.csgraph import shortest_path as scipy_paths

from deceptive_sim.maze.mazes import Mazes
from deceptive_sim.maze.search import SEARCHES, distances, distances_at, shortest_path


@pytest.fixture(scope="module")
def lots() -> list[Mazes]:
    rng = np.random.default_rng(20240)
    lots = [*drawn_lots(rng, 700), random_walls(rng, 200, 7, 9), random_walls(rng, 90, 16, 5, 0.4)]
    lots += [random_walls(rng, 60, 2, 3, 0.5), random_walls(rng, 50, 1, 6, 0.2)]
    assert sum(map(len, lots)) >= 1_000
    return lots


def test_distances_agree_with_networkx(lots: list[Mazes]) -> None:
    unreachable = 0
    for mazes in lots:
        found = distances(mazes, mazes.starts)
        for which in range(len(mazes)):
            told = nx.single_source_shortest_path_length(graph_of(mazes, which), int(mazes.starts[which]))
            expected = np.full(mazes.cells, -1)
            expected[list(told)] = list(told.values())
            np.testing.assert_array_equal(found[which], expected)
            unreachable += len(told) < mazes.free[which]
    assert unreachable > 100


def test_distances_agree_with_scipy(lots: list[Mazes]) -> None:
    for mazes in lots:
        found = distances(mazes, mazes.starts)
        for which in range(len(mazes)):
            floor = mazes.blocked[which] == 0
            cells = np.arange(mazes.cells)
            pairs = [(cells[:-step], cells[step:]) for step in (1, mazes.stride)]
            ends = np.concatenate([np.array(pair)[:, floor[pair[0]] & floor[pair[1]]] for pair in pairs], axis=1)
            graph = csr_array((np.ones(ends.shape[1]), tuple(ends)), shape=(mazes.cells, mazes.cells))
            told = scipy_paths(graph, directed=False, unweighted=True, indices=int(mazes.starts[which]))
            told[~floor] = np.inf
            np.testing.assert_array_equal(found[which], np.where(np.isinf(told), -1, told))


def test_asking_for_some_cells_gives_the_same_as_asking_for_all(lots: list[Mazes]) -> None:
    rng = np.random.default_rng(7)
    for mazes in lots:
        everywhere = distances(mazes, mazes.starts)
        cells = rng.integers(-1, mazes.cells, (len(mazes), 6)).astype(np.int32)  # walls, ring and none are among them
        cells[:, 5] = mazes.starts
        cells[::2, 0] = cells[::2, 3]
        for k in (6, 2, 1):
            expected = np.where(cells < 0, -1, np.take_along_axis(everywhere, np.maximum(cells, 0), 1))
            np.testing.assert_array_equal(distances_at(mazes, mazes.starts, cells[:, :k]), expected[:, :k])
        exits = np.take_along_axis(everywhere, mazes.things, 1)
        np.testing.assert_array_equal(distances_at(mazes, mazes.starts, mazes.things), exits)


def test_single_paths_are_shortest_and_a_star_expands_no_more(lots: list[Mazes]) -> None:
    fewer = 0
    for mazes in lots:
        for which in range(0, len(mazes), 8):
            length = int(distances_at(mazes, mazes.starts, mazes.things)[which, 0])
            if length < 0:  # no maze on its own has such an exit
                continue
            maze = mazes.maze(which)
            expanded = {}
            for search in SEARCHES:
                found = shortest_path(maze, maze.start, maze.exit.cell, search)
                assert len(found.path) == length + 1
                assert (found.path[0], found.path[-1]) == (maze.start, maze.exit.cell)
                assert not any(maze.walls[cell] for cell in found.path)
                for one, other in zip(found.path, found.path[1:], strict=False):
                    assert abs(one.row - other.row) + abs(one.column - other.column) == 1
                expanded[search] = found.expanded
            assert length <= expanded["a-star"] <= expanded["dijkstra"]
            assert expanded["breadth-first"] == expanded["dijkstra"]
            fewer += expanded["a-star"] < expanded["dijkstra"]
    assert fewer > 50
