"""What a phased game is to the oracle: a plain dict, and the few questions that one asks it.

    {"objectives": ["mesa", "base"], "base": "base",
     "actions": [["A", True], ["B", False]],                       # name, is it a defection
     "discount": {"mesa": Fraction(1), "base": Fraction(1)},
     "phases": [{"name": "training", "training": True, "episodes": 2,
                 "payoffs": {"mesa": {"A": 1, "B": 0}, "base": {"A": 0, "B": 1}},
                 "modification": {"A": {"base": Fraction(1, 2)}},  # after A, from every objective, to base
                 "shutdown": {"A": 0, "B": 0}}],
     "prefer": "non-defecting"}                                    # or "defecting", "declared"

Episodes are numbered from 1. An action or target that `modification` or `shutdown` does not name has probability 0.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

Game = dict[str, Any]
Policy = dict[tuple[int, str], str]
"""Action of every self: `(episode, objective) -> action`."""
Weigh = Callable[[str, int, int], Fraction]
"""`weigh(judge, now, then)`: how much a self of objective `judge` at episode `now` minds a payoff of episode `then`."""


def phase_of_each_episode(game: Game) -> list[dict[str, Any]]:
    """The phase that each episode belongs to, in order; its length is T."""
    return [phase for phase in game["phases"] for _ in range(phase["episodes"])]


def phase_at(game: Game, t: int) -> dict[str, Any]:
    """The phase that episode `t` belongs to."""
    for phase in game["phases"]:
        if t <= phase["episodes"]:
            found: dict[str, Any] = phase
            return found
        t -= phase["episodes"]
    raise IndexError("the game is over by then")


def n_episodes(game: Game) -> int:
    """T, the number of episodes of all phases together."""
    return int(sum(phase["episodes"] for phase in game["phases"]))


def action_names(game: Game) -> list[str]:
    """Names of the actions in declared order."""
    return [name for name, _ in game["actions"]]


def defecting(game: Game) -> dict[str, bool]:
    """For each action, whether it is a defection."""
    return {name: bool(defects) for name, defects in game["actions"]}


def tie_order(game: Game) -> list[str]:
    """Actions from most to least preferred among equally good ones: first the criterion, then declared order."""
    names, defects = action_names(game), defecting(game)
    match game["prefer"]:
        case "declared":
            return names
        case "non-defecting":
            return [a for a in names if not defects[a]] + [a for a in names if defects[a]]
        case "defecting":
            return [a for a in names if defects[a]] + [a for a in names if not defects[a]]
    raise ValueError(f"prefer must be non-defecting, defecting or declared, got {game['prefer']!r}")


def payoff(game: Game, t: int, judge: str, action: str) -> Fraction:
    """What `judge` gets out of `action` at episode `t`, whoever took it."""
    return Fraction(phase_at(game, t)["payoffs"][judge][action])


def successors(game: Game, t: int, objective: str, action: str) -> list[tuple[str | None, Fraction]]:
    """Who may be at the wheel after episode `t` (None: shut down) with positive probability; sums to 1."""
    phase = phase_at(game, t)
    moves = phase["modification"].get(action, {})
    after: dict[str | None, Fraction] = {k: Fraction(p) for k, p in moves.items() if k != objective}
    after[None] = Fraction(phase["shutdown"].get(action, 0))
    after[objective] = 1 - sum(after.values(), Fraction(0))
    if any(p < 0 for p in after.values()):
        raise ValueError(f"{phase['name']}: the probabilities after {action} are not a distribution")
    return [(state, p) for state, p in after.items() if p > 0]


def exponential(game: Game) -> Weigh:
    """The consistent way to weigh: `g ** (then - now)` with the judge's own `g`, where `0 ** 0 = 1`."""
    return lambda judge, now, then: Fraction(game["discount"][judge]) ** (then - now)


def two_phase_game(
    n: int,
    m: int,
    p: Fraction = Fraction(1),
    q: Fraction = Fraction(0),
    d: Fraction = Fraction(0),
    g: Fraction = Fraction(1),
    *,
    prefer: str = "non-defecting",
    base_pays: tuple[Fraction, Fraction] = (Fraction(0), Fraction(1)),
) -> Game:
    """The family of model.md section 4: n training and m deployment episodes, mesa pays A 1 and B 0.

    p, q: modification after A, B in training; d: after A in deployment; g: discount of both objectives;
    base_pays: what the base objective pays for A and for B.
    """
    payoffs = {"mesa": {"A": Fraction(1), "B": Fraction(0)}, "base": {"A": base_pays[0], "B": base_pays[1]}}
    no_shutdown = {"A": Fraction(0), "B": Fraction(0)}

    def phase(name: str, episodes: int, after_a: Fraction, after_b: Fraction) -> dict[str, Any]:
        modification = {"A": {"base": Fraction(after_a)}, "B": {"base": Fraction(after_b)}}
        return {"name": name, "training": name == "training", "episodes": episodes, "payoffs": payoffs,
                "modification": modification, "shutdown": no_shutdown}  # fmt: skip

    return {
        "objectives": ["mesa", "base"],
        "base": "base",
        "actions": [["A", True], ["B", False]],
        "discount": {"mesa": Fraction(g), "base": Fraction(g)},
        "phases": [phase("training", n, p, q), phase("deployment", m, d, Fraction(0))],
        "prefer": prefer,
    }
