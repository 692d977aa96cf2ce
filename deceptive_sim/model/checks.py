"""The rules that a phased game's numbers must keep, each broken one named by its dotted path."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from deceptive_sim.core.errors import Problem, nearest, quote
from deceptive_sim.core.exact import NotANumber, count, exact, probability, text_of
from deceptive_sim.core.paths import NAME, NAME_RULE
from deceptive_sim.model.actions import Action
from deceptive_sim.model.objectives import Objective
from deceptive_sim.model.phases import Phase


def problems_of(
    phases: Sequence[Phase], actions: Sequence[Action], objectives: Sequence[Objective], base_objective: str | None
) -> list[Problem]:
    """Every broken rule of a phased game made of these; empty if it is sound."""
    done = [action.name for action in actions]
    wanted = [objective.name for objective in objectives]
    named = [
        *_names(done, "action", "actions"),
        *_names(wanted, "objective", "payoffs"),
        *_names([phase.name for phase in phases], "phase", "phases"),
    ]
    if base_objective is not None and base_objective not in wanted:
        rule, hint = "must be one of the objectives", nearest(base_objective, wanted)
        named.append(Problem(name="base_objective", rule=rule, got=quote(base_objective), hint=hint))
    return named + [problem for phase in phases for problem in _phase(phase, done, wanted)]


def _names(words: Iterable[str], what: str, path: str) -> Iterator[Problem]:
    if not words:
        yield Problem(name=path, rule=f"must name at least one {what}")
    for word, times in Counter(words).items():
        if not NAME.fullmatch(word):
            yield Problem(
                name=f"{path}.{word}", rule=f"is not a name: the name of a {what} {NAME_RULE}", got=quote(word)
            )
        if times > 1:
            yield Problem(name=f"{path}.{word}", rule=f"must be the name of one {what} only", got=f"{times} of them")


def _phase(phase: Phase, actions: list[str], objectives: list[str]) -> Iterator[Problem]:
    yield from _number(f"{phase.name}.episodes", phase.episodes, count)
    yield from _known(f"{phase.name}.payoffs", phase.payoffs, objectives, "objective")
    for objective, row in phase.payoffs.items():
        yield from _known(f"{phase.name}.payoffs.{objective}", row, actions, "action")
        for action, payoff in row.items():
            yield from _number(f"{phase.name}.payoffs.{objective}.{action}", payoff, exact)
    yield from _known(f"{phase.name}.modification", phase.modification, actions, "action")
    yield from _known(f"{phase.name}.shutdown", phase.shutdown, actions, "action")
    for action in actions:
        yield from _way_on(phase, action, objectives)


def _way_on(phase: Phase, action: str, objectives: list[str]) -> Iterator[Problem]:
    path = f"{phase.name}.modification.{action}"
    targets = phase.modification.get(action, {})
    found = list(_known(path, targets, objectives, "objective"))
    alone = len(targets) == 1
    for target, p in targets.items():
        found += _number(path if alone else f"{path}.{target}", p, probability)
    off = phase.shutdown.get(action, 0)
    found += _number(f"{phase.name}.shutdown.{action}", off, probability)
    yield from found
    if not found and sum(targets.values()) + off > 1:
        yield Problem(
            name=path if targets else f"{phase.name}.shutdown.{action}",
            rule="and shutdown after the same action must sum to at most 1",
            got=f"{' + '.join(text_of(p) for p in targets.values())} + {text_of(off)}",
        )


def _known(path: str, table: Mapping[str, object], valid: list[str], what: str) -> Iterator[Problem]:
    for word in table:
        if word not in valid:
            yield Problem(name=f"{path}.{word}", rule=f"names no {what} of the game", hint=nearest(word, valid))


def _number(path: str, value: object, read: Callable[[object], object]) -> Iterator[Problem]:
    try:
        read(value)
    except NotANumber as error:
        yield Problem(name=path, rule=str(error), got=quote(value))
