"""Who can be at the wheel of an agent: its own objective, what modification makes of it, or nobody.

A wheel is a mixture of the game's objectives. An agent's first wheel is its own; rewriting puts a pure objective in its
place, a gradient step moves weight to the base objective. Weight that is missing to 1 is habit: agents without an
objective of their own (the "plants") start with habit alone, and act on an objective only as far as training has given
them one.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from deceptive_sim.core.errors import wrong
from deceptive_sim.model.phases import Phase
from deceptive_sim.populations.optimisers import Gradient, Rewriting
from deceptive_sim.populations.scene import Scene

MOST_WHEELS = 1_000


@dataclass(frozen=True)
class Wheel:
    """A mixture of objectives at the wheel.

    Attributes
    ----------
    weights : tuple of Fraction
        By objective of the game, each in [0, 1], in sum at most 1; the rest is habit.
    unmodified : bool
        Whether nothing has modified the agent yet.
    """

    weights: tuple[Fraction, ...]
    unmodified: bool

    @property
    def habit(self) -> Fraction:
        """The part that no objective has, in [0, 1]."""
        return 1 - sum(self.weights, Fraction(0))

    def pure(self) -> int | None:
        """The objective that has all the weight, None if there is none."""
        return self.weights.index(Fraction(1)) if Fraction(1) in self.weights else None


@dataclass(frozen=True)
class Wheels:
    """All wheels that an agent can come to, its own one first.

    Attributes
    ----------
    scene : Scene
    all : tuple of Wheel
    """

    scene: Scene
    all: tuple[Wheel, ...]

    def moves(self, phase: Phase, wheel: int, action: int) -> Mapping[int, Fraction]:
        """The wheels that follow after an action in a phase, with their probabilities (exact).

        What is missing to 1 is shutdown. Selection is not among it: that is no modification.
        """
        kept, known = self._known.get(id(phase), (None, {}))
        if kept is not phase:  # new, or a copy of all this came from another process, where ids were others
            known = {}
            self._known[id(phase)] = phase, known
        if (wheel, action) not in known:
            known[wheel, action] = self._moves(phase, wheel, action)
        return known[wheel, action]

    def _moves(self, phase: Phase, wheel: int, action: int) -> dict[int, Fraction]:
        found = {self.all[wheel]: Fraction(1)}
        for modifier in self.scene.modifiers(phase):
            found = _modified(self.scene, phase, modifier, found, action)
        off = phase.shutdown.get(self.scene.game.actions[action].name, Fraction(0))
        return {self.places[w]: p for w, p in _with_shutdown(found, self.all[wheel], off).items() if p}

    @cached_property
    def places(self) -> Mapping[Wheel, int]:
        """The place of every wheel among all."""
        return {wheel: place for place, wheel in enumerate(self.all)}

    @cached_property
    def _known(self) -> dict[int, tuple[Phase, dict[tuple[int, int], dict[int, Fraction]]]]:
        return {}

    def within(self, scene: Scene) -> Wheels:
        """These wheels, and after them all others that they come to in another scene with the same objectives.

        Raises
        ------
        InputError
            If there are more than 1,000.
        """
        return Wheels(scene, _closed(scene, self.all))


def wheels_from(scene: Scene, start: tuple[Fraction, ...]) -> Wheels:
    """All wheels that an agent with some weights can come to.

    Raises
    ------
    InputError
        If there are more than 1,000: the learning rate is too small.
    """
    found = {Wheel(start, True): None}
    if scene.mutates_objectives:
        found |= {Wheel(unit(scene, index), False): None for index in range(len(scene.objectives))}
    return Wheels(scene, _closed(scene, tuple(found)))


def _closed(scene: Scene, start: tuple[Wheel, ...]) -> tuple[Wheel, ...]:
    """Some wheels and all that they can come to."""
    found = dict.fromkeys(start)
    waiting = deque(found)
    while waiting:
        wheel = waiting.popleft()
        for phase in scene.game.phases:
            for modifier in scene.modifiers(phase) if phase.episodes else ():
                for action in range(len(scene.game.actions)):
                    for following in _modified(scene, phase, modifier, {wheel: Fraction(1)}, action):
                        if following not in found:
                            found[following] = None
                            waiting.append(following)
        if len(found) > MOST_WHEELS:
            rule = f"must be larger: at this rate objectives could come to more than {MOST_WHEELS} mixtures"
            raise wrong("learning_rate", rule)
    return tuple(found)


def unit(scene: Scene, objective: int) -> tuple[Fraction, ...]:
    """The weights of one objective alone."""
    return tuple(Fraction(index == objective) for index in range(len(scene.objectives)))


def _modified(
    scene: Scene, phase: Phase, modifier: Rewriting | Gradient, found: dict[Wheel, Fraction], action: int
) -> dict[Wheel, Fraction]:
    after: dict[Wheel, Fraction] = {}
    for wheel, chance in found.items():
        for following, p in _steps(scene, phase, modifier, wheel, action).items():
            after[following] = after.get(following, Fraction(0)) + chance * p
    return after


def _steps(
    scene: Scene, phase: Phase, modifier: Rewriting | Gradient, wheel: Wheel, action: int
) -> dict[Wheel, Fraction]:
    """What one modifier makes of a wheel after an action, with probabilities that sum to 1."""
    name = scene.game.actions[action].name
    if isinstance(modifier, Gradient):
        moved = _towards_base(scene, wheel, modifier.learning_rate) if scene.falls_short(phase, name) else wheel
        return {moved: Fraction(1)}
    targets = phase.modification.get(name, {})
    away = {scene.objectives.index(target): p for target, p in targets.items() if p}
    away = {target: p for target, p in away.items() if wheel.pure() != target}
    steps = {Wheel(unit(scene, target), False): p for target, p in away.items()}
    stays = 1 - sum(away.values(), Fraction(0))
    return steps | ({wheel: stays} if stays else {})


def _towards_base(scene: Scene, wheel: Wheel, rate: Fraction) -> Wheel:
    """Weight of the base objective up by a rate, that of everything else down in proportion."""
    base = scene.base
    assert base is not None
    old = wheel.weights[base]
    if old == 1:
        return wheel
    new = min(Fraction(1), old + rate)
    weights = tuple(
        new if index == base else weight * (1 - new) / (1 - old) for index, weight in enumerate(wheel.weights)
    )
    return Wheel(weights, False)


def _with_shutdown(found: dict[Wheel, Fraction], here: Wheel, off: Fraction) -> dict[Wheel, Fraction]:
    """The game's shutdown takes from those that stay as they are; with modification it sums to at most 1."""
    if not off:
        return found
    stays = found.get(here, Fraction(0))
    if stays >= off:
        return found | {here: stays - off}
    return {wheel: p * (1 - off) for wheel, p in found.items()}
