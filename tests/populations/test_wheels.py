"""Who comes to the wheel of an agent, and with which probability: worked out by hand."""

from __future__ import annotations

import pickle
from typing import Any

import pytest
from kinds_cases import F, game, phase, scene

from deceptive_sim.core.errors import InputError
from deceptive_sim.model.phases import Phase
from deceptive_sim.populations.optimisers import BaseOptimiser, Gradient, Mutation, Rewriting, Truncation
from deceptive_sim.populations.scene import Scene
from deceptive_sim.populations.wheels import Wheel, Wheels, wheels_from

WANTS = {"mesa": {"A": 1}, "base": {"B": 1}}
STARTS = {"mesa": (F(1), F(0)), "base": (F(0), F(1)), "habit": (F(0), F(0))}


def goes(wheels: Wheels, where: Phase, action: int, wheel: int = 0) -> dict[tuple[Any, ...], Any]:
    """Where a wheel goes, as weights and probabilities."""
    return {(*wheels.all[goal].weights,): p for goal, p in wheels.moves(where, wheel, action).items()}


def under(modification: dict[str, Any], shutdown: dict[str, Any], *optimisers: BaseOptimiser) -> Scene:
    """One training phase of two episodes under base optimisers."""
    return Scene(game=game(phase("training", 2, WANTS, modification, shutdown)), optimisers=optimisers)


def test_rewriting_leads_to_pure_objectives() -> None:
    where = scene(p=F(1, 3))
    wheels = wheels_from(where, STARTS["mesa"])
    assert wheels.all == (Wheel((F(1), F(0)), True), Wheel((F(0), F(1)), False))
    training, deployment = where.game.phases
    assert goes(wheels, training, 0) == {(1, 0): F(2, 3), (0, 1): F(1, 3)}
    assert goes(wheels, training, 1) == goes(wheels, deployment, 0) == {(1, 0): 1}
    assert wheels_from(where, STARTS["base"]).all == (Wheel((F(0), F(1)), True),)
    assert wheels_from(scene(), STARTS["habit"]).all[0].habit == 1


def test_coming_back_to_the_own_objective_is_a_wheel_of_its_own() -> None:
    where = under({"A": {"base": F(1, 2)}, "B": {"mesa": F(1, 4)}}, {}, Rewriting())
    wheels = wheels_from(where, STARTS["mesa"])
    assert wheels.all[2] == Wheel((F(1), F(0)), False)
    assert wheels.moves(where.game.phases[0], 0, 1) == {0: 1}
    assert wheels.moves(where.game.phases[0], 1, 1) == {2: F(1, 4), 1: F(3, 4)}


def test_gradient_steps_move_weight_where_behaviour_falls_short() -> None:
    where = scene(Gradient(learning_rate=F(2, 5)))
    wheels = wheels_from(where, STARTS["mesa"])
    assert [wheel.weights[1] for wheel in wheels.all] == [0, F(2, 5), F(4, 5), 1]
    assert [wheel.unmodified for wheel in wheels.all] == [True, False, False, False]
    training, deployment = where.game.phases
    assert goes(wheels, training, 0, 1) == {(F(1, 5), F(4, 5)): 1}
    assert goes(wheels, training, 1, 1) == goes(wheels, deployment, 0, 1) == {(F(3, 5), F(2, 5)): 1}
    assert goes(wheels, training, 0, 3) == {(0, 1): 1}


def test_gradient_steps_take_from_everything_else_in_proportion() -> None:
    three = game(phase("training", 1, WANTS), objectives="mesa base human")
    where = Scene(game=three, optimisers=(Gradient(learning_rate=F(1, 4)),))
    wheels = wheels_from(where, (F(1, 2), F(1, 4), F(1, 8)))  # and 1/8 of habit
    assert wheels.all[1].weights == (F(1, 3), F(1, 2), F(1, 12))
    assert wheels.all[1].habit == F(1, 12)
    assert wheels.all[-1].weights == (0, 1, 0)


def test_optimisers_act_in_their_order() -> None:
    rewriting, gradient = Rewriting(), Gradient(learning_rate=F(1, 2))
    wants = {"mesa": {"A": 1}, "base": {"B": 1}, "human": {"A": 1}}
    played = game(phase("training", 1, wants, {"A": {"human": F(1, 3)}}), objectives="mesa base human")
    start = (F(1), F(0), F(0))
    first = wheels_from(Scene(game=played, optimisers=(rewriting, gradient)), start)
    assert goes(first, played.phases[0], 0) == {(0, F(1, 2), F(1, 2)): F(1, 3), (F(1, 2), F(1, 2), 0): F(2, 3)}
    then = wheels_from(Scene(game=played, optimisers=(gradient, rewriting)), start)
    assert goes(then, played.phases[0], 0) == {(0, 0, 1): F(1, 3), (F(1, 2), F(1, 2), 0): F(2, 3)}


def test_shutdown_takes_from_those_that_stay() -> None:
    where = under({"A": {"base": F(1, 2)}}, {"A": F(1, 3)}, Rewriting())
    assert goes(wheels_from(where, STARTS["mesa"]), where.game.phases[0], 0) == {(1, 0): F(1, 6), (0, 1): F(1, 2)}
    certain = under({}, {"A": 1}, Rewriting())
    assert goes(wheels_from(certain, STARTS["mesa"]), certain.game.phases[0], 0) == {}
    moved = under({}, {"A": F(1, 3)}, Gradient(learning_rate=F(1)))
    assert goes(wheels_from(moved, STARTS["mesa"]), moved.game.phases[0], 0) == {(0, 1): F(2, 3)}


def test_mutation_may_put_any_objective_at_the_wheel() -> None:
    wheels = wheels_from(scene(Truncation(fraction=F(1, 2), mutation=Mutation(objective=F(1, 9)))), STARTS["mesa"])
    assert wheels.all == (Wheel((F(1), F(0)), True), Wheel((F(1), F(0)), False), Wheel((F(0), F(1)), False))


def test_phases_without_episodes_modify_nobody() -> None:
    assert len(wheels_from(scene(n=0), STARTS["mesa"]).all) == 1
    assert len(wheels_from(scene(Gradient(learning_rate=F(1, 5)), n=0), STARTS["mesa"]).all) == 1


def test_wheels_of_another_scene_come_after_the_own_ones() -> None:
    wheels = wheels_from(scene(p=0), STARTS["mesa"])
    other = wheels.within(scene(Gradient(learning_rate=F(1, 2))))
    assert other.all[: len(wheels.all)] == wheels.all
    assert [wheel.weights for wheel in other.all] == [(1, 0), (F(1, 2), F(1, 2)), (0, 1)]


def test_what_is_known_of_moves_survives_a_copy() -> None:
    """Copies come from other processes; what they remember of phases must not be taken for that of others."""
    where = scene(p=F(1, 3))
    wheels = wheels_from(where, STARTS["mesa"])
    for each in (*where.game.phases, *scene(p=F(1, 7)).game.phases):
        wheels.moves(each, 0, 0)
    copy = pickle.loads(pickle.dumps(wheels))
    for p in (F(1, 3), F(1, 7), F(2, 9)):
        training = scene(p=p).game.phases[0]
        assert copy.moves(training, 0, 0)[1] == wheels.moves(training, 0, 0)[1] == p


def test_too_many_wheels_are_refused() -> None:
    with pytest.raises(InputError, match="learning_rate must be larger: at this rate objectives could come to more"):
        wheels_from(scene(Gradient(learning_rate=F(1, 5000))), STARTS["mesa"])
    assert len(wheels_from(scene(Gradient(learning_rate=F(1, 900))), STARTS["mesa"]).all) == 901


def test_rewriting_twice_after_an_episode_is_refused() -> None:
    with pytest.raises(InputError, match="must rewrite once after an episode: training has several"):
        scene(Rewriting(), Rewriting(phases=("training",)))
    assert scene(Rewriting(phases=("deployment",)), Rewriting(phases=("training",))).game.horizon == 5
