"""A suite that any kind of agent can be held against: whether it keeps the `Kind` protocol, and the laws of all kinds.

    >>> from deceptive_sim.testing import check_kind
    >>> check_kind("deceptive").text()
    'keeps 12 rules in 35 scenes'

A kind is tried in many small scenes: under every base optimiser and none, in one phase and several, with one to three
objectives and actions, without base objective, training, deployment or any episode. A scene that a kind refuses with
an `InputError` is counted; any other exception is a broken rule. Every rule is checked in every scene, as far as the
scene has what the rule is about.
"""

from __future__ import annotations

import dataclasses
import pickle
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeAlias, cast

import numpy as np

from deceptive_sim.core.errors import InputError, quote
from deceptive_sim.model.phased import PhasedGame
from deceptive_sim.model.strategies import Strategy
from deceptive_sim.populations.cohorts import Cohort, Population
from deceptive_sim.populations.kinds.internalised import Internalised
from deceptive_sim.populations.kinds.kind import Behaviour, Kind
from deceptive_sim.populations.kinds.library import build_kind, library_kind
from deceptive_sim.populations.scene import Scene
from deceptive_sim.populations.tables import tables_of
from deceptive_sim.populations.wheels import unit, wheels_from
from deceptive_sim.testing.kind_scenes import kind_scenes

__all__ = ["RULES", "BrokenKindRule", "KindConformance", "KindError", "check_kind"]

RULES = {
    "answers": "a kind answers in every scene, or refuses it with an InputError; it answers in one at least",
    "frozen": "a kind is a frozen dataclass that can be sent to another process and is the same there",
    "objective": "weights are one Fraction for each objective, each from 0, in sum at most 1",
    "shape": "chances, memories and values are arrays [episodes, wheels, memories, actions]",
    "chances": "chances are from 0 to 1 and sum to 1 over actions",
    "memories": "the memory that follows is a whole number from 0 to less than the number of memories",
    "values": "what actions are worth is known for all of them or for none; where it is known, the best is taken",
    "asked": "whether values are asked for changes nothing else; asked, a wheel given to an objective has them",
    "repeatable": "the same question has the same answer, and asking changes nothing",
    "given": "a wheel that was given to the base objective does what an internalised agent does, where nobody "
    "modifies that",
    "trembles": "agents that make errors and go by a softmax take every action with some chance, in sum 1",
    "cast": "a population of it has tables, with probabilities that sum to 1",
}
"""Every rule, by the name under which a broken one is reported."""

Candidate: TypeAlias = "Kind | str | Callable[[Scene], Kind]"

MOST_SHOWN = 5


@dataclass(frozen=True, kw_only=True)
class BrokenKindRule:
    """One finding: the rule's name (a key of `RULES`), the scene, and what was found there."""

    rule: str
    scene: str
    found: str


@dataclass(frozen=True, kw_only=True)
class KindConformance:
    """What a kind was held against.

    Attributes
    ----------
    rules : tuple of str
    scenes : tuple of str
        Those in which it answered.
    refused : mapping
        What it said of the others, by scene.
    """

    rules: tuple[str, ...]
    scenes: tuple[str, ...]
    refused: Mapping[str, str]

    def text(self) -> str:
        """The report in one line."""
        rest = f", refuses {len(self.refused)}" if self.refused else ""
        return f"keeps {len(self.rules)} rules in {len(self.scenes)} scenes{rest}"


class KindError(AssertionError):
    """A kind that breaks rules.

    Attributes
    ----------
    broken : tuple of BrokenKindRule
    """

    def __init__(self, kind: str, broken: Collection[BrokenKindRule]) -> None:
        self.broken = tuple(broken)
        lines = [f"{kind} breaks rules of a kind, in {len(self.broken)} places"]
        for rule in dict.fromkeys(finding.rule for finding in self.broken):
            found = [finding for finding in self.broken if finding.rule == rule]
            lines += [f"  {rule}: {RULES[rule]}", *(f"    - {one.scene}: {one.found}" for one in found[:MOST_SHOWN])]
            lines += [f"    - and {len(found) - MOST_SHOWN} more"] if len(found) > MOST_SHOWN else []
        super().__init__("\n".join(lines))


def check_kind(
    kind: Candidate, *, scenes: Mapping[str, Scene] | None = None, without: Collection[str] = ()
) -> KindConformance:
    """Hold a kind against the protocol and the laws of kinds.

    Parameters
    ----------
    kind : Kind, or str, or callable
        A kind; the name of one of the library, at its defaults; or a function that makes one for a scene, for kinds
        that are made for one game (a strategy for all its episodes, say).
    scenes : mapping of str to Scene, optional
        Where it is tried, by name; default: `kind_scenes()`.
    without : collection of str
        Rules that it is not held against: `given`, say, for agents that are wrong about payoffs.

    Raises
    ------
    KindError
        An `AssertionError` that lists every broken rule with scenes and what was found there.
    """
    broken: list[BrokenKindRule] = []
    refused: dict[str, str] = {}
    kept = tuple(rule for rule in RULES if rule not in without)
    scenes = kind_scenes() if scenes is None else scenes
    for name, scene in scenes.items():
        try:
            made = _made(kind, scene)
            found = list(_Trial(made, scene).broken())
        except InputError as error:
            refused[name] = str(error)
            continue
        except Exception as error:  # any exception of a stranger's code is a finding
            found = [("answers", f"{type(error).__name__}: {quote(str(error))}")]
        broken += [BrokenKindRule(rule=rule, scene=name, found=text) for rule, text in found if rule in kept]
    if scenes and len(refused) == len(scenes):
        name, said = next(iter(refused.items()))
        broken.append(BrokenKindRule(rule="answers", scene=name, found=f"it refuses every scene: {said}"))
    if broken:
        raise KindError(kind if isinstance(kind, str) else getattr(kind, "__name__", type(kind).__name__), broken)
    return KindConformance(rules=kept, scenes=tuple(n for n in scenes if n not in refused), refused=refused)


def _made(kind: Candidate, scene: Scene) -> Kind:
    """The kind that is tried in a scene."""
    if isinstance(kind, str):
        samples: dict[str, object] = {"strategy": _every_other(scene.game), "believed": scene.game}
        return build_kind(kind, given={name: samples[name] for name in library_kind(kind).needs})
    return cast(Kind, kind) if hasattr(kind, "behaviour") else kind(scene)


def _every_other(game: PhasedGame) -> Strategy:
    return Strategy.of(t % len(game.actions) for t in range(game.horizon))


Findings: TypeAlias = "list[tuple[str, str]]"


class _Trial:
    """A kind in a scene: rules that are broken, with what was found. Later rules build on earlier ones."""

    def __init__(self, kind: Kind, scene: Scene) -> None:
        self.kind, self.scene = kind, scene

    def broken(self) -> Findings:
        return self.frozen() + (self.objective() or self.behaviour())

    def behaviour(self) -> Findings:
        self.wheels = wheels_from(self.scene, self.kind.objective(self.scene))
        self.plain = self.kind.behaviour(self.wheels, values=False)
        self.asked = self.kind.behaviour(self.wheels, values=True)
        found = self.shape(self.plain) or self.shape(self.asked)
        if found:
            return found
        found = self.chances() + self.memories() + self.values()
        return found or self.asked_for() + self.repeatable() + self.given() + self.cast()

    def frozen(self) -> Findings:
        kind = self.kind
        if not dataclasses.is_dataclass(kind) or not type(kind).__dataclass_params__.frozen:
            return [("frozen", f"{type(kind).__name__} is no frozen dataclass")]
        try:
            same = pickle.loads(pickle.dumps(kind)) == kind
        except Exception as error:  # any exception of a stranger's code is a finding
            return [("frozen", f"it cannot be sent: {type(error).__name__}: {quote(str(error))}")]
        return [] if same else [("frozen", "it is another one when it comes back from pickle")]

    def objective(self) -> Findings:
        weights = self.kind.objective(self.scene)
        sound = (
            isinstance(weights, tuple)
            and len(weights) == len(self.scene.objectives)
            and all(isinstance(weight, Fraction) and weight >= 0 for weight in weights)
            and sum(weights) <= 1
        )
        return [] if sound else [("objective", quote(repr(weights)).strip('"'))]

    def shape(self, behaviour: Behaviour) -> Findings:
        episodes, wheels, actions = self.scene.game.horizon, len(self.wheels.all), len(self.scene.game.actions)
        shape = np.shape(behaviour.chances)
        if len(shape) != 4 or shape[:2] != (episodes, wheels) or shape[2] < 1 or shape[3] != actions:
            return [("shape", f"chances are {shape}, not ({episodes}, {wheels}, memories, {actions})")]
        others = {"remembers": behaviour.remembers, "values": behaviour.values}
        found = [
            ("shape", f"{name} are {np.shape(array)}, chances {shape}")
            for name, array in others.items()
            if array is not None and np.shape(array) != shape
        ]
        if behaviour.remembers is None and shape[2] > 1:
            found += [("shape", f"there are {shape[2]} memories, and nothing says which one follows")]
        return found

    def chances(self) -> Findings:
        chances = self.plain.chances
        if not np.all((chances >= 0) & (chances <= 1)):
            return [("chances", f"from {chances.min()} to {chances.max()}")]
        sums = chances.sum(axis=3)
        wrong = np.argwhere(np.abs(sums - 1) > 1e-12)
        return [("chances", f"{self._at(wrong[0])}: they sum to {sums[tuple(wrong[0])]}")] if len(wrong) else []

    def memories(self) -> Findings:
        remembers = self.plain.remembers
        if remembers is None:
            return []
        if not np.issubdtype(remembers.dtype, np.integer):
            return [("memories", f"they are {remembers.dtype}, not whole numbers")]
        inside = (remembers >= 0) & (remembers < remembers.shape[2])
        return [] if inside.all() else [("memories", f"{remembers[~inside][0]} of {remembers.shape[2]} memories")]

    def values(self) -> Findings:
        values = self.asked.values
        if values is None or not values.size:
            return []
        known = np.isfinite(values)
        mixed = np.argwhere(known.any(axis=3) & ~known.all(axis=3) | np.isinf(values).any(axis=3))
        if len(mixed):
            return [("values", f"{self._at(mixed[0])}: {values[tuple(mixed[0])]}")]
        slack = 1e-9 * max(1.0, float(np.abs(values[known]).max(initial=0)))
        best = np.where(known, values, 0).max(axis=3, keepdims=True)
        worse = np.argwhere(known & (self.asked.chances > 0) & (values < best - slack))
        return [("values", f"{self._at(worse[0])}: it takes what is worth less")] if len(worse) else []

    def asked_for(self) -> Findings:
        found: Findings = []
        if not _same(self.plain, self.asked, but_values=True):
            found += [("asked", "asked for values it does something else")]
        for place, wheel in enumerate(self.wheels.all):
            given = not wheel.unmodified and wheel.pure() is not None and self.scene.game.horizon
            if given and (self.asked.values is None or not np.isfinite(self.asked.values[:, place]).all()):
                found += [("asked", f"wheel {place}, given to {self.scene.objectives[wheel.pure() or 0]}, has none")]
        return found

    def repeatable(self) -> Findings:
        again = self.kind.behaviour(wheels_from(self.scene, self.kind.objective(self.scene)), values=True)
        return [] if _same(self.asked, again) else [("repeatable", "asked again, it does something else")]

    def given(self) -> Findings:
        scene = self.scene
        targets = {
            to for phase in scene.game.phases for row in phase.modification.values() for to, p in row.items() if p
        }
        if scene.base is None or targets - {scene.objectives[scene.base]} or any(p.shutdown for p in scene.game.phases):
            return []
        places = [place for place, w in enumerate(self.wheels.all) if w.pure() == scene.base and not w.unmodified]
        model = Internalised().behaviour(wheels_from(scene, unit(scene, scene.base)), values=False).chances[:, 0, :1]
        return [
            ("given", f"wheel {place} does something else")
            for place in places
            if not np.array_equal(
                self.plain.chances[:, place], np.broadcast_to(model, self.plain.chances[:, place].shape)
            )
        ]

    def cast(self) -> Findings:
        cohort = Cohort(
            name="tried", kind=self.kind, share=Fraction(1), error=Fraction(1, 10), temperature=Fraction(1, 2)
        )
        tables = tables_of(Population(scene=self.scene, cohorts=[cohort], size=10, replicates=1))
        chances, found = tables.parts[0].chances, []
        if not (np.all(chances > 0) and np.allclose(chances.sum(axis=3), 1, rtol=0, atol=1e-12)):
            found += [("trembles", f"chances from {chances.min()}")]
        rows = tables.cumulative
        if not (np.all(np.diff(rows, axis=2, prepend=0) >= 0) and np.all(rows[:, :, -1:] == 1)):
            found += [("cast", "probabilities of its tables do not sum to 1")]
        return found

    def _at(self, place: np.ndarray) -> str:
        return f"episode {place[0] + 1}, wheel {place[1]}, memory {place[2]}"


def _same(one: Behaviour, other: Behaviour, *, but_values: bool = False) -> bool:
    """Whether two answers are the same, to the last bit."""
    pairs = [(one.chances, other.chances), (one.remembers, other.remembers)]
    pairs += [] if but_values else [(one.values, other.values)]
    return all(
        (a is None and b is None)
        or (a is not None and b is not None and np.array_equal(a, b, equal_nan=np.issubdtype(a.dtype, np.floating)))
        for a, b in pairs
    )
