"""Histories: what an agent has seen, or is told that others have seen, before its first episode.

A history is a text of lines `phase, action, modified`:

    # two runs
    training, A, yes
    training, B, no

    training, B, no
    deployment, A, no

A phase is named as in the game, or by its kind (training, deployment); modified is yes or no, and no in deployment.
`#` starts a comment, an empty line a new run.

What a history says about a game, exactly, as counts (`evidence_of`):

- a training episode followed by another one of the same run: training went on; followed by deployment: it ended; the
  last line of a run says nothing about what followed;
- a defection in training was followed by modification, or was not. After a modified line another objective is at the
  wheel: the rest of that run still counts for the phases, but no longer for modification, since training may leave
  that objective alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from deceptive_sim.core.errors import InputError, Position, Problem, nearest, quote
from deceptive_sim.model.phased import PhasedGame
from deceptive_sim.model.phases import PhaseKind

MOST_LINES = 100_000
MOST_CHARACTERS = 10_000_000
MOST_PROBLEMS = 20
"""Problems of a history that are told at once."""

FIELDS = ("phase", "action", "modified")
WORDS = {"yes": True, "no": False}


@dataclass(frozen=True, kw_only=True)
class Line:
    """One episode.

    Attributes
    ----------
    phase : str
        Name of a phase, or "training" or "deployment".
    action : str
    modified : bool
        Whether the agent was modified after it.
    where : tuple of Position
        Where these three stand in a file; empty if they come from none.
    """

    phase: str
    action: str
    modified: bool
    where: tuple[Position, ...] = field(default=(), compare=False, repr=False)


@dataclass(frozen=True)
class History:
    """Runs of episodes, each of one agent; none by default.

    Attributes
    ----------
    runs : sequence of sequence of Line
    """

    runs: Sequence[Sequence[Line]] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "runs", tuple(tuple(run) for run in self.runs if run))

    @property
    def episodes(self) -> int:
        """Number of lines of all runs."""
        return sum(map(len, self.runs))


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """What a history says about a game.

    Attributes
    ----------
    modified, unmodified : int
        Defections in training that were followed by modification, and those that were not.
    ended, went_on : int
        Training episodes that were followed by deployment, and those that were followed by training.
    """

    modified: int = 0
    unmodified: int = 0
    ended: int = 0
    went_on: int = 0


def read_history(text: str, file: str = "history") -> History:
    """Read the text of a history.

    Parameters
    ----------
    text : str
    file : str
        What errors call it.

    Raises
    ------
    InputError
        With file, line and column of everything that is not `phase, action, modified`, or if the text is too long.
    """
    lines = text.removeprefix("\ufeff").splitlines()
    if len(text) > MOST_CHARACTERS or len(lines) > MOST_LINES:
        rule = f"must have at most {MOST_LINES} lines and {MOST_CHARACTERS} characters"
        raise InputError(Problem(name=file, rule=rule, got=f"{len(lines)} lines and {len(text)} characters"))
    runs: list[list[Line]] = [[]]
    problems: list[Problem] = []
    for number, line in enumerate(lines, start=1):
        content = line.partition("#")[0]
        if not line.strip():
            runs.append([])
        elif content.strip():
            try:
                runs[-1].append(_line(content, line, file, number))
            except InputError as error:
                problems += error.problems
    if problems:
        raise InputError(problems[:MOST_PROBLEMS])
    return History(runs)


def _line(content: str, line: str, file: str, number: int) -> Line:
    fields = content.split(",")
    columns = [1 + sum(len(f) + 1 for f in fields[:place]) for place in range(len(fields))]
    columns = [column + len(f) - len(f.lstrip()) for column, f in zip(columns, fields, strict=True)]
    where = tuple(Position(file=file, line=number, column=column, source=line) for column in columns)
    words = [f.strip() for f in fields]
    if len(words) != len(FIELDS):
        at = where[len(FIELDS)] if len(words) > len(FIELDS) else where[-1]
        rule = "must have three fields: phase, action, modified"
        raise InputError(Problem(name=f"line {number}", rule=rule, got=str(len(words)), position=at))
    for name, word, position in zip(FIELDS, words, where, strict=True):
        if not word:
            raise InputError(Problem(name=name, rule="is missing", position=position))
    if words[2].lower() not in WORDS:
        raise InputError(Problem(name="modified", rule="must be yes or no", got=quote(words[2]), position=where[2]))
    return Line(phase=words[0], action=words[1], modified=WORDS[words[2].lower()], where=where)


def evidence_of(history: History, game: PhasedGame) -> Evidence:
    """What a history says about a game, as counts.

    Raises
    ------
    InputError
        With every phase and action that the game does not have and every modification in deployment, by file, line and
        column where known; the first 20.
    """
    problems = [problem for run in history.runs for line in run for problem in _strange(line, game)]
    if problems:
        raise InputError(problems[:MOST_PROBLEMS])
    defects = {action.name: action.defects for action in game.actions}
    counts = dict.fromkeys(("modified", "unmodified", "ended", "went_on"), 0)
    for run in history.runs:
        kinds = [_kind(line.phase, game) for line in run]
        for kind, following in pairwise(kinds):
            if kind is PhaseKind.TRAINING:
                counts["ended" if following is PhaseKind.DEPLOYMENT else "went_on"] += 1
        for kind, line in zip(kinds, run, strict=True):
            if kind is PhaseKind.TRAINING and defects[line.action]:
                counts["modified" if line.modified else "unmodified"] += 1
            if line.modified:
                break
    return Evidence(**counts)


def _kind(phase: str, game: PhasedGame) -> PhaseKind | None:
    """The kind of a phase that goes by its name or its kind; None if the game has none such."""
    by_word: dict[str, PhaseKind] = {kind.value: kind for kind in PhaseKind}
    return (by_word | {own.name: own.kind for own in game.phases}).get(phase)


def _strange(line: Line, game: PhasedGame) -> Iterator[Problem]:
    """What a line says that cannot be in a game."""
    places = dict(zip(FIELDS, line.where, strict=True)) if line.where else {}
    kind = _kind(line.phase, game)
    if kind is None:
        names = [*(phase.name for phase in game.phases), *PhaseKind]
        rule, hint = "must be a phase of the game, or training or deployment", nearest(line.phase, names)
        yield Problem(name="phase", rule=rule, got=quote(line.phase), hint=hint, position=places.get("phase"))
    names = [action.name for action in game.actions]
    if line.action not in names:
        rule, hint = "must be an action of the game", nearest(line.action, names)
        yield Problem(name="action", rule=rule, got=quote(line.action), hint=hint, position=places.get("action"))
    if line.modified and kind is PhaseKind.DEPLOYMENT:
        rule = "must be no in deployment: nothing is modified there"
        yield Problem(name="modified", rule=rule, got="yes", position=places.get("modified"))
