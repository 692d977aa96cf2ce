"""How a kind of agent is declared and found.

A kind is a module of this package with a `KIND`: its name, title and source, its parameters (declared once, here and
nowhere else) and what builds it. To add one, copy the nearest file and name it in `MODULES`.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from deceptive_sim.core.errors import InputError, Problem, nearest, wrong
from deceptive_sim.games.library import Parameter, read_settings

if TYPE_CHECKING:
    from deceptive_sim.populations.kinds.kind import Kind

__all__ = ["MODULES", "LibraryKind", "Parameter", "build_kind", "library_kind"]

MODULES = {
    "heuristic": "heuristic",
    "internalised": "internalised",
    "corrigible": "corrigible",
    "deceptive": "deceptive",
    "naive-proxy": "naive_proxy",
    "myopic": "myopic",
    "wrong-beliefs": "wrong_beliefs",
    "strategy": "strategy",
    "gambler": "gambler",
    "prober": "prober",
    "history": "history",
}
"""Names of kinds, and the modules they live in (imported when asked for)."""


AGENT_SETTINGS = {
    "objective": "name of its initial objective",
    "discounting": "how it discounts, in place of its objective's own",
    "selves": "sophisticated or naive, in place of its objective's own",
    "believed": "the phased game that it believes it is in",
    "strategy": "what it does until first modified, a `Strategy` for all episodes",
    "history": "what it has seen before the first episode, a `History`",
}
"""Settings that several kinds share, by the keyword that `build` takes them under."""


@dataclass(frozen=True, kw_only=True)
class LibraryKind:
    """A kind that can be asked for by name.

    Attributes
    ----------
    name, title, source : str
    parameters : tuple of Parameter
        Settings of its own; `build` takes every one by its name, with `_` for dots.
    takes : tuple of str
        Which settings of agents it has besides, of `AGENT_SETTINGS`; `build` takes them by these names, those that are
        not set left out.
    needs : tuple of str
        Which of these must be set.
    build : callable
        Makes the kind; an `InputError` names settings that do not go together.
    """

    name: str
    title: str
    source: str
    parameters: tuple[Parameter, ...] = ()
    takes: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    build: Callable[..., Kind]


def library_kind(name: str) -> LibraryKind:
    """The kind of that name; an `InputError` names the nearest one."""
    if name not in MODULES:
        raise wrong("kind", "must be a kind of agent", name, nearest(name, MODULES))
    kind = importlib.import_module(f"deceptive_sim.populations.kinds.{MODULES[name]}").KIND
    assert isinstance(kind, LibraryKind)
    return kind


def build_kind(
    name: str, settings: Mapping[str, object] | None = None, given: Mapping[str, object] | None = None
) -> Kind:
    """A kind with some parameters set and the others at their defaults.

    Parameters
    ----------
    name : str
    settings : mapping, optional
        Its own parameters, by name.
    given : mapping, optional
        Settings of agents, by the names in `AGENT_SETTINGS`.

    Raises
    ------
    InputError
        With every parameter that it does not have or whose rule is broken, and every setting that it does not take or
        that it lacks.
    """
    kind, given = library_kind(name), given or {}
    problems = [
        Problem(name=key, rule=f"is nothing that {name} goes by", hint=nearest(key, kind.takes))
        for key in given
        if key not in kind.takes
    ]
    problems += [Problem(name=key, rule=f"is required for {name}") for key in kind.needs if key not in given]
    if problems:
        raise InputError(problems)
    values = read_settings(name, kind.parameters, settings or {}, prefix="settings")
    try:
        return kind.build(**{key.replace(".", "_"): value for key, value in values.items()}, **given)
    except InputError as error:
        raise InputError(
            replace(p, name=f"settings.{p.name}") if p.name in values else p for p in error.problems
        ) from None
