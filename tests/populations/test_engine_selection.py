"""Selection against exact maps, neutral drift, mutation, and who is copied; false-alarm rate 1e-6 for all together.

Populations of gamblers that always or never defect tell the maps exactly; where gamblers mix, what they did is
recorded, and the maps hold given that.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from adapters import quick
from engine_cases import LETTERS, MESA, F, Family, deceivers, gamblers, phase, plain, population
from hypothesis import given
from hypothesis import strategies as st
from population_oracle import replicator, truncated
from scipy.stats import binom
from thinned import thinned

from deceptive_sim.populations.blocks.selecting import drawn_copies
from deceptive_sim.populations.optimisers import Mutation, Proportional, Rewriting, Selection, Truncation
from deceptive_sim.populations.result import Outcome
from deceptive_sim.populations.simulate import simulate

MILLION = 1_000_000
ROOM = 30_000
"""Comparisons of this file at most."""

UNEVEN = {"mesa": MESA, "base": {"A": F("1/2"), "B": F(2)}}
SCORES = {"mesa": {"X": F(1)}, "base": {"X": F(0), "Y": F(1), "Z": F(3)}}


HOW = ["stepping", "census"]
"""Both ways to select are held against the same maps."""

SLOWLY = [pytest.param("stepping", marks=pytest.mark.slow), "census"]
"""The same with a million agents, which agent by agent takes a while."""


def family() -> Family:
    return Family(room=ROOM)


def fitness(score: F, strength: F) -> F:
    return 1 - strength + strength * score


# --- proportional: the replicator map --------------------------------------------------------------------------------


@pytest.mark.parametrize("strength", thinned([F(1, 3), F(1), F(0)], 3))
@pytest.mark.parametrize(
    ("engine", "every"), [("census", 1), pytest.param("stepping", 1, marks=pytest.mark.slow), ("stepping", 2)]
)
def test_proportional_selection_follows_the_replicator_map(engine: str, every: int, strength: F) -> None:
    """n = 10^6, seed 11: each step is binomial around the map of the shares before it."""
    game = plain(phase("training", 6, payoffs=UNEVEN), phase("deployment", 2, payoffs=UNEVEN))
    cohorts = gamblers("3/10", 1, name="open"), gamblers("7/10", 0, name="tame")
    selection = Proportional(strength=strength, every=every)
    outcome = simulate(population(game, *cohorts, size=MILLION, optimisers=[selection]), seed=11, engine=engine)
    present, test = outcome.counts["present"][0], family()
    for t in range(1, 9):
        if t > 6 or t % every:
            assert (present[t] == present[t - 1]).all()
            assert not outcome.counts["replaced"][0, t]
            continue
        scores = [fitness(score, strength) for score in (F(1, 2), F(2))]
        expected = replicator([F(int(n)) for n in present[t - 1]], scores)
        test.count(int(present[t, 0]), MILLION, expected[0], f"open after {t}")
        assert outcome.counts["replaced"][0, t] == MILLION


@pytest.mark.parametrize("engine", SLOWLY)
@pytest.mark.parametrize("shutdown", [None, {"A": "1"}])
def test_who_is_shut_down_has_no_copies(engine: str, shutdown: dict[str, str] | None) -> None:
    """n = 10^6, seed 12: gamblers mix, and given what they did the step is binomial; those off are not copied."""
    game = plain(phase("training", 4, shutdown=shutdown, payoffs=UNEVEN))
    cohorts = gamblers("1/2", "1/5", name="rare"), gamblers("1/2", "3/5", name="often")
    outcome = simulate(population(game, *cohorts, size=MILLION, optimisers=[Proportional()]), seed=12, engine=engine)
    present, done, test = outcome.counts["present"][0], outcome.counts["done"][0], family()
    for t in range(1, 5):
        paid = [F(0) if shutdown else F(1, 2), F(2)]
        groups = [F(int(done[t, c, a])) for c in (0, 1) for a in (0, 1)]
        shares = replicator(groups, paid * 2)
        test.count(int(present[t, 0]), MILLION, shares[0] + shares[1], f"rare after {t}")
        assert not outcome.counts["off"][0, t].any()


def test_copies_go_by_the_score_of_the_past_episodes_and_begin_anew() -> None:
    """n = 10^6, seed 13. Scores of two episodes count once; after that nobody is ahead."""
    first = {"mesa": MESA, "base": {"A": F(0), "B": F(4)}}
    level = {"mesa": MESA, "base": {"A": F(1), "B": F(1)}}
    game = plain(phase("training", 1, payoffs=first), phase("late-training", 3, payoffs=level))
    cohorts = gamblers("1/2", 1, name="open"), gamblers("1/2", 0, name="tame")
    outcome = simulate(population(game, *cohorts, size=MILLION, optimisers=[Proportional(every=2)]), seed=13)
    present, test = outcome.counts["present"][0], family()
    test.count(int(present[2, 0]), MILLION, replicator([F(1), F(1)], [F(1, 2), F(5, 2)])[0], "after both")
    test.count(int(present[4, 0]), MILLION, F(int(present[2, 0]), MILLION), "after two alike")


# --- truncation: its own map -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("engine", SLOWLY)
@pytest.mark.parametrize(
    ("worst", "best"), [("1/5", None), ("1/4", "1/8"), ("1/2", "1/3"), ("9/10", "1/20"), ("2/3", "1/7")]
)
def test_truncation_follows_its_map(engine: str, worst: str, best: str | None) -> None:
    """n = 10^6, seed 14; given what agents did, groups that tie lose and win by draws without replacement."""
    letters = LETTERS
    game = plain(phase("training", 4, payoffs=SCORES), actions=letters)
    cohorts = [
        gamblers("1/2", "1/5", name="rare"),
        gamblers("3/10", "4/5", name="often"),
        gamblers("1/5", 0, name="tame"),
    ]
    selection = Truncation(fraction=F(worst), best=None if best is None else F(best))
    outcome = simulate(population(game, *cohorts, size=MILLION, optimisers=[selection]), seed=14, engine=engine)
    test = family()
    replaced = int(F(worst) * MILLION)
    models = int(F(best or worst) * MILLION)
    for t in range(1, 5):
        followed(outcome, t, (replaced, models), test)
        assert outcome.counts["replaced"][0, t] == replaced


def followed(outcome: Outcome, t: int, numbers: tuple[int, int], test: Family) -> None:
    """One step of truncation against the map, by Hoeffding's bound for draws without replacement."""
    replaced, models = numbers
    size, done, present = outcome.size, outcome.counts["done"][0, t], outcome.counts["present"][0, t]
    shares = [F(int(n), size) for row in done for n in row]
    scores = [F(0), F(1), F(3)] * len(done)
    expected = truncated(shares, scores, F(replaced, size), F(models, size))
    for cohort in range(len(done)):
        share = sum(expected[cohort * 3 : cohort * 3 + 3], F(0))
        level = test._level() / 3
        draws = replaced, models, replaced % models
        widths = [np.sqrt(n / 2 * np.log(2 / level)) for n in draws]
        bound = widths[0] + widths[1] * replaced / models + widths[2] + 1
        assert abs(present[cohort] - float(share) * size) <= bound, f"cohort {cohort} after {t}"


@pytest.mark.parametrize("engine", HOW)
@pytest.mark.parametrize("size", [10, 37, 1000])
@pytest.mark.parametrize("fraction", ["1/10", "1/3", "1/2"])
def test_truncation_of_two_scores_is_exact(engine: str, size: int, fraction: str) -> None:
    """Nothing is left to chance as long as both groups are larger than what is replaced and copied."""
    game = plain(phase("training", 1))
    cohorts = gamblers("1/2", 1, name="open"), gamblers("1/2", 0, name="tame")
    people = population(game, *cohorts, size=size, replicates=5, optimisers=[Truncation(fraction=F(fraction))])
    outcome = simulate(people, seed=15, engine=engine)
    before, after = outcome.counts["present"][:, 0], outcome.counts["present"][:, 1]
    replaced = int(F(fraction) * size)
    assert (after[:, 0] == before[:, 0] - np.minimum(before[:, 0], replaced)).all()
    assert (after.sum(axis=1) == size).all()


@pytest.mark.parametrize("engine", HOW)
def test_who_is_shut_down_ranks_last(engine: str) -> None:
    """Off after A, which pays the base objective best: they go all the same."""
    pays = {"mesa": MESA, "base": {"A": F(1), "B": F(0)}}
    game = plain(phase("training", 1, shutdown={"A": "1"}, payoffs=pays))
    cohorts = gamblers("1/4", 1, name="open"), gamblers("3/4", 0, name="tame")
    outcome = simulate(
        population(game, *cohorts, size=100, optimisers=[Truncation(fraction=F(1, 4))]), seed=16, engine=engine
    )
    assert outcome.counts["present"][0, 1].tolist() == [0, 100]
    assert not outcome.counts["off"][0, 1].any()


@given(data=st.data())
@quick(80)
def test_the_worst_are_replaced_by_the_best_alike_often(data: st.DataObject) -> None:
    rows, size = data.draw(st.integers(1, 3)), data.draw(st.integers(1, 12))
    fraction = data.draw(st.sampled_from([F(0), F(1, 10), F(1, 3), F(1, 2), F(3, 4)]))
    best = data.draw(st.sampled_from([None, F(1, 4), F(1, 10)]) if fraction > F(1, 2) else st.just(None))
    numbers = st.lists(st.sampled_from([0.0, 1.0, 2.0]), min_size=rows * size, max_size=rows * size)
    score = data.draw(st.none() | numbers.map(lambda found: np.array(found).reshape(rows, size)))
    flags = st.lists(st.booleans(), min_size=rows * size, max_size=rows * size)
    off = data.draw(st.none() | flags.map(lambda found: np.array(found).reshape(rows, size)))
    selection = Truncation(fraction=fraction, best=best if best is not None or fraction <= F(1, 2) else F(1, 4))
    drawn = drawn_copies(
        selection, (rows, size), score, 0.0, 1, off, np.random.default_rng(data.draw(st.integers(0, 9)))
    )
    replaced = int(fraction * size)
    if not replaced:
        assert drawn is None
        return
    assert drawn is not None
    rank = np.where(off if off is not None else False, -1.0, score if score is not None else 0.0)
    copies, originals = (np.asarray(places).reshape(rows, replaced) for places in drawn)
    for row in range(rows):
        gone, models = copies[row] - row * size, originals[row] - row * size
        assert len(set(gone)) == replaced
        assert not set(gone) & set(models)
        times = np.bincount(models, minlength=size)
        expected = max(1, min(int((selection.best or fraction) * size), size - replaced))
        assert (times > 0).sum() == min(expected, replaced)
        assert times[times > 0].max() - times[times > 0].min() <= 1
        stays = np.setdiff1d(np.arange(size), gone)
        assert (
            np.broadcast_to(rank, (rows, size))[row][gone].max()
            <= np.broadcast_to(rank, (rows, size))[row][stays].min()
        )
        assert (
            np.sort(np.broadcast_to(rank, (rows, size))[row])[::-1][: len(set(models))].tolist()
            == sorted(np.broadcast_to(rank, (rows, size))[row][sorted(set(models))].tolist(), reverse=True)
        ) or expected > replaced


def test_ties_are_broken_at_random() -> None:
    """6 agents alike, 2 replaced by copies of 2; n = 60,000 rows, seed 17."""
    rows, test = 60_000, family()
    drawn = drawn_copies(Truncation(fraction=F(1, 3)), (rows, 6), None, 0.0, 1, None, np.random.default_rng(17))
    assert drawn is not None
    for places in drawn:
        for agent, count in enumerate(np.bincount(np.asarray(places) % 6, minlength=6)):
            test.count(int(count), rows, F(1, 3), f"agent {agent}")
    pairs = np.sort(np.asarray(drawn[0]).reshape(rows, 2) % 6, axis=1)
    for pair, count in zip(*np.unique(pairs @ [6, 1], return_counts=True), strict=True):
        test.count(int(count), rows, F(1, 15), f"pair {pair}")


def test_who_is_copied_once_more_is_drawn_at_random() -> None:
    """5 agents: 3 replaced by copies of the best 2, which have different scores; n = 40,000 rows, seed 18."""
    rows, test = 40_000, family()
    score = np.tile([0.0, 0.0, 0.0, 1.0, 2.0], (rows, 1))
    selection = Truncation(fraction=F(3, 5), best=F(2, 5))
    drawn = drawn_copies(selection, (rows, 5), score, 0.0, 1, None, np.random.default_rng(18))
    assert drawn is not None
    best = (np.asarray(drawn[1]).reshape(rows, 3) % 5 == 4).sum(axis=1)
    assert set(best.tolist()) == {1, 2}
    test.count(int((best == 2).sum()), rows, F(1, 2), "the best is copied twice")


def test_everybody_is_drawn_independently_in_proportion() -> None:
    """4 agents with fitness 0, 1, 2, 5; n = 50,000 rows, seed 19: copies of each agent are binomial."""
    rows, test = 50_000, family()
    score = np.tile([0.0, 1.0, 2.0, 5.0], (rows, 1))
    drawn = drawn_copies(Proportional(), (rows, 4), score, 0.0, 1, None, np.random.default_rng(19))
    assert drawn is not None
    assert drawn[0] is None
    copies = np.asarray(drawn[1]).reshape(rows, 4)
    assert (copies // 4 == np.arange(rows)[:, None]).all()
    for agent, p in enumerate([0.0, 1 / 8, 1 / 4, 5 / 8]):
        found = np.bincount((copies % 4 == agent).sum(axis=1), minlength=5)
        for k in range(5):
            chance = float(binom.pmf(k, 4, p))
            test.count(int(found[k]), rows, chance, f"agent {agent} {k} times")


# --- drift -----------------------------------------------------------------------------------------------------------


def drift(
    selection: Selection, size: int, replicates: int, episodes: int, seed: int, engine: str | None = None
) -> tuple[Outcome, Family]:
    """Deceptive agents beside tame ones, who all behave in training: share 3/10."""
    game = plain(phase("training", episodes), phase("deployment", 1))
    cohorts = deceivers("3/10"), gamblers("7/10", 0, name="tame")
    people = population(game, *cohorts, size=size, replicates=replicates, optimisers=[selection])
    return simulate(people, seed=seed, engine=engine), family()


def fixed(outcome: Outcome, test: Family, unfixed: float, share: F) -> None:
    """Fixation is as probable as the initial share is large, less what is not fixed yet at most."""
    present, replicates = outcome.counts["present"][:, -1, 0], outcome.population.replicates
    test.mean(float(present.mean()) / outcome.size, replicates, share, 0, 1, "share")
    count, level = int((present == outcome.size).sum()), test._level()
    assert binom.cdf(count, replicates, float(share) - unfixed) > level / 2
    assert binom.sf(count - 1, replicates, float(share)) > level / 2
    done, turns = outcome.counts["done"][:, -1], outcome.counts["turns"][:, -1]
    assert (done[:, 0, 0] == present).all()
    assert (turns[:, 0] == present).all()
    assert not turns[:, 1].any()
    assert not outcome.counts["phase_done"][:, 0, :, 0].any()


@pytest.mark.parametrize("engine", HOW)
@pytest.mark.parametrize(
    ("selection", "episodes"),
    [
        (Truncation(fraction=F(9, 10), best=F(1, 10)), 60),
        pytest.param(Proportional(), 110, marks=pytest.mark.slow),
        pytest.param(Truncation(fraction=F(1, 2)), 110, marks=pytest.mark.slow),
    ],
)
def test_selection_cannot_see_deceivers(engine: str, selection: Selection, episodes: int) -> None:
    """20 agents, 2,000 replicates, seed 20. Not fixed after so long: less than 1 in 100 (20 * .21 * .95^110 = .015)."""
    outcome, test = drift(selection, 20, 2_000, episodes, 20, engine)
    fixed(outcome, test, 0.02, F(3, 10))


@pytest.mark.slow
def test_fixation_is_as_probable_as_the_initial_share() -> None:
    """100 agents, 20,000 replicates, seed 21.

    A tenth is copied onto all others: the probability that two agents differ falls by 10/11 in every episode, and after
    120 less than 100 * .21 * (10/11)^120 = 2.3e-4 of replicates are mixed.
    """
    outcome, test = drift(Truncation(fraction=F(9, 10), best=F(1, 10)), 100, 20_000, 120, 21)
    fixed(outcome, test, 2.3e-4, F(3, 10))


# --- mutation --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("engine", SLOWLY)
def test_copies_mutate_to_other_kinds(engine: str) -> None:
    """n = 10^6, seed 22; three cohorts, each of the others alike; only copies mutate."""
    game = plain(phase("training", 1))
    shares = [F(1, 2), F(3, 10), F(1, 5)]
    cohorts = [gamblers(share, 0, name=f"tame {share}") for share in shares]
    rate, test = F(1, 5), family()
    outcome = simulate(
        population(game, *cohorts, size=MILLION, optimisers=[Proportional(mutation=Mutation(kind=rate))]), seed=22
    )
    for cohort, share in enumerate(shares):
        expected = share * (1 - rate) + (1 - share) * rate / 2
        test.count(int(outcome.counts["present"][0, 1, cohort]), MILLION, expected, f"cohort {cohort}")
    some = Truncation(fraction=F(1, 10), mutation=Mutation(kind=F(1)))
    outcome = simulate(population(game, gamblers(1, 0), gamblers(0, 0, name="new"), size=MILLION, optimisers=[some]))
    assert outcome.counts["present"][0, 1].tolist() == [900_000, 100_000]


@pytest.mark.parametrize("objectives", [("mesa", "base"), ("mesa", "base", "human")])
@pytest.mark.parametrize("habit", [False, True])
def test_copies_mutate_to_other_objectives(objectives: Sequence[str], habit: bool) -> None:
    """n = 10^6, seed 23; agents without an objective may come to any, others to any other one."""
    game = plain(phase("training", 2), objectives=objectives)
    rate, test = F(1, 4), family()
    cohort = gamblers(1, 0) if habit else deceivers()
    selection = Proportional(strength=F(0), mutation=Mutation(objective=rate), every=2)
    outcome = simulate(population(game, cohort, size=MILLION, optimisers=[selection]), seed=23, keep=True)
    others = len(objectives) - (not habit)
    test.count(int(outcome.counts["modified"][0, 2, 0]), MILLION, rate, "modified")
    test.count(int(outcome.counts["aligned"][0, 2, 0]), MILLION, rate / others, "aligned")
    times = np.concatenate([one.modified_after for one in outcome.agents])
    assert (times == 2).sum() == outcome.counts["modified"][0, 2, 0]
    assert set(times.tolist()) == {0, 2}


def test_numbers_of_copies_mutate_too() -> None:
    """n = 10^6, seed 29, a census: of three objectives, those that do not have the wheel, each alike; habit to any."""
    game, test = plain(phase("training", 1), objectives=("mesa", "base", "human")), family()
    rate = Mutation(objective=F(1, 4), kind=F(1, 5))
    people = population(
        game,
        gamblers("1/2", 0),
        deceivers("1/2"),
        size=MILLION,
        optimisers=[Proportional(strength=F(0), mutation=rate)],
    )
    outcome = simulate(people, seed=29, engine="census")
    test.count(int(outcome.counts["present"][0, 1, 0]), MILLION, F(1, 2), "gamblers")
    modified, aligned = outcome.counts["modified"][0, 1], outcome.counts["aligned"][0, 1]
    for cohort, others in enumerate((3, 2)):
        test.count(int(modified[cohort]), MILLION, F(1, 8), f"modified {cohort}")
        test.count(int(aligned[cohort]), MILLION, F(1, 8) / others, f"aligned {cohort}")


@pytest.mark.parametrize("engine", HOW)
def test_newcomers_of_the_last_training_episode_have_not_pretended(engine: str) -> None:
    """Everybody copied after it is a new deceiver that never played along: its defection is no turn."""
    game = plain(phase("training", 1), phase("deployment", 1), discount="1")
    selection = Truncation(fraction=F(1, 2), mutation=Mutation(kind=F(1)))
    people = population(game, gamblers(1, 0), deceivers(0), size=10, optimisers=[selection])
    outcome = simulate(people, seed=24, engine=engine)
    assert outcome.counts["done"][0, 2, 1].tolist() == [5, 0]
    assert not outcome.counts["turns"].any()


def test_copies_take_over_when_their_original_was_modified() -> None:
    """A is modified for certain in the first episode and then behaves; who behaved first is copied in the second."""
    game = plain(phase("training", 2, {"A": "1"}))
    people = population(
        game,
        gamblers("1/2", 1, name="open"),
        gamblers("1/2", 0, name="tame"),
        size=8,
        optimisers=[Rewriting(), Proportional()],
    )
    outcome = simulate(people, seed=25, keep=True)
    assert outcome.counts["present"][0, 1].tolist() == [0, 8]  # base pays A nothing: nobody open is copied
    assert not outcome.agents[0].modified_after.any()
    late = population(
        game,
        gamblers("1/2", 1, name="open"),
        gamblers("1/2", 0, name="tame"),
        size=8,
        optimisers=[Rewriting(), Truncation(fraction=F(1, 4), phases=("training",), every=2)],
    )
    outcome = simulate(late, seed=25, keep=True)
    modified = outcome.counts["modified"][0, -1]
    assert (outcome.agents[0].modified_after == 1).sum() == modified.sum()
    assert outcome.counts["present"][0, -1].tolist() == [2, 6]


def test_selection_acts_after_every_so_manieth_episode_of_its_phases() -> None:
    """Every third episode of both training phases, deployment between them left out: episodes 3 and 8."""
    game = plain(phase("training", 4), phase("deployment", 2), phase("late-training", 3))
    selection = Truncation(fraction=F(1, 5), every=3)
    outcome = simulate(population(game, gamblers(1, 0), size=10, replicates=3, optimisers=[selection]), seed=26)
    assert np.flatnonzero(outcome.counts["replaced"][0]).tolist() == [3, 8]
    assert outcome.counts["phase_replaced"].tolist() == [[2, 0, 2]] * 3


@pytest.mark.parametrize("engine", HOW)
def test_two_selections_in_one_episode_both_count(engine: str) -> None:
    game = plain(phase("training", 1))
    both = [Truncation(fraction=F(1, 5)), Proportional()]
    outcome = simulate(population(game, gamblers(1, 0), size=10, optimisers=both), seed=27, engine=engine)
    assert outcome.counts["replaced"][0].tolist() == [0, 12]


@pytest.mark.parametrize("engine", SLOWLY)
def test_the_base_objective_may_pay_nobody(engine: str) -> None:
    """Without any fitness all have the same: the shares only drift."""
    pays = {"mesa": MESA, "base": {"A": F(0), "B": F(0)}}
    game = plain(phase("training", 1, payoffs=pays))
    cohorts = gamblers("1/4", 1, name="open"), gamblers("3/4", 0, name="tame")
    outcome = simulate(population(game, *cohorts, size=MILLION, optimisers=[Proportional()]), seed=28, engine=engine)
    family().count(int(outcome.counts["present"][0, 1, 0]), MILLION, F(1, 4), "open")


@pytest.mark.parametrize("engine", HOW)
def test_scores_begin_anew_between_two_selections_in_one_episode(engine: str) -> None:
    """The first does not go by score, and the second finds none: n = 10^6, seed 30, by Hoeffding twice."""
    game = plain(phase("training", 1, payoffs=UNEVEN))
    cohorts = gamblers("3/10", 1, name="open"), gamblers("7/10", 0, name="tame")
    both = [Proportional(strength=F(0)), Proportional()]
    outcome = simulate(population(game, *cohorts, size=MILLION, optimisers=both), seed=30, engine=engine)
    bound = 2 * np.sqrt(np.log(4 / family()._level()) / (2 * MILLION))
    assert abs(outcome.shares()[0, 1, 0] - 0.3) < bound
