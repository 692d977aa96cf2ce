"""From the `population:` section of a file to a population in its scene.

Imported only for files that have the section: what populations need takes a while to import.
"""

from __future__ import annotations

import re
import stat
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from deceptive_sim.core.errors import InputError, Problem, nearest, quote
from deceptive_sim.core.exact import text_of
from deceptive_sim.model.objectives import Selves
from deceptive_sim.model.phased import PhasedGame
from deceptive_sim.populations.cohorts import Cohort, Population
from deceptive_sim.populations.kinds.library import MODULES, build_kind
from deceptive_sim.populations.optimisers import (
    BaseOptimiser,
    Gradient,
    Mutation,
    Proportional,
    Rewriting,
    Truncation,
)
from deceptive_sim.populations.scene import Scene
from deceptive_sim.scenario.build import believed_game, read_discounting, read_strategy
from deceptive_sim.scenario.paths import PATH_MAPPINGS
from deceptive_sim.scenario.population_sections import (
    CohortSection,
    HistorySection,
    OptimiserSection,
    PopulationSection,
)
from deceptive_sim.scenario.yaml_text import Document

if TYPE_CHECKING:
    from deceptive_sim.populations.histories import History, Line

Built = TypeVar("Built")

AT = "population"

SETTINGS_OF = {
    "rewriting": (),
    "gradient": ("learning_rate",),
    "truncation": ("fraction", "best", "every", "mutation"),
    "proportional": ("strength", "every", "mutation"),
}
"""Which settings each base optimiser has, besides its phases."""

REQUIRED_OF = {"gradient": "learning_rate", "truncation": "fraction"}

MAKERS: dict[str, Callable[..., BaseOptimiser]] = {
    "rewriting": Rewriting,
    "gradient": Gradient,
    "truncation": Truncation,
    "proportional": Proportional,
}


@dataclass(frozen=True, kw_only=True)
class PopulationPlan:
    """A population as a file describes it.

    Attributes
    ----------
    population : Population
    section : PopulationSection
        What else the file says: observer, diagram, expectations.
    labels : mapping
        Cohort name to the title it is shown under.
    """

    population: Population
    section: PopulationSection
    labels: Mapping[str, str]


def build_population(section: PopulationSection, game: PhasedGame, document: Document) -> PopulationPlan:
    """The population that a section describes.

    Raises
    ------
    InputError
        With every broken rule, named by its path from the file's root.
    """
    problems = list(_misfits(section))
    optimisers = _all([partial(_optimiser, name, part) for name, part in section.base_optimisers.items()], problems)
    scene = _one(partial(_scene, section, game, optimisers or []), problems)
    shares = _shares(section, problems)
    parts = [
        partial(_cohort, name, part, shares.get(name, Fraction(0)), game, document)
        for name, part in section.cohorts.items()
    ]
    cohorts = _all(parts, problems)
    if problems or scene is None or cohorts is None:
        raise InputError(problems)
    population = _one(
        lambda: Population(scene=scene, cohorts=cohorts, size=section.size, replicates=section.replicates), problems
    )
    if population is None:
        raise InputError(replace(problem, name=f"{AT}.{problem.name}") for problem in problems)
    titles = {name: part.title or name.replace("-", " ") for name, part in section.cohorts.items()}
    return PopulationPlan(population=population, section=section, labels=titles)


def _all(steps: Sequence[Callable[[], Built]], problems: list[Problem]) -> list[Built] | None:
    """Do all of some steps; what is wrong is added to the problems."""
    found = [_one(step, problems) for step in steps]
    return None if any(one is None for one in found) else [one for one in found if one is not None]


def _one(step: Callable[[], Built], problems: list[Problem]) -> Built | None:
    try:
        return step()
    except InputError as error:
        problems += error.problems
        return None


def _named(name: str, problem: Problem) -> Problem:
    return replace(problem, name=f"{name}.{problem.name}")


def _misfits(section: PopulationSection) -> Iterator[Problem]:
    """What is missing, and names that would not be found again by their paths."""
    if not section.cohorts:
        yield Problem(name=f"{AT}.cohorts", rule="is required: say of whom the population is made")
    taken = {word for first, word in PATH_MAPPINGS if first == AT}
    for kind, names in (("cohorts", section.cohorts), ("base_optimisers", section.base_optimisers)):
        for name in names:
            if name in taken:
                rule = f"must not bear the name of a setting: {name}"
                yield Problem(name=f"{AT}.{kind}.{name}", rule=rule)


# --- base optimisers and honeypots ---------------------------------------------------------------------------------


def _optimiser(name: str, section: OptimiserSection) -> BaseOptimiser:
    at, kind = f"{AT}.base_optimisers.{name}", section.kind or name
    if kind not in MAKERS:
        hint = nearest(kind, MAKERS)
        raise InputError(Problem(name=f"{at}.kind", rule="is required: say what it does", hint=hint))
    given = {key: getattr(section, key) for key in section.model_fields_set - {"kind"}}
    problems = [
        Problem(name=f"{at}.{key}", rule=f"is nothing that {kind} has", hint=nearest(key, SETTINGS_OF[kind]))
        for key in given
        if key not in SETTINGS_OF[kind] and key != "phases"
    ]
    needed = REQUIRED_OF.get(kind)
    if needed is not None and needed not in given:
        problems.append(Problem(name=f"{at}.{needed}", rule="is required"))
    if problems:
        raise InputError(problems)
    if "mutation" in given:
        given["mutation"] = Mutation(kind=section.mutation.kind, objective=section.mutation.objective)  # type: ignore[union-attr]
    if "phases" in given:
        given["phases"] = tuple(section.phases or ())
    try:
        return MAKERS[kind](**given)
    except InputError as error:
        raise InputError(_named(at, problem) for problem in error.problems) from None


def _scene(section: PopulationSection, game: PhasedGame, optimisers: list[BaseOptimiser]) -> Scene:
    given: dict[str, Any] = {}
    if section.honeypots is not None:
        given = {"honeypots": frozenset(section.honeypots.episodes), "mistaken": section.honeypots.mistaken}
    names = list(section.base_optimisers)
    try:
        return Scene(game=game, optimisers=optimisers, **given)
    except InputError as error:
        raise InputError(_placed_in_scene(problem, names) for problem in error.problems) from None


def _placed_in_scene(problem: Problem, names: list[str]) -> Problem:
    """A problem of a scene by its path in the file: base optimisers have names there, not numbers."""
    words = problem.name.split(".")
    if words[0] == "base_optimisers" and len(words) > 1:
        words[1] = names[int(words[1])]
    if words[0] == "game":
        return problem
    return replace(problem, name=".".join([AT, *words]))


# --- cohorts -------------------------------------------------------------------------------------------------------


def _shares(section: PopulationSection, problems: list[Problem]) -> dict[str, Fraction]:
    """The share of each cohort; the one without is the rest."""
    shares = {name: Fraction(part.share) for name, part in section.cohorts.items() if part.share is not None}
    silent = [name for name in section.cohorts if name not in shares]
    total = sum(shares.values(), Fraction(0))
    if len(silent) > 1:
        rule = f"is required: only one cohort may leave it out, and be the rest; {silent[0]} does already"
        problems += [Problem(name=f"{AT}.cohorts.{name}.share", rule=rule) for name in silent[1:]]
    elif total > 1 or (section.cohorts and not silent and total != 1):
        rule = "must have shares that sum to 1" if not silent else "must have shares that sum to at most 1"
        problems.append(Problem(name=f"{AT}.cohorts", rule=rule, got=text_of(total)))
    return shares | dict.fromkeys(silent[:1], max(Fraction(0), 1 - total))


def _cohort(name: str, section: CohortSection, share: Fraction, game: PhasedGame, document: Document) -> Cohort:
    at, kind = f"{AT}.cohorts.{name}", section.kind or name
    if kind not in MODULES:
        rule = "must be a kind of agent" if section.kind else "is required: the cohort's name is no kind of agent"
        got = quote(kind) if section.kind else None
        raise InputError(Problem(name=f"{at}.kind", rule=rule, got=got, hint=nearest(kind, MODULES)))
    problems: list[Problem] = []
    given: dict[str, Any] = {}
    readers: dict[str, tuple[object, Callable[[], Any]]] = {
        "objective": (section.objective, lambda: _objective(at, game, str(section.objective))),
        "discounting": (section.discount, lambda: read_discounting(section.discount)),  # type: ignore[arg-type]
        "selves": (section.selves, lambda: Selves(str(section.selves))),
        "believed": (
            section.beliefs or None,
            lambda: believed_game((*at.split("."), "beliefs"), section.beliefs, document),
        ),
        "strategy": (section.strategy, lambda: read_strategy(f"{at}.strategy", section.strategy, game)),  # type: ignore[arg-type]
        "history": (section.history, lambda: _history(at, game, document, section.history)),  # type: ignore[arg-type]
    }
    for keyword, (setting, reader) in readers.items():
        if setting is not None:
            given[keyword] = _one(reader, problems)
    if problems:
        raise InputError(problems)
    try:
        built = build_kind(kind, section.settings, given)
        return Cohort(name=name, kind=built, share=share, error=section.error, temperature=section.temperature)
    except InputError as error:
        raise InputError(_of_cohort(at, name, problem) for problem in error.problems) from None


def _of_cohort(at: str, name: str, problem: Problem) -> Problem:
    """A problem of a cohort in the words of the file."""
    inner, hint = problem.name.removeprefix(f"{name}."), problem.hint
    for word, in_files in {"discounting": "discount", "believed": "beliefs"}.items():
        inner = in_files if inner == word else inner
        hint = hint and re.sub(rf"\b{word}\b", in_files, hint)
    return replace(problem, name=f"{at}.{inner}", hint=hint)


def _objective(at: str, game: PhasedGame, name: str) -> str:
    names = [objective.name for objective in game.objectives]
    if name not in names:
        rule, hint = "must be one of the objectives", nearest(name, names)
        raise InputError(Problem(name=f"{at}.objective", rule=rule, got=quote(name), hint=hint))
    return name


def _history(at: str, game: PhasedGame, document: Document, setting: str | HistorySection) -> History:
    from deceptive_sim.populations.histories import MOST_CHARACTERS, History, evidence_of, read_history

    section = HistorySection(text=setting) if isinstance(setting, str) else setting
    if (section.file is None) is (section.text is None):
        raise InputError(Problem(name=f"{at}.history", rule="must have a file or a text, one of them"))
    if section.file is not None:
        path = Path(document.file).parent / section.file
        text, source = _text_of(path, f"{at}.history.file", section.file, MOST_CHARACTERS), str(path)
    else:
        text, source = str(section.text), ""
    try:
        history = read_history(text, source)
        evidence_of(history, game)  # which raises with whatever is not of this game
    except InputError as error:
        raise InputError(
            _of_history(problem, f"{at}.history", section, document) for problem in error.problems
        ) from None
    if section.lines is None:
        return history
    if section.lines > history.episodes:
        rule = f"must be at most {history.episodes}: so many there are"
        raise InputError(Problem(name=f"{at}.history.lines", rule=rule, got=str(section.lines)))
    return History(tuple(_first(history, section.lines)))


def _of_history(problem: Problem, name: str, section: HistorySection, document: Document) -> Problem:
    """A problem of a history: in a file it has its place there, in the scenario that of the text, and its line."""
    if section.file is not None:
        return problem if problem.position else replace(problem, name=f"{name}.file")
    steps = tuple(name.split("."))
    place = document.values.get((*steps, "text")) or document.place_of_value(steps)
    if problem.position is None:
        return replace(problem, name=name, position=place)
    line = f"line {problem.position.line}"
    told = problem.name if problem.name.startswith("line ") else f"{line}: {problem.name}"
    return replace(problem, name=f"{name}: {told}", position=place)


def _text_of(path: Path, name: str, given: str, most: int) -> str:
    """The text of a file; what never ends, such as a pipe or a device, is none."""
    rule = "must be a text file that can be read"
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise InputError(Problem(name=name, rule=f"{rule}: it is no file", got=quote(given)))
        size = path.stat().st_size
        if size > 4 * most:  # bytes, of which a character has four at most
            raise InputError(Problem(name=name, rule=f"must have at most {most} characters", got=f"{size} bytes"))
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        rule = f"{rule}: {getattr(error, 'strerror', None) or 'it is no UTF-8'}"
        raise InputError(Problem(name=name, rule=rule, got=quote(given))) from None


def _first(history: History, lines: int) -> Iterator[Sequence[Line]]:
    """The runs of a history up to a number of lines."""
    for run in history.runs:
        yield run[:lines]
        lines = max(0, lines - len(run))
