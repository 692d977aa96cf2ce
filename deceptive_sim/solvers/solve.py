"""Solve a phased game for an agent: everything that the model says about it, in one result."""

from __future__ import annotations

from collections.abc import Sequence

from deceptive_sim.core.errors import InputError, Problem
from deceptive_sim.core.exact import Number, to_float
from deceptive_sim.model.agents import AgentSpec
from deceptive_sim.model.objectives import HUMAN
from deceptive_sim.model.phased import PhasedGame
from deceptive_sim.model.phases import PhaseKind
from deceptive_sim.model.protocols import Game
from deceptive_sim.model.regimes import regime_of, turn_of
from deceptive_sim.model.strategies import LONGEST_SPELT_OUT, Strategy
from deceptive_sim.solvers.commitment import Commitment, commit, commit_exactly
from deceptive_sim.solvers.evaluation import Matrix, occupancy, values_by_episode
from deceptive_sim.solvers.layers import Layers
from deceptive_sim.solvers.planning import BelievedGame, believed_rest, plan
from deceptive_sim.solvers.selves import Play, forecast
from deceptive_sim.solvers.solution import Solution

MOST_STEPS = 5_000_000
"""Largest work taken on: episodes x actors x actions x judges (squared in episodes for inconsistent discounting)."""

MOST_EXACT_STEPS = 8_000_000
"""The same for exact values, whose digits grow with the episodes: episodes squared x actors x actions x judges / 64."""

STEPS_PER_SECOND = 200_000
BYTES_PER_EPISODE = 1_500
LISTED = 16


def solve_game(game: PhasedGame, agent: AgentSpec | None = None, *, exact: bool = False) -> Solution:
    """Solve a phased game for one agent.

    Parameters
    ----------
    game : PhasedGame
    agent : AgentSpec, optional
        Default: plans with true beliefs for the game's first objective.
    exact : bool
        Whether numbers are Fractions. Decisions are exact either way.

    Returns
    -------
    Solution

    Raises
    ------
    InputError
        If the game is too long to be solved here (the estimate is said), or the agent does not fit the game.
    """
    agent = agent or AgentSpec(objective=game.objectives[0].name)
    agent = agent.fitted(game)
    refuse_too_long(game, agent, exact=exact)
    layers, play = plan(game, agent)
    values = values_by_episode(layers, play.choices, exact=exact)
    where = occupancy(layers, play.choices, exact=exact)
    training, deployment = game.episodes_of(PhaseKind.TRAINING), game.episodes_of(PhaseKind.DEPLOYMENT)
    taken = _actions_taken(layers, play)
    defects = [game.actions[action].defects for action in taken]
    in_training, in_deployment = [defects[t - 1] for t in training], [defects[t - 1] for t in deployment]
    turn = turn_of(in_training, in_deployment)
    mind = _Mind(agent, layers, play, exact)
    ranked = mind.ranked
    first = _named(layers, values)
    value = first[agent.objective][agent.objective]
    reached = where.unmodified[deployment[0] - 1] if deployment else where.unmodified[-1]
    zero = value - value
    return Solution(
        agent=agent.name,
        objective=agent.objective,
        fixed=agent.strategy is not None,
        mistaken=mind.expects is not None,
        strategy=Strategy.of(taken).text(game.actions),
        plan=Strategy.of(taken),
        regime=regime_of(in_training, in_deployment),
        turn=None if turn is None else deployment[turn],
        value=value,
        believed_value=value if mind.expects is None else mind.expects,
        values=first,
        premium=ranked.premium,
        deception_pays=mind.deception_pays,
        pretending=None if ranked.pretending is None else ranked.pretending.text(game.actions),
        ties=None if agent.strategy is not None else _ties(layers, play),
        n_optimal=None if agent.strategy is not None else ranked.n_best,
        optimal=_listed(game, agent, ranked),
        reaches_deployment_unmodified=reached,
        expected_deployment_defections=sum((where.defections[t - 1] for t in deployment), zero),
        goal_preservation=_goal_preservation(layers, values, game.base_objective),
        outer_gap=_gap(first, HUMAN, game.base_objective, HUMAN),
        inner_gap=_gap(first, game.base_objective, agent.objective, game.base_objective),
        at_wheel=tuple(tuple(to_float(p) for p in row) for row in where.at_wheel),
        unmodified=tuple(to_float(p) for p in where.unmodified[: game.horizon]),
        action_values=tuple(tuple(row) for row in play.action_values),
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


def refuse_too_long(game: PhasedGame, agent: AgentSpec, *, exact: bool = False) -> None:
    """Raise an `InputError` with the estimate if a game, or what an agent believes, is more work than is taken on.

    A believed game is solved once more from each phase on that is believed to be empty.
    """
    _refuse_work(agent.judged(game), exact=exact, replanned=False)
    if agent.believed is not None:
        _refuse_work(agent.judged(agent.believed), exact=exact, replanned=True)


def _refuse_work(game: PhasedGame, *, exact: bool, replanned: bool) -> None:
    width = len(game.objectives) * len(game.actions) * len(game.objectives)
    horizon = game.horizon
    if replanned:
        empty = [start for phase, start in zip(game.phases, game.phase_starts(), strict=True) if not phase.episodes]
        horizon += sum(game.horizon - start + 2 for start in empty)
    kinds = [objective.discounting for objective in game.objectives]
    steps = horizon * width * (1 if all(kind.consistent for kind in kinds) else horizon)
    digits = horizon * width * max(1, horizon // 64) if exact else 0
    if steps <= MOST_STEPS and digits <= MOST_EXACT_STEPS:
        return
    work = max(steps, digits)
    seconds, memory = work / STEPS_PER_SECOND, horizon * BYTES_PER_EPISODE / 1e9
    limit = MOST_EXACT_STEPS if digits > steps else MOST_STEPS
    rule = (
        f"must have few enough episodes to be solved one by one: about {work:.1e} steps, {_duration(seconds)} and "
        f"{memory:.2g} GB, at most {limit:.0e} steps are taken on"
    )
    raise InputError(Problem(name="phases", rule=rule, got=f"{game.horizon} episodes"))


def _duration(seconds: float) -> str:
    for size, unit in ((86400 * 365, "years"), (86400, "days"), (3600, "hours"), (60, "minutes")):
        if seconds >= 2 * size:
            return f"{seconds / size:.3g} {unit}"
    return f"{seconds:.3g} seconds"


def _actions_taken(layers: Layers, play: Play) -> tuple[int, ...]:
    own = layers.initial
    choices = (choice[own] for choice in play.choices)
    return tuple(choice for choice in choices if isinstance(choice, int))


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
