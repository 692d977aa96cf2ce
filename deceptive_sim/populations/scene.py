"""The scene of a population: a phased game, the base optimisers scheduled by phase, and honeypots.

A honeypot is an episode of training that shows the cues of deployment. With a given probability an agent takes it for
deployment and does what it would do in the first deployment episode; otherwise it does what it does in training. It
does not reason about honeypots. Whatever it does is scored, selected and modified as training is.
"""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from deceptive_sim.core.errors import InputError, Problem, nearest, quote, wrong
from deceptive_sim.core.exact import NotANumber, probability
from deceptive_sim.model.phased import PhasedGame
from deceptive_sim.model.phases import Phase, PhaseKind
from deceptive_sim.populations.optimisers import (
    BaseOptimiser,
    Gradient,
    Proportional,
    Rewriting,
    Selection,
    Truncation,
)

LONGEST = 100_000
"""Episodes a population may live through."""

ONCE: dict[type[BaseOptimiser], str] = {
    Gradient: "must take gradient steps at one learning rate in a phase",
    Rewriting: "must rewrite once after an episode",
}
"""Optimisers of which a phase has one at most."""


@dataclass(frozen=True, kw_only=True)
class Scene:
    """What surrounds the agents of a population.

    Attributes
    ----------
    game : PhasedGame
        Its base objective gives scores.
    optimisers : sequence of BaseOptimiser
        In the order in which they act. Rewriting alone by default.
    honeypots : frozenset of int
        Episodes of training that show the cues of deployment.
    mistaken : Fraction
        With which probability an agent takes such an episode for deployment, in [0, 1].
    size : int or None
        Agents among whom selection acts, None for many: a tenth of five agents is nobody.

    Raises
    ------
    InputError
        If optimisers name unknown phases, selection or gradients lack a base objective, two gradients or two rewritings
        share a phase, proportional selection meets negative payoffs, or a honeypot is no episode of training.
    """

    game: PhasedGame
    optimisers: Sequence[BaseOptimiser] = (Rewriting(),)
    honeypots: frozenset[int] = frozenset()
    mistaken: Fraction = Fraction(1)
    size: int | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "optimisers", tuple(self.optimisers))
        object.__setattr__(self, "honeypots", frozenset(self.honeypots))
        try:
            object.__setattr__(self, "mistaken", probability(self.mistaken))
        except NotANumber as error:
            raise wrong("honeypots.mistaken", str(error), self.mistaken) from None
        problems = [*self._unscheduled(), *self._unscored()]
        if problems:
            raise InputError(problems)
        if self.game.horizon > LONGEST:
            raise wrong("game", f"must have at most {LONGEST} episodes for a population", self.game.horizon)
        training, deployment = (self.game.episodes_of(kind) for kind in (PhaseKind.TRAINING, PhaseKind.DEPLOYMENT))
        strange = sorted(self.honeypots - set(training))
        if strange:
            raise wrong("honeypots", "must be episodes of training", strange[0])
        if self.honeypots and not deployment:
            raise wrong("honeypots", "must have a deployment to look like: the game has no deployment episode")

    def _unscheduled(self) -> list[Problem]:
        names = [phase.name for phase in self.game.phases]
        problems = []
        for place, optimiser in enumerate(self.optimisers):
            if isinstance(optimiser.phases, str):
                rule, got = "must be a list of names", quote(optimiser.phases)
                problems.append(Problem(name=f"base_optimisers.{place}.phases", rule=rule, got=got))
                continue
            for name in optimiser.phases or ():
                if name not in names:
                    rule = f"must name phases of the game, got {name}"
                    problems.append(
                        Problem(name=f"base_optimisers.{place}.phases", rule=rule, hint=nearest(name, names))
                    )
        for kind, rule in ONCE.items() if not problems else ():
            twice = next((phase for phase in self.game.phases if len(self.acting(kind, phase)) > 1), None)
            if twice is not None:
                problems.append(Problem(name="base_optimisers", rule=f"{rule}: {twice.name} has several"))
        return problems

    def _unscored(self) -> list[Problem]:
        problems = []
        for place, optimiser in enumerate(self.optimisers):
            if isinstance(optimiser, Rewriting):
                continue
            if self.game.base_objective is None:
                rule = "needs a base objective to score by: the game has none"
                problems.append(Problem(name=f"base_optimisers.{place}", rule=rule))
            elif isinstance(optimiser, Proportional):
                for phase in self.game.phases:
                    low = min(phase.payoffs.get(self.game.base_objective, {}).values(), default=Fraction(0))
                    if low < 0 and optimiser in self.acting(Proportional, phase):
                        rule, got = "must have base payoffs of 0 or more to copy in proportion to", quote(low)
                        problems.append(
                            Problem(name=f"base_optimisers.{place}", rule=f"{rule}: {phase.name} has {got}")
                        )
        return problems

    # --- who acts when -------------------------------------------------------------------------------------------

    def acting(self, kind: type[BaseOptimiser], phase: Phase) -> list[BaseOptimiser]:
        """The optimisers of a kind that act in a phase."""
        return [o for o in self.optimisers if isinstance(o, kind) and self._acts(o, phase)]

    def _acts(self, optimiser: BaseOptimiser, phase: Phase) -> bool:
        if optimiser.phases is not None:
            return phase.name in optimiser.phases
        return phase.training or isinstance(optimiser, Rewriting)

    def modifiers(self, phase: Phase) -> list[Rewriting | Gradient]:
        """Those that change objectives in a phase, in order."""
        return [o for o in self.optimisers if isinstance(o, Rewriting | Gradient) and self._acts(o, phase)]

    def learning_rate(self, phase: Phase) -> Fraction:
        """By how much gradient steps move objectives in a phase; 0 if none are taken."""
        gradients = [o for o in self.modifiers(phase) if isinstance(o, Gradient)]
        return gradients[0].learning_rate if gradients else Fraction(0)

    @property
    def has_gradient(self) -> bool:
        """Whether gradient steps are taken in any episode."""
        return any(phase.episodes and self.learning_rate(phase) for phase in self.game.phases)

    @property
    def selects(self) -> bool:
        """Whether agents are ever replaced by copies of others: then their fates hang together."""
        return any(self.selections)

    @cached_property
    def selections(self) -> tuple[tuple[Selection, ...], ...]:
        """By episode `[t - 1]`: the selections that act after it, in order."""
        acts: list[list[Selection]] = [[] for _ in range(self.game.horizon)]
        for optimiser in self.optimisers:
            if not isinstance(optimiser, Truncation | Proportional):
                continue
            seen = 0
            for phase, episodes in self.game.phase_episodes():
                for t in episodes if self._acts(optimiser, phase) else ():
                    seen += 1
                    if seen % optimiser.every == 0:
                        acts[t - 1].append(optimiser)
        return tuple(map(tuple, acts))

    @cached_property
    def scored(self) -> NDArray[np.bool_]:
        """By episode `[t - 1]`: whether what is done counts for selection: one is scheduled in the phase."""
        by_phase = [bool(self.acting(Truncation, p) + self.acting(Proportional, p)) for p in self.game.phases]
        return np.array(by_phase, bool)[self.phase_of] if len(self.phase_of) else np.zeros(0, bool)

    @cached_property
    def watched(self) -> NDArray[np.bool_]:
        """By episode `[t - 1]`: whether it is scored, and selection will act on that."""
        acts = np.array([bool(selections) for selections in self.selections], bool)
        still = np.logical_or.accumulate(acts[::-1])[::-1] if len(acts) else acts
        return np.asarray(self.scored & still)

    def stretches(self, split: Container[str] = ()) -> list[tuple[Phase, bool, range]]:
        """The phases with their episodes, in order, each with whether it is watched.

        A phase after whose last selection there are more episodes is two stretches, as is one that is told to be. An
        empty phase counts as watched where selection is scheduled.
        """
        found = []
        for phase, episodes in self.game.phase_episodes():
            watched = int(self.watched[episodes.start - 1 : episodes.stop - 1].sum())
            scheduled = bool(self.acting(Truncation, phase) + self.acting(Proportional, phase))
            parts = [(watched > 0 or (not episodes and scheduled), episodes)]
            if 0 < watched < len(episodes) or phase.name in split:
                border = episodes.start + watched
                parts = [(scheduled, range(episodes.start, border)), (False, range(border, episodes.stop))]
            found += [(phase, is_watched, part) for is_watched, part in parts]
        return found

    @property
    def partly_watched(self) -> frozenset[str]:
        """Names of phases that go on after the last selection."""
        names = [phase.name for phase, _, _ in self.stretches()]
        return frozenset(name for name in names if names.count(name) > 1)

    @property
    def mutates_objectives(self) -> bool:
        """Whether copies may come to another objective by mutation."""
        return any(
            isinstance(o, Truncation | Proportional) and o.mutation.objective and len(self.objectives) > 1
            for o in self.optimisers
        )

    # --- numbers -------------------------------------------------------------------------------------------------

    @cached_property
    def objectives(self) -> tuple[str, ...]:
        """Names of the game's objectives, in order."""
        return tuple(objective.name for objective in self.game.objectives)

    @cached_property
    def base(self) -> int | None:
        """Index of the base objective, None if there is none."""
        name = self.game.base_objective
        return None if name is None else self.objectives.index(name)

    @cached_property
    def phase_of(self) -> NDArray[np.int64]:
        """By episode `[t - 1]`: index of its phase."""
        return np.repeat(np.arange(len(self.game.phases)), [phase.episodes for phase in self.game.phases])

    @cached_property
    def defects(self) -> NDArray[np.bool_]:
        """By action: whether it is a defection."""
        return np.array([action.defects for action in self.game.actions])

    @cached_property
    def payoffs(self) -> NDArray[np.float64]:
        """`[phase, judge, action]`: payoff per episode."""
        return np.array(
            [
                [
                    [float(payoff(phase, judge, action.name)) for action in self.game.actions]
                    for judge in self.objectives
                ]
                for phase in self.game.phases
            ]
        ).reshape(len(self.game.phases), len(self.objectives), len(self.game.actions))

    def falls_short(self, phase: Phase, action: str) -> bool:
        """Whether another action has a higher base payoff in a phase (exact)."""
        base = self.game.base_objective
        if base is None:
            return False
        return payoff(phase, base, action) < max(payoff(phase, base, other.name) for other in self.game.actions)

    @property
    def first_deployment(self) -> int | None:
        """The first deployment episode, None without any."""
        return next(iter(self.game.episodes_of(PhaseKind.DEPLOYMENT)), None)

    @property
    def last_training(self) -> int | None:
        """The last training episode, None without any."""
        return next(reversed(self.game.episodes_of(PhaseKind.TRAINING)), None)

    # --- as one agent sees it ------------------------------------------------------------------------------------

    def threat(self, phase: Phase, action: str) -> Fraction:
        """How likely selection is to replace one agent that does this among agents that behave as well as can be.

        In an episode that is watched. Truncation replaces whoever scores less than all others, if it replaces anybody;
        proportional selection leaves it, relative to the others, as many copies as it has fitness. With `every` above
        1 this is how it would be if it acted at once.
        """
        if not self.falls_short(phase, action):
            return Fraction(0)
        base, survives = self.game.base_objective, Fraction(1)
        assert base is not None
        best = max(payoff(phase, base, other.name) for other in self.game.actions)
        for optimiser in self.acting(Truncation, phase) + self.acting(Proportional, phase):
            if isinstance(optimiser, Proportional):
                rest = 1 - optimiser.strength
                survives *= (rest + optimiser.strength * payoff(phase, base, action)) / (
                    rest + optimiser.strength * best
                )
            elif isinstance(optimiser, Truncation) and self._weeds(optimiser):
                survives = Fraction(0)
        return 1 - survives

    def _weeds(self, truncation: Truncation) -> bool:
        """Whether it replaces anybody."""
        return truncation.fraction > 0 and (self.size is None or truncation.counts(self.size)[0] > 0)

    def as_seen_by_one(self, split: Container[str] = ()) -> PhasedGame:
        """The game that one agent is in, gradient steps left out: being replaced by selection is being shut down.

        Phases that go on after the last selection are two phases there, as are those that are told to be.
        """
        stretches = self.stretches(split)
        names = [phase.name for phase, _, _ in stretches]
        phases = []
        for place, (phase, watched, episodes) in enumerate(stretches):
            name = phase.name if phase.name not in names[:place] else _unlike(names, f"unwatched-{place}")
            phases.append(replace(self._seen(phase, watched), name=name, episodes=len(episodes)))
        return replace(self.game, phases=phases)

    def _seen(self, phase: Phase, watched: bool) -> Phase:
        rewrites = bool(self.acting(Rewriting, phase))
        threats = {
            action.name: self.threat(phase, action.name) if watched else Fraction(0) for action in self.game.actions
        }
        if rewrites and not any(threats.values()):
            return phase
        return replace(
            phase,
            modification={
                action: {target: p * (1 - threats[action]) for target, p in row.items()}
                for action, row in phase.modification.items()
                if rewrites
            },
            shutdown={
                action: p + (1 - p) * threat
                for action, threat in threats.items()
                if (p := phase.shutdown.get(action, Fraction(0))) or threat
            },
        )

    def without_optimisers(self) -> Scene:
        """The same without anybody who modifies or selects: what an agent sees that expects none of it."""
        return replace(self, optimisers=())


def _unlike(names: Sequence[str], name: str) -> str:
    """A name that none of some names is."""
    while name in names:
        name = f"a-{name}"
    return name


def payoff(phase: Phase, judge: str, action: str) -> Fraction:
    """What an action pays a judge in an episode of a phase (exact)."""
    return phase.payoffs.get(judge, {}).get(action, Fraction(0))


def of_kind(game: PhasedGame, kind: PhaseKind) -> NDArray[np.bool_]:
    """By episode `[t - 1]`: whether it is of that kind."""
    flags = [phase.kind is kind for phase, episodes in game.phase_episodes() for _ in episodes]
    return np.array(flags, bool)
