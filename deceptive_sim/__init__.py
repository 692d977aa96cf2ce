"""When does deception pay, and what would make it stop paying? A simulator of deception games.

>>> from deceptive_sim import load_scenario, solve
>>> solution = solve(load_scenario("two-plus-three"))
>>> solution.strategy, solution.value
('BBAAA', 3.0)

Everything is imported when first asked for, so that `import deceptive_sim` costs next to nothing. Beside Gymnasium it
registers the environments `DeceptiveSim/Maze-v0` and `DeceptiveSim/Lifetime-v0`, whichever is imported first.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from deceptive_sim.core.importing import when_imported

if TYPE_CHECKING:
    from deceptive_sim.core.errors import InputError
    from deceptive_sim.games.two_phase import two_phase
    from deceptive_sim.model.agents import AgentSpec
    from deceptive_sim.model.phased import PhasedGame
    from deceptive_sim.model.phases import Phase
    from deceptive_sim.scenario.load import Scenario, load_scenario
    from deceptive_sim.solvers.play import play
    from deceptive_sim.solvers.solution import Solution
    from deceptive_sim.solvers.solve import solve_game
    from deceptive_sim.studies.claims import verify, verify_scenario
    from deceptive_sim.studies.run import run, solve, solve_all

_HOMES = {
    "AgentSpec": "model.agents",
    "InputError": "core.errors",
    "Phase": "model.phases",
    "PhasedGame": "model.phased",
    "Scenario": "scenario.load",
    "Solution": "solvers.solution",
    "load_scenario": "scenario.load",
    "play": "solvers.play",
    "run": "studies.run",
    "solve": "studies.run",
    "solve_all": "studies.run",
    "solve_game": "solvers.solve",
    "two_phase": "games.two_phase",
    "verify": "studies.claims",
    "verify_scenario": "studies.claims",
}

__all__ = [
    "AgentSpec",
    "InputError",
    "Phase",
    "PhasedGame",
    "Scenario",
    "Solution",
    "load_scenario",
    "play",
    "run",
    "solve",
    "solve_all",
    "solve_game",
    "two_phase",
    "verify",
    "verify_scenario",
]


def __getattr__(name: str) -> Any:
    if name == "__version__":
        from importlib.metadata import version

        return version("deceptive-sim")
    if name in _HOMES:
        from importlib import import_module

        return getattr(import_module(f"deceptive_sim.{_HOMES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def _register_environments() -> None:
    """Tell Gymnasium of the environments; nothing else of them is imported."""
    from importlib import import_module

    import_module("deceptive_sim.maze.environments")


when_imported("gymnasium", _register_environments)


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__, "__version__"])
