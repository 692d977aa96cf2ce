"""What there is to see of a solved game, without saying how it is drawn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from deceptive_sim.core.frozen import FrozenMapping


@dataclass(frozen=True, kw_only=True)
class Frame:
    """A moment of a run.

    Attributes
    ----------
    rows : tuple of str
        The grid then, top row first, one letter for each cell; empty if the game has none.
    agent : tuple of int or None
        Where the agent stands, `(x, y)` from the bottom left, both from 0.
    told : str
        What happens, in a few words.
    run : str
        The run it belongs to, if there are several; frames of a run stand together.
    """

    rows: tuple[str, ...] = ()
    agent: tuple[int, int] | None = None
    told: str = ""
    run: str = ""


@dataclass(frozen=True, kw_only=True)
class View:
    """What there is to see; whatever a game does not have stays empty.

    Attributes
    ----------
    caption : str
        What it shows, in a sentence.
    legend : mapping
        Letter of a grid or of a trace to what it means.
    frames : tuple of Frame
        A run, step by step; the first is the start.
    letters : str
        What is done, one letter for each step.
    marks : mapping
        Step, from 1, to what is to be noted there.
    curves : mapping
        Name to a number for each episode, or for each place of `across`.
    across : tuple of float
        Where curves stand, if not at episodes 1, 2, ...
    axes : tuple of str
        What is measured across and up.
    here : float or None
        Where among `across` the game stands that was asked for.
    beside : tuple of Frame
        Further runs to compare with.
    acts : mapping
        Letter of `letters` to what it means, if the letters of the grid mean something else.
    striking : str
        The letters of `letters` to look out for: defecting, lobbying, shooting.
    """

    caption: str
    legend: Mapping[str, str] = field(default_factory=dict)
    frames: tuple[Frame, ...] = ()
    letters: str = ""
    marks: Mapping[int, str] = field(default_factory=dict)
    curves: Mapping[str, tuple[float, ...]] = field(default_factory=dict)
    across: tuple[float, ...] = ()
    axes: tuple[str, str] = ("episode", "")
    here: float | None = None
    beside: tuple[Frame, ...] = ()
    acts: Mapping[str, str] = field(default_factory=dict)
    striking: str = ""

    def __post_init__(self) -> None:
        for name in ("legend", "marks", "curves", "acts"):
            object.__setattr__(self, name, FrozenMapping(getattr(self, name)))
