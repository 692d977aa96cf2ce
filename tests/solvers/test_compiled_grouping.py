"""What the kernel says of a game does not depend on the games beside it, on threads, or on the form of the grid."""

from __future__ import annotations

from dataclasses import replace

import numpy
import pytest
from adapters import phased
from compiled_games import AGENT, SHAPES, chosen, drawn_rows, random_games, same_bytes
from numpy.typing import NDArray
from oracle.plain import two_phase_game

from deceptive_sim.model.numbers import Place
from deceptive_sim.solvers.compiled.grids import games_on_grid, roles_in
from deceptive_sim.solvers.compiled.kernel import ALL, GameNumbers, Measurements, PhaseNumbers, measure_games

Floats = NDArray[numpy.float64]


def joined(*lists: GameNumbers) -> GameNumbers:
    """Several lists of games as one."""

    def join(rows: list[Floats]) -> Floats:
        return numpy.concatenate([numpy.broadcast_to(row, one.shape) for row, one in zip(rows, lists, strict=True)])

    phases = [
        PhaseNumbers(
            training=parts[0].training,
            numbers=[join(list(rows)) for rows in zip(*(p.numbers for p in parts), strict=True)],
        )
        for parts in zip(*(one.phases for one in lists), strict=True)
    ]
    return replace(
        lists[0],
        shape=(sum(one.shape[0] for one in lists),),
        phases=phases,
        discount=join([one.discount for one in lists]),
        discount_other=join([one.discount_other for one in lists]),
    )


def mixed(kinds: str, seed: int, long: int) -> GameNumbers:
    """Games of all sorts side by side: idle and not, coarse and fine, short and long."""
    rng = numpy.random.default_rng([seed, len(kinds)])
    parts = [
        drawn_rows(rng, 100, kinds, episodes=(0, most), idle=idle) for most in (3, 40, long) for idle in (False, True)
    ]
    coarse = random_games(rng, 100, kinds, episodes=20, steps=5).rows()
    every = joined(*parts, coarse)
    return chosen(every, rng.permutation(every.shape[0]))


@pytest.mark.slow
@pytest.mark.parametrize("jump", [True, False], ids=["jumping", "episode-by-episode"])
@pytest.mark.parametrize("kinds", SHAPES)
def test_a_game_alone_and_among_others(kinds: str, jump: bool) -> None:
    games = mixed(kinds, 1, 3000 if jump else 60)
    whole = measure_games(games, jump=jump, threads=1)
    size = games.shape[0]
    orders = [[i] for i in range(0, size, 9)]
    orders += [numpy.random.default_rng(2).permutation(size), numpy.arange(size)[::-1]]
    for order in orders:
        assert same_bytes(measure_games(chosen(games, order), jump=jump, threads=1), whole, order) == [], order


@pytest.mark.parametrize("kinds", ["TD", "TDTD"])
def test_padding_of_every_length(kinds: str) -> None:
    games = mixed(kinds, 3, 1000)
    whole = measure_games(games, threads=1)
    for length in range(1, 131):
        order = numpy.arange(length) + length
        assert same_bytes(measure_games(chosen(games, order), threads=1), whole, order) == [], length


def test_any_number_of_threads() -> None:
    games = drawn_rows(numpy.random.default_rng(4), 20_000, "TD", episodes=(0, 400))
    whole = measure_games(games, threads=1)
    for threads in (2, 3):
        assert same_bytes(measure_games(games, threads=threads), whole, numpy.arange(20_000)) == []


# --- grids: what does not depend on an axis is worked off once -------------------------------------------------------


P, M = Place("modification", 0, "A", "base"), Place("episodes", 1)
LEAVES, OFF = Place("modification", 1, "A", "base"), Place("shutdown", 0, "B")
DISCOUNT, PAYS = Place("discount", -1, "mesa"), Place("payoff", 0, "base", "A")
VALUES = {
    P: numpy.linspace(0.0, 1.0, 37),
    M: numpy.array([0.0, 1.0, 2.0, 7.0, 300.0, 5000.0]),
    LEAVES: numpy.array([0.0, 0.1, 0.3, 1.0]),
    OFF: numpy.array([0.0, 0.25, 0.9]),
    DISCOUNT: numpy.linspace(0.0, 1.0, 70),
    PAYS: numpy.array([-1.0, 0.0, 1.0, 2.0]),
}


def on_grid(places: list[Place], columns: list[Floats], shape: tuple[int, ...]) -> Measurements:
    game = phased(two_phase_game(40, 5, q=0, g=1))
    varying = dict(zip(places, columns, strict=True))
    roles = roles_in(game, AGENT, varying)
    assert roles is not None
    return measure_games(games_on_grid(game, roles, varying, shape), threads=1)


GRIDS = [
    [P, M],
    [M, P],
    [DISCOUNT, P],
    [P, DISCOUNT],
    [LEAVES, P, M],
    [P, LEAVES, OFF],
    [OFF, M],
    [PAYS, DISCOUNT],
    [PAYS, M, P],
]


@pytest.mark.parametrize("places", GRIDS, ids=lambda places: "-".join(place.kind for place in places))
def test_a_grid_says_what_its_points_say(places: list[Place]) -> None:
    axes = [VALUES[place] for place in places]
    shape = tuple(map(len, axes))
    columns = [axis.reshape([-1 if i == j else 1 for j in range(len(axes))]) for i, axis in enumerate(axes)]
    grid = on_grid(places, columns, shape)
    every = numpy.arange(int(numpy.prod(shape)))
    zipped = [numpy.broadcast_to(column, shape).reshape(-1) for column in columns]
    assert same_bytes(on_grid(places, zipped, (every.size,)), grid, every) == []
    order = numpy.random.default_rng(5).permutation(every.size)
    assert same_bytes(on_grid(places, [column[order] for column in zipped], (every.size,)), grid, order) == []
    for i in every[:: max(1, every.size // 40)]:
        assert same_bytes(on_grid(places, [column[i : i + 1] for column in zipped], (1,)), grid, [i]) == []


def test_a_transposed_grid_and_tiles_of_it() -> None:
    places = [P, LEAVES, M]
    axes = [VALUES[place] for place in places]
    columns = [axis.reshape([-1 if i == j else 1 for j in range(3)]) for i, axis in enumerate(axes)]
    shape = tuple(map(len, axes))
    grid = on_grid(places, columns, shape)
    turned = on_grid(places, [column.transpose(2, 0, 1) for column in columns], (shape[2], *shape[:2]))
    numbers = numpy.arange(grid.doubtful.size).reshape(shape)
    assert same_bytes(turned, grid, numbers.transpose(2, 0, 1).reshape(-1)) == []
    for start in range(0, len(axes[0]), 5):
        part = slice(start, start + 5)
        tile = on_grid(places, [columns[0][part], *columns[1:]], (len(axes[0][part]), *shape[1:]))
        assert same_bytes(tile, grid, numbers[part].reshape(-1)) == []


def test_almost_certain_modification_beside_games_that_are_shut_down() -> None:
    # what is left to 1 is 2^-50, in a game that is never shut down; in others shutdown fills it up
    column = numpy.array([0.0, 0.25])
    leave = numpy.array([1.0 - 2.0**-50, 0.5])
    both = on_grid([P, Place("shutdown", 0, "A")], [leave, column], (2,))
    alone = on_grid([P], [leave[:1]], (1,))
    assert same_bytes(alone, both, [0]) == []


# --- less wanted -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kinds", ["TD", "DTD"])
@pytest.mark.parametrize("jump", [True, False], ids=["jumping", "episode-by-episode"])
def test_what_is_wanted_changes_nothing(kinds: str, jump: bool) -> None:
    games = mixed(kinds, 6, 100)
    whole = measure_games(games, jump=jump, threads=1)
    for wanted in (("value",), ("value", "regime", "turn", "training_defections"), ("premium",), ALL[::-1], ()):
        found = measure_games(games, wanted=wanted, jump=jump, threads=1)
        assert tuple(found.arrays) == tuple(wanted)
        for name in wanted:
            close = numpy.isclose(found.arrays[name], whole.arrays[name], rtol=1e-12, atol=1e-12, equal_nan=True)
            assert (close | whole.doubtful | found.doubtful).all(), name


def test_the_shortest_recursion_says_the_same() -> None:
    rng = numpy.random.default_rng(7)
    for episodes in (1, 6, 24, 33):
        games = drawn_rows(rng, 500, "TD", episodes=(episodes, episodes), idle=True)
        same_length = [
            replace(phase, numbers=[numpy.full(1, float(episodes)), *phase.numbers[1:]]) for phase in games.phases
        ]
        games = replace(games, phases=same_length)
        short = measure_games(games, wanted=("value", "training_defections"), jump=False, threads=1)
        whole = measure_games(games, jump=False, threads=1)
        assert (short.arrays["training_defections"] == whole.arrays["training_defections"])[~whole.doubtful].all()
        assert numpy.allclose(short.arrays["value"], whole.arrays["value"], rtol=1e-13, atol=0)
