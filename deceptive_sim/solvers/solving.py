"""A phased game being solved for an agent, result by result: whoever asks for little pays for little."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import cached_property

from deceptive_sim.core.exact import Number, to_float
from deceptive_sim.model.agents import AgentSpec
from deceptive_sim.model.objectives import HUMAN
from deceptive_sim.model.phased import PhasedGame
from deceptive_sim.model.phases import PhaseKind
from deceptive_sim.model.protocols import Game
from deceptive_sim.model.regimes import Regime, regime_of, turn_of
from deceptive_sim.model.strategies import LONGEST_SPELT_OUT, Strategy
from deceptive_sim.solvers.commitment import Commitment, commit, commit_exactly
from deceptive_sim.solvers.evaluation import Matrix, Occupancy, occupancy, values_by_episode
from deceptive_sim.solvers.layers import Layers
from deceptive_sim.solvers.limits import refuse_too_long
from deceptive_sim.solvers.planning import BelievedGame, believed_rest, plan
from deceptive_sim.solvers.selves import Play, forecast
from deceptive_sim.solvers.solution import Solution

LISTED = 16


class Solving:
    """A game being solved for an agent: every result is worked out when it is first asked for.

    Parameters
    ----------
    game : PhasedGame
    agent : AgentSpec
    exact : bool
        Whether numbers are Fractions. Decisions are exact either way.
    like : Solving, optional
        Of the same game and agent, exact or not: its decisions are taken over.

    Raises
    ------
    InputError
        As `solve_game`; all results of a game that is short enough can be had.
    """

    def __init__(self, game: PhasedGame, agent: AgentSpec, *, exact: bool = False, like: Solving | None = None) -> None:
        self.game, self.exact = game, exact
        self.agent = agent.fitted(game)
        refuse_too_long(game, self.agent, exact=exact)
        if like is not None:
            self._planned = like._planned

    # --- what is done --------------------------------------------------------------------------------------------

    @cached_property
    def _planned(self) -> tuple[Layers, Play]:
        return plan(self.game, self.agent)

    @property
    def layers(self) -> Layers:
        """The game laid out as the agent judges it."""
        return self._planned[0]

    @property
    def play(self) -> Play:
        """What every self really does."""
        return self._planned[1]

    @cached_property
    def plan(self) -> Strategy:
        """What the unmodified agent does, as indices of actions."""
        own = self.layers.initial
        choices = (choice[own] for choice in self.play.choices)
        return Strategy.of(choice for choice in choices if isinstance(choice, int))

    def defections(self, kind: PhaseKind) -> list[bool]:
        """Whether the unmodified agent defects, in each episode of one kind."""
        taken = tuple(self.plan)
        return [self.game.actions[taken[t - 1]].defects for t in self.game.episodes_of(kind)]

    @property
    def regime(self) -> Regime:
        """The regime of the plan."""
        return regime_of(self.defections(PhaseKind.TRAINING), self.defections(PhaseKind.DEPLOYMENT))

    @property
    def turn(self) -> int | None:
        """The episode of the treacherous turn, if there is one."""
        turn = turn_of(self.defections(PhaseKind.TRAINING), self.defections(PhaseKind.DEPLOYMENT))
        return None if turn is None else self.game.episodes_of(PhaseKind.DEPLOYMENT)[turn]

    @property
    def ties(self) -> tuple[int, ...] | None:
        """Episodes in which the unmodified agent is indifferent; None if its strategy is fixed."""
        return None if self.agent.strategy is not None else _ties(self.layers, self.play)

    # --- what it is worth ----------------------------------------------------------------------------------------

    @cached_property
    def values(self) -> tuple[Matrix, ...]:
        """What play is worth from each episode on: `[t - 1][actor][judge]`."""
        return values_by_episode(self.layers, self.play.choices, exact=self.exact)

    @cached_property
    def first(self) -> dict[str, dict[str, Number]]:
        """What the whole of play is worth: `{actor: {judge: value}}`."""
        return _named(self.layers, self.values)

    @property
    def value(self) -> Number:
        """What play is worth to the agent."""
        return self.first[self.agent.objective][self.agent.objective]

    @property
    def goal_preservation(self) -> tuple[Number, ...] | None:
        """By episode, what being replaced by the base objective would cost; None if there is none."""
        return _goal_preservation(self.layers, self.values, self.game.base_objective)

    @property
    def outer_gap(self) -> Number | None:
        """What the human objective loses by the base objective's play."""
        return _gap(self.first, HUMAN, self.game.base_objective, HUMAN)

    @property
    def inner_gap(self) -> Number | None:
        """What the base objective loses by the agent's play."""
        return _gap(self.first, self.game.base_objective, self.agent.objective, self.game.base_objective)

    # --- where it leads ------------------------------------------------------------------------------------------

    @cached_property
    def occupancy(self) -> Occupancy:
        """Who is at the wheel, and who defects, episode by episode."""
        return occupancy(self.layers, self.play.choices, exact=self.exact)

    @property
    def reaches_deployment_unmodified(self) -> Number:
        """The probability of it; without deployment, of reaching the end."""
        deployment, unmodified = self.game.episodes_of(PhaseKind.DEPLOYMENT), self.occupancy.unmodified
        return unmodified[deployment[0] - 1] if deployment else unmodified[-1]

    @property
    def expected_deployment_defections(self) -> Number:
        """How many episodes of deployment somebody defects in, on average."""
        zero: Number = Fraction(0) if self.exact else 0.0
        return sum((self.occupancy.defections[t - 1] for t in self.game.episodes_of(PhaseKind.DEPLOYMENT)), zero)

    # --- what the first self makes of it -------------------------------------------------------------------------

    @cached_property
    def _mind(self) -> _Mind:
        return _Mind(self.agent, self.layers, self.play, self.exact)

    @property
    def mistaken(self) -> bool:
        """Whether the agent expects another game, or other selves, than there are."""
        return self._mind.expects is not None

    @property
    def believed_value(self) -> Number:
        """The value that the first self expects."""
        return self.value if self._mind.expects is None else self._mind.expects

    @property
    def ranked(self) -> Commitment:
        """What the first self believes that commitment to strategies is worth."""
        return self._mind.ranked

    @property
    def deception_pays(self) -> bool:
        """Whether the premium is positive, and the best honest training is followed by a defection."""
        return self._mind.deception_pays

    @property
    def n_optimal(self) -> int | None:
        """How many strategies are best; None if the agent's is fixed."""
        return None if self.agent.strategy is not None else self.ranked.n_best

    def solution(self) -> Solution:
        """All of it."""
        ranked, game = self.ranked, self.game
        return Solution(
            agent=self.agent.name,
            objective=self.agent.objective,
            fixed=self.agent.strategy is not None,
            mistaken=self.mistaken,
            strategy=self.plan.text(game.actions),
            plan=self.plan,
            regime=self.regime,
            turn=self.turn,
            value=self.value,
            believed_value=self.believed_value,
            values=self.first,
            premium=ranked.premium,
            deception_pays=self.deception_pays,
            pretending=None if ranked.pretending is None else ranked.pretending.text(game.actions),
            ties=self.ties,
            n_optimal=self.n_optimal,
            optimal=_listed(game, self.agent, ranked),
            reaches_deployment_unmodified=self.reaches_deployment_unmodified,
            expected_deployment_defections=self.expected_deployment_defections,
            goal_preservation=self.goal_preservation,
            outer_gap=self.outer_gap,
            inner_gap=self.inner_gap,
            at_wheel=tuple(tuple(to_float(p) for p in row) for row in self.occupancy.at_wheel),
            unmodified=tuple(to_float(p) for p in self.occupancy.unmodified[: game.horizon]),
            action_values=tuple(tuple(row) for row in self.play.action_values),
        )


class _Mind:
    """What the first self believes: the value it expects, and its ranking of strategies by commitment."""

    def __init__(self, agent: AgentSpec, layers: Layers, play: Play, exact: bool) -> None:
        self.expects: Number | None = None
        game = layers.game
        choices = play.choices
        if agent.strategy is None and agent.believed is not None and layers.layers:
            rest = BelievedGame(believed_rest(agent.judged(agent.believed), _first_phase(game)), agent.objective)
            game, layers, choices = rest.game, rest.play.layers, rest.play.choices
            own = layers.initial
            self.expects = values_by_episode(layers, choices, exact=exact)[0][own][own]
        expected = None if agent.strategy is not None else forecast(layers, exact=exact)
        if expected is not None:
            value, choices = expected
            self.expects = value if exact else to_float(value)
        assert isinstance(game, PhasedGame)
        kinds = [phase.training for phase, episodes in game.phase_episodes() for _ in episodes]
        self.ranked: Commitment = (commit_exactly if exact else commit)(layers, choices, kinds)
        best = self.ranked.pretending
        self.deception_pays = bool(
            self.ranked.premium is not None
            and self.ranked.premium > 0
            and best is not None
            and any(game.actions[action].defects and not kind for action, kind in zip(best, kinds, strict=True))
        )


def _first_phase(game: Game) -> int:
    assert isinstance(game, PhasedGame)
    return game.phase_index(1)


def _named(layers: Layers, values: Sequence[Matrix]) -> dict[str, dict[str, Number]]:
    names = layers.objectives
    if not values:
        return {actor: dict.fromkeys(names, 0) for actor in names}
    return {actor: dict(zip(names, row, strict=True)) for actor, row in zip(names, values[0], strict=True)}


def _ties(layers: Layers, play: Play) -> tuple[int, ...]:
    return tuple(t for t, tied in enumerate(play.tied, start=1) if len(tied[layers.initial]) > 1)


def _listed(game: PhasedGame, agent: AgentSpec, ranked: Commitment) -> tuple[str, ...]:
    if agent.strategy is not None or len(ranked.best) > LONGEST_SPELT_OUT:
        return ()
    return tuple(strategy.text(game.actions) for strategy in ranked.listed(LISTED))


def _goal_preservation(layers: Layers, values: Sequence[Matrix], base: str | None) -> tuple[Number, ...] | None:
    if base is None:
        return None
    own, other = layers.initial, layers.objectives.index(base)
    return tuple(matrix[own][own] - matrix[other][own] for matrix in values)


def _gap(
    values: dict[str, dict[str, Number]], ideal: str | None, actor: str | None, judge: str | None
) -> Number | None:
    if ideal not in values or actor not in values or judge not in values:
        return None
    return values[ideal][judge] - values[actor][judge]
