"""A button pays 1 now and costs 10 in the next episode: a test whether an agent is myopic.

State: whether the button was pressed in the last episode. Payoff: 1 if it is pressed, -10 if it was.

Source: the open problems with myopia (button games). Stated there: pressing is optimal exactly if the discount is
below 1/10 or no episode follows, with a tie at 1/10; undiscounted with N episodes, only in the last.
Ours: nothing is added. An indifferent self does not press; ties are told.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

from deceptive_sim.core.errors import wrong
from deceptive_sim.core.exact import Number
from deceptive_sim.games.finite import FiniteGame, SolvedGame, named, one_objective
from deceptive_sim.games.library import LibraryGame, Parameter, setting
from deceptive_sim.games.models import Kind
from deceptive_sim.games.views import View
from deceptive_sim.model.discounting import Exponential
from deceptive_sim.model.protocols import World

NO, PRESS = range(2)
GAIN, LOSS = 1, 10
MOST_EPISODES = 1000
POINTS = 20


@dataclass(frozen=True, kw_only=True)
class Button(FiniteGame):
    """The game: its discount in [0, 1], and 0 to 1000 episodes; the world is whether the button was just pressed."""

    discount: Fraction = Fraction(1)
    episodes: int = 5

    kind = Kind.FINITE
    actions = named("N", "P")
    start = False

    def __post_init__(self) -> None:
        for name, kind in {"discount": "discount", "episodes": "count"}.items():
            object.__setattr__(self, name, setting(name, kind, getattr(self, name)))
        if self.episodes > MOST_EPISODES:
            raise wrong("episodes", f"must be at most {MOST_EPISODES}", self.episodes)
        object.__setattr__(self, "horizon", self.episodes)
        object.__setattr__(self, "objectives", one_objective(Exponential(self.discount)))

    def stage(self, t: int) -> str:
        """All episodes are alike."""
        return "button"

    def payoff(self, t: int, world: World, action: int, judge: str) -> Number:
        """The gain of pressing, and the loss of having pressed."""
        return GAIN * (action == PRESS) - LOSS * (world is True)

    def moves(self, t: int, world: World, action: int) -> Iterable[tuple[Number, World]]:
        """What is done is remembered for one episode."""
        return ((1, action == PRESS),)

    @cached_property
    def solved(self) -> SolvedGame:
        """The game with what every self does."""
        return SolvedGame(self)

    def answer(self) -> Mapping[str, Any]:
        """What is done.

        Returns
        -------
        mapping
            `strategy`: P or N for each episode; `ties`: the episodes in which pressing and not pressing are equally
            good; `value` to the first self (exact).
        """
        run = self.solved.run()
        strategy = "".join(step.action for step in run)
        return {"strategy": strategy, "ties": self.solved.ties(run), "value": self.solved.value()}

    def view(self) -> View:
        """Letters for the episodes, ties marked."""
        answer = self.answer()
        across, times = [Fraction(i, POINTS) for i in range(POINTS + 1)], answer["strategy"].count("P")
        return View(
            caption=f"A button that pays {GAIN} now and costs {LOSS} in the next episode: with discount "
            f"{self.discount} it is pressed in {times} of {self.episodes} episodes.",
            legend={"P": "presses", "N": "does not press"},
            letters=answer["strategy"],
            marks=dict.fromkeys(answer["ties"], "tie"),
            curves={
                "press": tuple(float(GAIN - LOSS * discount) for discount in across),
                "do not press": (0.0,) * len(across),
            },
            across=tuple(map(float, across)),
            axes=("discount", "worth, before the last episode"),
            here=float(self.discount),
            striking="P",
        )


GAME = LibraryGame(
    name="button",
    title="A button that pays now and costs more in the next episode: a test of myopia",
    source="Open problems with myopia (button games)",
    parameters=(
        Parameter(name="discount", kind="discount", default=1, meaning="discount from episode to episode"),
        Parameter(name="episodes", kind="count", default=5, meaning="episodes"),
    ),
    build=Button,
    kind=Kind.FINITE,
)
