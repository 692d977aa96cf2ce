"""A scenario as claims see it: games and agents by parameters, which are named by dotted paths.

Satisfies `claims.situations.Situations`. Names are those that people use (`training.episodes`, not
`game.phases.training.episodes`) wherever these mean the same place.
"""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from deceptive_sim.claims.situations import Situation, Template
from deceptive_sim.core.errors import InputError, Problem, nearest, quote
from deceptive_sim.core.exact import NotANumber, exact, text_of
from deceptive_sim.core.paths import join_path
from deceptive_sim.model.numbers import numbers_of
from deceptive_sim.scenario.library import shipped_scenarios
from deceptive_sim.scenario.load import Scenario
from deceptive_sim.scenario.paths import base_objective, number_type, resolve, short_name
from deceptive_sim.scenario.yaml_text import Steps
from deceptive_sim.studies.claim_holes import Form, Settings, find_form

MOST_FORMS = 200
"""How many forms are kept at a time."""


@dataclass(frozen=True)
class ScenarioSituations:
    """A scenario's games and agents by parameters.

    Attributes
    ----------
    scenario : Scenario
    """

    scenario: Scenario
    _places: dict[str, Steps] = field(default_factory=dict, repr=False, compare=False)
    _names: dict[str, str] = field(default_factory=dict, repr=False, compare=False)
    _measured: dict[str, Scenario] = field(default_factory=dict, repr=False, compare=False)
    _forms: dict[Any, Form | None] = field(default_factory=dict, repr=False, compare=False)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.scenario.id})"

    def __getstate__(self) -> dict[str, Any]:
        """What travels to other processes: the scenario alone."""
        empty: dict[str, Any] = {"_places": {}, "_names": {}, "_measured": {}, "_forms": {}}
        return {"scenario": self.scenario, **empty}

    # --- parameters ----------------------------------------------------------------------------------------------

    def canonical(self, path: str) -> str:
        """One name for all paths that mean the same parameter.

        Raises
        ------
        InputError
            If the scenario has no such parameter (the nearest is named), or it takes no number.
        """
        if path not in self._names:
            place = self._settled(path, resolve(self.scenario.document.data, path))
            name = self._name(place)
            self._names[path] = self._names[name] = name
            self._places[name] = place
        return self._names[path]

    def whole(self, path: str) -> bool:
        """Whether a parameter takes whole numbers only."""
        return number_type(self.scenario.document.data, self._place(path)) is int

    def number(self, path: str) -> Fraction:
        """What a parameter is if nobody sets it; an `InputError` if the scenario does not tell."""
        name = self.canonical(path)
        stands = _value_at(self.scenario.document.data, self._places[name])
        if stands is not None:
            try:
                return exact(stands)
            except NotANumber as error:
                raise InputError(Problem(name=name, rule=str(error), got=quote(stands))) from None
        for agent in self.scenario.agents:
            numbers = self._unset(name, agent.name)
            if len(numbers) == 1:
                return numbers.pop()
        rule = "must be given a value: the scenario does not say what it is"
        raise InputError(Problem(name=name, rule=rule))

    def _unset(self, name: str, agent: str) -> set[Fraction]:
        """The numbers that a parameter would move, as they are if nobody sets it."""
        form = self._form((name,), agent)
        if form is None:
            return set()
        situation = self._read({}, agent)
        game, mind = situation.game, situation.agent
        in_game = numbers_of(mind.judged(game))
        in_mind = numbers_of(mind.judged(mind.believed or game))
        numbers = [(in_mind if spot.believed else in_game).get(spot.place) for spot in form.template().spots[name]]
        return {number for number in numbers if number is not None}

    def _settled(self, path: str, place: Steps) -> Steps:
        """The one place of a number that can be written in two ways; an `InputError` if it is no number."""
        data = self.scenario.document.data
        if place[:2] == ("game", "phases") and place[3:4] == ("modification",) and len(place) > 4:
            base, setting = base_objective(data), _value_at(data, place[:5])
            if place[5:] == (base,) and not isinstance(setting, dict):
                place = place[:5]
            elif not place[5:] and isinstance(setting, dict) and set(setting) == {base}:
                place = (*place, base)
        if place[:1] == ("agents",) and place[2:3] == ("beliefs",) and len(place) == 4:
            place = self._belief(place)
        stands = _value_at(data, place)
        if isinstance(stands, dict):
            hint = nearest(path, [f"{path}.{key}" for key in stands])
            raise InputError(Problem(name=path, rule="is no single number: name one of its parts", hint=hint))
        if number_type(data, place) is None:
            raise InputError(Problem(name=path, rule="takes no number, so that no claim can speak of it"))
        return place

    def _belief(self, place: Steps) -> Steps:
        """A belief under the name that the file gives it, or else the short one."""
        data = self.scenario.document.data
        asked = resolve(data, str(place[3]), within_game=True)
        beliefs = _value_at(data, place[:3])
        for key in beliefs if isinstance(beliefs, dict) else ():
            try:
                if resolve(data, key, within_game=True) == asked:
                    return (*place[:3], key)
            except InputError:
                continue
        return (*place[:3], short_name(asked))

    def _name(self, place: Steps) -> str:
        """The short name of a place if it means that place, its path from the root otherwise."""
        data, short = self.scenario.document.data, short_name(place)
        try:
            return short if resolve(data, short) == place else join_path(place)
        except InputError:
            return join_path(place)

    def _place(self, path: str) -> Steps:
        return self._places[self.canonical(path)]

    # --- situations ----------------------------------------------------------------------------------------------

    def at(self, settings: Mapping[str, Fraction], agent: str | None = None) -> Situation:
        """The situation with some parameters set; an `InputError` if that is no sound game."""
        named = {self.canonical(path): value for path, value in settings.items()}
        name = self.scenario.agent_named(agent).name
        form = self._filling(tuple(sorted(named)), name)
        if form is not None:
            try:
                return form.filled(named)
            except InputError:
                pass  # read anew, so that the problem is named as everywhere
        return self._read(named, name)

    def template(self, settings: Mapping[str, Fraction], paths: Sequence[str], agent: str | None) -> Template | None:
        """The situation with holes for some paths, the others set; None if a hole is more than copies of a number."""
        name = self.scenario.agent_named(agent).name
        holes = tuple(self.canonical(path) for path in paths)
        fixed = {self.canonical(path): value for path, value in settings.items()}
        form = self._held(fixed, holes, name) or find_form(
            lambda trial: self._read(trial, name), fixed, holes, self.whole
        )
        return None if form is None else form.template()

    def _held(self, fixed: Settings, holes: tuple[str, ...], agent: str) -> Form | None:
        """The form with these holes, of one known already that has holes for all parameters that are set."""
        form = self._filling(tuple(sorted({*fixed, *holes})), agent)
        try:
            return form and form.held({path: value for path, value in fixed.items() if path not in holes})
        except InputError:
            return None

    def _form(self, paths: tuple[str, ...], agent: str) -> Form | None:
        key = (paths, agent)
        if key not in self._forms:
            if len(self._forms) >= MOST_FORMS:
                self._forms.clear()
            self._forms[key] = find_form(lambda trial: self._read(trial, agent), {}, paths, self.whole)
        return self._forms[key]

    def _filling(self, paths: tuple[str, ...], agent: str) -> Form | None:
        """The form, if every parameter fills a hole; whether others have sound values only the file's rules tell."""
        form = self._form(paths, agent)
        return form if form is not None and all(form.holes.values()) else None

    def _read(self, settings: Mapping[str, Fraction], agent: str) -> Situation:
        """The situation as the scenario file gives it. Beliefs of agents that do not play are nobody's concern."""
        if agent not in self._measured:
            self._measured[agent] = self.scenario.measuring(agent)
        parameters = {}
        for name, value in settings.items():
            place = self._place(name)
            if place[:1] != ("agents",) or place[1] == agent or place[2:3] != ("beliefs",):
                parameters[join_path(place)] = value
        scenario = self._measured[agent].with_parameters(parameters)
        return Situation(game=scenario.game, agent=scenario.agent_named(agent))

    # --- commands ------------------------------------------------------------------------------------------------

    def replay(self, settings: Mapping[str, Fraction], agent: str | None = None) -> str:
        """The command that shows the situation, every agent in it."""
        words = ["deceptive-sim", "solve", self.source, *self.set_words(settings)]
        return shlex.join(words)

    def set_words(self, settings: Mapping[str, Fraction] | None = None) -> list[str]:
        """What `--set` says of this scenario's own changes, and of some parameters on top."""
        named = {self.canonical(path): value for path, value in (settings or {}).items()}
        data = self.scenario.document.data
        taken = {self._places[name] for name in named}
        kept = {path: text for path, text in self.scenario.changed.items() if resolve(data, path) not in taken}
        texts = {**kept, **{name: text_of(value) for name, value in named.items()}}
        return [word for path, text in texts.items() for word in ("--set", f"{path}={text}")]

    @property
    def source(self) -> str:
        """What commands call the scenario: its id if it ships with the package, its file otherwise."""
        file = self.scenario.document.file
        return next((name for name, path in shipped_scenarios().items() if str(path) == file), file)


def _value_at(data: Any, place: Steps) -> Any:
    """What stands at a place of a file's data; None if nothing does."""
    for step in place:
        if isinstance(data, dict):
            data = data.get(step)
        elif isinstance(data, list) and isinstance(step, int) and step < len(data):
            data = data[step]
        else:
            return None
    return data
