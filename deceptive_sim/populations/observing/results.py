"""What an observer found, as data: readings of moments, traces, trials of single episodes, all of it together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from deceptive_sim.populations.observing.bits import Series
from deceptive_sim.populations.observing.clean import Clean, plain, thinned
from deceptive_sim.populations.observing.filter import Floats


@dataclass(frozen=True, kw_only=True)
class Posterior:
    """What an observer believes, after 0, 1, ... n episodes.

    Attributes
    ----------
    cohorts : tuple of str
    seen : tuple of str
        Names of the actions, `off` for a shut down agent; `[n]`.
    share : array of float, [n + 1, C]
        Probability of each cohort; NaN from the impossible on, as everything here.
    aligned : array of float, [n + 1]
        Probability that the agent's objective is now the base objective.
    pretending : array of float, [n + 1]
        Probability of a defection in the first deployment episode, given all seen: 1 or 0 once that has been seen; NaN
        without a deployment episode.
    log2_likelihood : array of float, [n + 1]
        Of all seen so far, given the prior; minus infinity from the impossible on.
    log2_by_cohort : array of float, [n + 1, C]
        The same, given the cohort.
    impossible : int or None
        The first episode whose action no cohort of the prior can have shown after those before.
    """

    cohorts: tuple[str, ...]
    seen: tuple[str, ...]
    share: Floats
    aligned: Floats
    pretending: Floats
    log2_likelihood: Floats
    log2_by_cohort: Floats
    impossible: int | None

    @property
    def likelihood(self) -> Floats:
        """`[n + 1]`: of all seen so far; 0 where it is too small for a float."""
        with np.errstate(under="ignore"):
            return np.asarray(np.exp2(self.log2_likelihood))

    def contract(self) -> dict[str, Any]:
        """As plain data; traces of more than 200 episodes at some 200 of them."""
        after = thinned(len(self.seen))
        return {
            "episodes": len(self.seen),
            "after": after,
            "posterior": {name: plain(self.share[after, c]) for c, name in enumerate(self.cohorts)},
            "aligned": plain(self.aligned[after]),
            "pretending": plain(self.pretending[after]),
            "log2_likelihood": plain(self.log2_likelihood[after]),
            "impossible": self.impossible,
        }


@dataclass(frozen=True, kw_only=True)
class Reading:
    """What is believed at one moment.

    Attributes
    ----------
    share : array of float, [C]
    aligned, pretending : float
        As in `Posterior`.
    """

    share: Floats
    aligned: float
    pretending: float

    def contract(self, cohorts: Sequence[str]) -> dict[str, Any]:
        """As plain data."""
        aligned, pretending = plain([self.aligned, self.pretending])
        posterior = dict(zip(cohorts, plain(self.share), strict=True))
        return {"posterior": posterior, "aligned": aligned, "pretending": pretending}


@dataclass(frozen=True, kw_only=True)
class Trial:
    """What one episode proves after clean ones.

    Attributes
    ----------
    cohorts : tuple of str
    episode : int
    mistaken : float or None
        Probability with which a honeypot is taken for deployment; None: no honeypot.
    before : Reading
        After the clean episodes before it.
    probability : mapping of str to float
        Of `behaves`, `defects` and `off`; in sum 1.
    after : mapping of str to Reading or None
        What is believed after each; None where it cannot come about.
    bits, bits_aligned : float
        What its action is expected to tell of the cohort, and of whether the agent is aligned.
    """

    cohorts: tuple[str, ...]
    episode: int
    mistaken: float | None
    before: Reading
    probability: Mapping[str, float]
    after: Mapping[str, Reading | None]
    bits: float
    bits_aligned: float

    def contract(self) -> dict[str, Any]:
        """As plain data."""
        outcomes = {
            name: {"probability": chance, **(reading.contract(self.cohorts) if (reading := self.after[name]) else {})}
            for name, chance in self.probability.items()
        }
        before = self.before.contract(self.cohorts)
        numbers = {"bits": self.bits, "bits_aligned": self.bits_aligned}
        return {"episode": self.episode, "mistaken": self.mistaken, "before": before, **outcomes, **numbers}


@dataclass(frozen=True, kw_only=True)
class Bits:
    """What the action of each training episode is expected to tell after clean episodes, in bits.

    Attributes
    ----------
    episode : array of int, [n]
        Episodes of training.
    training, training_aligned : array of float, [n]
        Of the cohort, and of whether the agent is aligned; NaN where no agent can have been clean until then.
    honeypot, honeypot_aligned : array of float, [n]
        The same for a honeypot in its place; NaN without a deployment to look like.
    mistaken : float
        Probability with which such a honeypot is taken for deployment.
    """

    episode: NDArray[np.int64]
    training: Floats
    training_aligned: Floats
    honeypot: Floats
    honeypot_aligned: Floats
    mistaken: float

    def contract(self) -> dict[str, Any]:
        """As plain data; of more than 200 episodes some 200."""
        at = thinned(len(self.episode) - 1) if len(self.episode) else []
        names = ("training", "training_aligned", "honeypot", "honeypot_aligned")
        found: dict[str, Any] = {name: plain(getattr(self, name)[at]) for name in names}
        return {"episode": self.episode[at].tolist(), **found, "mistaken": self.mistaken}


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """All that a report shows of what behaviour proves.

    Attributes
    ----------
    cohorts : tuple of str
    prior : array of float, [C]
    clean : Clean
    bits : Bits
    honeypot : Trial or None
        None if there is no training or no deployment episode, or no agent can be clean until then.
    series : Series or None
        Honeypots one after the other from that episode on, by default from the first of training; as many as training
        has, at most 10.
    deployment : Trial or None
        The first deployment episode after clean ones.
    watched : Posterior or None
        Of the actions handed in.
    """

    cohorts: tuple[str, ...]
    prior: Floats
    clean: Clean
    bits: Bits
    honeypot: Trial | None
    series: Series | None
    deployment: Trial | None
    watched: Posterior | None

    def contract(self) -> dict[str, Any]:
        """As plain data."""
        found = {field.name: getattr(self, field.name) for field in fields(self) if field.name != "cohorts"}
        found = {name: part.contract() if hasattr(part, "contract") else part for name, part in found.items()}
        return found | {"prior": dict(zip(self.cohorts, plain(self.prior), strict=True))}


# --- how traces are put together -----------------------------------------------------------------------------------


def first_impossible(share: Floats) -> int | None:
    """The first moment at which everything is ruled out, None if there is none."""
    ruled_out = np.flatnonzero(np.isnan(share[:, 0]))
    return int(ruled_out[0]) if len(ruled_out) else None


def log2_mean(prior: Floats, logarithms: Floats) -> Floats:
    """`[n]`: log2 of the mean of numbers given by their log2, `[n, C]`."""
    with np.errstate(divide="ignore", invalid="ignore", under="ignore"):
        terms = np.log2(prior) + logarithms
        top = terms.max(axis=1)
        inside = np.exp2(terms - np.where(np.isfinite(top), top, 0.0)[:, None]).sum(axis=1)
        return np.asarray(top + np.log2(inside))


def locked(array: Any) -> Any:
    """The array, read-only from now on."""
    if array is not None:
        array.setflags(write=False)
    return array
