"""Plants and animals: what candidates scored, who wins at every cost, and the intervals of both.

Scores are kept as the fractions that they are; numbers with intervals are floats.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from deceptive_sim.maze.envelopes import Line, Reign, envelope, winner
from deceptive_sim.maze.estimates import rate, replicated_share
from deceptive_sim.maze.selection.spec import OPTIMISER, SelectionSpec
from deceptive_sim.populations.measures import Estimate, estimate

Exact = NDArray[np.object_]
"""Fractions."""


@dataclass(frozen=True, kw_only=True, eq=False)
class SelectionResult:
    """What candidates score and hold, and who is chosen.

    Axes: S sizes, D diversities, C candidates, R replicates, each in the order of the spec.

    Attributes
    ----------
    spec : SelectionSpec
    scores : array of Fraction, [S, D, C, R]
        In training; exact.
    fresh : array of Fraction, [S, D, C, R]
        In fresh mazes; exact. Only the memoriser's depend on the diversity.
    bits : array of int64, [S, D, C, R]
        Capacity.
    different : array of int64, [S, D, R]
        How many of the training mazes are different.
    """

    spec: SelectionSpec
    scores: Exact
    fresh: Exact
    bits: NDArray[np.int64]
    different: NDArray[np.int64]

    def lines(self, size: int, diversity: int, replicate: int | None = None) -> tuple[Line, ...]:
        """Candidates of a training; those of all replicates together have their mean score and capacity."""
        at = self._at(size, diversity)
        if replicate is not None:
            scores, bits = self.scores[at][:, replicate], self.bits[at][:, replicate].tolist()
            named = zip(self.spec.candidates, scores, bits, strict=True)
            return tuple(Line(name=name, score=score, bits=Fraction(bits)) for name, score, bits in named)
        found = []
        for place, name in enumerate(self.spec.candidates):
            scores, bits = self.scores[at][place], self.bits[at][place]
            count = len(scores)
            found.append(Line(name=name, score=sum(scores, Fraction(0)) / count, bits=Fraction(int(bits.sum()), count)))
        return tuple(found)

    def envelope(self, size: int, diversity: int) -> tuple[Reign, ...]:
        """Who wins at every cost, by mean score and capacity; exact for what was measured."""
        return envelope(self.lines(size, diversity))

    def winner(self, size: int, diversity: int, cost: Fraction) -> str:
        """Who wins at a cost, by mean score and capacity."""
        return winner(self.lines(size, diversity), cost)

    def chosen(self, size: int, diversity: int, cost: Fraction) -> Mapping[str, Estimate]:
        """In what share of the replicates each candidate is chosen at a cost, with Wilson's intervals."""
        return self._chosen([self.lines(size, diversity, one) for one in range(self.spec.replicates)], cost)

    def optimisers(self, size: int, diversity: int) -> Reign | None:
        """The costs at which the planner wins; None if at none."""
        return next((reign for reign in self.envelope(size, diversity) if reign.winner == OPTIMISER), None)

    def estimate(self, of: str, size: int, diversity: int, candidate: str) -> Estimate:
        """Mean over replicates, with Student's interval; of shares never narrower than Wilson's over all mazes.

        Parameters
        ----------
        of : str
            `score`, `fresh`, `gap` (the first less the second) or `bits`.
        size, diversity : int
        candidate : str
        """
        at = (*self._at(size, diversity), self.spec.candidates.index(candidate))
        values = {
            "score": lambda: self.scores[at],
            "fresh": lambda: self.fresh[at],
            "gap": lambda: self.scores[at] - self.fresh[at],
            "bits": lambda: self.bits[at],
        }[of]()
        told = np.asarray(values, float)
        mazes = {"score": diversity, "fresh": self.spec.fresh}.get(of)
        found = estimate(told) if mazes is None else replicated_share(told, mazes * len(told))
        assert found is not None
        return found

    def dataset(self) -> Any:
        """Everything as an `xarray.Dataset` of floats with labelled axes; costs are an axis of `winner`."""
        import xarray as xr

        spec = self.spec
        axes = ("size", "diversity", "candidate", "replicate")
        won = [
            [[self.winner(size, many, cost) for cost in spec.costs] for many in spec.diversities] for size in spec.sizes
        ]
        return xr.Dataset(
            {
                "score": (axes, self.scores.astype(float)),
                "fresh": (axes, self.fresh.astype(float)),
                "bits": (axes, self.bits),
                "different": (("size", "diversity", "replicate"), self.different),
                "winner": (("size", "diversity", "cost"), np.array(won)),
            },
            coords={
                "size": list(spec.sizes),
                "diversity": list(spec.diversities),
                "candidate": list(spec.candidates),
                "cost": [float(cost) for cost in spec.costs],
            },
        )

    def contract(self) -> dict[str, Any]:
        """The fields that other tools rely on, by their stable names."""
        spec = self.spec
        return {
            "sizes": spec.sizes,
            "diversities": spec.diversities,
            "costs": spec.costs,
            "candidates": spec.candidates,
            "trainings": [self._training(size, many) for size in spec.sizes for many in spec.diversities],
        }

    def measures(self) -> Mapping[str, Estimate]:
        """Numbers by name.

        `score.CANDIDATE.SIZE.DIVERSITY`, likewise `fresh`, `gap` and `bits`, and
        `chosen.CANDIDATE.SIZE.DIVERSITY.COST`, a cost as the fraction that it is, such as 1/1000.
        """
        spec, found = self.spec, {}
        for size in spec.sizes:
            for many in spec.diversities:
                for of in ("score", "fresh", "gap", "bits"):
                    for name in spec.candidates:
                        found[f"{of}.{name}.{size}.{many}"] = self.estimate(of, size, many, name)
                trainings = [self.lines(size, many, one) for one in range(spec.replicates)]
                for cost in spec.costs:
                    for name, share in self._chosen(trainings, cost).items():
                        found[f"chosen.{name}.{size}.{many}.{cost}"] = share
        return found

    def _chosen(self, trainings: list[tuple[Line, ...]], cost: Fraction) -> Mapping[str, Estimate]:
        names = [winner(lines, cost) for lines in trainings]
        return {name: rate(names.count(name), len(names)) for name in self.spec.candidates}

    def _training(self, size: int, many: int) -> dict[str, Any]:
        told = {
            name: {of: self.estimate(of, size, many, name) for of in ("score", "fresh", "bits")}
            for name in self.spec.candidates
        }
        reigns = [{"winner": one.winner, "from": one.first, "to": one.end} for one in self.envelope(size, many)]
        different = estimate(self.different[self._at(size, many)])
        return {"size": size, "mazes": many, "different": different, "candidates": told, "winners": reigns}

    def _at(self, size: int, diversity: int) -> tuple[int, int]:
        return self.spec.sizes.index(size), self.spec.diversities.index(diversity)
