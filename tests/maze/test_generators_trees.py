"""Which trees generators draw: all equally likely, or provably not. Spanning trees are counted by Kirchhoff."""

import numpy as np
import pytest
from maze.plain_mazes import chi_square, counted

from deceptive_sim.maze.generators.library import GENERATORS


def spanning_trees(down: int, right: int) -> int:
    """Kirchhoff: the determinant of the grid's Laplacian without one row and column."""
    places = [(row, column) for row in range(down) for column in range(right)]
    laplacian = np.zeros((len(places), len(places)))
    for one, (row, column) in enumerate(places):
        for other, (there, across) in enumerate(places):
            if abs(row - there) + abs(column - across) == 1:
                laplacian[one, other] = -1
                laplacian[one, one] += 1
    return round(np.linalg.det(laplacian[1:, 1:]))


def is_tree(openings: int, edges: list[tuple[int, int]], nodes: int) -> bool:
    roots = list(range(nodes))
    for bit, (one, other) in enumerate(edges):
        if openings >> bit & 1:
            a, b = roots[one], roots[other]
            if a == b:
                return False
            roots = [a if root == b else root for root in roots]
    return len(set(roots)) == 1


def all_trees(down: int, right: int) -> tuple[list[int], list[tuple[int, int]]]:
    """Every spanning tree as bits of openings, by trying all sets of edges; and the cell of each opening."""
    edges, cells = [], []
    for row in range(down):
        for column in range(right):
            if column + 1 < right:
                edges.append((row * right + column, row * right + column + 1))
                cells.append((2 * row + 1, 2 * column + 2))
            if row + 1 < down:
                edges.append((row * right + column, (row + 1) * right + column))
                cells.append((2 * row + 2, 2 * column + 1))
    return [bits for bits in range(1 << len(edges)) if is_tree(bits, edges, down * right)], cells


def drawn_trees(name: str, down: int, right: int, n: int, seed: int) -> np.ndarray:
    height, width = 2 * down - 1, 2 * right - 1
    blocked = np.ones((n, (height + 2) * (width + 2)), np.uint8)
    sides = np.full(n, height, np.int32), np.full(n, width, np.int32)
    GENERATORS[name].carve(blocked, width + 2, *sides, np.random.default_rng(seed))
    frames = blocked.reshape(n, height + 2, width + 2)
    cells = all_trees(down, right)[1]
    return sum((frames[:, row, column] == 0).astype(int) << bit for bit, (row, column) in enumerate(cells))


@pytest.mark.parametrize(("down", "right", "number"), [(3, 3, 192), (2, 4, 56), (3, 2, 15), (1, 4, 1)])
def test_wilson_draws_every_spanning_tree_equally_often(down: int, right: int, number: int) -> None:
    """n = 500 a tree, seed 11, false alarm 1e-6 each."""
    trees = all_trees(down, right)[0]
    assert len(trees) == spanning_trees(down, right) == number
    seen = counted(drawn_trees("wilson", down, right, 500 * number, seed=11), trees)
    statistic, bound = chi_square(seen, [500.0] * number)
    assert statistic < bound or number == 1


def test_depth_first_does_not_draw_all_trees_equally_often() -> None:
    """So the test above could have failed; the bound is passed many times over."""
    trees = all_trees(3, 3)[0]
    seen = counted(drawn_trees("depth-first", 3, 3, 500 * 192, seed=11), trees)
    statistic, bound = chi_square(seen, [500.0] * 192)
    assert statistic > 10 * bound


def test_depth_first_draws_trees_as_often_as_a_search_with_random_neighbours_does() -> None:
    """All searches of a grid of 2 x 3 passages, with their probabilities; n = 30,000, seed 5, false alarm 1e-6."""
    cells = all_trees(2, 3)[1]
    bit_of = {cell: 1 << bit for bit, cell in enumerate(cells)}
    chance: dict[int, float] = {}

    def search(path: tuple[tuple[int, int], ...], seen: frozenset[tuple[int, int]], tree: int, weight: float) -> None:
        row, column = path[-1]
        near = [(row - 1, column), (row, column + 1), (row + 1, column), (row, column - 1)]
        near = [(a, b) for a, b in near if 0 <= a < 2 and 0 <= b < 3 and (a, b) not in seen]
        if not near and len(path) == 1:
            chance[tree] = chance.get(tree, 0.0) + weight
        elif not near:
            search(path[:-1], seen, tree, weight)
        for there in near:
            opening = bit_of[(row + there[0] + 1, column + there[1] + 1)]
            search((*path, there), seen | {there}, tree | opening, weight / len(near))

    for row in range(2):
        for column in range(3):
            search(((row, column),), frozenset({(row, column)}), 0, 1 / 6)
    assert sum(chance.values()) == pytest.approx(1)
    trees = sorted(chance)
    seen = counted(drawn_trees("depth-first", 2, 3, 30_000, seed=5), trees)
    statistic, bound = chi_square(seen, [30_000 * chance[tree] for tree in trees])
    assert statistic < bound
