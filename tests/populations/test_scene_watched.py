"""What planners expect of selection: it threatens only where it will still act, and where it replaces anybody."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from deceptive_sim.games.two_phase import two_phase
from deceptive_sim.model.phased import PhasedGame
from deceptive_sim.model.phases import Phase, PhaseKind
from deceptive_sim.model.strategies import Strategy
from deceptive_sim.populations.cohorts import Cohort, Population
from deceptive_sim.populations.kinds.library import build_kind
from deceptive_sim.populations.measures import estimate
from deceptive_sim.populations.optimisers import BaseOptimiser, Gradient, Proportional, Truncation
from deceptive_sim.populations.scene import Scene
from deceptive_sim.populations.simulate import simulate
from deceptive_sim.populations.tables import part_of, tables_of

F = Fraction


def played(*optimisers: BaseOptimiser, n: int = 7, m: int = 3, size: int = 100, **numbers: F) -> str:
    game = two_phase(n=n, m=m, p=F(0), **numbers)
    deceptive = Cohort(name="deceptive", kind=build_kind("deceptive"), share=F(1))
    tables = tables_of(Population(scene=Scene(game=game, optimisers=optimisers), cohorts=[deceptive], size=size))
    return "".join("AB"[int(action)] for action in tables.parts[0].chances[:, 0, 0].argmax(axis=-1))


@pytest.mark.parametrize(
    ("every", "strategy"),
    [(1, "BBBBBBBAAA"), (7, "BBBBBBBAAA"), (3, "BBBBBBAAAA"), (5, "BBBBBAAAAA"), (8, "AAAAAAAAAA")],
)
def test_whoever_knows_the_last_selection_turns_after_it(every: int, strategy: str) -> None:
    assert played(Truncation(fraction=F(1, 2), every=every)) == strategy


@pytest.mark.parametrize(("size", "strategy"), [(9, "AAAAAAAAAA"), (10, "BBBBBBBAAA")])
def test_a_tenth_of_nine_agents_threatens_nobody(size: int, strategy: str) -> None:
    assert played(Truncation(fraction=F(1, 10)), size=size) == strategy


def test_mixtures_know_the_last_selection_too() -> None:
    """A step moves a hundredth of the objective: not worth the pretence on its own."""
    step = Gradient(learning_rate=F(1, 100))
    assert played(step) == "AAAAAAAAAA"
    assert played(step, Truncation(fraction=F(1, 2), every=5)) == "BBBBBAAAAA"


def test_what_is_watched() -> None:
    payoffs = {"mesa": {"A": F(1)}, "base": {"B": F(1)}}

    def phase(name: str, kind: PhaseKind, episodes: int) -> Phase:
        return Phase(name=name, kind=kind, episodes=episodes, payoffs=payoffs)

    training, deployment = PhaseKind.TRAINING, PhaseKind.DEPLOYMENT
    game = PhasedGame(
        phases=[
            phase("first", training, 3),
            phase("pilot", deployment, 2),
            phase("second", training, 4),
            phase("deployment", deployment, 2),
        ]
    )
    scene = Scene(game=game, optimisers=[Truncation(fraction=F(1, 2), every=5)])
    assert scene.scored.tolist() == [True] * 3 + [False] * 2 + [True] * 4 + [False] * 2
    assert scene.watched.tolist() == [True] * 3 + [False] * 2 + [True] * 2 + [False] * 4
    assert scene.partly_watched == {"second"}
    seen = scene.as_seen_by_one()
    assert [(p.name, p.episodes, dict(p.shutdown)) for p in seen.phases] == [
        ("first", 3, {"A": 1}),
        ("pilot", 2, {}),
        ("second", 2, {"A": 1}),
        ("unwatched-3", 2, {}),
        ("deployment", 2, {}),
    ]
    assert seen.horizon == game.horizon
    assert Scene(game=game, optimisers=[Proportional(every=100)]).watched.sum() == 0


def test_scores_of_phases_without_selection_do_not_count() -> None:
    """Who defects in the pilot alone is not weeded out after the second training."""
    payoffs = {"mesa": {"A": F(1)}, "base": {"B": F(1)}}
    names = {"first": ("training", 1), "pilot": ("deployment", 3), "second": ("training", 1)}
    game = PhasedGame(
        phases=[
            Phase(name=name, kind=PhaseKind(kind), episodes=n, payoffs=payoffs) for name, (kind, n) in names.items()
        ]
    )
    strategies = {"pilots": [1, 0, 0, 0, 1], "others": [1, 1, 1, 1, 1]}
    cohorts = [
        Cohort(name=name, kind=build_kind("strategy", {}, {"strategy": Strategy.of(actions)}), share=F(1, 2))
        for name, actions in strategies.items()
    ]
    scene = Scene(game=game, optimisers=[Truncation(fraction=F(1, 2), every=2)])
    shares = simulate(Population(scene=scene, cohorts=cohorts, size=100, replicates=50)).shares()[:, -1, 0]
    assert 0.3 < shares.mean() < 0.7  # all score alike: half of 5,000 agents, but for chance


# --- trembling and estimates ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("temperature", [F(1, 1000), F(1, 4), F(1), F(1000)])
def test_no_temperature_makes_a_habit_steadier(temperature: F) -> None:
    scene = Scene(game=two_phase(n=2, m=1, p=F(1)))
    gambler = build_kind("gambler", {"chance": F(1, 4)})
    part = part_of(scene, Cohort(name="g", kind=gambler, share=F(1), temperature=temperature))
    slip = np.exp(-1 / float(temperature)) / (1 + np.exp(-1 / float(temperature)))
    assert part.chances[:, 0, 0, 0] == pytest.approx(0.25 * (1 - slip) + 0.75 * slip)


def test_a_fate_that_few_replicates_missed_is_not_ruled_out() -> None:
    found = estimate(np.zeros(20), share=True, fate=True)
    assert found is not None
    assert found.low == 0
    assert found.high == pytest.approx(1.959964**2 / (20 + 1.959964**2))
    ended = estimate(np.ones(20), share=True, fate=True)
    assert ended is not None
    assert (ended.low, ended.high) == (pytest.approx(1 - found.high), 1)
    plain = estimate(np.zeros(20), share=True)
    assert plain is not None
    assert plain.high == 0
