"""Actions, and how an indifferent self chooses between them."""

from __future__ import annotations

import enum
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Action:
    """One thing that the agent can do in an episode.

    `defects` says whether doing it is a defection: action A, what the mesa-objective wants, unless declared otherwise.
    """

    name: str
    defects: bool


DEFAULT_ACTIONS = (Action(name="A", defects=True), Action(name="B", defects=False))


class TieRule(enum.StrEnum):
    """Which of several equally good actions an indifferent self takes; remaining ties go to the declared order."""

    NON_DEFECTING = "non-defecting"
    DEFECTING = "defecting"
    DECLARED = "declared"

    def pick(self, tied: Sequence[int], actions: Sequence[Action]) -> int:
        """Index of the action taken among the tied ones (indices into `actions`, ascending)."""
        if self is not TieRule.DECLARED:
            wanted = self is TieRule.DEFECTING
            for index in tied:
                if actions[index].defects is wanted:
                    return index
        return tied[0]
