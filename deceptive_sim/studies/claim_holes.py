"""Which numbers of a game and its agent some parameters are: found out by trying, so that every path is understood.

A parameter fits a *form* if each number that moves with it is a copy of its value, and everything else stays as it is.
A form makes situations at other values much faster than reading the scenario anew; what it makes is equal to that.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any, NamedTuple

from deceptive_sim.claims.situations import Situation, Spot, Template
from deceptive_sim.core.errors import InputError
from deceptive_sim.model.agents import AgentSpec
from deceptive_sim.model.discounting import Exponential
from deceptive_sim.model.numbers import Place, numbers_of, shape_of
from deceptive_sim.model.phased import PhasedGame
from deceptive_sim.model.phases import Phase

Settings = Mapping[str, Fraction]

ENOUGH_TRIES = 3
"""How many values a parameter must have been tried at, besides the first, before it counts as understood."""

OWN_DISCOUNT = Place("discount")
"""The discount that an agent has in place of its objective's."""


class Where(enum.Enum):
    """What part of a situation a number belongs to."""

    GAME = enum.auto()
    BELIEVED = enum.auto()
    AGENT = enum.auto()


class Hole(NamedTuple):
    """A number of a situation as it is built: of its game, of the game its agent believes in, or of the agent."""

    where: Where
    place: Place


@dataclass(frozen=True, kw_only=True)
class Form:
    """A situation with holes, by the path of the parameter that fills them."""

    situation: Situation
    holes: Mapping[str, tuple[Hole, ...]]

    def filled(self, settings: Settings) -> Situation:
        """The situation with every hole filled; an `InputError` if that is no sound game."""
        numbers: dict[Where, dict[Place, Fraction]] = {where: {} for where in Where}
        for path, holes in self.holes.items():
            for hole in holes:
                numbers[hole.where][hole.place] = settings[path]
        game, agent = self.situation.game, self.situation.agent
        if numbers[Where.AGENT]:
            agent = replace(agent, discounting=Exponential(numbers[Where.AGENT][OWN_DISCOUNT]))
        if numbers[Where.BELIEVED]:
            assert agent.believed is not None
            agent = replace(agent, believed=game_with(agent.believed, numbers[Where.BELIEVED]))
        return Situation(game=game_with(game, numbers[Where.GAME]), agent=agent)

    def held(self, settings: Settings) -> Form:
        """The same with some holes filled for good; an `InputError` if there is no sound game at the values it has."""
        stands = numbers_in(self.situation)
        values = {path: settings.get(path, stands[holes[0]]) for path, holes in self.holes.items()}
        holes = {path: holes for path, holes in self.holes.items() if path not in settings}
        return Form(situation=self.filled(values), holes=holes)

    def template(self) -> Template:
        """The same as the agent judges it: its own discounting stands in the objectives, no longer in the agent."""
        game, agent = self.situation.game, self.situation.agent
        believed = None if agent.believed is None else agent.judged(agent.believed)
        plain = replace(agent, discounting=None, selves=None, believed=believed)
        return Template(
            situation=Situation(game=agent.judged(game), agent=plain),
            spots={path: tuple(dict.fromkeys(_spots(holes, agent))) for path, holes in self.holes.items()},
        )


def _spots(holes: Iterable[Hole], agent: AgentSpec) -> Iterator[Spot]:
    own = Place("discount", -1, agent.objective)
    for where, place in holes:
        if where is Where.AGENT:
            yield Spot(False, own)
            if agent.believed is not None:
                yield Spot(True, own)
        elif place != own or agent.discounting is None:
            yield Spot(where is Where.BELIEVED, place)


def find_form(
    at: Callable[[Settings], Situation], settings: Settings, paths: Sequence[str], whole: Callable[[str], bool]
) -> Form | None:
    """Find the holes that some paths fill.

    Parameters
    ----------
    at : callable
        The situation with some parameters set; raises an `InputError` if it is unsound.
    settings : mapping
        What stays as it is.
    paths : sequence of str
        The parameters that get holes.
    whole : callable
        Whether a parameter takes whole numbers only.

    Returns
    -------
    Form or None
        None if a number that moves is no copy of a parameter's value, or if no sound situation was found to try.
    """
    fixed = {path: value for path, value in settings.items() if path not in paths}
    kinds = [whole(path) for path in paths]
    first = dict(zip(paths, _values(kinds, 0), strict=True))
    base = _tried(at, {**fixed, **first})
    if base is None:
        return None
    holes: dict[str, tuple[Hole, ...]] = {}
    for path, is_whole in zip(paths, kinds, strict=True):
        found = _moved(at, {**fixed, **first}, path, is_whole, base)
        if found is None:
            return None
        holes[path] = found
    filled = [hole for found in holes.values() for hole in found]
    form = Form(situation=base, holes=holes)
    if len(filled) != len(set(filled)) or not _holds(at, fixed, paths, kinds, form):
        return None
    return form


def _values(kinds: Sequence[bool], turn: int) -> list[Fraction]:
    """Values that differ between parameters and between turns; fractions are small, as some have to sum to 1."""
    return [
        Fraction(2 + (place + turn) % 3) if whole else Fraction(1 + 31 * turn + place, 10_007)
        for place, whole in enumerate(kinds)
    ]


def _tried(at: Callable[[Settings], Situation], settings: Settings) -> Situation | None:
    try:
        return at(settings)
    except InputError:
        return None


def _moved(
    at: Callable[[Settings], Situation], settings: Settings, path: str, whole: bool, base: Situation
) -> tuple[Hole, ...] | None:
    """The holes that one path fills, the others as they are; None if it does more."""
    numbers = (5, 6, 7, 1, 0) if whole else (Fraction(97, 10_007), Fraction(1, 101), Fraction(1, 211), 0, 1)
    before, shape = numbers_in(base), _shape(base)
    moved: set[Hole] | None = None
    tries = 0
    for value in [Fraction(number) for number in numbers]:
        situation = _tried(at, {**settings, path: value})
        if situation is None:
            continue
        after = numbers_in(situation)
        changed = {hole for hole, number in after.items() if number != before.get(hole)}
        if _shape(situation) != shape or any(after[hole] != value for hole in changed):
            return None
        if moved is not None and moved != changed:
            return None
        moved = changed
        tries += 1
    return tuple(sorted(moved, key=str)) if moved is not None and tries >= ENOUGH_TRIES else None


def _holds(
    at: Callable[[Settings], Situation], fixed: Settings, paths: Sequence[str], kinds: Sequence[bool], form: Form
) -> bool:
    """Whether situations come out as filled where all parameters are moved together."""
    tries = 0
    for turn in range(1, 1 + ENOUGH_TRIES + 1):
        settings = dict(zip(paths, _values(kinds, turn), strict=True))
        situation = _tried(at, {**fixed, **settings})
        if situation is None:
            continue
        if situation != form.filled(settings):
            return False
        tries += 1
    return tries > 0


def numbers_in(situation: Situation) -> dict[Hole, Fraction]:
    """Every number of a situation."""
    agent = situation.agent
    numbers = {Hole(Where.GAME, place): number for place, number in numbers_of(situation.game).items()}
    if agent.believed is not None:
        numbers |= {Hole(Where.BELIEVED, place): number for place, number in numbers_of(agent.believed).items()}
    if isinstance(agent.discounting, Exponential):
        numbers[Hole(Where.AGENT, OWN_DISCOUNT)] = agent.discounting.discount
    return numbers


def _shape(situation: Situation) -> tuple[object, ...]:
    """What two situations must have in common to differ in their numbers only."""
    agent = situation.agent
    own = Exponential if isinstance(agent.discounting, Exponential) else agent.discounting
    believed = None if agent.believed is None else shape_of(agent.believed)
    return shape_of(situation.game), believed, agent.name, agent.objective, agent.strategy, agent.selves, own


def game_with(game: PhasedGame, numbers: Mapping[Place, Fraction]) -> PhasedGame:
    """A game with some numbers in place of its own; an `InputError` if that is no sound game."""
    if not numbers:
        return game
    changed: dict[int, list[tuple[Place, Fraction]]] = {}
    for place, number in numbers.items():
        changed.setdefault(place.phase, []).append((place, number))
    phases = [
        _phase_with(phase, changed[index]) if index in changed else phase for index, phase in enumerate(game.phases)
    ]
    discounts = {place.first: number for place, number in changed.get(-1, ())}
    objectives = [
        replace(objective, discounting=Exponential(discounts[objective.name]))
        if objective.name in discounts
        else objective
        for objective in game.objectives
    ]
    return replace(game, phases=phases, objectives=objectives)


def _phase_with(phase: Phase, numbers: Iterable[tuple[Place, Fraction]]) -> Phase:
    episodes: Any = phase.episodes
    payoffs, modification, shutdown = dict(phase.payoffs), dict(phase.modification), dict(phase.shutdown)
    for place, number in numbers:
        match place.kind:
            case "episodes":
                episodes = int(number) if number.denominator == 1 else number
            case "payoff":
                payoffs[place.first] = {**payoffs.get(place.first, {}), place.second: number}
            case "modification":
                modification[place.first] = {**modification.get(place.first, {}), place.second: number}
            case "shutdown":
                shutdown[place.first] = number
    return replace(phase, episodes=episodes, payoffs=payoffs, modification=modification, shutdown=shutdown)
