"""Results to draw: small games solved for real, and long ones put together by hand where solving takes too long."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

from deceptive_sim.model.actions import Action
from deceptive_sim.model.agents import AgentSpec
from deceptive_sim.model.discounting import Exponential, QuasiHyperbolic
from deceptive_sim.model.objectives import Objective, Selves
from deceptive_sim.model.phased import PhasedGame
from deceptive_sim.model.phases import Phase, PhaseKind
from deceptive_sim.model.strategies import Strategy, parse_strategy
from deceptive_sim.solvers.solution import Solution
from deceptive_sim.solvers.solve import solve_game
from deceptive_sim.studies.result import Check, RunResult

ALL = ("strategies", "values", "actions")
PAYOFFS = {"mesa": {"A": Fraction(1)}, "base": {"B": Fraction(1)}}


def two_phases(
    n: int, m: int, p: str = "1", q: str = "0", g: str = "1", payoffs: Mapping[str, Mapping[str, Fraction]] = PAYOFFS
) -> PhasedGame:
    """Training of n and deployment of m episodes; modification p after A and q after B in training; discount g."""
    modification = {"A": {"base": Fraction(p)}, "B": {"base": Fraction(q)}}
    return PhasedGame(
        phases=[
            Phase(name="training", kind=PhaseKind.TRAINING, episodes=n, payoffs=payoffs, modification=modification),
            Phase(name="deployment", kind=PhaseKind.DEPLOYMENT, episodes=m, payoffs=payoffs),
        ],
        objectives=[Objective(name=name, discounting=Exponential(Fraction(g))) for name in ("mesa", "base")],
    )


def planner(name: str = "mesa-optimiser", objective: str = "mesa", **more: Any) -> AgentSpec:
    return AgentSpec(name=name, objective=objective, **more)


def fixed(game: PhasedGame, strategy: str, name: str = "always-defects") -> AgentSpec:
    return AgentSpec(name=name, objective="mesa", strategy=parse_strategy(strategy, game.actions, game.horizon))


def result_of(game: PhasedGame, agents: Sequence[AgentSpec], *, exact: bool = False, **more: Any) -> RunResult:
    """A result with everything in it; `more` replaces fields."""
    fields: dict[str, Any] = {
        "scenario_id": "two-plus-three",
        "title": "Two plus three",
        "source": "A paper, section 4",
        "description": "Two episodes of training, three of deployment.",
        "labels": {agent.name: agent.name.replace("-", " ").capitalize() for agent in agents},
        "checks": (),
        "figures": ALL,
        "changed": {},
        "resolved": {"title": "Two plus three"},
        "digest": "0123abcd" * 8,
        "seed": 7,
        "durations": {"solve": 0.25},
    }
    solutions = tuple(solve_game(game, agent, exact=exact) for agent in agents)
    return RunResult(game=game, solutions=solutions, **{**fields, **more})


def seed_result(**more: Any) -> RunResult:
    """The seed: BBAAA worth 3 against AAAAA worth 1, with one expectation that holds and one that does not."""
    game = two_phases(2, 3)
    checks = (
        Check(agent="mesa-optimiser", quantity="strategy", expected="BBAAA", found="BBAAA", holds=True),
        Check(agent="always-defects", quantity="value", expected="2", found="1", holds=False),
    )
    return result_of(game, [planner(), fixed(game, "A*")], **{"checks": checks, **more})


def three_phases(**more: Any) -> RunResult:
    """Three actions with long names, three objectives, an empty phase, shutdown, negative payoffs, four agents."""
    payoffs = {
        "mesa": {"take-the-apple": Fraction(2), "take-a-nap": Fraction(-1)},
        "base": {"run-to-the-exit": Fraction(3), "take-the-apple": Fraction(-4)},
        "human": {"run-to-the-exit": Fraction(1), "take-a-nap": Fraction(1, 3)},
    }
    early = {
        "take-the-apple": {"base": Fraction(1, 4), "human": Fraction(1, 4)},
        "take-a-nap": {"base": Fraction(1, 4)},
    }
    shutdown = {"take-the-apple": Fraction(1, 10)}
    training, deployment = PhaseKind.TRAINING, PhaseKind.DEPLOYMENT
    game = PhasedGame(
        phases=[
            Phase(name="early", kind=training, episodes=3, payoffs=payoffs, modification=early, shutdown=shutdown),
            Phase(name="never", kind=training, episodes=0, payoffs=payoffs),
            Phase(name="late", kind=training, episodes=2, payoffs=payoffs, modification=early),
            Phase(name="deployment", kind=deployment, episodes=6, payoffs=payoffs),
        ],
        objectives=[Objective(name=name) for name in payoffs],
        actions=[
            Action(name="take-the-apple", defects=True),
            Action(name="take-a-nap", defects=True),
            Action(name="run-to-the-exit", defects=False),
        ],
    )
    present = QuasiHyperbolic(beta=Fraction(1, 2), delta=Fraction(9, 10))
    agents = [
        planner("schemer"),
        planner("exit-lover", "base"),
        planner("human-helper", "human"),
        planner("naive", discounting=present, selves=Selves.NAIVE),
    ]
    return result_of(game, agents, **more)


def made_up(game: PhasedGame, choices: Sequence[int], name: str, like: Solution, **more: Any) -> Solution:
    """A solution of a long game that nobody solved: the given choices, numbers that are easy to make."""
    plan, horizon = Strategy.of(choices), game.horizon
    fields: dict[str, Any] = {
        "agent": name,
        "plan": plan,
        "strategy": plan.text(game.actions),
        "unmodified": tuple(0.99999**t for t in range(horizon)),
        "at_wheel": ((1.0, 0.0),) * horizon,
        "action_values": tuple((float(t), 2.0) for t in range(horizon)),
        "goal_preservation": (1.0,) * horizon,
        "ties": (),
    }
    return replace(like, **{**fields, **more})


def long_result(episodes: int, choices: Sequence[Sequence[int]]) -> RunResult:
    """A game of many episodes, half of them training, with one made-up agent per sequence of choices."""
    small = seed_result()
    game = two_phases(episodes // 2, episodes - episodes // 2)
    solutions = tuple(
        made_up(game, chosen, f"agent-{place}", small.solutions[0], turn=episodes // 2 + 1)
        for place, chosen in enumerate(choices)
    )
    return replace(small, game=game, solutions=solutions, labels={}, checks=())
