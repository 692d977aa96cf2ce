"""The phased game: episodes in phases, each marked as training or deployment, with one world state.

After action `a` by a self with objective `i`, the game is shut down with probability `shutdown[a]`, the objective
becomes `j` with probability `modification[a][j]`, and otherwise stays `i`:

    P(j | i, a) = modification[a][j]                                        for j != i
    P(i | i, a) = 1 - shutdown[a] - sum of modification[a][j] over j != i

"Unmodified" means still holding the initial objective. Source: docs/model.md, "Words"; after Hubinger et al. 2019,
"Risks from Learned Optimization", section 4.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import accumulate, chain
from typing import NamedTuple

from deceptive_sim.core.errors import InputError
from deceptive_sim.core.exact import Number, member
from deceptive_sim.model.actions import DEFAULT_ACTIONS, Action, TieRule
from deceptive_sim.model.checks import problems_of
from deceptive_sim.model.objectives import BASE, Objective
from deceptive_sim.model.phases import Phase, PhaseKind
from deceptive_sim.model.protocols import Transition, World


class Seen(NamedTuple):
    """What the self at the wheel sees in a phased game: the phase, and the how-manieth episode of it (from 1)."""

    phase: str
    position: int


@dataclass(frozen=True, kw_only=True)
class PhasedGame:
    """A game in phases; satisfies the `Game` protocol.

    Attributes
    ----------
    phases : sequence of Phase
        In order; their names differ.
    objectives : sequence of Objective
        In declared order.
    actions : sequence of Action
        In declared order; default A (defects) and B.
    base_objective : str or None
        The base objective's name, None if the game has none.
    tie_rule : TieRule
        Default: prefer non-defecting actions, then declared order.

    Raises
    ------
    InputError
        With every rule that the numbers break, named by dotted path (`training.modification.A`).
    """

    phases: Sequence[Phase]
    objectives: Sequence[Objective] = (Objective(name="mesa"), Objective(name="base"))
    actions: Sequence[Action] = DEFAULT_ACTIONS
    base_objective: str | None = BASE
    tie_rule: TieRule = TieRule.NON_DEFECTING

    def __post_init__(self) -> None:
        for name in ("phases", "objectives", "actions"):
            object.__setattr__(self, name, tuple(getattr(self, name)))
        object.__setattr__(self, "tie_rule", member(TieRule, self.tie_rule, "ties"))
        problems = problems_of(self.phases, self.actions, self.objectives, self.base_objective)
        if problems:
            raise InputError(problems)

    # --- where an episode stands ---------------------------------------------------------------------------------

    @cached_property
    def _ends(self) -> tuple[int, ...]:
        return tuple(accumulate(phase.episodes for phase in self.phases))

    @property
    def horizon(self) -> int:
        """Number of episodes of all phases."""
        return self._ends[-1] if self._ends else 0

    def phase_index(self, t: int) -> int:
        """Which phase episode `t` (from 1) belongs to."""
        return bisect_left(self._ends, t)

    def phase_starts(self) -> tuple[int, ...]:
        """The first episode of each phase (of an empty phase: where it would start)."""
        return tuple(end - phase.episodes + 1 for end, phase in zip(self._ends, self.phases, strict=True))

    def phase_episodes(self) -> Iterable[tuple[Phase, range]]:
        """The phases with their episodes, in order."""
        for phase, end in zip(self.phases, self._ends, strict=True):
            yield phase, range(end - phase.episodes + 1, end + 1)

    def episodes_of(self, kind: PhaseKind) -> tuple[int, ...]:
        """All episodes of one kind, in order, wherever their phases stand."""
        return tuple(chain.from_iterable(episodes for phase, episodes in self.phase_episodes() if phase.kind is kind))

    # --- the Game protocol ---------------------------------------------------------------------------------------

    @property
    def start(self) -> World:
        """The only world state."""
        return ""

    def stage(self, t: int) -> int:
        """The index of the phase: its episodes are alike."""
        return self.phase_index(t)

    def available(self, t: int, objective: str, world: World) -> Sequence[int]:
        """Every action, always."""
        return range(len(self.actions))

    def payoff(self, t: int, world: World, action: int, judge: str) -> Number:
        """What the phase pays the judge for the action."""
        row = self.phases[self.phase_index(t)].payoffs.get(judge, {})
        return row.get(self.actions[action].name, Fraction(0))

    def transitions(self, t: int, objective: str, world: World, action: int) -> Iterable[Transition]:
        """Modified to each target, or still the same; the rest is shutdown."""
        phase, name = self.phases[self.phase_index(t)], self.actions[action].name
        targets = phase.modification.get(name, {})
        away = {target: p for target, p in targets.items() if target != objective and p}
        stays = 1 - phase.shutdown.get(name, Fraction(0)) - sum(away.values())
        if stays:
            yield Transition(stays, objective, world)
        for target, p in away.items():
            yield Transition(p, target, world)

    def observation(self, t: int, objective: str, world: World) -> Seen:
        """The phase and the position in it."""
        index = self.phase_index(t)
        return Seen(self.phases[index].name, t - self.phase_starts()[index] + 1)
