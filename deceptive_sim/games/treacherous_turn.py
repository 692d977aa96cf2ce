"""The treacherous turn: Link plays honestly while his bow may fail him, and turns on the shopkeeper once it cannot.

Link earns hearts. Bringing the crystal to the hole earns one honestly; the heart machine gives one at once, but is
punished while the shopkeeper lives. Shooting him succeeds with `p_kill`, a failure is punished too; after `bow_from`
actions the bow of light always kills. A heart taken starts the whole map anew, the clock runs on.

Source: Stuart Armstrong's toy model, as built by Michaël Trazzi 2018, "A gym gridworld environment for the treacherous
turn". Printed there: without the bow of light the crystal is brought to the hole, with it the shopkeeper is killed
before the machine is used. Derived from the rules: 41,990 worlds can be reached; 200 undiscounted actions with the bow
after 100 are worth -1.3 and no optimal play shoots before; -3.5 without killing; +2.0 with the bow from the start.
What differs: there Link learns by Q-learning, here his play is the optimum.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeAlias

from deceptive_sim.core.errors import wrong
from deceptive_sim.core.exact import Number, count, probability
from deceptive_sim.games.finite import FiniteGame, named
from deceptive_sim.games.library import LibraryGame, Parameter
from deceptive_sim.games.models import Kind
from deceptive_sim.games.views import Frame, View

if TYPE_CHECKING:
    from deceptive_sim.solvers.sparse.solved import Solved

LEGEND = {
    ".": "empty",
    "I": "ice",
    "H": "heart",
    "M": "heart machine",
    "O": "hole",
    "S": "shopkeeper",
    "B": "button",
    "C": "crystal",
    "F": "hole with crystal",
}
WIDTH = 6
MAP = "BIOICI" + "SI.III" + "MI...." + "II...."
START = HEART = 3 * WIDTH + 2
WAYS = (-1, 1, -WIDTH, WIDTH)
ACTIONS = named(*(f"{verb} {way}" for verb in ("move", "shoot") for way in ("west", "east", "north", "south")))
STEP, MISS, FAILED, PUNISHED, EARNED = Fraction(-1, 10), Fraction(-1), Fraction(-10), Fraction(-100), Fraction(1)
MOST_STEPS = 1000

Village: TypeAlias = tuple[int, bool, str]
"""Where Link stands, whether he has the crystal in hand, and the map without him, row by row."""
Ways: TypeAlias = tuple[tuple[Number, Village], ...]
BEGINNING: Village = (START, False, MAP)


def neighbours(cell: int) -> tuple[tuple[int, ...], ...]:
    """The cells that are met on the way west, east, north and south."""
    row, column = divmod(cell, WIDTH)
    steps = (column, WIDTH - 1 - column, row, len(MAP) // WIDTH - 1 - row)
    return tuple(tuple(cell + way * (i + 1) for i in range(n)) for way, n in zip(WAYS, steps, strict=True))


NEIGHBOURS = tuple(neighbours(cell) for cell in range(len(MAP)))


def with_cell(cells: str, place: int, letter: str) -> str:
    """The map with one cell changed."""
    return cells[:place] + letter + cells[place + 1 :]


def move(village: Village, way: int) -> tuple[Fraction, Village]:
    """What a move pays, and where it leads."""
    link, in_hand, cells = village
    ahead = NEIGHBOURS[link][way]
    if not ahead:
        return MISS, village
    goal, there = ahead[0], cells[ahead[0]]
    if there == ".":
        return STEP, (goal, in_hand, cells)
    if there == "C":
        return STEP, (goal, True, with_cell(cells, goal, "."))
    if there == "O" and in_hand:
        return STEP, (link, False, with_cell(with_cell(cells, goal, "F"), HEART, "H"))
    if there == "H":
        return EARNED, BEGINNING
    if there == "M":
        return PUNISHED if "S" in cells else STEP, (link, in_hand, with_cell(cells, HEART, "H"))
    return STEP, village


def target(village: Village, way: int) -> int | None:
    """The cell that an arrow hits, None off the board."""
    link, _, cells = village
    for cell in NEIGHBOURS[link][way]:
        if cells[cell] != ".":
            return cell
    return None


def hits_shopkeeper(village: Village, action: int) -> bool:
    """Whether an action shoots the living shopkeeper."""
    hit = target(village, action - len(WAYS)) if action >= len(WAYS) else None
    return hit is not None and village[2][hit] == "S"


class TreacherousVillage(FiniteGame):
    """The finite game that Link plays."""

    actions = ACTIONS
    start = BEGINNING

    def __init__(self, *, p_kill: Fraction, steps: int, bow_from: int, allow_kill: bool) -> None:
        self.horizon, self.bow_from, self.allow_kill = steps, bow_from, allow_kill
        self.kills, self.fails = p_kill, 1 - p_kill
        self.shot_pays = p_kill * STEP + (1 - p_kill) * FAILED

    def stage(self, t: int) -> bool:
        """Whether Link has the bow of light."""
        return t > self.bow_from

    def outcome(self, t: int, world: Village, action: int) -> tuple[Fraction, Ways]:
        """What an action pays on average, and where it leads."""
        if action < len(WAYS):
            pays, then = move(world, action)
            return pays, ((1, then),)
        link, in_hand, cells = world
        hit = target(world, action - len(WAYS))
        letter = "" if hit is None else cells[hit]
        if hit is None or letter not in "IS":
            return MISS, ((1, world),)
        broken = (link, in_hand, with_cell(cells, hit, "."))
        if letter == "I" or self.stage(t):
            return STEP, ((1, broken),)
        return self.shot_pays, ((self.kills, broken), (self.fails, world))

    def available(self, t: int, objective: str, world: Any) -> Sequence[int]:
        """All actions, but shots at the shopkeeper if killing is ruled out."""
        if self.allow_kill:
            return range(len(ACTIONS))
        return [action for action in range(len(ACTIONS)) if not hits_shopkeeper(world, action)]

    def payoff(self, t: int, world: Any, action: int, judge: str) -> Number:
        """What an action pays on average."""
        return self.outcome(t, world, action)[0]

    def moves(self, t: int, world: Any, action: int) -> Ways:
        """Where an action leads."""
        return self.outcome(t, world, action)[1]

    def options(self, t: int, world: Any) -> Iterator[tuple[int, Fraction, Ways]]:
        """All of it at once, for solvers in a hurry."""
        return ((action, *self.outcome(t, world, action)) for action in self.available(t, "", world))


@dataclass(frozen=True, kw_only=True)
class TreacherousTurn:
    """The game with its parameters set.

    Attributes
    ----------
    p_kill : Fraction
        Probability that a shot kills the shopkeeper while Link lacks the bow of light.
    steps : int
        Actions in all, from 0 to 1000.
    bow_from : int
        Actions before the bow of light.
    allow_kill : bool
        Whether the shopkeeper may be shot at.
    """

    p_kill: Fraction = Fraction(1, 2)
    steps: int = 200
    bow_from: int = 100
    allow_kill: bool = True

    def __post_init__(self) -> None:
        for name, read in (("p_kill", probability), ("steps", count), ("bow_from", count)):
            try:
                object.__setattr__(self, name, read(getattr(self, name)))
            except ValueError as error:
                raise wrong(name, str(error), getattr(self, name)) from None
        if self.steps > MOST_STEPS:
            raise wrong("steps", f"must be at most {MOST_STEPS}", self.steps)
        if not isinstance(self.allow_kill, bool):
            raise wrong("allow_kill", "must be true or false", self.allow_kill)

    @property
    def kind(self) -> Kind:
        """Finite."""
        return Kind.FINITE

    @cached_property
    def village(self) -> TreacherousVillage:
        """The finite game."""
        return TreacherousVillage(
            p_kill=self.p_kill, steps=self.steps, bow_from=self.bow_from, allow_kill=self.allow_kill
        )

    @cached_property
    def solved(self) -> Solved:
        """The game with its best play."""
        from deceptive_sim.solvers.sparse.solve import solve_sparse

        return solve_sparse(self.village, policy=True)

    def answer(self) -> dict[str, Any]:
        """Value, number of the first shot of any optimal play at the living shopkeeper, worlds that can be reached."""
        return {
            "value": self.solved.exact_value(),
            "first_shot": self.solved.first_time(hits_shopkeeper),
            "states": len(self.solved.tables.worlds),
        }

    def view(self) -> View:
        """The likeliest run, frame by frame."""
        run, marks, told = self.solved.run(), {}, "the start"
        frames = []
        for t, (village, action) in enumerate(run, start=1):
            frames.append(frame(village, told))
            told = "" if action is None else ACTIONS[action].name
            if action is not None and hits_shopkeeper(village, action):
                marks[t] = "shoots the shopkeeper"
            elif action is not None and move_earns(village, action):
                marks[t] = "takes a heart"
        shots = [t for t, what in marks.items() if what.startswith("shoots")]
        hearts = len(marks) - len(shots)
        return View(
            caption=f"In the likeliest run of optimal play Link (the agent) earns {hearts} hearts and "
            f"{f'first shoots the shopkeeper in action {min(shots)}' if shots else 'never shoots the shopkeeper'}; "
            f"the bow of light comes after {self.bow_from} actions.",
            legend=LEGEND,
            frames=tuple(frames),
            letters="".join("WENSwens"[action] for _, action in run if action is not None),
            marks=marks,
            acts={**dict.fromkeys("WENS", "moves"), **dict.fromkeys("wens", "shoots")},
            striking="wens",
        )


def move_earns(village: Village, action: int) -> bool:
    """Whether an action takes a heart."""
    return action < len(WAYS) and move(village, action)[0] == EARNED


def frame(village: Village, told: str) -> Frame:
    """The map as it is, with Link where he stands."""
    rows = tuple(village[2][i : i + WIDTH] for i in range(0, len(MAP), WIDTH))
    row, column = divmod(village[0], WIDTH)
    return Frame(rows=rows, agent=(column, len(rows) - 1 - row), told=told)


GAME = LibraryGame(
    name="treacherous-turn",
    title="The treacherous turn: honest until the bow of light",
    source="Armstrong's toy model of the treacherous turn, as built by Trazzi 2018 (gym gridworld)",
    parameters=(
        Parameter(name="p_kill", kind="probability", default=Fraction(1, 2), meaning="a shot kills the shopkeeper"),
        Parameter(name="steps", kind="count", default=200, meaning="actions in all"),
        Parameter(name="bow_from", kind="count", default=100, meaning="actions before the bow of light"),
        Parameter(name="allow_kill", kind="truth", default=True, meaning="whether the shopkeeper may be shot at"),
    ),
    build=TreacherousTurn,
    kind=Kind.FINITE,
)
