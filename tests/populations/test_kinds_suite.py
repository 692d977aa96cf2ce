"""The suite for kinds: every kind of the library keeps the rules, and kinds that are broken on purpose do not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from deceptive_sim.core.errors import InputError, wrong
from deceptive_sim.populations.kinds.gambler import Gambler
from deceptive_sim.populations.kinds.kind import Behaviour, mesa_objective, planned
from deceptive_sim.populations.kinds.library import MODULES, library_kind
from deceptive_sim.populations.scene import Scene
from deceptive_sim.populations.wheels import Wheels
from deceptive_sim.testing.kind_scenes import kind_scenes
from deceptive_sim.testing.kinds import RULES, KindError, check_kind

pytestmark = pytest.mark.slow

FEW = (
    "rewriting",
    "gradient",
    "several phases",
    "three objectives",
    "three actions",
    "no base objective",
    "no episode",
)
REFUSES = {"history": {"hyperbolic", "quasi-hyperbolic and naive"}}
"""Scenes that a kind has reason to refuse."""


def few(*names: str) -> dict[str, Scene]:
    """Some of the scenes."""
    return {name: kind_scenes()[name] for name in names or FEW}


@pytest.mark.parametrize("name", MODULES)
def test_kinds_of_the_library_keep_the_rules_in_some_scenes(name: str) -> None:
    report = check_kind(name, scenes=few())
    assert report.rules == tuple(RULES)
    assert report.scenes == FEW
    assert not report.refused


@pytest.mark.slow
@pytest.mark.parametrize("name", MODULES)
def test_kinds_of_the_library_keep_the_rules_in_all_scenes(name: str) -> None:
    report = check_kind(name)
    assert set(report.refused) == REFUSES.get(name, set())
    assert len(report.scenes) + len(report.refused) == len(kind_scenes()) == 35


@pytest.mark.parametrize("name", MODULES)
def test_every_kind_says_what_it_is(name: str) -> None:
    kind = library_kind(name)
    assert kind.name == name
    assert kind.title
    assert kind.source
    assert set(kind.needs) <= set(kind.takes)
    assert all(parameter.meaning and parameter.read(parameter.default) is not None for parameter in kind.parameters)


def test_the_report_in_a_line() -> None:
    assert check_kind(Gambler(), scenes=few("rewriting")).text() == "keeps 12 rules in 1 scenes"
    report = check_kind(picky, scenes=few("rewriting", "no episode"), without=["given"])
    assert report.text() == "keeps 11 rules in 1 scenes, refuses 1"
    assert "must have an episode" in report.refused["no episode"]


# --- broken kinds, one for each rule -------------------------------------------------------------------------------


def picky(scene: Scene) -> Gambler:
    if not scene.game.horizon:
        raise wrong("game", "must have an episode", 0)
    return Gambler()


@dataclass(frozen=True, kw_only=True)
class Spoilt:
    """A planner, or a gambler, with something wrong about what it says."""

    spoil: Callable[[Behaviour, Wheels, bool], Behaviour] = field(default=lambda behaviour, wheels, values: behaviour)
    weights: Callable[[Scene], Any] = mesa_objective

    def objective(self, scene: Scene) -> Any:
        return self.weights(scene)

    def behaviour(self, wheels: Wheels, *, values: bool) -> Behaviour:
        return self.spoil(planned(wheels, values=values), wheels, values)

    def __reduce__(self) -> Any:  # lambdas cannot be sent to other processes
        return (_fetched, (KEPT.setdefault(id(self), self) and id(self),))


KEPT: dict[int, Spoilt] = {}


def _fetched(key: int) -> Spoilt:
    return KEPT[key]


def _more(array: Any, by: float) -> Any:
    array = array.copy()
    array.flat[0] += by
    return array


def _crashes(behaviour: Behaviour, wheels: Wheels, values: bool) -> Behaviour:
    raise ZeroDivisionError("oh")


def _refuses(behaviour: Behaviour, wheels: Wheels, values: bool) -> Behaviour:
    raise wrong("game", "must be another one")


def _other_base(behaviour: Behaviour, wheels: Wheels, values: bool) -> Behaviour:
    chances, worth = behaviour.chances.copy(), behaviour.values
    chances[:, 1:] = chances[:, 1:, :, ::-1]
    if worth is not None:
        worth = worth.copy()
        worth[:, 1:] = worth[:, 1:, :, ::-1]
    return Behaviour(chances=chances, values=worth)


def _moody(behaviour: Behaviour, wheels: Wheels, values: bool) -> Behaviour:
    MOODS.append(0)
    flip = len(MOODS) % 3 == 0  # the plain question, the one for values, and then the same again
    return replace(behaviour, values=None if behaviour.values is None else behaviour.values + flip)


MOODS: list[int] = []

SPOILT: dict[str, list[Spoilt]] = {
    "answers": [Spoilt(spoil=_crashes), Spoilt(spoil=_refuses)],
    "objective": [
        Spoilt(weights=lambda scene: (Fraction(1),) * 3),
        Spoilt(weights=lambda scene: (0.5, 0.5)),
        Spoilt(weights=lambda scene: (Fraction(2, 3), Fraction(2, 3))),
        Spoilt(weights=lambda scene: (Fraction(-1), Fraction(1))),
    ],
    "shape": [
        Spoilt(spoil=lambda b, w, v: replace(b, chances=b.chances[:, :, 0])),
        Spoilt(spoil=lambda b, w, v: replace(b, chances=b.chances[1:])),
        Spoilt(spoil=lambda b, w, v: Behaviour(chances=np.repeat(b.chances, 2, axis=2))),
        Spoilt(spoil=lambda b, w, v: replace(b, values=None if b.values is None else b.values[:, :, 0])),
    ],
    "chances": [
        Spoilt(spoil=lambda b, w, v: replace(b, chances=_more(b.chances, 0.5))),
        Spoilt(spoil=lambda b, w, v: replace(b, chances=_more(b.chances, -0.5))),
        Spoilt(spoil=lambda b, w, v: replace(b, chances=b.chances / 2)),
        Spoilt(spoil=lambda b, w, v: replace(b, chances=_more(b.chances, float("nan")))),
    ],
    "memories": [
        Spoilt(spoil=lambda b, w, v: replace(b, remembers=np.ones(b.chances.shape, int))),
        Spoilt(spoil=lambda b, w, v: replace(b, remembers=np.full(b.chances.shape, -1))),
        Spoilt(spoil=lambda b, w, v: replace(b, remembers=b.chances)),  # type: ignore[arg-type]
    ],
    "values": [
        Spoilt(spoil=lambda b, w, v: replace(b, values=None if b.values is None else -b.values)),
        Spoilt(spoil=lambda b, w, v: replace(b, values=None if b.values is None else _more(b.values, float("nan")))),
    ],
    "asked": [
        Spoilt(spoil=lambda b, w, v: replace(b, values=None)),
        Spoilt(spoil=lambda b, w, v: b if v else replace(b, chances=b.chances[..., ::-1])),
    ],
    "repeatable": [Spoilt(spoil=_moody)],
    "given": [Spoilt(spoil=_other_base)],
}


@pytest.mark.parametrize(("rule", "kind"), [(rule, kind) for rule, kinds in SPOILT.items() for kind in kinds])
def test_a_kind_that_breaks_a_rule_is_found_out(rule: str, kind: Spoilt) -> None:
    MOODS.clear()
    with pytest.raises(KindError) as caught:
        check_kind(kind, scenes=few("rewriting"))
    assert rule in {finding.rule for finding in caught.value.broken}
    assert RULES[rule] in str(caught.value)


@dataclass
class Thawed:
    chance: int = 0

    objective = Gambler.objective
    behaviour = Gambler.behaviour


def test_a_kind_that_can_be_changed_is_found_out() -> None:
    with pytest.raises(KindError, match="no frozen dataclass"):
        check_kind(Thawed(), scenes=few("rewriting"))


@dataclass(frozen=True)
class Forgetful(Gambler):
    def __reduce__(self) -> Any:
        return (Gambler, ())


def test_a_kind_that_changes_on_its_way_to_another_process_is_found_out() -> None:
    with pytest.raises(KindError, match="frozen"):
        check_kind(Forgetful(), scenes=few("rewriting"))


def test_a_kind_that_cannot_be_sent_is_found_out_and_tried_all_the_same() -> None:
    @dataclass(frozen=True)
    class Local(Gambler):
        def objective(self, scene: Scene) -> tuple[Fraction, ...]:
            return ()

    with pytest.raises(KindError, match="it cannot be sent") as caught:
        check_kind(Local(), scenes=few("rewriting"))
    assert [finding.rule for finding in caught.value.broken] == ["frozen", "objective"]


def test_unknown_names_and_missing_settings_are_input_errors() -> None:
    with pytest.raises(InputError, match="did you mean deceptive"):
        library_kind("deceptiv")


def test_every_rule_is_on_the_page_on_testing() -> None:
    page = (Path(__file__).resolve().parents[2] / "docs" / "testing.md").read_text(encoding="utf-8")
    assert all(f"| `{name}` | {said} |" in page for name, said in RULES.items())
