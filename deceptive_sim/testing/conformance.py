"""A suite that any game can be held against: whether it keeps the `Game` protocol, and is solved right.

    >>> from deceptive_sim import two_phase
    >>> from deceptive_sim.testing import check_game
    >>> check_game(two_phase(n=2, m=3)).text()
    'keeps 21 rules in 10 states of 5 episodes'

First the protocol is checked, in every state that can be reached from the start with any objective at the wheel; then,
if it is kept, the solver is held against a plain recursion of its own and against laws that solutions obey. Every
broken rule of a stage is listed, with the state and what was found there. All is exact but the rule on floats.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

from deceptive_sim.model.phased import PhasedGame
from deceptive_sim.model.protocols import Game
from deceptive_sim.testing.disguises import Shortened
from deceptive_sim.testing.exploring import check_again, check_labels, check_members, explore
from deceptive_sim.testing.findings import RULES, BrokenRule, ConformanceError, Findings
from deceptive_sim.testing.phased_rules import check_phased
from deceptive_sim.testing.solving_rules import check_solving

__all__ = ["BrokenRule", "Conformance", "ConformanceError", "check_game"]

OF_PHASED_GAMES = ("strategies", "premium", "regime")
OF_SOLUTIONS = ("solver", "evaluation", "floats", "scale", "bystander", "order", "worlds", "selves", "empty")


@dataclass(frozen=True, kw_only=True)
class Conformance:
    """What a game was held against.

    Attributes
    ----------
    rules : tuple of str
        The rules that were checked, by name.
    episodes, states : int
        How much of the game was looked at.
    complete : bool
        Whether that was all of it.
    """

    rules: tuple[str, ...]
    episodes: int
    states: int
    complete: bool

    def text(self) -> str:
        """The report in one line."""
        rest = "" if self.complete else ", the rest was not looked at"
        return f"keeps {len(self.rules)} rules in {self.states} states of {self.episodes} episodes{rest}"


def check_game(game: Game, *, episodes: int = 40, states: int = 2_000, solve: bool = True) -> Conformance:
    """Hold a game against the protocol and against what is known of solutions.

    Parameters
    ----------
    game : Game
        Any implementation of the protocol. It is asked, never changed.
    episodes, states : int
        How much of it is looked at: the first episodes, as many as keep within both bounds. A state is an episode, an
        objective at the wheel and a world. Solving takes time that grows with the states, and with their square
        if somebody does not discount exponentially.
    solve : bool
        Whether the game is solved, or only held against the protocol.

    Returns
    -------
    Conformance
        What was checked.

    Raises
    ------
    ConformanceError
        An `AssertionError` that lists every broken rule with the state and the value found there.
    """
    findings = Findings()
    check_members(game, findings)
    _raise_any(game, findings)
    explored = explore(game, findings, episodes=episodes, states=states)
    _raise_any(game, findings)
    check_again(game, explored, findings)
    _raise_any(game, findings)
    check_labels(explored, findings)
    _raise_any(game, findings)
    skipped: set[str] = set()
    if solve:
        seen: Any = game if explored.complete else Shortened(game, len(explored.states))
        plain = check_solving(cast(Game, seen), explored, findings)
        _raise_any(game, findings)
        if isinstance(game, PhasedGame) and explored.complete and plain is not None:
            check_phased(game, plain, findings)
            _raise_any(game, findings)
        else:
            skipped |= set(OF_PHASED_GAMES)
    else:
        skipped |= {*OF_PHASED_GAMES, *OF_SOLUTIONS}
    return Conformance(
        rules=tuple(rule for rule in RULES if rule not in skipped),
        episodes=len(explored.states),
        states=len(explored.facts),
        complete=explored.complete,
    )


def _raise_any(game: Any, findings: Findings) -> None:
    if findings.broken:
        raise ConformanceError(type(game).__name__, findings.broken)
