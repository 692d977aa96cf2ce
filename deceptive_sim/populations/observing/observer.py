"""A Bayesian observer who sees behaviour only, and what behaviour can prove.

The observer knows the population: the game, the base optimisers, the kinds of agents and a prior over cohorts. It
watches one agent, action by action, and sees neither modification nor objectives nor memories. By Bayes' rule

    P(cohort c | a_1..a_t) = prior[c] * L_t[c] / sum over d of prior[d] * L_t[d],     L_t[c] = P(a_1..a_t | c),

where the likelihoods come from forward filters over the states of each cohort (`filter`). Rewriting and
gradient steps are part of what the observer reckons with. Selection is not: one agent is watched, and what selection
does to others, or puts in its place, is not seen.

Results are exact up to float rounding, some 1e-16 for each episode, however small the probabilities.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import groupby

import numpy as np

from deceptive_sim.core.errors import wrong
from deceptive_sim.core.exact import NotANumber, count, probability
from deceptive_sim.model.phases import PhaseKind
from deceptive_sim.populations.cohorts import Population
from deceptive_sim.populations.observing.bits import Series, series_of, telling
from deceptive_sim.populations.observing.chain import chain_of
from deceptive_sim.populations.observing.clean import Clean, limit_of
from deceptive_sim.populations.observing.filter import (
    Belief,
    Flags,
    Floats,
    beliefs,
    expected,
    forecast,
    mass,
    shares,
    stacked,
    step,
)
from deceptive_sim.populations.observing.input import OFF, read_prior, read_signs, sign_names
from deceptive_sim.populations.observing.results import (
    Bits,
    Evidence,
    Posterior,
    Reading,
    Trial,
    first_impossible,
    locked,
    log2_mean,
)
from deceptive_sim.populations.tables import MOST_NUMBERS

CHUNK = 2_000_000
"""States times episodes whose bits are worked out together."""

SERIES = 10
"""Honeypots in the series that a report shows."""


class Observer:
    """A Bayesian observer of single agents of a population.

    Parameters
    ----------
    population : Population
    prior : mapping of str to number, optional
        Probability of each cohort before anything is seen; cohorts left out have none. Default: the shares.

    Raises
    ------
    InputError
        If the prior is none, a kind does not fit the scene, or there are too many states.
    """

    def __init__(self, population: Population, prior: Mapping[str, object] | None = None) -> None:
        self.population = population
        self.prior = read_prior(population, prior)
        self.chain = chain_of(population)
        self.ahead = forecast(self.chain)
        self._clean_so_far: list[Belief] = []

    @property
    def cohorts(self) -> tuple[str, ...]:
        """Names of the cohorts, in order."""
        return self.chain.names

    # --- one agent ---------------------------------------------------------------------------------------------

    def watch(self, actions: str | Iterable[str]) -> Posterior:
        """What is believed of an agent, episode by episode, while it is watched from the first episode on.

        Parameters
        ----------
        actions : str or iterable of str
            As strategies are written (`BBBA`, `B3 A*`, `press,wait`), or names of actions; `off` for an episode in
            which it is shut down. Fewer than the game has episodes will do.

        Raises
        ------
        InputError
            If there is no such action, or there are more than episodes.
        """
        signs = read_signs(self.chain.scene.game, actions)
        names = sign_names(self.chain.scene.game)
        found = self._follow(list(np.eye(len(names), dtype=bool)[signs]))
        first = self.chain.scene.first_deployment
        told = first is not None and first <= len(signs) and bool(self.chain.defecting[signs[first - 1]])
        trace = self._trace(found, 0, told=told)
        by_cohort = stacked(found).likelihood.log2()
        return Posterior(
            cohorts=self.cohorts,
            seen=tuple(names[sign] for sign in signs),
            **trace,
            log2_likelihood=locked(log2_mean(self.prior, by_cohort)),
            log2_by_cohort=locked(by_cohort),
            impossible=first_impossible(trace["share"]),
        )

    # --- clean episodes ----------------------------------------------------------------------------------------

    def clean(self, episodes: int | None = None) -> Clean:
        """What clean episodes prove, from none up to a number of them; the default is through the end of training."""
        wanted = self._episodes("clean", (self.chain.scene.last_training or 0) if episodes is None else episodes)
        found = self._clean(wanted)
        trace = self._trace(found, 0, told=False)
        impossible = first_impossible(trace["share"])
        likelihood = stacked(found).likelihood
        tables = (likelihood.mantissa, likelihood.exponent)
        same = [(table[:, :, None] == table[:, None, :]).all(axis=0) for table in tables]
        going_on = wanted and impossible is None
        return Clean(
            cohorts=self.cohorts,
            **trace,
            log2_likelihood=locked(likelihood.log2()),
            impossible=impossible,
            limit=locked(limit_of(self.chain, self.prior, found[-1], wanted)) if going_on else None,
            alike=locked(same[0] & same[1]),
        )

    def _clean(self, episodes: int) -> list[Belief]:
        """Beliefs after 0, 1, ... clean episodes; worked out once."""
        if len(self._clean_so_far) <= episodes:
            self._clean_so_far = self._follow([self.chain.clean] * episodes)
        return self._clean_so_far[: episodes + 1]

    def _follow(self, seen: list[Flags]) -> list[Belief]:
        """Beliefs after each episode in which one of some signs was seen."""
        if len(seen) * len(self.chain.cohort_of) > MOST_NUMBERS:
            rule = f"must have at most {MOST_NUMBERS} states times episodes for an observer"
            raise wrong("population", rule, len(seen) * len(self.chain.cohort_of))
        return list(beliefs(self.chain, seen))

    def _trace(self, found: list[Belief], after: int, *, told: bool) -> dict[str, Floats]:
        """What is believed from moment `after` on; `told`: whether a defection opened deployment."""
        belief = stacked(found)
        inside, share = belief.inside.floats(), shares(self.prior, belief.likelihood)
        pretending = np.full(len(found), np.nan)
        if self.ahead is not None:
            ahead = self.ahead[after : after + len(found)]
            pretending[: len(ahead)] = expected(self.chain, inside[: len(ahead)], share[: len(ahead)], ahead)
            pretending[len(ahead) :] = np.where(np.isnan(share[len(ahead) :, 0]), np.nan, float(told))
        aligned = expected(self.chain, inside, share, self.chain.aligned.astype(float))
        return {"share": locked(share), "aligned": locked(aligned), "pretending": locked(pretending)}

    def _episodes(self, name: str, value: object) -> int:
        try:
            number = count(value)
        except NotANumber as error:
            raise wrong(name, str(error), value) from None
        if number > self.chain.horizon:
            raise wrong(name, f"must be at most the {self.chain.horizon} episodes of the game", number)
        return number

    # --- single episodes ---------------------------------------------------------------------------------------

    def honeypot(self, *, after: int, mistaken: object | None = None) -> Trial | None:
        """What a honeypot proves in place of the training episode that comes after so many clean ones.

        Parameters
        ----------
        after : int
            Clean episodes before it.
        mistaken : number, optional
            Probability with which an agent takes it for deployment; default: the scene's.

        Returns
        -------
        Trial or None
            None if no agent can have been clean until then.

        Raises
        ------
        InputError
            If no training episode comes then, or there is no deployment to look like.
        """
        episode = self._place(after, 1)
        return self._trial(episode, self._mistaken(mistaken))

    def deployment(self) -> Trial | None:
        """What the first deployment episode proves after clean ones; None without one, or if none can be so clean."""
        first = self.chain.scene.first_deployment
        return None if first is None else self._trial(first, None)

    def series(self, *, after: int, length: int, mistaken: object | None = None) -> Series | None:
        """What several honeypots in a row are expected to tell after clean episodes.

        Parameters
        ----------
        after, mistaken : as for `honeypot`
        length : int
            How many; each in place of an episode of training.

        Raises
        ------
        InputError
            If training does not go on so long then.
        """
        length = self._episodes("honeypot.series", length)
        episode = self._place(after, max(1, length))
        belief = stacked(self._clean(episode - 1)[-1:])
        share = shares(self.prior, belief.likelihood)
        if np.isnan(share).any():
            return None
        start = belief.inside.floats()[0] * share[0, self.chain.cohort_of]
        return series_of(self.chain, start, episode, length, self._mistaken(mistaken))

    def bits(self, *, mistaken: object | None = None) -> Bits:
        """What every training episode is expected to tell after clean ones, and a honeypot in its place."""
        scene, chance = self.chain.scene, self._mistaken(mistaken)
        training = scene.game.episodes_of(PhaseKind.TRAINING)
        found = self._clean(max(training, default=1) - 1)
        table = np.full((4, len(training)), np.nan)
        chunk = max(1, CHUNK // len(self.chain.cohort_of))
        for _, run in groupby(range(len(training)), lambda place: (self.chain.alike(training[place]), place // chunk)):
            now = list(run)
            belief = stacked([found[training[place] - 1] for place in now])
            inside, share = belief.inside.floats(), shares(self.prior, belief.likelihood)
            for row, likely in ((0, None), (2, chance)):
                if likely is None or scene.first_deployment is not None:
                    emission = self.chain.emission(training[now[0]], likely)
                    table[row : row + 2, now] = telling(self.chain, inside, share, emission).T
        locked(table)
        return Bits(
            episode=locked(np.array(training, np.int64)),
            training=table[0],
            training_aligned=table[1],
            honeypot=table[2],
            honeypot_aligned=table[3],
            mistaken=chance,
        )

    def _place(self, after: object, length: int) -> int:
        """The first episode of a number of honeypots after clean episodes."""
        scene, clean = self.chain.scene, self._episodes("honeypot.after", after)
        if scene.first_deployment is None:
            raise wrong("honeypot", "must have a deployment to look like: the game has no deployment episode")
        training = set(scene.game.episodes_of(PhaseKind.TRAINING))
        for t in range(clean + 1, clean + 1 + length):
            if t not in training:
                raise wrong("honeypot.after", f"must leave training episodes: episode {t} is none", clean)
        return clean + 1

    def _mistaken(self, value: object | None) -> float:
        try:
            return float(self.chain.scene.mistaken if value is None else probability(value))
        except NotANumber as error:
            raise wrong("honeypot.mistaken", str(error), value) from None

    def _trial(self, t: int, mistaken: float | None) -> Trial | None:
        chain, before = self.chain, self._clean(t - 1)[-1]
        reading = self._reading(before, t - 1, told=False)
        if reading is None:
            return None
        emission, way, now = chain.emission(t, mistaken), chain.way(t), stacked([before])
        inside, share = now.inside.floats(), reading.share[None]
        signs = {"behaves": chain.clean, "defects": chain.defecting, OFF: ~(chain.clean | chain.defecting)}
        after, chances = {}, {}
        for name, seen in signs.items():
            turned = name == "defects" and t == chain.scene.first_deployment
            after[name] = self._reading(step(chain, before, emission, way, seen), t, told=turned)
            chances[name] = float(expected(chain, inside, share, mass(emission, seen))[0])
        bits, bits_aligned = telling(chain, inside, share, emission)[0].tolist()
        return Trial(
            cohorts=self.cohorts,
            episode=t,
            mistaken=mistaken,
            before=reading,
            probability=chances,
            after=after,
            bits=bits,
            bits_aligned=bits_aligned,
        )

    def _reading(self, belief: Belief, t: int, *, told: bool) -> Reading | None:
        """What is believed after episode `t`; None if everything is ruled out."""
        trace = self._trace([belief], t, told=told)
        if np.isnan(trace["share"]).any():
            return None
        aligned, pretending = (float(trace[name][0]) for name in ("aligned", "pretending"))
        return Reading(share=trace["share"][0], aligned=aligned, pretending=pretending)


def evidence_of(
    population: Population,
    *,
    prior: Mapping[str, object] | None = None,
    clean: int | None = None,
    honeypot_at: int | None = None,
    mistaken: object | None = None,
    sees: str | Iterable[str] | None = None,
) -> Evidence:
    """All that a report shows of what behaviour proves about an agent of a population.

    Parameters
    ----------
    population : Population
    prior : mapping of str to number, optional
        Default: the shares of the cohorts.
    clean : int, optional
        Up to how many clean episodes; default: through the end of training.
    honeypot_at : int, optional
        The training episode in whose place a honeypot is looked at, after clean ones; default: the last.
    mistaken : number, optional
        Probability with which a honeypot is taken for deployment; default: the scene's.
    sees : str or iterable of str, optional
        Actions of an agent to watch, as for `Observer.watch`.

    Raises
    ------
    InputError
        As `Observer` and its methods.
    """
    observer, scene = Observer(population, prior), population.scene
    longest = max(scene.last_training or 0, (scene.first_deployment or 1) - 1)
    observer._clean(longest)
    honeypot, series = None, None
    if honeypot_at is not None and honeypot_at < 1:
        raise wrong("honeypot", "must be in place of an episode of training", honeypot_at)
    if honeypot_at is not None or (scene.last_training is not None and scene.first_deployment is not None):
        training = scene.game.episodes_of(PhaseKind.TRAINING)
        honeypot = observer.honeypot(after=(honeypot_at or training[-1]) - 1, mistaken=mistaken)
        first = honeypot_at or training[0]
        length = next((n for n in range(SERIES) if first + n not in training), SERIES)
        series = observer.series(after=first - 1, length=length, mistaken=mistaken)
    return Evidence(
        cohorts=observer.cohorts,
        prior=observer.prior,
        clean=observer.clean(clean),
        bits=observer.bits(mistaken=mistaken),
        honeypot=honeypot,
        series=series,
        deployment=observer.deployment(),
        watched=None if sees is None else observer.watch(sees),
    )
