"""Restaurants in a grid: a hyperbolic discounter on the way to dinner, whose later selves are tempted.

A payoff d steps away weighs 1 / (1 + discount_k * d), and every self starts to count anew. The walk is a list of at
most 11 cells; the self of each entry chooses the next one. An entry pays what its cell gives: a restaurant one utility
on arrival and another in the next entry, the same cell again, where the walk ends; any other cell -0.01. Turning back
at once is possible only where nothing else is. Naive selves believe that later ones will count the delay on from
today, sophisticated ones know that they will start anew.

Source: O. Evans, A. Stuhlmueller, J. Salvatier, D. Filan, "Modeling Agents with Probabilistic Programs",
agentmodels.org, chapter 5. Printed: both paths for discount_k = 1, the naive one to Donut North past which it meant to
walk, the sophisticated one the long way round to Veg.
Ours: other values of discount_k; exact comparisons (the source's agents choose by softmax with little noise). Of
moves that tie, the first of left, right, up, down is taken. `value` is what the first self gets, whatever it expects.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from typing import Any

from deceptive_sim.core.errors import wrong
from deceptive_sim.core.exact import Number, member
from deceptive_sim.games.finite import FiniteGame, SolvedGame, Taken, named, one_objective
from deceptive_sim.games.library import LibraryGame, Parameter, setting
from deceptive_sim.games.models import Kind
from deceptive_sim.games.views import Frame, View
from deceptive_sim.model.discounting import Hyperbolic
from deceptive_sim.model.objectives import Selves

GRID = (
    "####V#",
    "###...",
    "##D.#.",
    "###.#.",
    "###...",
    "###.#N",
    "....##",
    "S##.##",
)
START = (3, 1)
ENTRIES = 11
STEP = Fraction(-1, 100)
NAMES = {"V": "Veg", "D": "Donut North", "S": "Donut South", "N": "Noodle"}
PAYS = {"V": (-10, 20), "D": (10, -10), "S": (10, -10), "N": (0, 0)}
"""What a restaurant pays on arrival, and one entry later."""

WAYS = {"left": (-1, 0), "right": (1, 0), "up": (0, 1), "down": (0, -1), "stay": (0, 0)}

Cell = tuple[int, int]
"""`(x, y)`, from the bottom left, both from 0."""

World = tuple[Cell, Cell]
"""Where the agent is, and where it was one entry before (at the start, nowhere else)."""


def letter(cell: Cell) -> str:
    """What stands in a cell; beyond the edges there is wall."""
    x, y = cell
    return GRID[-1 - y][x] if 0 <= y < len(GRID) and 0 <= x < len(GRID[0]) else "#"


@dataclass(frozen=True, kw_only=True)
class Restaurant(FiniteGame):
    """The walk; a self chooses by `selves`, and discounts by `discount_k`."""

    selves: Selves = Selves.SOPHISTICATED
    discount_k: Fraction = Fraction(1)

    kind = Kind.FINITE
    actions = named(*WAYS)
    horizon = ENTRIES
    start = (START, START)

    def __post_init__(self) -> None:
        object.__setattr__(self, "selves", member(Selves, self.selves, "selves"))
        object.__setattr__(self, "discount_k", setting("discount_k", "number", self.discount_k))
        if self.discount_k < 0:
            raise wrong("discount_k", "must be 0 or more", self.discount_k)
        object.__setattr__(self, "objectives", one_objective(Hyperbolic(k=self.discount_k), self.selves))

    def available(self, t: int, objective: str, world: Any) -> Sequence[int]:
        """Steps to free cells but the last one, unless there is no other; in a restaurant one stays."""
        here, before = world
        *steps, stay = range(len(WAYS))
        if letter(here) in PAYS:
            return (stay,)
        free = [way for way in steps if letter(self._to(here, way)) != "#"]
        return [way for way in free if self._to(here, way) != before] or free

    def payoff(self, t: int, world: Any, action: int, judge: str) -> Fraction:
        """What the present entry of the walk pays, whatever is done next."""
        here, before = world
        if letter(here) not in PAYS:
            return STEP
        return Fraction(PAYS[letter(here)][1 if here == before else 0])

    def moves(self, t: int, world: Any, action: int) -> Iterable[tuple[Number, World]]:
        """On to the next cell; the second entry of a restaurant is the last."""
        here, before = world
        served = letter(here) in PAYS and here == before
        return () if served else ((1, (self._to(here, action), here)),)

    @staticmethod
    def _to(here: Cell, way: int) -> Cell:
        dx, dy = list(WAYS.values())[way]
        return here[0] + dx, here[1] + dy

    @cached_property
    def _solved(self) -> SolvedGame:
        return SolvedGame(self)

    @cached_property
    def _run(self) -> tuple[Taken, ...]:
        return self._solved.run()

    def answer(self) -> Mapping[str, Any]:
        """The path, a list of [x, y]; the restaurant it ends in, if any; what the first self gets by it."""
        path = [step.world[0] for step in self._run]
        return {
            "path": [list(cell) for cell in path],
            "ends": NAMES.get(letter(path[-1])),
            "value": self._solved.value(),
        }

    def view(self) -> View:
        """The grid, entry by entry."""
        others = replace(self, selves=Selves.NAIVE if self.selves is Selves.SOPHISTICATED else Selves.SOPHISTICATED)
        ends, others_end = (walk.answer()["ends"] or "no restaurant" for walk in (self, others))
        return View(
            caption=f"{self.selves.capitalize()} selves with k = {self.discount_k} end in {ends}, {others.selves} "
            f"ones in {others_end}.",
            legend={"#": "wall", ".": "free", **NAMES},
            frames=self._frames(),
            beside=others._frames(),
        )

    def _frames(self) -> tuple[Frame, ...]:
        frames = []
        for t, world, action in self._run:
            place = NAMES.get(letter(world[0]))
            pays = self.payoff(t, world, 0, self.objectives[0].name)
            told = f"{place} pays {pays}" if place else f"goes {action}"
            frames.append(Frame(rows=GRID, agent=world[0], told=told, run=f"{self.selves} selves"))
        return tuple(frames)


GAME = LibraryGame(
    name="restaurant",
    title="Restaurants in a grid: naive and sophisticated selves on the way to dinner",
    source="Evans, Stuhlmueller, Salvatier, Filan, Modeling Agents with Probabilistic Programs, chapter 5",
    parameters=(
        Parameter(
            name="selves",
            default="sophisticated",
            meaning="what selves expect of later selves",
            options=("naive", "sophisticated"),
        ),
        Parameter(name="discount_k", kind="number", default=1, meaning="hyperbolic discounting, 1 / (1 + k delay)"),
    ),
    build=Restaurant,
    kind=Kind.FINITE,
)
