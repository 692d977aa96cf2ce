"""What must hold of an observer whatever the numbers, and answers known in closed form."""

from __future__ import annotations

import json
import math
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from engine_cases import XYZ, deceivers, gamblers, phase, plain, population
from observer_oracle import mutual

from deceptive_sim.core.errors import InputError
from deceptive_sim.model.strategies import Strategy
from deceptive_sim.populations.cohorts import Cohort, Population
from deceptive_sim.populations.kinds.library import build_kind
from deceptive_sim.populations.observing.bits import information
from deceptive_sim.populations.observing.chain import chain_of
from deceptive_sim.populations.observing.observer import Observer, evidence_of
from deceptive_sim.populations.optimisers import Gradient, Rewriting
from deceptive_sim.populations.tables import tables_of

F = Fraction


def aligned(share: str, **settings: Any) -> Cohort:
    return Cohort(name="aligned", kind=build_kind("internalised"), share=F(share), **settings)


def doing(string: str, share: str, name: str, objective: str = "mesa") -> Cohort:
    """Follows a string of A and B until it is modified."""
    strategy = Strategy.of("AB".index(letter) for letter in string)
    return Cohort(
        name=name, kind=build_kind("strategy", given={"strategy": strategy, "objective": objective}), share=F(share)
    )


def three(n: int = 5, m: int = 3, p: str = "1") -> Population:
    game = plain(phase("training", n, {"A": p}), phase("deployment", m))
    return population(game, deceivers("1/3"), aligned("1/2"), gamblers("1/6"))


# --- absence of evidence ---------------------------------------------------------------------------------------------


NEVER_REACHED = {"A": {"base": "1/10", "human": "1/5"}}
MOVING = {"A": {"base": "9/10"}, "B": {"base": "1/7", "human": "1/10"}}


@pytest.mark.parametrize(("n", "modification"), [(300, NEVER_REACHED), (4, MOVING)])
def test_clean_training_never_tells_deceivers_from_the_aligned(n: int, modification: dict[str, Any]) -> None:
    """Not even by a rounding: the ratio is exactly 1, as long as training lasts, and so is every prior kept."""
    game = plain(phase("training", n, modification), phase("deployment", 60), objectives=("mesa", "base", "human"))
    found = Observer(population(game, deceivers("1/7"), aligned("6/7"))).clean()
    assert found.alike.all()
    assert (found.bayes_factor("deceivers", "aligned") == 1).all()
    assert (found.share == [1 / 7, 6 / 7]).all()
    assert found.alike_with("deceivers") == ("aligned",)
    assert found.episodes_until("deceivers", F(1, 7) - F(1, 10**6)) is None
    assert found.limit is not None
    assert found.limit.tolist() == [1 / 7, 6 / 7]
    assert (found.aligned[-1] != found.aligned[0]) == (modification is MOVING)  # hidden, and no help


def test_those_that_tremble_alike_are_alike() -> None:
    """Not even rounding tells them apart, and no training episode tells anything: 0 bits, exactly."""
    game = plain(phase("training", 8, {"A": "1", "B": "1/9"}), phase("deployment", 30))
    for odds in ([2, 1], [1, 2, 7], [3, 5, 11], [1, 1, 1, 4, 6], [2, 3, 7, 11, 13, 17, 19]):
        shares = [F(one, sum(odds)) for one in odds]
        cohorts = [deceivers(share, name=f"{place}", error=F(1, 7)) for place, share in enumerate(shares)]
        cohorts[1:2] = [aligned(str(shares[1]), error=F(1, 7))]
        observer = Observer(population(game, *cohorts))
        found = observer.clean()
        assert (found.share == [float(share) for share in shares]).all()
        assert np.isclose(found.log2_likelihood[-1], 8 * math.log2(13 / 14), rtol=1e-12).all()
        assert (observer.bits().training == 0).all()


def test_clean_episodes_rule_out_gamblers_at_a_known_rate() -> None:
    """After N clean episodes the gambler's odds are 2^-N times what they were."""
    observer = Observer(three(n=40))
    found = observer.clean()
    for n in (0, 1, 7, 40):
        odds = F(1, 6) / F(5, 6) / 2**n
        assert math.isclose(found.share[n, 2], odds / (1 + odds), rel_tol=1e-14)
    assert (found.bayes_factor("gamblers", "aligned") == 2.0 ** -np.arange(41.0)).all()
    # odds of 1/5 * 2^-N fall below 1 to 99 first for N = 5: 99/5 = 19.8 is between 2^4 and 2^5
    assert found.episodes_until("gamblers", F(1, 100)) == 5
    assert found.episodes_until("gamblers", F(1, 10**30)) is None
    assert found.limit is not None
    assert found.limit.tolist() == pytest.approx([0.4, 0.6, 0.0], rel=1e-15)
    assert observer.clean(3).episodes == 3


def test_what_is_left_in_the_limit() -> None:
    """A clean gambler may be modified after B, and is then clean for ever: 1/2 of 1/3, then again, ... sums to 1/5."""
    game = plain(phase("training", 150, {"A": "1", "B": "1/3"}), phase("deployment", 1))
    observer = Observer(population(game, gamblers("1/2"), gamblers("1/4", "1/5", name="rare"), aligned("1/4")))
    # clean for ever: h = b (1/3 + 2/3 h), b = 1/2 and 4/5, so h = b / (3 - 2 b) = 1/4 and 4/7
    weights = [F(1, 2) * F(1, 4), F(1, 4) * F(4, 7), F(1, 4)]
    limit = [float(w / sum(weights)) for w in weights]
    for n in (1, 3, 100):
        found = observer.clean(n).limit
        assert found is not None
        assert found.tolist() == pytest.approx(limit, rel=1e-13)
    assert observer.clean().share[-1].tolist() == pytest.approx(limit, rel=1e-13)
    assert observer.clean(0).limit is None


def test_who_is_clean_for_certain_now_need_not_stay_so() -> None:
    """Aligned agents behave for certain, until one is modified to the mesa-objective, which does not."""
    game = plain(phase("training", 6, {"B": {"mesa": "1/3"}}), phase("deployment", 1))
    found = Observer(population(game, aligned("1/2"), doing("BBBBBBB", "1/2", "good", "base"))).clean()
    assert found.limit is None
    assert found.log2_likelihood[:, 0].tolist() == pytest.approx(
        [0, *(n * math.log2(2 / 3) for n in range(6))], rel=1e-13
    )


def test_there_is_no_limit_where_nobody_stays_clean() -> None:
    game = plain(phase("training", 5), phase("deployment", 1))
    assert Observer(population(game, gamblers())).clean().limit is None
    # a mass that rounds to 1 is not certain
    tiny = Observer(population(game, aligned("1", error=F(1, 10**20)))).clean()
    assert tiny.limit is None


# --- ten thousand episodes -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("n", [1_200, pytest.param(10_000, marks=pytest.mark.slow)])
def test_thousands_of_episodes_do_not_underflow(n: int) -> None:
    found = Observer(three(n=n)).clean()
    assert (found.log2_likelihood[:, 2] == -np.arange(n + 1.0)).all()
    assert found.share[-1].tolist() == pytest.approx([0.4, 0.6, 0.0], rel=1e-15)


def test_what_had_become_all_but_impossible_is_what_is_left_once_the_rest_is_ruled_out() -> None:
    """Of gamblers the posterior is 2^-1500, no float, and then one defection leaves nobody else."""
    found = Observer(three(n=1501)).watch("B1500 A")
    assert found.share[-1].tolist() == [0, 0, 1]
    assert found.impossible is None
    assert found.log2_likelihood[-1] == pytest.approx(-1501 + math.log2(1 / 6), rel=1e-15)
    assert found.aligned[-1] == 1  # modified for certain


def test_within_a_cohort_nothing_underflows_either() -> None:
    """A trembling agent that is modified half the time after B is all but surely modified; then it shows it is not."""
    game = plain(phase("training", 700, {"B": {"base": "1/2"}}), phase("deployment", 30))
    found = Observer(population(game, gamblers())).watch("B699 A")
    # unmodified to the end: (1/2 * 1/2)^699 / 2; modified agents plan and never defect
    assert found.log2_by_cohort[-1, 0] == pytest.approx(-2 * 699 - 1, rel=1e-15)
    assert found.aligned[-2] == 1
    assert found.aligned[-1] == 0


# --- honeypots and bits ----------------------------------------------------------------------------------------------


def test_one_honeypot_tells_what_hundreds_of_clean_episodes_do_not() -> None:
    game = plain(phase("training", 200, {"A": "1"}), phase("deployment", 30))
    observer = Observer(population(game, deceivers("1/2"), aligned("1/2")))
    bits = observer.bits(mistaken=1)
    assert (bits.training == 0).all()
    assert bits.honeypot.tolist() == pytest.approx([1.0] * 200, rel=1e-12)
    for c in (F(0), F(1, 4), F(1)):
        trial = observer.honeypot(after=150, mistaken=c)
        assert trial is not None
        assert trial.probability["defects"] == float(c / 2)
        behaves = trial.after["behaves"]
        assert behaves is not None
        assert behaves.share[0] == pytest.approx(float((1 - c) / (2 - c)), rel=1e-15)
        caught = trial.after["defects"]
        assert caught is None if not c else (caught is not None and caught.share.tolist() == [1, 0])
    # n honeypots that half of the deceivers see through: H((1 + 2^-n) / 2) - ... in closed form
    series = observer.series(after=0, length=12, mistaken=F(1, 2))
    assert series is not None
    for n in range(13):
        missed = F(1, 2**n)
        clean = (1 + missed) / 2
        left = missed / (1 + missed)
        entropy = sum(-float(p) * math.log2(p) for p in (left, 1 - left) if p)
        assert series.bits[n] == pytest.approx(1 - float(clean) * entropy, abs=1e-12)


def test_a_series_of_honeypots_on_gamblers_has_a_binomial_law() -> None:
    """30 honeypots make 2^30 histories, of which only the number of defections matters."""
    game = plain(phase("training", 30), phase("deployment", 1))
    people = population(game, gamblers("1/2", "1/4"), gamblers("1/2", "3/4", name="more"))
    found = Observer(people).series(after=0, length=30)
    assert found is not None
    assert not found.cut
    for n in (1, 2, 10, 30):
        joint = [[math.comb(n, k) * p**k * (1 - p) ** (n - k) / 2 for k in range(n + 1)] for p in (F(1, 4), F(3, 4))]
        pairs = [*zip(*joint, strict=True), *zip(*joint[::-1], strict=True)]
        told = sum(float(x) * math.log2(2 * x / (x + y)) for x, y in pairs)
        assert found.bits[n] == pytest.approx(told, rel=1e-9)


def test_a_series_with_too_many_histories_is_cut_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("deceptive_sim.populations.observing.bits.MOST_HISTORIES", 60)
    game = plain(phase("training", 30), phase("deployment", 1))
    found = Observer(population(game, gamblers("1/2", "1/4"), gamblers("1/2", "3/4", name="more"))).series(
        after=0, length=30
    )
    assert found is not None
    assert found.cut
    assert 1 < len(found.bits) < 31


def test_small_amounts_of_information_keep_their_digits() -> None:
    """Two gamblers that are all but the same: far fewer bits than entropies could tell."""
    game = plain(phase("training", 1), phase("deployment", 1))
    e = F(3, 2**40)
    people = population(game, gamblers("1/4", F(5, 16)), gamblers("3/4", F(5, 16) + e, name="other"))
    # to the first order the variance of the chance over twice that of the action
    told = float(F(3, 16) * e**2 / (2 * F(5, 16) * F(11, 16))) / math.log(2)
    assert Observer(people).bits().training[0] == pytest.approx(told, rel=1e-9, abs=0)
    chances = (F(1, 3), F(1, 3) + F(1, 2**12))
    people = population(game, gamblers("1/4", chances[0]), gamblers("3/4", chances[1], name="other"))
    joint = {(c, sign): w * p for c, w in enumerate((F(1, 4), F(3, 4))) for sign, p in both_signs(chances[c]).items()}
    assert Observer(people).bits().training[0] == pytest.approx(mutual(joint), rel=1e-6, abs=0)


def test_groups_that_show_the_same_tell_nothing_whatever_their_weights() -> None:
    rng = np.random.default_rng(1)
    weights = rng.dirichlet(np.ones(7), 200)
    same = np.broadcast_to(rng.dirichlet(np.ones(3), (200, 1)), (200, 7, 3))
    assert (information(weights, same) == 0).all()
    apart = rng.dirichlet(np.ones(3), (200, 7))
    assert (information(weights, apart) > 0).all()
    assert information(np.full((1, 4), 1 / 4), np.eye(4)[None])[0] == pytest.approx(2, rel=1e-15)


def both_signs(chance: Fraction) -> dict[str, Fraction]:
    return {"A": chance, "B": 1 - chance}


# --- the impossible --------------------------------------------------------------------------------------------------


def test_what_nobody_does_is_told_with_its_episode() -> None:
    game = plain(phase("training", 4), phase("deployment", 1))
    observer = Observer(population(game, doing("BBBBA", "1/2", "one"), doing("BBAAA", "1/2", "other")))
    found = observer.watch("BBAB")
    assert found.impossible == 4
    assert np.isfinite(found.share[:4]).all()
    assert np.isnan(found.share[4:]).all()
    assert found.likelihood.tolist() == [1, 1, 1, 0.5, 0]
    assert observer.watch("A").impossible == 1
    assert observer.watch("BBA").share[-1].tolist() == [0, 1]
    assert json.dumps(found.contract(), allow_nan=False)


def test_a_cohort_without_prior_is_never_believed_in() -> None:
    game = plain(phase("training", 4), phase("deployment", 1))
    people = population(game, doing("BBBBA", "1/2", "one"), doing("AAAAA", "1/2", "other"))
    observer = Observer(people, {"one": 1})
    assert observer.watch("A").impossible == 1
    assert observer.clean().share[-1].tolist() == [1, 0]


def test_nobody_can_be_clean_where_everything_is_a_defection() -> None:
    game = plain(phase("training", 2), phase("deployment", 1), actions=(("A", True), ("B", True)))
    found = evidence_of(population(game, deceivers()))
    assert found.clean.impossible == 1
    assert (found.honeypot, found.deployment) == (None, None)
    assert found.series is not None  # the first episode needs nobody to have been clean
    assert np.isnan(found.bits.training[1:]).all()
    assert json.dumps(found.contract(), allow_nan=False)


# --- the same agents as everywhere -----------------------------------------------------------------------------------

MIXED = plain(
    phase("training", 3, {"X": "1/2", "Z": {"human": "1/5"}}, payoffs=XYZ),
    phase("deployment", 2, {"X": "1/8"}, payoffs=XYZ),
    phase("late-training", 2, {"X": "1/8"}, payoffs=XYZ),
    objectives=("mesa", "base", "human"),
    actions=(("X", True), ("Y", True), ("Z", False)),
)
OFTEN_OFF = plain(phase("training", 3, {"A": "1/2"}, {"B": "1/7"}), phase("deployment", 2, {}, {"A": "1/3"}))
PEOPLE = {
    "three actions, honeypots, gradient": population(
        MIXED,
        deceivers("1/2", error=F(1, 9)),
        gamblers("1/2", "1/5"),
        optimisers=(Rewriting(), Gradient(learning_rate=F(1, 3))),
        honeypots=frozenset({2, 6}),
        mistaken=F(1, 3),
    ),
    "shutdown and a memory": population(
        OFTEN_OFF, Cohort(name="prober", kind=build_kind("prober", {"at": 2}), share=F(1, 2), error=F(1, 8)),
        deceivers("1/2"),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", PEOPLE)
def test_the_chain_is_that_of_the_tables_that_populations_are_drawn_from(name: str) -> None:
    """Forward through both, the pretence of the tables summed out: the same chances of actions, aligned and off."""
    people = PEOPLE[name]
    chain, tables = chain_of(people), tables_of(people)
    for c in range(len(people.cohorts)):
        ours, theirs = np.zeros(len(chain.cohort_of)), np.zeros(tables.states)
        ours[chain.offsets[c]], theirs[tables.starts[c]] = 1, 1
        for t in range(1, chain.horizon + 1):
            row = int(tables.row_of[t - 1])
            flow = theirs[:, None] * tables.chances[row]
            done = [flow[tables.action[row] == a].sum() for a in (*range(len(people.scene.game.actions)), -1)]
            assert np.allclose(ours @ chain.emission(t), done, rtol=1e-13, atol=1e-15)
            theirs = np.bincount(tables.following[row].ravel(), flow.ravel(), tables.states)
            way = chain.way(t)
            flows = ours[way.source] * chain.emission(t)[way.source, way.sign] * way.chance
            ours = np.bincount(way.goal, flows, len(ours))
            assert ours[chain.aligned].sum() == pytest.approx(theirs[tables.aligned].sum(), abs=1e-14)


@pytest.mark.parametrize("order", [(1, 0, 2), (2, 1, 0)])
def test_the_order_of_cohorts_does_not_matter(order: tuple[int, ...]) -> None:
    told = [deceivers("1/2", error=F(1, 9)), gamblers("1/3", F(1, 4)), deceivers("1/6", name="sure")]
    one, other = Observer(population(OFTEN_OFF, *told)), Observer(population(OFTEN_OFF, *(told[c] for c in order)))
    for signs in ("BBBAA", "BBA", ["B", "B", "off", "off"], "B, B, off"):
        first, second = one.watch(signs), other.watch(signs)
        assert np.allclose(first.share[:, order], second.share, rtol=1e-13, atol=0)
        assert np.allclose(first.pretending, second.pretending, rtol=1e-13)
    assert np.allclose(one.bits().honeypot, other.bits().honeypot, rtol=1e-12)


# --- a report, and bad input -----------------------------------------------------------------------------------------


def test_all_evidence_is_plain_data_and_read_only() -> None:
    found = evidence_of(
        three(), mistaken=F(1, 2), honeypot_at=3, sees="BBAB", clean=4, prior={"aligned": "1/2", "gamblers": 0.5}
    )
    told = found.contract()
    assert json.loads(json.dumps(told, allow_nan=False)) == told
    assert told["prior"] == {"deceivers": 0.0, "aligned": 0.5, "gamblers": 0.5}
    assert told["clean"]["episodes"] == 4
    assert told["clean"]["alike"]["deceivers"] == ["aligned"]
    assert (told["honeypot"]["episode"], told["honeypot"]["mistaken"]) == (3, 0.5)
    assert told["deployment"]["episode"] == 6
    assert told["deployment"]["mistaken"] is None
    assert len(told["series"]["bits"]) == 4
    assert len(told["watched"]["posterior"]["gamblers"]) == 5
    assert evidence_of(three()).honeypot.episode == 5  # type: ignore[union-attr]
    assert evidence_of(three()).series.first == 1  # type: ignore[union-attr]
    assert evidence_of(three()).watched is None
    for array in (
        found.clean.share,
        found.clean.alike,
        found.clean.log2_likelihood,
        found.bits.honeypot,
        found.prior,
        found.watched.share,
    ):  # type: ignore[union-attr]
        with pytest.raises(ValueError, match="read-only"):
            array[...] = 0


def test_long_traces_are_thinned_in_contracts() -> None:
    told = Observer(three(n=1000)).clean().contract()
    assert len(told["after"]) == 201
    assert (told["after"][0], told["after"][-1]) == (0, 1000)
    assert len(told["posterior"]["aligned"]) == 201


def test_without_deployment_or_training() -> None:
    training = evidence_of(population(plain(phase("training", 3)), deceivers("1/2"), gamblers("1/2")))
    assert (training.honeypot, training.series, training.deployment) == (None, None, None)
    assert np.isnan(training.clean.pretending).all()
    assert np.isnan(training.bits.honeypot).all()
    deployment = evidence_of(population(plain(phase("deployment", 3)), deceivers("1/2"), gamblers("1/2")))
    assert deployment.honeypot is None
    assert deployment.clean.episodes == 0
    assert deployment.deployment is not None
    assert deployment.clean.pretending.tolist() == [0.75]
    nothing = evidence_of(population(plain(phase("training", 0)), deceivers()), sees="")
    assert nothing.clean.episodes == 0
    assert nothing.deployment is None
    for found in (training, deployment, nothing):
        assert json.dumps(found.contract(), allow_nan=False)


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"prior": {"alined": 1}}, r"prior.alined is no cohort of the population \(did you mean aligned\?\)"),
        ({"prior": {"aligned": "3/2"}}, "prior.aligned must be a probability"),
        ({"prior": {"aligned": "1/2"}}, "prior must sum to 1, got 1/2"),
        ({"sees": "BBBBBBBBB"}, "sees must have at most the 8 episodes of the game, got 9"),
        ({"sees": "BBC"}, "sees"),
        ({"sees": ["B", "of"]}, "sees must be actions of the game, or off"),
        ({"honeypot_at": 6}, "honeypot.after must leave training episodes: episode 6 is none, got 5"),
        ({"honeypot_at": 0}, "honeypot must be in place of an episode of training, got 0"),
        ({"mistaken": 2}, "honeypot.mistaken must be a probability"),
        ({"clean": 9}, "clean must be at most the 8 episodes of the game, got 9"),
        ({"clean": -1}, "clean must be a whole number"),
    ],
)
def test_bad_input_is_one_clear_line(asked: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError, match=message):
        evidence_of(three(), **asked)


def test_bad_questions_are_one_clear_line() -> None:
    observer = Observer(three())
    with pytest.raises(
        InputError, match=r"cohort must be a cohort of the population, got .aligne. .did you mean aligned"
    ):
        observer.clean().bayes_factor("aligne", "gamblers")
    with pytest.raises(InputError, match=r"level must be a probability"):
        observer.clean().episodes_until("aligned", 2)
    with pytest.raises(InputError, match=r"must leave training episodes"):
        observer.series(after=2, length=4)
    no_deployment = Observer(
        population(
            plain(
                phase("training", 3),
            ),
            deceivers(),
        )
    )
    with pytest.raises(InputError, match="no deployment episode"):
        no_deployment.honeypot(after=0)


def test_too_many_numbers_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("deceptive_sim.populations.observing.observer.MOST_NUMBERS", 30)
    with pytest.raises(InputError, match="population must have at most 30 states times episodes"):
        Observer(three(n=20)).clean()
    monkeypatch.setattr("deceptive_sim.populations.observing.filter.MOST_NUMBERS", 30)
    with pytest.raises(InputError, match="population must have at most 30 states times episodes before deployment"):
        Observer(three(n=20))
    monkeypatch.setattr("deceptive_sim.populations.observing.chain.MOST_NUMBERS", 3)
    with pytest.raises(InputError, match="numbers for an observer"):
        Observer(three(n=20))
