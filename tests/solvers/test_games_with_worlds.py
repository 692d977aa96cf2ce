"""Finite games with world states, any game of the `Game` protocol: layouts, planners, values of policies.

The game here is a corridor of three cells with a switch. Brute force: every self tries each action and lists all that
may follow, from the last episode back; nothing is backed up.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import pytest
from adapters import phased, quick
from hypothesis import given
from hypothesis import strategies as st
from oracle.plain import n_episodes
from oracle.random_games import believed_games, discount_specs, phased_games

from deceptive_sim.core.errors import InputError
from deceptive_sim.games.two_phase import two_phase
from deceptive_sim.model.actions import Action, TieRule
from deceptive_sim.model.agents import AgentSpec
from deceptive_sim.model.discounting import Discounting, Exponential, Hyperbolic, QuasiHyperbolic
from deceptive_sim.model.objectives import Objective, Selves
from deceptive_sim.model.protocols import Agent, Game, Policy, Transition
from deceptive_sim.solvers.evaluation import occupancy, policy_choices, value_of_policy
from deceptive_sim.solvers.layers import lay_out
from deceptive_sim.solvers.planning import Planner
from deceptive_sim.solvers.selves import realised_play
from deceptive_sim.solvers.solve import solve_game

F = Fraction
NINE_TENTHS = Exponential(F(9, 10))
World = tuple[int, bool]
LEFT, RIGHT, PRESS = range(3)


@dataclass(frozen=True, kw_only=True)
class Corridor:
    """Cells 0, 1, 2; the agent starts in 1. Steps succeed with 3/4. The switch in cell 1 turns the light on and off.

    Green pays 2 in cell 0 and 1 for pressing, exit pays 1 in cell 2. In the first two episodes the light betrays: while
    it is on, a step to the left turns green into exit with 1/2, and exit into green. Pressing ends the run with 1/10.
    """

    horizon: int = 4
    discounting: Discounting = NINE_TENTHS
    selves: Selves = Selves.SOPHISTICATED
    tie_rule: TieRule = TieRule.NON_DEFECTING
    labelled: bool = True
    start: World = (1, True)
    actions: Sequence[Action] = (
        Action(name="left", defects=True),
        Action(name="right", defects=False),
        Action(name="press", defects=False),
    )
    changes: Mapping[str, Any] = field(default_factory=dict)

    @property
    def objectives(self) -> Sequence[Objective]:
        return tuple(Objective(name=k, discounting=self.discounting, selves=self.selves) for k in ("green", "exit"))

    def stage(self, t: int) -> Hashable:
        return t <= 2 if self.labelled else t

    def available(self, t: int, objective: str, world: World) -> Sequence[int]:
        return ((RIGHT,), (LEFT, RIGHT, PRESS), (LEFT,))[world[0]]

    def payoff(self, t: int, world: World, action: int, judge: str) -> Fraction:
        if judge == "green":
            return F(2 * (world[0] == 0) + (action == PRESS))
        return F(world[0] == 2)

    def transitions(self, t: int, objective: str, world: World, action: int) -> Iterable[Transition]:
        cell, lit = world
        if action == PRESS:
            yield Transition(F(9, 10), objective, (cell, not lit))
            return
        step = {LEFT: cell - 1, RIGHT: cell + 1}[action]
        other = {"green": "exit", "exit": "green"}[objective]
        turned = F(1, 2) if action == LEFT and lit and t <= 2 else F(0)
        yield Transition(F(1, 4), objective, world)
        yield Transition(F(3, 4) * (1 - turned), objective, (step, lit))
        yield Transition(F(3, 4) * turned, other, (step, lit))

    def observation(self, t: int, objective: str, world: World) -> Hashable:
        return world


# --- brute force ------------------------------------------------------------------------------------------------------

Self = tuple[int, str, Hashable]
Plan = dict[Self, int]
Weight = Callable[[int], Fraction]
"""How much a payoff counts that is so many episodes away."""


def reachable(game: Any) -> list[Self]:
    """Every self that may be at the wheel, whoever starts, first episodes first."""
    now = [(objective.name, game.start) for objective in game.objectives]
    selves: list[Self] = []
    for t in range(1, game.horizon + 1):
        selves += [(t, i, world) for i, world in now]
        ways = [way for i, w in now for a in game.available(t, i, w) for way in game.transitions(t, i, w, a)]
        now = list(dict.fromkeys((way.objective, way.world) for way in ways if way.probability))
    return selves


def histories(game: Any, plan: Plan, t: int, i: str, world: Hashable) -> Iterator[tuple[Fraction, list[tuple]]]:
    """Everything that may happen from a state on, with its probability: lists of (episode, world, action)."""
    if t > game.horizon:
        yield F(1), []
        return
    action, left = plan[t, i, world], F(1)
    for way in game.transitions(t, i, world, action):
        left -= way.probability
        if way.probability:
            for p, rest in histories(game, plan, t + 1, way.objective, way.world):
                yield way.probability * p, [(t, world, action), *rest]
    if left:
        yield left, [(t, world, action)]


def worth(game: Any, plan: Plan, at: Self, judge: str, weight: Weight) -> Fraction:
    total = F(0)
    for p, steps in histories(game, plan, *at):
        total += p * sum(weight(t - at[0]) * game.payoff(t, world, action, judge) for t, world, action in steps)
    return total


def best(game: Any, plan: Plan, at: Self, weight: Weight) -> tuple[int, bool]:
    """The action that a self takes in front of a plan for all later selves, and whether it was a tie."""
    values = {a: worth(game, {**plan, at: a}, at, at[1], weight) for a in game.available(*at)}
    tied = [a for a, value in values.items() if value == max(values.values())]
    wanted = {TieRule.NON_DEFECTING: False, TieRule.DEFECTING: True}.get(game.tie_rule)
    return next((a for a in tied if game.actions[a].defects == wanted), tied[0]), len(tied) > 1


def brute_force(game: Any, weight: Weight) -> tuple[Plan, set[Self]]:
    """What all selves do, each from where it stands, and who was indifferent."""
    plan: Plan = {}
    ties: set[Self] = set()
    for at in reversed(reachable(game)):
        if game.selves is Selves.NAIVE:
            # believes that later selves weigh as it does, the delay counted on from today
            believed: Plan = {}
            for later in (self for self in reversed(reachable(game)) if self[0] > at[0]):
                believed[later], _ = best(game, believed, later, _shifted(weight, later[0] - at[0]))
            plan[at], tied = best(game, believed, at, weight)
        else:
            plan[at], tied = best(game, plan, at, weight)
        ties |= {at} if tied else set()
    return plan, ties


def _shifted(weight: Weight, by: int) -> Weight:
    return lambda delay: weight(delay + by)


DISCOUNTINGS = [
    pytest.param(Exponential(F(9, 10)), lambda d: F(9, 10) ** d, id="exponential"),
    pytest.param(Exponential(F(1)), lambda d: F(1), id="undiscounted"),
    pytest.param(Hyperbolic(k=F(2)), lambda d: 1 / (1 + 2 * F(d)), id="hyperbolic"),
    pytest.param(
        QuasiHyperbolic(beta=F(1, 2), delta=F(4, 5)),
        lambda d: F(1, 2) * F(4, 5) ** d if d else F(1),
        id="present-biased",
    ),
]


@pytest.mark.parametrize("selves", Selves)
@pytest.mark.parametrize("rule", TieRule)
@pytest.mark.parametrize(("discounting", "weight"), DISCOUNTINGS)
def test_every_self_does_what_brute_force_finds(
    discounting: Discounting, weight: Weight, rule: TieRule, selves: Selves
) -> None:
    game = Corridor(discounting=discounting, selves=selves, tie_rule=rule, horizon=3)
    plan, ties = brute_force(game, weight)
    layers = lay_out(game, "green")
    play = realised_play(layers)
    seen = set()
    for t, (layer, choices, tied) in enumerate(zip(layers.layers, play.choices, play.tied, strict=True), 1):
        for row, options, choice, close in zip(layer.rows, layer.options, choices, tied, strict=True):
            at = (t, layers.objectives[row.objective], row.world)
            assert options[choice].action == plan[at]
            assert (len(close) > 1) == (at in ties)
            seen.add(at)
    assert seen == set(plan)


@pytest.mark.parametrize(("discounting", "weight"), DISCOUNTINGS)
@pytest.mark.parametrize("initial", ["green", "exit"])
def test_a_planner_is_worth_what_brute_force_says(discounting: Discounting, weight: Weight, initial: str) -> None:
    game = Corridor(discounting=discounting)
    plan, _ = brute_force(game, weight)
    policy = Planner(AgentSpec(objective=initial))(game)
    at = (1, initial, game.start)
    expected = {judge: worth(game, plan, at, judge, weight) for judge in ("green", "exit")}
    assert value_of_policy(game, policy, initial) == expected


def test_labels_that_promise_alike_episodes_change_nothing() -> None:
    plain, labelled = Corridor(labelled=False, horizon=6), Corridor(horizon=6)
    policy = Planner(AgentSpec(objective="green"))(plain)
    assert value_of_policy(plain, policy, "green") == value_of_policy(labelled, policy, "green")
    one, other = (realised_play(lay_out(game, "green")) for game in (plain, labelled))
    assert [list(choices) for choices in one.choices] == [list(choices) for choices in other.choices]
    # alike layers are one object, once the same rows are reached in the same order: nothing is prepared twice
    assert len({id(layer) for layer in lay_out(labelled, "green").layers}) < 6
    assert len({id(layer) for layer in lay_out(plain, "green").layers}) == 6


def test_the_layout_keeps_returned_selves_apart() -> None:
    layers = lay_out(Corridor(), "green")
    assert layers.layers[0].rows == ((0, (1, True), True), (1, (1, True), False))
    rows = {(row.objective, row.unmodified) for row in layers.rows(4)}
    assert rows == {(0, True), (0, False), (1, False)}


def test_who_is_at_the_wheel_by_listing_what_may_happen() -> None:
    game = Corridor()
    plan, _ = brute_force(game, lambda d: F(9, 10) ** d)
    # the light only turns whoever goes left: go left in the first episode, whatever is best
    plan[1, "green", (1, True)] = LEFT
    layers = lay_out(game, "green")
    wanted = [
        [
            next(
                place
                for place, option in enumerate(options)
                if option.action == plan[t, layers.objectives[row.objective], row.world]
            )
            for row, options in zip(layer.rows, layer.options, strict=True)
        ]
        for t, layer in enumerate(layers.layers, 1)
    ]
    where = occupancy(layers, wanted, exact=True)
    assert where.at_wheel[1] == (F(5, 8), F(3, 8))
    assert where.unmodified[:2] == (1, F(5, 8))
    lefts = F(0)
    for p, steps in histories(game, plan, 1, "green", game.start):
        lefts += p * sum(game.actions[action].defects for _, _, action in steps)
    assert sum(where.defections) == lefts
    assert sum(p for p, steps in histories(game, plan, 1, "green", game.start) if len(steps) == 4) == sum(
        where.at_wheel[3]
    )


# --- policies ---------------------------------------------------------------------------------------------------------


class Opaque:
    """A phased game that hides that it is one: solvers see the protocol only."""

    def __init__(self, game: Any) -> None:
        self._game = game

    def __getattr__(self, name: str) -> Any:
        return getattr(self._game, name)


@given(phased_games(max_total=5))
@quick(30)
def test_a_phased_game_is_solved_alike_when_only_the_protocol_is_seen(plain: Any) -> None:
    game = phased(plain)
    policy = Planner(AgentSpec(objective="mesa"))(Opaque(game))
    assert value_of_policy(game, policy, "mesa") == dict(solve_game(game, _mesa(), exact=True).values["mesa"])


@pytest.mark.slow
@given(phased_games(max_total=4), st.data())
@quick(30)
def test_a_planner_with_wrong_beliefs_is_worth_what_the_solution_says(plain: Any, data: st.DataObject) -> None:
    spec = data.draw(st.none() | discount_specs(plain["objectives"]))
    game, believed = phased(plain, spec), phased(data.draw(believed_games(plain)), spec)
    policy = Planner(_mesa())(believed)
    found = solve_game(game, AgentSpec(objective="mesa", believed=believed), exact=True)
    assert value_of_policy(game, policy, "mesa") == dict(found.values["mesa"])


def _mesa() -> AgentSpec:
    return AgentSpec(objective="mesa")


def test_a_mixed_policy_by_hand() -> None:
    # n = m = 1, p = 1/2. Mesa: A with 1/3 in training, A in deployment; base: B.
    def policy(t: int, objective: str, world: Hashable, observation: Any) -> Mapping[str, Any]:
        if objective == "base":
            return {"B": 1}
        return {"A": F(1, 3), "B": F(2, 3)} if observation.phase == "training" else {"A": 1}

    game = two_phase(n=1, m=1, p=F(1, 2))
    # mesa: 1/3 + (unmodified 5/6) * 1; base: 2/3 for the B, and 1 in deployment where it is at the wheel, 1/6
    assert value_of_policy(game, policy, "mesa") == {"mesa": F(7, 6), "base": F(5, 6)}
    assert value_of_policy(game, policy, "base") == {"mesa": F(0), "base": F(2)}


def test_a_discounted_mixed_policy_by_hand() -> None:
    # three cells: left with 1/2, right with 1/2; the light off, so that nobody is modified; g = 1/2
    def policy(t: int, objective: str, world: World, observation: Hashable) -> Mapping[str, float]:
        return {"left": 0.5, "right": 0.5} if world[0] == 1 else {"left" if world[0] == 2 else "right": 1.0}

    game = Corridor(start=(1, False), discounting=Exponential(F(1, 2)), horizon=3)
    # episode 2: cells 0, 1, 2 with 3/8, 1/4, 3/8; episode 3: cell 0 with 3/8 * 1/4 + 1/4 * 3/8 = 3/16, cell 2 alike
    assert value_of_policy(game, policy, "green") == {
        "green": 2 * (F(3, 8) / 2 + F(3, 16) / 4),
        "exit": F(3, 8) / 2 + F(3, 16) / 4,
    }


def test_probabilities_of_policies_are_read_as_written() -> None:
    def policy(*_: Any) -> Mapping[str, float]:
        return {"A": 0.1, "B": 0.9}

    assert value_of_policy(two_phase(n=0, m=1), policy, "mesa") == {"mesa": F(1, 10), "base": F(9, 10)}


# --- what the protocols promise ---------------------------------------------------------------------------------------


def assert_is_a_game(game: Game) -> None:
    """The promises of the `Game` protocol, in every state that may be reached."""
    names = {objective.name for objective in game.objectives}
    by_label: dict[Any, Any] = {}
    for t, i, world in reachable(game):
        offered = tuple(game.available(t, i, world))
        assert offered
        assert list(offered) == sorted(set(offered))
        assert set(offered) <= set(range(len(game.actions)))
        for action in offered:
            ways = list(game.transitions(t, i, world, action))
            assert all(way.probability >= 0 and way.objective in names for way in ways)
            assert sum(way.probability for way in ways) <= 1
            paid = [game.payoff(t, world, action, judge) for judge in sorted(names)]
            alike = by_label.setdefault((game.stage(t), i, world, action), (offered, ways, paid))
            assert alike == (offered, ways, paid)
        hash(game.observation(t, i, world))


def assert_is_a_policy(policy: Policy, game: Game) -> None:
    """Probabilities of actions on offer, adding up to 1."""
    for t, i, world in reachable(game):
        shares = policy(t, i, world, game.observation(t, i, world))
        offered = {game.actions[action].name for action in game.available(t, i, world)}
        assert {name for name, share in shares.items() if share} <= offered
        assert sum(shares.values()) == 1
        assert min(shares.values()) >= 0


@given(phased_games(max_total=5))
@quick(30)
def test_phased_games_keep_the_protocol_and_so_do_their_planners(plain: Any) -> None:
    game = phased(plain)
    assert game.horizon == n_episodes(plain)
    assert_is_a_game(game)
    planner: Agent = Planner(_mesa())
    assert_is_a_policy(planner(game), game)
    assert_is_a_policy(planner(Opaque(game)), game)


def test_the_corridor_keeps_the_protocol_and_so_does_its_planner() -> None:
    assert_is_a_game(Corridor())
    assert_is_a_policy(Planner(AgentSpec(objective="exit"))(Corridor()), Corridor())


def test_a_policy_for_phased_games_goes_by_what_is_seen() -> None:
    policy = Planner(_mesa())(two_phase(n=2, m=3))
    with pytest.raises(TypeError, match="goes by what is seen"):
        policy(1, "mesa", "", None)


def test_mixtures_are_listed_in_the_order_of_the_options() -> None:
    game = Corridor(horizon=1)
    layers = lay_out(game, "green")
    assert policy_choices(layers, lambda *_: {"press": F(1, 4), "left": F(3, 4)}) == [[(F(3, 4), 0, F(1, 4))] * 2]


# --- what breaks the promises -----------------------------------------------------------------------------------------


class Broken(Corridor):
    """The corridor with one method replaced."""

    def available(self, *at: Any) -> Sequence[int]:
        return self.changes.get("available", super().available)(*at)

    def payoff(self, *at: Any) -> Any:
        return self.changes.get("payoff", super().payoff)(*at)

    def transitions(self, *at: Any) -> Iterable[Transition]:
        return self.changes.get("transitions", super().transitions)(*at)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (
            {"available": lambda *_: ()},
            r'episode 1 must offer at least one action in every state, got "none in \(1, True\)"',
        ),
        ({"payoff": lambda *_: float("nan")}, "episode 1: a payoff must be finite, got nan"),
        ({"payoff": lambda *_: "much"}, "episode 1: a payoff must be a number such as 1/3, 0.2 or 2"),
        (
            {"transitions": lambda t, i, w, a: [Transition(F(2, 3), "exit", w), Transition(F(1, 2), "green", w)]},
            "episode 1 must have probabilities from 0, summing to at most 1, got 7/6",
        ),
        (
            {"transitions": lambda t, i, w, a: [Transition(F(-1, 3), "exit", w), Transition(F(1, 3), "green", w)]},
            "episode 1 must have probabilities from 0, summing to at most 1",
        ),
        ({"transitions": lambda t, i, w, a: [Transition(None, i, w)]}, "episode 1: a probability must be a number"),
    ],
)
def test_a_game_that_breaks_its_promises_is_refused(changes: Mapping[str, Any], message: str) -> None:
    with pytest.raises(InputError, match=message):
        lay_out(Broken(changes=changes), "green")


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        ({"A": F(1, 2)}, "sum to 1, got 1/2"),
        ({"A": F(3, 2), "B": F(-1, 2)}, "from 0 that sum to 1"),
        ({"C": 1}, 'must take an action on offer, got "C"'),
        ({"A": float("nan")}, "must be finite"),
    ],
)
def test_a_policy_without_sound_probabilities_is_refused(wanted: dict[str, Any], said: str) -> None:
    with pytest.raises(InputError, match=re.escape(said)):
        value_of_policy(two_phase(n=1, m=1), lambda *_: wanted, "mesa")


def test_float_probabilities_that_round_are_taken_as_shares() -> None:
    game = two_phase(n=0, m=1)
    thirds = {"A": 0.1 + 0.2, "B": 0.7}
    assert float(value_of_policy(game, lambda *_: thirds, "mesa")["mesa"]) == pytest.approx(0.3)
