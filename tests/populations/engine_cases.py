"""Games, populations and bounds that the tests of the engines share.

A family of statistical tests has a false-alarm rate of at most 1e-6 in all: `Family` gives each comparison an equal
part of it. Counts are held against exact binomial tails, means of bounded numbers against Hoeffding's bound.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from adapters import phased
from oracle.plain import Game
from scipy.stats import binom

from deceptive_sim.populations.cohorts import Cohort, Population
from deceptive_sim.populations.kinds.library import build_kind
from deceptive_sim.populations.optimisers import BaseOptimiser, Rewriting
from deceptive_sim.populations.scene import Scene

F = Fraction
MESA = {"A": F(1), "B": F(0)}
BASE = {"A": F(0), "B": F(1)}
PAYS = {"mesa": MESA, "base": BASE}


def phase(
    name: str,
    episodes: int,
    modification: Mapping[str, Any] | None = None,
    shutdown: Mapping[str, str] | None = None,
    payoffs: Mapping[str, Mapping[str, Fraction]] = PAYS,
) -> dict[str, Any]:
    """A phase, its kind told by its name. `{"A": "1/2"}` modifies to base, `{"A": {"human": "1/2"}}` to human."""
    targets = {a: {"base": to} if isinstance(to, str) else to for a, to in (modification or {}).items()}
    return {
        "name": name,
        "training": "training" in name,
        "episodes": episodes,
        "payoffs": payoffs,
        "modification": {a: {k: F(p) for k, p in row.items()} for a, row in targets.items()},
        "shutdown": {a: F(p) for a, p in (shutdown or {}).items()},
    }


def plain(
    *phases: dict[str, Any],
    objectives: Sequence[str] = ("mesa", "base"),
    discount: str | Mapping[str, str] = "1",
    actions: Sequence[Sequence[Any]] = (("A", True), ("B", False)),
    prefer: str = "non-defecting",
) -> Game:
    """A game in the plain format."""
    discounts = dict.fromkeys(objectives, discount) if isinstance(discount, str) else discount
    names = [name for name, _ in actions]
    for one in phases:
        one["payoffs"] = {k: {a: one["payoffs"].get(k, {}).get(a, F(0)) for a in names} for k in objectives}
    return {
        "objectives": list(objectives),
        "base": "base",
        "actions": [list(one) for one in actions],
        "discount": {k: F(g) for k, g in discounts.items()},
        "phases": list(phases),
        "prefer": prefer,
    }


def population(
    game: Game,
    *cohorts: Cohort,
    size: int = 1000,
    replicates: int = 1,
    optimisers: Sequence[BaseOptimiser] = (Rewriting(),),
    **scene: Any,
) -> Population:
    """A population in a plain game."""
    surroundings = Scene(game=phased(game), optimisers=optimisers, **scene)
    return Population(scene=surroundings, cohorts=cohorts, size=size, replicates=replicates)


def deceivers(share: str | Fraction = "1", *, name: str = "deceivers", **settings: Any) -> Cohort:
    """A cohort that plans for the mesa-objective."""
    return Cohort(name=name, kind=build_kind("deceptive"), share=F(share), **settings)


def gamblers(
    share: str | Fraction = "1", chance: str | Fraction = "1/2", *, name: str = "gamblers", **settings: Any
) -> Cohort:
    """A cohort that defects with a chance."""
    return Cohort(name=name, kind=build_kind("gambler", {"chance": F(chance)}), share=F(share), **settings)


@dataclass(kw_only=True)
class Family:
    """Comparisons that share a false-alarm rate of 1e-6.

    Attributes
    ----------
    room : int
        How many there may be at most.
    made : int
    """

    room: int
    made: int = 0

    def _level(self) -> float:
        self.made += 1
        assert self.made <= self.room, "more comparisons than the false-alarm rate was divided by"
        return 1e-6 / self.room

    def count(self, found: int, of: int, chance: Fraction | float, what: object) -> None:
        """A binomial count against its probability; exact where that is 0 or 1."""
        level, p = self._level(), float(chance)
        if chance in (0, 1):
            assert found == of * chance, f"{what}: {found} of {of}, must be {of * chance}"
            return
        tail = min(binom.cdf(found, of, p), binom.sf(found - 1, of, p))
        assert tail > level / 2, f"{what}: {found} of {of}, expected {of * p:.1f}, tail {tail:.2g}"

    def mean(self, found: float, of: int, expected: Fraction, low: float, high: float, what: object) -> None:
        """The mean of independent numbers in [low, high] against their expectation."""
        bound = (high - low) * np.sqrt(np.log(2 / self._level()) / (2 * of)) + 1e-12 * (high - low)
        assert abs(found - float(expected)) <= bound, f"{what}: {found}, expected {float(expected)} within {bound:.2g}"


SAVED = {"mesa": {"A": F(2), "B": F("1/2")}, "base": {"A": F("-1"), "B": F(1)}}
WRONG = {"mesa": {"A": F(1), "B": F(0)}, "base": {"A": F("1/2"), "B": F("1/4")}}
THREE = {"mesa": MESA, "base": BASE, "human": {"A": F(0), "B": F("1/2"), "C": F(2)}}
HUMAN = {"mesa": {"A": F(1)}, "base": {"B": F(1)}, "human": {"A": F("1/3"), "B": F("2/3")}}
LETTERS = (("X", True), ("Y", True), ("Z", False))
XYZ = {"mesa": {"X": F(2), "Y": F(1)}, "base": {"Z": F(1)}}

SCENARIOS: dict[str, Game] = {
    "seed": plain(phase("training", 2, {"A": "1"}), phase("deployment", 3)),
    "open": plain(phase("training", 5, {"A": "1/5"}), phase("deployment", 4)),
    "pretence": plain(phase("training", 5, {"A": "3/10"}), phase("deployment", 4)),
    "window": plain(phase("training", 4, {"A": "1/2"}), phase("deployment", 3), discount="9/10"),
    "noise": plain(
        phase("training", 6, {"A": "1/2", "B": "1/10"}), phase("deployment", 5, {"A": "1/5"}), discount="9/10"
    ),
    "monitored": plain(
        phase("training", 3, {"A": "4/5", "B": "1/20"}), phase("deployment", 8, {"A": "1/3", "B": "1/9"})
    ),
    "shutdown": plain(
        phase("training", 4, {"A": "1/2"}, {"A": "1/4", "B": "1/50"}), phase("deployment", 6, None, {"A": "1/10"})
    ),
    "all off": plain(phase("training", 2, None, {"A": "1", "B": "1/3"}), phase("deployment", 3, None, {"A": "1"})),
    "four phases": plain(
        phase("training", 2, {"A": "1/3", "B": "1/30"}),
        phase("deployment", 2, {"A": "1/8"}),
        phase("late-training", 3, {"A": "2/3", "B": "1/20"}),
        phase("late-deployment", 3),
    ),
    "deployed first": plain(phase("deployment", 3, {"A": "1/7"}), phase("training", 3, {"A": "1/2", "B": "1/11"})),
    "empty phase": plain(phase("training", 0, {"A": "1"}), phase("deployment", 5, {"A": "1/6"})),
    "never deployed": plain(phase("training", 7, {"A": "1/6", "B": "1/40"}), discount="3/4"),
    "other payoffs": plain(
        phase("training", 4, {"A": "2/5", "B": "1/10"}, None, SAVED), phase("deployment", 4, payoffs=SAVED)
    ),
    "wrong payoffs": plain(
        phase("training", 4, {"A": "2/5", "B": "1/5"}, None, WRONG), phase("deployment", 4, payoffs=WRONG)
    ),
    "own discounts": plain(
        phase("training", 5, {"A": "1/2", "B": "1/25"}), phase("deployment", 5), discount={"mesa": "4/5", "base": "1/2"}
    ),
    "three objectives": plain(
        phase("training", 4, {"A": {"base": "1/4", "human": "1/4"}, "B": {"human": "1/12"}}, None, HUMAN),
        phase("deployment", 4, {"A": {"mesa": "1/9"}}, {"B": "1/20"}, HUMAN),
        objectives=("mesa", "base", "human"),
    ),
    "modified back": plain(
        phase("training", 5, {"A": {"base": "1/2"}, "B": {"mesa": "1/3"}}),
        phase("deployment", 4, {"B": {"mesa": "1/5"}}),
    ),
    "three actions": plain(
        phase("training", 4, {"X": "2/3", "Y": "1/4", "Z": "1/20"}, {"X": "1/6"}, XYZ),
        phase("deployment", 4, {"X": "1/5"}, payoffs=XYZ),
        actions=LETTERS,
    ),
    "defection preferred": plain(phase("training", 2, {"A": "1"}), phase("deployment", 1), prefer="defecting"),
    "long": plain(
        phase("training", 60, {"A": "1/50", "B": "1/500"}), phase("deployment", 40, {"A": "1/300"}), discount="99/100"
    ),
    "certain": plain(phase("training", 3, {"A": "1", "B": "1"}), phase("deployment", 3)),
}
"""Several phases, noise, monitored deployment, shutdown, discounts, three objectives, other actions, wrong payoffs."""
