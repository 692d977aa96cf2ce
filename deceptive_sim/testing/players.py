"""Hypothesis strategies for who plays a game: agents of every kind, and strategies in every way of writing them."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from hypothesis import strategies as st

from deceptive_sim.model.agents import AgentSpec
from deceptive_sim.model.objectives import Selves
from deceptive_sim.model.phased import PhasedGame
from deceptive_sim.model.protocols import Game
from deceptive_sim.model.strategies import Strategy, spelling
from deceptive_sim.testing.numbers import DISCOUNTINGS, discountings
from deceptive_sim.testing.phased import believed_games


def strategies(game: Game, *, text: bool | None = None) -> st.SearchStrategy[Strategy | str]:
    """Fixed strategies for a game.

    Parameters
    ----------
    game : Game
        Says the actions and the number of episodes.
    text : bool, optional
        True: as text, spelt out, as runs, or going on to the end (`BBAAA`, `B2 A3`, `BBA*`). False: as `Strategy`.
        Default: either.

    Returns
    -------
    SearchStrategy of Strategy or str
        Shrinks to the first action in every episode.
    """
    choices = st.lists(st.integers(0, len(game.actions) - 1), min_size=game.horizon, max_size=game.horizon)
    plain: st.SearchStrategy[Strategy | str] = choices.map(Strategy.of)
    written: st.SearchStrategy[Strategy | str] = choices.flatmap(lambda taken: _texts(spelling(game.actions), taken))
    if text is None:
        return plain | written
    return written if text else plain


@st.composite
def _texts(draw: st.DrawFn, words: Sequence[str], taken: Sequence[int]) -> str:
    """One of the ways to write a strategy down."""
    letters = all(len(word) == 1 for word in words)
    pieces: list[str] = []
    runs = [(words[action], len(list(run))) for action, run in groupby(taken)]
    for place, (word, times) in enumerate(runs):
        last = place == len(runs) - 1
        form = draw(st.sampled_from(["spelt out", "counted", "goes on"] if last else ["spelt out", "counted"]))
        if form == "counted":
            pieces.append(f"{word}{draw(st.sampled_from(['', '*'])) if letters else '*'}{times}")
        else:
            pieces += [word] * times
            pieces[-1] += "*" if form == "goes on" else ""
    if letters and draw(st.booleans()) and not any(any(c.isdigit() for c in piece) for piece in pieces):
        return "".join(pieces)
    return draw(st.sampled_from([" ", ",", ", "])).join(pieces)


@st.composite
def agents(draw: st.DrawFn, game: Game, *, fixed: bool = True, beliefs: bool = True, own: bool = True) -> AgentSpec:
    """Agents for a game: planners and, in phased games, fixed strategies and planners with beliefs of their own.

    Parameters
    ----------
    game : Game
        Fixed strategies and beliefs are drawn for a `PhasedGame` only.
    fixed : bool
        Whether there are fixed strategies, as `Strategy` or as text.
    beliefs : bool
        Whether there are agents that believe in another game.
    own : bool
        Whether agents may bring a discounting and a foresight of their own.

    Returns
    -------
    SearchStrategy of AgentSpec
        Shrinks to a planner for the first objective, as the game has it.
    """
    kinds = ["planner"]
    if isinstance(game, PhasedGame):
        kinds += ["believer"] * beliefs + ["fixed"] * fixed
    kind = draw(st.sampled_from(kinds))
    return AgentSpec(
        objective=draw(st.sampled_from([objective.name for objective in game.objectives])),
        strategy=draw(strategies(game)) if kind == "fixed" else None,
        believed=draw(believed_games(game)) if kind == "believer" and isinstance(game, PhasedGame) else None,
        discounting=draw(st.none() | discountings(DISCOUNTINGS)) if own else None,
        selves=draw(st.none() | st.sampled_from(list(Selves))) if own else None,
    )
