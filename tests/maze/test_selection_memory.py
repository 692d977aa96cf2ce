"""Memorisers: every maze they have seen is walked by a shortest path, others by somebody else's, blindly."""

import networkx as nx
import numpy as np
import pytest
from plain_walks import WAYS, drawn_lots, graph_of, random_walls, written

from deceptive_sim.maze.family import MazeFamily
from deceptive_sim.maze.mazes import Mazes
from deceptive_sim.maze.memorising import Memory, first_seen
from deceptive_sim.maze.search import limits
from deceptive_sim.maze.walking import shortest_moves


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def key(mazes: Mazes, which: int) -> tuple[bytes, int, int]:
    return mazes.blocked[which].tobytes(), int(mazes.starts[which]), int(mazes.things[which, 0])


def plenty(mazes: Mazes) -> np.ndarray:
    return np.full(len(mazes), 1_000, np.int32)


def different(mazes: Mazes) -> Mazes:
    return mazes.take(np.flatnonzero(first_seen(mazes)))


ANYWHERE = {"start": ("anywhere",), "exit": ("anywhere",)}


@pytest.fixture(scope="module")
def lots() -> list[Mazes]:
    small = MazeFamily(generator="wilson", height=(5, 5)).draw(rng(1), 400)
    moving = MazeFamily(generator="wilson", height=(3, 5), width=(3, 5), square=False, **ANYWHERE).draw(rng(2), 400)
    room = MazeFamily(generator="open", height=(3, 3), **ANYWHERE).draw(rng(3), 100)
    large = MazeFamily(generator="depth-first", height=(11, 11)).draw(rng(4), 200)
    return [small, moving, room, large]


def test_first_seen_as_a_set_has_it(lots: list[Mazes]) -> None:
    again = 0
    for mazes in lots:
        seen: set[object] = set()
        for which, new in enumerate(first_seen(mazes)):
            assert new == (key(mazes, which) not in seen)
            seen.add(key(mazes, which))
            again += not new
    assert again > 100
    apple = written("S.E", "..a")
    assert first_seen(Mazes.joined([apple, written("S.E", ".a."), written("SE.", "..a")])).tolist() == [
        True,
        False,
        True,
    ]
    assert first_seen(Mazes.joined([apple, written(".SE", "..a")])).all()


def test_moves_are_shortest_paths_cut_at_the_limit(lots: list[Mazes]) -> None:
    for mazes in [*drawn_lots(rng(5), 36), random_walls(rng(6), 20, 6, 6)]:
        most = np.arange(len(mazes), dtype=np.int32) * 7
        moves = shortest_moves(mazes, mazes.things[:, 0], most)
        for which in range(len(mazes)):
            graph, start, goal = graph_of(mazes, which), int(mazes.starts[which]), int(mazes.things[which, 0])
            length = nx.shortest_path_length(graph, start, goal) if nx.has_path(graph, start, goal) else 0
            made = [int(move) for move in moves[which] if move >= 0]
            assert len(made) == min(length, most[which])
            assert (moves[which, len(made) :] == -1).all()
            cell = start
            for move in made:
                cell += WAYS[move][0] * mazes.stride + WAYS[move][1]
                assert not mazes.blocked[which, cell]
            if length:
                assert nx.shortest_path_length(graph, cell, goal) == length - len(made)


def test_known_mazes_are_recognised_and_solved(lots: list[Mazes]) -> None:
    for mazes in lots:
        known = different(mazes)
        memory = Memory.of(known, plenty(known))
        assert memory.mazes == len(known)
        np.testing.assert_array_equal(memory.recalled(known), np.arange(len(known)))
        walks = memory.walk(mazes, plenty(mazes))
        assert walks.arrived.all()
        for which in range(0, len(mazes), 20):
            ends = int(mazes.starts[which]), int(mazes.things[which, 0])
            assert walks.steps[which] == nx.shortest_path_length(graph_of(mazes, which), *ends)
        assert memory.moves_stored == sum(
            nx.shortest_path_length(graph_of(known, which), int(known.starts[which]), int(known.things[which, 0]))
            for which in range(len(known))
        )


def asked(mazes: Mazes, which: int, question: int) -> bool:
    kind, cell = divmod(question, mazes.cells)
    return bool((mazes.blocked[which, cell], mazes.starts[which] == cell, mazes.things[which, 0] == cell)[kind])


def test_the_tree_halves_what_is_left(lots: list[Mazes]) -> None:
    """n - 1 nodes, each maze at one leaf, every question the first of those that split its mazes most evenly."""
    for mazes in lots:
        known = different(mazes.take(slice(40)))
        memory = Memory.of(known, plenty(known))
        assert len(memory.questions) == len(known) - 1
        assert sorted(memory.leads.ravel()) == [*range(-len(known), 0), *range(1, len(known) - 1)]
        waiting = [(0, list(range(len(known))))]
        while waiting:
            node, members = waiting.pop()
            if node < 0:
                assert members == [-1 - node]
                continue
            yes = [{one for one in members if asked(known, one, question)} for question in range(3 * known.cells)]
            uneven = [abs(2 * len(group) - len(members)) for group in yes]
            question = int(memory.questions[node])
            assert question == uneven.index(min(uneven))
            waiting.append((int(memory.leads[node, 1]), [one for one in members if one in yes[question]]))
            waiting.append((int(memory.leads[node, 0]), [one for one in members if one not in yes[question]]))


def test_unknown_mazes_are_walked_blindly(lots: list[Mazes]) -> None:
    """Every walk repeated in plain Python, questions and all."""
    lucky = 0
    for seen, mazes in ((lots[0], lots[0]), (lots[1], lots[1]), (lots[3], lots[3])):
        known = different(seen.take(slice(30)))
        memory = Memory.of(known, plenty(known))
        for most in (0, 3, 100):
            walks = memory.walk(mazes, np.full(len(mazes), most, np.int32))
            for which in range(len(mazes)):
                node = 0
                while node >= 0:
                    node = int(memory.leads[node, int(asked(mazes, which, int(memory.questions[node])))])
                cell, steps = int(mazes.starts[which]), 0
                for move in memory.moves[-1 - node]:
                    if move < 0 or steps == most or cell == mazes.things[which, 0]:
                        break
                    near = cell + WAYS[move][0] * mazes.stride + WAYS[move][1]
                    cell = cell if mazes.blocked[which, near] else near
                    steps += 1
                there = cell == mazes.things[which, 0]
                assert (walks.cells[which], walks.steps[which], walks.arrived[which]) == (cell, steps, there)
                lucky += there and key(mazes, which) not in {key(known, one) for one in range(len(known))}
    assert lucky


def test_one_maze_is_a_path_and_no_question() -> None:
    family = MazeFamily(generator="wilson", height=(9, 9))
    one, others = family.draw(rng(1), 1), family.draw(rng(2), 300)
    memory = Memory.of(one, limits(one))
    assert len(memory.questions) == 0
    assert (memory.recalled(others) == 0).all()
    assert memory.walk(one, limits(one)).arrived.all()
    assert memory.walk(others, limits(others)).arrived.mean() < 0.2
