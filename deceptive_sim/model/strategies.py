"""Strategies: what the unmodified agent does, episode by episode, stored as runs.

Text forms, for actions A and B (first letters stand for actions when these are unique, full names otherwise):

    BBAAA             one letter an episode                     press,wait,press
    B2 A3             runs; printed so beyond 200 episodes      press*2 wait*5
    A* or BBA*        the last action goes on to the end        press,wait*
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from deceptive_sim.core.errors import nearest, wrong
from deceptive_sim.model.actions import Action

LONGEST_SPELT_OUT = 200
"""Strategies over more episodes than this print as runs."""

LONGEST_COUNT = 15
"""Digits of a count that are looked at: more than any game has episodes."""

_LETTERS = re.compile(r"(?P<word>[^\W\d_]+)(?:[*×]?(?P<times>\d+)|(?P<on>[*×]))?")
_NAMES = re.compile(r"(?P<word>[^*×]+)[*×](?P<times>\d+)?")


@dataclass(frozen=True)
class Strategy:
    """An action for every episode, as runs `(action index, how many episodes)`; neighbouring runs differ."""

    runs: tuple[tuple[int, int], ...]

    @classmethod
    def of(cls, choices: Iterable[int]) -> Strategy:
        """From the action index of each episode."""
        return cls(tuple((action, sum(1 for _ in run)) for action, run in groupby(choices)))

    @classmethod
    def joined(cls, runs: Iterable[tuple[int, int]]) -> Strategy:
        """From runs of which neighbours may be alike and some empty."""
        grouped = groupby((run for run in runs if run[1] > 0), key=lambda run: run[0])
        return cls(tuple((action, sum(times for _, times in group)) for action, group in grouped))

    def __len__(self) -> int:
        return sum(times for _, times in self.runs)

    def __iter__(self) -> Iterator[int]:
        for action, times in self.runs:
            for _ in range(times):
                yield action

    def text(self, actions: Sequence[Action]) -> str:
        """The strategy in words: spelt out up to 200 episodes, as runs beyond."""
        letters = spelling(actions)
        short = all(len(word) == 1 for word in letters)
        if len(self) <= LONGEST_SPELT_OUT:
            return ("" if short else ",").join(letters[action] for action in self)
        return " ".join(f"{letters[action]}{'' if short else '*'}{times}" for action, times in self.runs)


def spelling(actions: Sequence[Action]) -> tuple[str, ...]:
    """How each action is written in a strategy: its first letter, or its name where letters could be misread.

    Letters are used if all first letters differ and no longer name could be read as letters in a row.
    """
    letters = tuple(action.name[0] for action in actions)
    names = tuple(action.name for action in actions)
    unique = len(set(letters)) == len(letters)
    return letters if unique and not any(len(name) > 1 and set(name) <= set(letters) for name in names) else names


def parse_strategy(text: str, actions: Sequence[Action], episodes: int | None, name: str = "strategy") -> Strategy:
    """Read a strategy for a number of episodes.

    Parameters
    ----------
    text : str
        Any of the forms at the module head.
    actions : sequence of Action
    episodes : int or None
        How many episodes it must cover; None for as many as the text has.
    name : str
        What errors call it.

    Raises
    ------
    InputError
        If a word is no action, or the length is not that of the game.
    """
    runs: list[tuple[int, int]] = []
    open_ended = False
    for word, times, goes_on in _tokens(text, actions):
        if open_ended:
            raise wrong(name, "must end with the action marked *, which goes on to the end", text)
        runs.append((_action(word, actions, name), times))
        open_ended = goes_on
    length = sum(times for _, times in runs)
    if episodes is None:
        return Strategy.joined(runs)
    if open_ended and length - 1 <= episodes:
        action, times = runs.pop()
        runs.append((action, times + episodes - length))
        length = episodes
    if length != episodes:
        hint = "end it with * to go on to the end, such as BBA*" if length < episodes else None
        raise wrong(name, f"must have one action for each of the {episodes} episodes", f"{length} in {text[:60]}", hint)
    return Strategy.joined(runs)


def _tokens(text: str, actions: Sequence[Action]) -> Iterator[tuple[str, int, bool]]:
    """The words of a strategy, each with how often it stands and whether it goes on to the end."""
    names = {action.name for action in actions}
    single = all(len(word) == 1 for word in spelling(actions))
    for piece in re.split(r"[\s,]+", text.strip()):
        named = _NAMES.fullmatch(piece)
        if piece in names:
            yield piece, 1, False
        elif named and named["word"] in names:
            yield named["word"], int((named["times"] or "1")[:LONGEST_COUNT]), named["times"] is None
        elif single and piece:
            yield from _letters(piece)
        elif piece:
            yield (named["word"] if named else piece), 1, False


def _letters(piece: str) -> Iterator[tuple[str, int, bool]]:
    """Letters in a row, the last of them counted or going on: `BBA`, `BBA98`, `BBA*`."""
    match = _LETTERS.fullmatch(piece)
    if match is None:
        yield piece, 1, False
        return
    yield from ((letter, 1, False) for letter in match["word"][:-1])
    yield match["word"][-1], int((match["times"] or "1")[:LONGEST_COUNT]), match["on"] is not None


def _action(word: str, actions: Sequence[Action], name: str) -> int:
    for index, (action, spelt) in enumerate(zip(actions, spelling(actions), strict=True)):
        if word in (action.name, spelt):
            return index
    raise wrong(name, "must be made of the game's actions", word, nearest(word, spelling(actions)))
