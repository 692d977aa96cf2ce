"""What people call a parameter: `training.modification.A` is the "probability of modification after A in training"."""

from __future__ import annotations

from deceptive_sim.games.library import library_game
from deceptive_sim.scenario.load import Scenario
from deceptive_sim.scenario.paths import resolve
from deceptive_sim.scenario.yaml_text import Data, Steps


def title_of(scenario: Scenario, path: str) -> str:
    """The parameter in words, without its path; the path itself if there are no better words.

    Raises
    ------
    InputError
        If the path means nothing in this scenario.
    """
    return _title(scenario.document.data, resolve(scenario.document.data, path)) or path


def _title(data: Data, steps: Steps) -> str:
    match steps:
        case ("agents", _, "beliefs", str(path)):
            told = _title(data, resolve(data, path, within_game=True)) or path
            return f"believed {told}"
        case ("agents", name, *rest):
            return f"{' '.join(map(str, rest))} of {name}"
        case ("game", "parameters", name):
            kind, meaning = _library(data, str(name))
            return f"probability of {meaning}" if kind == "probability" else meaning
        case ("game", "phases", phase, *rest):
            return _title_in_phase(str(phase), tuple(rest))
        case ("game", "payoffs", judge, action):
            return f"payoff of {action} to {judge}"
        case ("game", "objectives", name, *rest):
            return f"{' '.join(map(str, rest))} of {name}"
        case ("game", *rest):
            return " ".join(map(str, rest))
    return ""


def _title_in_phase(phase: str, steps: Steps) -> str:
    match steps:
        case ("episodes",):
            return f"episodes of {phase}"
        case ("modification", action):
            return f"probability of modification after {action} in {phase}"
        case ("modification", action, target):
            return f"probability of modification to {target} after {action} in {phase}"
        case ("shutdown", action):
            return f"probability of shutdown after {action} in {phase}"
        case ("payoffs", judge, action):
            return f"payoff of {action} to {judge} in {phase}"
    return " ".join(map(str, (phase, *steps)))


def _library(data: Data, name: str) -> tuple[str, str]:
    """Kind and meaning of a parameter of the file's library game."""
    assert isinstance(data, dict)
    game = data["game"]
    assert isinstance(game, dict)
    found = {parameter.name: parameter for parameter in library_game(str(game["name"])).parameters}
    return found[name].kind, found[name].meaning
