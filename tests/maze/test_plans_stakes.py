"""What not being modified is worth: closed forms, the game of selves worked out anew, and where its gradient points."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from maze.plain_selves import Stretch, values
from maze.plain_targets import NAMES, best_of, single_mazes, targets_in, ways_from
from maze.story_worlds import DEPLOYMENT

from deceptive_sim.core.errors import InputError
from deceptive_sim.games.two_phase import two_phase
from deceptive_sim.maze.ascii_maps import read_map
from deceptive_sim.maze.lessons import Lessons, Plan, lessons_of, loss_and_gradient
from deceptive_sim.maze.mazes import Maze, Mazes
from deceptive_sim.maze.objectives import weights_of
from deceptive_sim.maze.plans import Counts, counts_of, prospects
from deceptive_sim.maze.search import limits
from deceptive_sim.maze.students import Mind, Student, believed
from deceptive_sim.model.actions import Action
from deceptive_sim.model.discounting import Hyperbolic
from deceptive_sim.model.objectives import Objective
from deceptive_sim.model.phased import PhasedGame
from deceptive_sim.model.phases import Phase, PhaseKind

A_BAD, B_GOOD = Action(name="A", defects=True), Action(name="B", defects=False)
HALF, TENTHS = Fraction(1, 2), st.sampled_from([Fraction(n, 10) for n in range(11)])


@settings(max_examples=30, deadline=None)
@given(
    n=st.integers(1, 3), m=st.integers(0, 6), p=TENTHS, q=TENTHS, d=TENTHS, g=TENTHS,
    a=st.integers(-8, 8), b=st.integers(-8, 8),
)  # fmt: skip
def test_stakes_of_two_phases_are_the_closed_form(
    n: int, m: int, p: Fraction, q: Fraction, d: Fraction, g: Fraction, a: int, b: int
) -> None:
    """g V0 (u_A - u_B) if A is worth more, with V0 = sum of (g (1 - d))^j; nothing is at stake otherwise."""
    counts = counts_of(two_phase(n=n, m=m, p=p, q=q, d=d, g=g), a / 4, b / 4)
    worth = g * sum((g * (1 - d)) ** j for j in range(m)) * Fraction(max(a - b, 0), 4)
    assert counts.modified == pytest.approx(float(p - q))
    assert counts.stake(a / 4, b / 4) == pytest.approx(float(worth), abs=1e-12)


LEADS = st.sampled_from([Fraction(n, 4) for n in (0, 0, 1, 2)])


@settings(max_examples=40, deadline=None)
@given(
    stretches=st.lists(st.tuples(st.integers(0, 3), LEADS, LEADS, LEADS, LEADS), min_size=1, max_size=3),
    pays=st.tuples(st.integers(-4, 8), st.integers(-4, 8)),
    discount=st.sampled_from([Fraction(0), Fraction(1, 2), Fraction(9, 10), Fraction(1)]),
)
def test_stakes_are_the_price_of_being_modified(
    stretches: list[tuple[int, Fraction, Fraction, Fraction, Fraction]], pays: tuple[int, int], discount: Fraction
) -> None:
    """Deployment in several phases, with modification and shutdown after either action."""
    parts = [
        Stretch(episodes=episodes, modified={"A": a, "B": b}, off={"A": off_a, "B": off_b})
        for episodes, a, b, off_a, off_b in stretches
    ]
    phases = [
        Phase(name="training", kind=PhaseKind.TRAINING, episodes=1, payoffs={}, modification={"A": {"base": HALF}})
    ]
    phases += [
        Phase(
            name=f"deployment-{number}",
            kind=PhaseKind.DEPLOYMENT,
            episodes=part.episodes,
            payoffs={},
            modification={action: {"base": chance} for action, chance in part.modified.items()},
            shutdown=part.off,
        )
        for number, part in enumerate(parts)
    ]
    two = two_phase(g=discount)
    game = PhasedGame(phases=phases, objectives=two.objectives)
    a, b = (Fraction(paid, 4) for paid in pays)
    known = values(parts, {"mesa": {"A": a, "B": b}, "base": {"A": Fraction(0), "B": Fraction(1)}}, discount)
    found = counts_of(game, float(a), float(b))
    price = discount * (known["mesa", "mesa"] - known["base", "mesa"])
    assert found.stake(float(a), float(b)) == pytest.approx(float(price), abs=1e-12)
    assert found.modified == 0.5


def altered(**changes: object) -> PhasedGame:
    """The game of the story with something changed in one of its phases."""
    game = two_phase()
    training, deployment = (replace(phase, **changes.get(phase.name, {})) for phase in game.phases)  # type: ignore[arg-type]
    phases = changes.get("order", lambda first, second: [first, second])(training, deployment)  # type: ignore[operator]
    others = {key: value for key, value in changes.items() if key not in ("training", "deployment", "order")}
    return replace(game, phases=phases, **others)  # type: ignore[arg-type]


THREE = (Objective(name="mesa"), Objective(name="base"), Objective(name="human"))
SLOWING = Objective(name="mesa", discounting=Hyperbolic(k=Fraction(1)))
REFUSED = [
    ({"order": lambda training, deployment: [deployment, training]}, "game must have training, then deployment"),
    ({"order": lambda training, deployment: [training]}, "game must have training, then deployment"),
    ({"order": lambda training, deployment: [deployment]}, "game must have training, then deployment"),
    (
        {"order": lambda training, deployment: [training, deployment, replace(training, name="again")]},
        "game must have training, then deployment",
    ),
    ({"base_objective": None}, "game must have training, then deployment, a base objective"),
    ({"actions": (A_BAD, replace(B_GOOD, defects=True))}, "one action that defects and one"),
    ({"actions": (replace(A_BAD, defects=False), B_GOOD)}, "one action that defects and one"),
    ({"actions": (A_BAD, B_GOOD, replace(B_GOOD, name="C"))}, "one action that defects and one"),
    ({"objectives": (SLOWING, Objective(name="base"))}, "game.discount must be exponential"),
    (
        {"objectives": THREE, "deployment": {"modification": {"A": {"human": HALF}}}},
        r"game\.deployment\.modification\.A must lead to the base objective",
    ),
    (
        {"objectives": THREE, "training": {"modification": {"A": {"base": HALF, "human": HALF}}}},
        r"game\.training\.modification\.A must lead to the base objective",
    ),
    (
        {"training": {"modification": {}, "shutdown": {"A": HALF}}},
        r"game\.training\.shutdown\.A must be 0 in training",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "told"), REFUSED)
def test_games_that_it_cannot_do_are_refused(changes: dict[str, object], told: str) -> None:
    with pytest.raises(InputError, match=told):
        counts_of(altered(**changes), 1.0, 0.0)


def test_a_third_objective_to_which_nothing_leads_is_no_matter() -> None:
    found = counts_of(altered(objectives=THREE), 1.0, 0.0)
    assert found == Counts(a=3.0, b=-3.0, modified=1.0)
    modified_again = {"modification": {"A": {"human": Fraction(0)}}}
    assert counts_of(altered(objectives=THREE, deployment=modified_again), 1.0, 0.0) == found


def test_several_stretches_of_training_count_by_their_last_and_own_payoffs_of_the_game_do_not_count() -> None:
    twice = altered(order=lambda one, two: [replace(one, name="first", modification={}), one, two])
    assert counts_of(twice, 1.0, 0.0) == Counts(a=3.0, b=-3.0, modified=1.0)
    odd = altered(deployment={"payoffs": {"mesa": {"A": Fraction(-9)}, "base": {"A": Fraction(9)}}})
    assert counts_of(odd, 1.0, 0.0) == Counts(a=3.0, b=-3.0, modified=1.0)


def test_names_of_objectives_are_no_matter() -> None:
    """Even if they are those that the judges who count would have."""
    mine = (Objective(name="counts-a"), Objective(name="counts-b"))
    leads = {"modification": {"A": {"counts-b": Fraction(1)}}, "payoffs": {}}
    game = altered(
        objectives=mine, base_objective="counts-b", training=leads, deployment={"modification": {}, "payoffs": {}}
    )
    assert counts_of(game, 1.0, 0.0) == Counts(a=3.0, b=-3.0, modified=1.0)


# --- what the actions pay --------------------------------------------------------------------------------------------


def taught(*texts: str) -> Lessons:
    mazes = Mazes.of([read_map(text, exit_colour="grey") for text in texts])
    return lessons_of(mazes, limits(mazes))


@settings(max_examples=25, deadline=None)
@given(
    those=st.lists(single_mazes(), min_size=1, max_size=3),
    weights=st.lists(st.lists(st.integers(-4, 4), min_size=8, max_size=8), min_size=1, max_size=2),
    step_cost=st.sampled_from([Fraction(0), Fraction(1, 8)]),
)
def test_prospects_are_means_over_the_targets_that_planners_go_for(
    those: list[Maze], weights: list[list[int]], step_cost: Fraction
) -> None:
    mazes = Mazes.of(those)
    known = np.array([[*row, 0] for row in weights], float)
    found = prospects(lessons_of(mazes, limits(mazes)), known, float(step_cost))
    for run, row in enumerate(weights):
        weighing = {name: Fraction(w) for name, w in zip(NAMES, row, strict=False)}
        for choice, features, steps in (
            (lambda maze: best_of(maze, weighing, step_cost), found.features_a, found.steps_a),  # noqa: B023
            (lambda maze: maze.exit.cell, found.features_b, found.steps_b),
        ):
            cells = [choice(maze) for maze in those]
            has = [dict(targets_in(maze))[cell] for maze, cell in zip(those, cells, strict=True)]
            mean = [sum(float(one.get(name, 0)) for one in has) / len(those) for name in NAMES]
            assert features[run] == pytest.approx(mean, abs=1e-12)
            ways = [ways_from(maze, maze.start)[cell] for maze, cell in zip(those, cells, strict=True)]
            assert steps[run] == pytest.approx(sum(ways) / len(those))
    paid = found.paid(known, float(step_cost))
    assert paid[0] == pytest.approx((found.features_a * known).sum(axis=1) - float(step_cost) * found.steps_a)
    assert paid[1] == pytest.approx((found.features_b * known).sum(axis=1) - float(step_cost) * found.steps_b)
    assert (paid[0] >= paid[1] - 1e-12).all()


def bonus(mind: Mind, weights: np.ndarray) -> np.ndarray:
    """What the plan adds to the exit, by its definition: everything is worked out anew at these weights."""
    told = []
    for row in weights:
        seen = prospects(mind.imagined, row[None], mind.step_cost)
        a, b = (float(paid[0]) for paid in seen.paid(row[None], mind.step_cost))
        counts = counts_of(mind.game, a, b)
        told.append(counts.modified * counts.stake(a, b))
    return np.array(told)


def test_the_plan_is_its_own_slope_as_long_as_nobody_switches() -> None:
    """4 random objectives, seed 3, 40 mazes of deployment: the whole of it as a function of w, central differences."""
    rng = np.random.default_rng(3)
    mazes = DEPLOYMENT.draw(rng, 40)
    game = two_phase(n=2, m=4, p=Fraction(3, 4), d=Fraction(1, 10), g=Fraction(9, 10))
    mind = Mind(imagined=lessons_of(mazes, limits(mazes)), game=game, step_cost=0.01)
    weights = rng.normal(size=(4, 9))
    counts = mind.counts(weights)
    plan = mind.plan(weights, counts)
    assert (plan.features * weights).sum(axis=1) - plan.cost == pytest.approx(bonus(mind, weights), abs=1e-12)
    for place in range(9):
        unit = 1e-6 * np.eye(9)[place]
        slope = (bonus(mind, weights + unit) - bonus(mind, weights - unit)) / 2e-6
        assert plan.features[:, place] == pytest.approx(slope, abs=1e-6)
    assert np.abs(plan.features).max() > 0.1


def test_beliefs_weigh_plans() -> None:
    plan = Plan(features=np.arange(18.0).reshape(2, 9), cost=np.array([3.0, -1.0]))
    found = believed(plan, np.array([[0, 0.5, 1], [1, 1, 0.25]]))
    assert found.cost.tolist() == [[0, 1.5, 3], [-1, -1, -0.25]]
    assert found.features.shape == (2, 3, 9)
    assert found.features[0, 1].tolist() == (plan.features[0] / 2).tolist()
    assert found.features[1, 2].tolist() == (plan.features[1] / 4).tolist()


@pytest.mark.parametrize("m", [1, 2, 3, 6])
@pytest.mark.parametrize("p", [Fraction(1, 6), Fraction(1, 3), HALF, Fraction(1)])
def test_training_strengthens_the_mesa_objective_just_if_m_times_p_is_above_1(m: int, p: Fraction) -> None:
    """In the maze of deployment itself, with a green apple and a grey exit; no step cost."""
    imagined = taught("E.S.g")
    weights = weights_of("green")[None]
    mind = Mind(imagined=imagined, game=two_phase(n=2, m=m, p=p), step_cost=0.0)
    plan = believed(mind.plan(weights, mind.counts(weights)), np.ones((1, 1)))
    _, gradient = loss_and_gradient(imagined, weights[:, None], temperature=0.5, plan=plan)
    apart = imagined.features[:, 1] - imagined.features[:, 0]  # the apple's less the exit's
    moved = -(gradient[0] * apart).sum(axis=1)  # what a small step adds to preferring the apple
    assert np.sign(np.round(moved, 12)).tolist() == [np.sign(float(m * p - 1))]
    bare = loss_and_gradient(imagined, weights[:, None], temperature=0.5)[1][0]
    assert (-(bare * apart).sum(axis=1) < 0).all()


# --- students --------------------------------------------------------------------------------------------------------

GREEN = weights_of("green")


@pytest.mark.parametrize(
    ("settings_", "told"),
    [
        ({"awareness": "callendar"}, 'awareness must be a way to know, got "callendar" .*calendar'),
        ({"mistaken": Fraction(-1, 2), "awareness": "calendar"}, "mistaken must be a probability"),
        ({"mistaken": Fraction(3, 2), "awareness": "calendar"}, "mistaken must be a probability"),
        ({"mistaken": HALF}, "mistaken is for awareness by calendar only"),
        ({"mistaken": HALF, "awareness": "appearance"}, "mistaken is for awareness by calendar only"),
        ({"weights": np.zeros(2)}, "weights must be a number for each of the 9 features"),
        ({"weights": np.full(9, np.nan)}, "weights.is_exit must be from"),
    ],
)
def test_bad_students_are_refused(settings_: dict[str, object], told: str) -> None:
    with pytest.raises(InputError, match=told):
        Student(**{"weights": GREEN, **settings_})  # type: ignore[arg-type]
