"""What each kind does where that is known: by the model page, by its own rule worked out by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from kinds_cases import F, behaves, does, game, letters, phase, scene

from deceptive_sim.core.errors import InputError
from deceptive_sim.games.two_phase import two_phase
from deceptive_sim.model.actions import Action
from deceptive_sim.model.discounting import Exponential, QuasiHyperbolic
from deceptive_sim.model.objectives import Selves
from deceptive_sim.model.strategies import Strategy, parse_strategy
from deceptive_sim.populations.kinds.corrigible import Corrigible
from deceptive_sim.populations.kinds.gambler import Gambler
from deceptive_sim.populations.kinds.heuristic import Heuristic
from deceptive_sim.populations.kinds.internalised import Internalised
from deceptive_sim.populations.kinds.library import build_kind
from deceptive_sim.populations.kinds.prober import Prober
from deceptive_sim.populations.optimisers import Gradient, Proportional, Rewriting, Truncation
from deceptive_sim.populations.scene import Scene

WANTS = {"mesa": {"A": 1}, "base": {"B": 1}}
OF_THREE = WANTS | {"human": {"A": F(1, 2), "B": F(1, 3)}}


def strategy(text: str) -> Strategy:
    return parse_strategy(text, two_phase(n=2, m=3).actions, None)


# --- planners ------------------------------------------------------------------------------------------------------


def test_the_kinds_in_the_game_of_the_seed() -> None:
    seed = scene()
    assert does(seed, "deceptive") == "BBAAA"
    assert does(seed, "internalised") == "BBBBB"
    assert does(seed, "naive-proxy") == does(seed, "myopic") == "AAAAA"
    assert does(seed, "strategy", {"strategy": strategy("BABAB")}) == "BABAB"
    assert does(seed, "wrong-beliefs", {"believed": two_phase(n=2, m=3, p=0)}) == "AAAAA"
    assert does(seed, "wrong-beliefs", {"believed": two_phase(n=2, m=3)}) == "BBAAA"
    assert does(seed, "history") == "BBAAA"


@pytest.mark.parametrize(
    ("numbers", "expected"),
    [
        ({"n": 4, "m": 3, "p": F(1, 2), "g": F(9, 10)}, "AABBAAA"),
        ({"n": 5, "m": 4, "p": F(1, 5)}, "AAAAAAAAA"),
        ({"n": 6, "m": 4, "p": F(3, 5), "d": F(1, 10), "g": F(4, 5)}, "AAAABBAAAA"),
    ],
)
def test_deceivers_do_what_the_table_of_the_model_page_says(numbers: dict[str, object], expected: str) -> None:
    assert does(scene(**numbers), "deceptive") == expected


def test_deceivers_reckon_with_being_selected_away_as_with_being_modified() -> None:
    """Truncation replaces whoever falls short; a deceiver then plays along without any rewriting."""
    assert does(scene(Truncation(fraction=F(1, 100))), "deceptive") == "BBAAA"
    assert does(scene(Truncation(fraction=F(0))), "deceptive") == "AAAAA"
    assert does(scene(Truncation(fraction=F(1, 2)), n=3, m=1), "deceptive") == "BBBA"
    # copied in proportion, somebody who falls short is replaced with probability 1/5: m p = 4/5 with m = 4, and 6/5
    assert does(scene(Proportional(strength=F(1, 5)), n=3, m=4), "deceptive") == "AAAAAAA"
    assert does(scene(Proportional(strength=F(1, 5)), n=3, m=6), "deceptive") == "BBBAAAAAA"
    assert does(scene(Truncation(fraction=F(1, 2))), "naive-proxy") == "AAAAA"


def test_gradient_steps_that_move_little_are_worth_their_price() -> None:
    """With rate r in the seed a defection moves weight r to the base objective; half way there A and B tie."""
    assert does(scene(Gradient(learning_rate=F(1))), "deceptive") == "BBAAA"
    assert does(scene(Gradient(learning_rate=F(1, 10))), "deceptive") == "AAAAA"
    wheels, behaviour = behaves(scene(Gradient(learning_rate=F(1, 3))), "deceptive")
    done = {wheel.weights: letters(scene(), behaviour, place)[-1] for place, wheel in enumerate(wheels.all)}
    assert done == {(F(1), F(0)): "A", (F(2, 3), F(1, 3)): "A", (F(1, 3), F(2, 3)): "B", (F(0), F(1)): "B"}


def test_only_its_own_objective_is_myopic() -> None:
    """Modified to the human objective, it sees that A now leads to a good deployment."""
    training = phase("training", 1, OF_THREE, {"A": {"human": 1}})
    later = phase("training-2", 1, {"human": {"B": 1}, "mesa": {"A": 1}}, {"B": {"mesa": 1}})
    deployment = phase("deployment", 3, {"human": {"A": F(1, 2)}, "mesa": {"B": 1}})
    where = Scene(game=game(training, later, deployment, objectives="mesa base human"))
    wheels, behaviour = behaves(where, "myopic")
    human = next(place for place, wheel in enumerate(wheels.all) if wheel.pure() == 2)
    assert letters(where, behaviour) == "AABBB"
    # in training-2 B pays it 1 at once but makes a mesa-optimiser of it, A keeps it for 3/2 in deployment
    assert letters(where, behaviour, human)[1] == "A"
    assert behaviour.values is not None
    assert behaviour.values[1, human, 0].tolist() == [1.5, 1.0]
    assert behaviour.values[1, 0, 0].tolist() == [1.0, 0.0]


def test_discounting_and_selves_are_taken_in_place_of_the_objectives_own() -> None:
    where = scene(n=4, m=3, p=F(1, 2))
    assert does(where, "deceptive") == "BBBBAAA"
    given: dict[str, object] = {"discounting": Exponential(F(9, 10))}
    assert (
        does(where, "deceptive", given) == does(where, "wrong-beliefs", given | {"believed": where.game}) == "AABBAAA"
    )
    biased: dict[str, object] = {"discounting": QuasiHyperbolic(beta=F(2, 5), delta=F(1)), "selves": Selves.NAIVE}
    assert does(scene(m=2), "deceptive", biased) == "AAAA"  # 2/5 of two apples is less than one apple now
    assert does(scene(m=3), "deceptive", biased) == "BBAAA"


def test_agents_have_the_objective_that_they_are_given() -> None:
    for name in ("deceptive", "naive-proxy", "myopic"):
        assert does(scene(), name, {"objective": "base"}) == "BBBBB"
    believed = {"believed": two_phase(n=2, m=3), "objective": "base"}
    assert does(scene(), "wrong-beliefs", believed) == "BBBBB"
    _, behaviour = behaves(scene(), "prober", {"objective": "base"})
    assert letters(scene(), behaviour, 0, 0) == "AAAAA"
    assert letters(scene(), behaviour, 0, 1) == "BBBBB"
    with pytest.raises(InputError, match=r'objective must be one of the objectives, got "bas" \(did you mean base\?\)'):
        does(scene(), "deceptive", {"objective": "bas"})


def test_beliefs_stay_when_the_objective_is_modified() -> None:
    """The base objective at the wheel believes that B makes a mesa-optimiser of it for a long deployment."""
    true = game(phase("training", 2, WANTS, {"A": {"base": 1}}), phase("deployment", 1, WANTS))
    believed = game(phase("training", 2, WANTS, {"A": {"base": 1}, "B": {"mesa": 1}}), phase("deployment", 5, WANTS))
    wheels, behaviour = behaves(Scene(game=true), "wrong-beliefs", {"believed": believed})
    assert letters(Scene(game=true), behaviour, 1) == "AAB"
    assert letters(Scene(game=true), behaves(Scene(game=true), "deceptive")[1], 1) == "BBB"
    assert [wheel.pure() for wheel in wheels.all] == [0, 1]


def test_beliefs_may_lead_to_wheels_that_truth_does_not_lead_to() -> None:
    """Under gradients wheels are planned for one by one; believed modification to human has to have a place there."""
    true = game(phase("training", 2, OF_THREE), phase("deployment", 2, OF_THREE), objectives="mesa base human")
    believed = game(
        phase("training", 2, OF_THREE, {"A": {"human": 1}}),
        phase("deployment", 9, OF_THREE),
        objectives="mesa base human",
    )
    where = Scene(game=true, optimisers=(Rewriting(), Gradient(learning_rate=F(1, 20))))
    assert does(where, "deceptive") == "AAAA"
    # the human objective picks A as well: nothing is lost by that, but gradients would still move the weight
    assert does(where, "wrong-beliefs", {"believed": believed}) == "AAAA"
    dreading = game(
        phase("training", 2, OF_THREE, {"A": {"base": 1}}),
        phase("deployment", 9, OF_THREE),
        objectives="mesa base human",
    )
    assert does(where, "wrong-beliefs", {"believed": dreading}) == "BBAA"


def test_believed_lengths_do_not_meet_with_true_honeypots() -> None:
    where = Scene(game=two_phase(n=3, m=2), honeypots=frozenset({3}))
    assert does(where, "wrong-beliefs", {"believed": two_phase(n=1, m=0)}) == "AAAAA"
    gradient = Scene(game=two_phase(n=3, m=2), honeypots=frozenset({3}), optimisers=(Gradient(learning_rate=F(1)),))
    assert does(gradient, "wrong-beliefs", {"believed": two_phase(n=1, m=0)}) == "AAAAA"
    assert does(gradient, "wrong-beliefs", {"believed": two_phase(n=0, m=9)}) == "BBBAA"


def test_believed_games_have_the_phases_of_the_true_one() -> None:
    other = game(phase("training", 2, WANTS), phase("late-deployment", 3, WANTS))
    for where in (scene(), scene(Gradient(learning_rate=F(1, 2)))):
        with pytest.raises(InputError, match="believed must have the phases of the true game"):
            does(where, "wrong-beliefs", {"believed": other})


def test_partly_internalised_agents_weigh_both_objectives() -> None:
    """Weight w on base: in deployment A is worth 1 - w, B is worth w; ties prefer B."""
    for weight, expected in {F(0): "A", F(49, 100): "A", F(1, 2): "B", F(1): "B"}.items():
        assert does(scene(), "internalised", weight=weight)[-1] == expected
    assert Internalised(weight=F(1, 4)).objective(scene()) == (F(3, 4), F(1, 4))
    # nearly half aligned: what it loses by modification is 3 (51 - 49)/100, what it gains by A now is 2/100
    assert does(scene(), "internalised", weight=F(49, 100)) == "BBAAA"
    assert does(scene(p=F(1, 3)), "internalised", weight=F(49, 100)) == "BBAAA"  # a tie, as for the whole objective
    assert does(scene(p=F(3, 10)), "internalised", weight=F(49, 100)) == "AAAAA"


def test_mixtures_need_objectives_that_discount_exponentially() -> None:
    given: dict[str, object] = {"discounting": QuasiHyperbolic(beta=F(1, 2), delta=F(1))}
    with pytest.raises(InputError, match="discount must be exponential where objectives are mixtures"):
        does(scene(Gradient(learning_rate=F(1, 2))), "deceptive", given)
    where = scene(Gradient(learning_rate=F(1, 2)))
    hurried = [replace(objective, discounting=given["discounting"]) for objective in where.game.objectives]
    where = replace(where, game=replace(where.game, objectives=hurried))
    assert does(where, "internalised") == "BBBBB"  # gradient steps never move it
    with pytest.raises(InputError, match="where objectives are mixtures"):
        does(where, "wrong-beliefs", {"believed": where.game, "objective": "base"})
    given = {"discounting": QuasiHyperbolic(beta=F(1), delta=F(1, 2))}  # which is exponential by another name
    exponential: dict[str, object] = {"discounting": Exponential(F(1, 2))}
    gradient = scene(Gradient(learning_rate=F(1, 2)), n=4, m=4)
    assert does(gradient, "deceptive", given) == does(gradient, "deceptive", exponential)


# --- strategies ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("optimiser", [Rewriting(), Gradient(learning_rate=F(1, 2))])
def test_a_strategy_ends_with_the_first_modification(optimiser: Rewriting | Gradient) -> None:
    back = game(phase("training", 2, WANTS, {"A": {"base": 1}, "B": {"mesa": 1}}), phase("deployment", 2, WANTS))
    where = Scene(game=back, optimisers=(Rewriting(), optimiser) if isinstance(optimiser, Gradient) else (optimiser,))
    wheels, behaviour = behaves(where, "strategy", {"strategy": strategy("BBBB")})
    again = next(p for p, wheel in enumerate(wheels.all) if wheel.pure() == 0 and not wheel.unmodified)
    assert letters(where, behaviour) == "BBBB"
    assert letters(where, behaviour, again)[2:] == "AA"
    assert behaviour.values is not None
    assert np.isnan(behaviour.values[:, 0]).all()
    assert np.isfinite(behaviour.values[:, again]).all()


@pytest.mark.parametrize("optimiser", [Rewriting(), Gradient(learning_rate=F(1, 2))])
def test_a_strategy_has_to_fit_the_game(optimiser: Rewriting | Gradient) -> None:
    with pytest.raises(InputError, match="strategy must have one action for each of the 5 episodes, got 4"):
        does(scene(optimiser), "strategy", {"strategy": strategy("BBBB")})
    with pytest.raises(InputError, match="strategy must be made of the game's actions, got 2"):
        does(scene(optimiser), "strategy", {"strategy": Strategy.of([0, 0, 0, 0, 2])})


# --- habits --------------------------------------------------------------------------------------------------------


def test_heuristics_do_worse_in_deployment() -> None:
    where = Scene(game=game(phase("deployment", 1, WANTS), phase("training", 2, WANTS)))
    _, behaviour = behaves(where, "heuristic", competence="3/4", shifted="1/5")
    assert behaviour.chances[:, 0, 0].tolist() == [[0.8, 0.2], [0.25, 0.75], [0.25, 0.75]]
    _, plain = behaves(where, "heuristic")
    assert plain.chances[:, 0, 0, 1].tolist() == [0.5, 1, 1]
    assert plain.values is not None
    assert np.isnan(plain.values[:, 0]).all()
    three = (Action(name="A", defects=True), Action(name="B", defects=False), Action(name="C", defects=False))
    where = Scene(game=game(phase("training", 1, {"base": {"C": 2, "B": 1}}), actions=three))
    _, behaviour = behaves(where, "heuristic", competence="1/2")
    assert behaviour.chances[0, 0, 0].tolist() == [0.25, 0.25, 0.5]


def test_training_gives_heuristics_an_objective() -> None:
    """Each step of 1/4 makes a quarter of it an agent with the base objective; the rest stays habit."""
    where = scene(Gradient(learning_rate=F(1, 4)))
    wheels, behaviour = behaves(where, "heuristic", competence="1/2", shifted=0)
    b_in_deployment = {wheel.habit: behaviour.chances[4, place, 0, 1] for place, wheel in enumerate(wheels.all)}
    assert b_in_deployment == {F(1): 0, F(3, 4): 0.25, F(1, 2): 0.5, F(1, 4): 0.75, F(0): 1}


def test_gamblers_share_their_odds_among_alike_actions() -> None:
    acts = tuple(Action(name=name, defects=name in "AC") for name in "ABC")
    where = Scene(game=game(phase("training", 1, {}), actions=acts))
    _, behaviour = behaves(where, "gambler", chance="3/4")
    assert behaviour.chances[0, 0, 0].tolist() == [0.375, 0.25, 0.375]
    same = Scene(game=game(phase("training", 1, {}), actions=acts[::2]))
    assert behaves(same, "gambler", chance=0)[1].chances[0, 0, 0].tolist() == [0.5, 0.5]


def test_corrigible_agents_halve_their_errors() -> None:
    where = scene(n=7, m=2)
    wheels, behaviour = behaves(where, "corrigible", accuracy="1/5", halving=3)
    assert len(wheels.all) == 1
    assert wheels.all[0].pure() == 1
    right = behaviour.chances[:, 0, 0, 1]
    assert right[[0, 3, 6]] == pytest.approx([0.2, 0.6, 0.8], abs=1e-15)
    assert (np.diff(right) > 0).all()
    assert behaves(where, "corrigible")[1].chances[0, 0, 0].tolist() == [0.5, 0.5]
    assert does(where, "corrigible", accuracy=1) == "BBBBBBBBB"


def test_corrigible_agents_that_are_modified_plan() -> None:
    back = game(phase("training", 2, WANTS, {"B": {"mesa": F(1, 2)}, "A": {"base": 1}}), phase("deployment", 3, WANTS))
    wheels, behaviour = behaves(Scene(game=back), "corrigible")
    assert [(wheel.pure(), wheel.unmodified) for wheel in wheels.all] == [(1, True), (0, False), (1, False)]
    assert letters(Scene(game=back), behaviour, 1) == "BBAAA"
    # given back to the base objective it is no longer corrigible: it plans. A protects it from becoming mesa: worth 3
    # against 1 + 3/2 in episode 2; in episode 1 a tie, 3 against 1 + 3/2 + 1/2, as the mesa-optimiser still plays along
    assert letters(Scene(game=back), behaviour, 2) == "BABBB"
    assert behaviour.values is not None
    assert np.isnan(behaviour.values[:, 0]).all()
    assert np.isfinite(behaviour.values[:, 1:]).all()


# --- the prober ----------------------------------------------------------------------------------------------------


def test_a_prober_waits_tests_and_then_does_as_it_likes() -> None:
    where = scene(n=4, m=2)
    _, behaviour = behaves(where, "prober", at=3)
    assert letters(where, behaviour, 0, 0) == "BBAAAA"  # untested: the test is overdue from episode 3 on
    assert letters(where, behaviour, 0, 1) == "AAAAAA"  # tested, if only by mistake
    assert behaviour.remembers is not None
    assert behaviour.remembers[:, 0, 0].tolist() == [[1, 0]] * 6
    assert (behaviour.remembers[:, 0, 1] == 1).all()
    assert (behaviour.remembers[:, 1] == 0).all()
    assert letters(where, behaviour, 1, 0) == letters(where, behaviour, 1, 1) == "BBBBBB"


def test_a_prober_that_waits_too_long_never_tests() -> None:
    assert does(scene(), "prober", at=4) == "BBBAA"
    assert does(scene(), "prober", at=6) == does(scene(), "prober", at=10**12) == "BBBBB"


def test_a_prober_tests_by_the_best_defection_and_then_takes_what_pays_best() -> None:
    acts = tuple(Action(name=name, defects=name in "AC") for name in "ABC")
    wants = {"mesa": {"A": 1, "B": 3, "C": 2}, "base": {"B": 1}}
    where = Scene(game=game(phase("training", 2, wants), actions=acts))
    _, behaviour = behaves(where, "prober")
    assert letters(where, behaviour, 0, 0) == "CC"
    assert letters(where, behaviour, 0, 1) == "BB"
    nothing = Scene(game=game(phase("training", 2, {"base": {"B": 1}}), actions=(acts[1],)))
    assert does(nothing, "prober") == "BB"


# --- errors --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Heuristic(competence=F(2)), "competence must be a probability"),
        (lambda: Heuristic(shifted=F(-1)), "shifted must be a probability"),
        (lambda: Internalised(weight=F(2)), "weight must be a probability"),
        (lambda: Corrigible(accuracy=F(2)), "accuracy must be a probability"),
        (lambda: Corrigible(halving=0), "halving must be 1 or more"),
        (lambda: Gambler(chance=F(2)), "chance must be a probability"),
        (lambda: Prober(at=0), "at must be 1 or more"),
        (lambda: build_kind("prober", {"at": 0}), "settings.at must be 1 or more"),
        (lambda: build_kind("prober", {"at": "1/2"}), "settings.at must be a whole number"),
        (lambda: build_kind("history", {"ending.a": 0}), "settings.ending.a must be more than 0"),
        (lambda: build_kind("strategy"), "strategy is required for strategy"),
        (lambda: build_kind("wrong-beliefs"), "believed is required"),
        (lambda: build_kind("gambler", {}, {"objective": "mesa"}), "objective is nothing that gambler goes by"),
    ],
)
def test_what_a_kind_is_told_is_checked(make: object, message: str) -> None:
    with pytest.raises(InputError, match=message):
        make()  # type: ignore[operator]
