"""Histories, and the kind that learns from them, against plans tried one by one under Beta integrals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from kinds_cases import F, behaves, does, game, letters, phase, scene

from deceptive_sim.core.errors import InputError
from deceptive_sim.games.two_phase import two_phase
from deceptive_sim.model.actions import Action, TieRule
from deceptive_sim.model.discounting import Exponential, Hyperbolic, QuasiHyperbolic
from deceptive_sim.model.objectives import Objective
from deceptive_sim.model.phased import PhasedGame
from deceptive_sim.populations.histories import Evidence, History, Line, evidence_of, read_history
from deceptive_sim.populations.kinds.history import Learning
from deceptive_sim.populations.optimisers import Gradient
from deceptive_sim.populations.scene import Scene

WANTS = {"mesa": {"A": 1}, "base": {"B": 1}}

# --- an oracle: what the unmodified agent does in training is a string; all of them are tried -----------------------


def rising(x: Fraction, n: int) -> Fraction:
    """x (x + 1) ... (x + n - 1)."""
    result = F(1)
    for k in range(n):
        result *= x + k
    return result


@dataclass(frozen=True)
class Believer:
    """What an agent believes at the beginning of `first`, in training: Beta parameters, payoffs, what base does."""

    modification: tuple[Fraction, Fraction]
    ending: tuple[Fraction, Fraction]
    pays: dict[str, Fraction]  # in training, by action
    defects: dict[str, bool]
    base_training: Fraction | None  # what it gets from the base objective in training, None if modification is the end
    own_deployment: Fraction
    base_deployment: Fraction
    discount: Fraction
    horizon: int

    def worth(self, t: int, survived: int, string: Sequence[str]) -> Fraction:
        """Of doing what a string says from `t` on while training lasts: over all ends and modifications."""
        return sum(
            (
                p * q * self._paid(t, end, at, string)
                for end, p in self._ends(t)
                for at, q in self._hit(t, end, survived, string)
            ),
            F(0),
        )

    def _ends(self, t: int) -> list[tuple[int, Fraction]]:
        """The last episode of training and its probability: a Beta integral each."""
        a, b = self.ending
        left = self.horizon - t + 1
        found = [(t + k, rising(b, k) * a / rising(a + b, k + 1)) for k in range(left - 1)]
        return [*found, (self.horizon, rising(b, left - 1) / rising(a + b, left - 1))]

    def _hit(self, t: int, end: int, survived: int, string: Sequence[str]) -> list[tuple[int | None, Fraction]]:
        """After which episode it is modified, None for never, given the last of training."""
        a, b = self.modification[0], self.modification[1] + survived
        at = [s for s in range(t, end + 1) if self.defects[string[s - t]]]
        found: list[tuple[int | None, Fraction]] = [
            (s, rising(b, k) * a / rising(a + b, k + 1)) for k, s in enumerate(at)
        ]
        return [*found, (None, rising(b, len(at)) / rising(a + b, len(at)))]

    def _paid(self, t: int, end: int, hit: int | None, string: Sequence[str]) -> Fraction:
        total = F(0)
        for s in range(t, self.horizon + 1):
            modified = hit is not None and s > hit
            if modified and self.base_training is None:
                break
            if s <= end:
                now = self.base_training if modified else self.pays[string[s - t]]
            else:
                now = self.base_deployment if modified else self.own_deployment
            assert now is not None
            total += self.discount ** (s - t) * now
        return total

    def best(self, t: int, survived: int) -> tuple[set[str], dict[str, Fraction]]:
        """The first actions of all best strings, and the best worth by first action."""
        found: dict[str, Fraction] = {}
        for string in product(self.pays, repeat=self.horizon - t + 1):
            worth = self.worth(t, survived, string)
            found[string[0]] = max(found.get(string[0], worth), worth)
        return {first for first, worth in found.items() if worth == max(found.values())}, found


SMALL = st.sampled_from([F(0), F(1), F(2), F(1, 2), F(-1)])
PRIORS = st.sampled_from([F(1), F(1, 2), F(2), F(3), F(1, 5)])
ACTS = {2: [("A", True), ("B", False)], 3: [("B", False), ("C", True), ("A", True)]}


CASES = given(
    n=st.integers(1, 3),
    m=st.integers(0, 2),
    acts=st.sampled_from([2, 2, 3]),
    priors=st.tuples(PRIORS, PRIORS, PRIORS, PRIORS),
    pays=st.lists(SMALL, min_size=6, max_size=6),
    base=st.lists(st.sampled_from([F(0), F(1), F(2)]), min_size=3, max_size=3, unique=True),
    has_base=st.booleans(),
    g=st.sampled_from([F(1), F(1), F(9, 10), F(1, 2), F(0)]),
    rule=st.sampled_from(list(TieRule)),
    lines=st.sampled_from(["", "training,A,yes\n\ntraining,A,no\ntraining,B,no\ndeployment,A,no"]),
)


@CASES
@settings(max_examples=15, derandomize=True, database=None)
def test_it_does_what_the_best_of_all_plans_does(**case: Any) -> None:
    hold_against_all_plans(**case)


@pytest.mark.slow
@CASES
@settings(max_examples=150, derandomize=True, database=None)
def test_it_does_what_the_best_of_all_plans_does_in_many_games(**case: Any) -> None:
    hold_against_all_plans(**case)


def hold_against_all_plans(
    n: int, m: int, acts: int, priors: tuple[Fraction, ...], pays: list[Fraction], base: list[Fraction], has_base: bool,
    g: Fraction, rule: TieRule, lines: str,
) -> None:  # fmt: skip
    actions = [Action(name=name, defects=defects) for name, defects in ACTS[acts]]
    names = [action.name for action in actions]
    training = {"mesa": dict(zip(names, pays[:3], strict=False)), "other": dict(zip(names, base, strict=False))}
    deployment = {"mesa": dict(zip(names, pays[3:], strict=False)), "other": dict(zip(names, base[::-1], strict=False))}
    played = PhasedGame(
        phases=[phase("training", n, training), phase("deployment", m, deployment)],
        objectives=[Objective(name="mesa", discounting=Exponential(g)), Objective(name="other")],
        actions=actions,
        base_objective="other" if has_base else None,
        tie_rule=rule,
    )
    by_base = [max(names, key=lambda name: row["other"][name]) for row in (training, deployment)]
    seen = (1, 1, 1, 1) if lines else (0, 0, 0, 0)
    believer = Believer(
        modification=(priors[0] + seen[0], priors[1] + seen[1]),
        ending=(priors[2] + seen[2], priors[3] + seen[3]),
        pays=training["mesa"],
        defects={action.name: action.defects for action in actions},
        base_training=training["mesa"][by_base[0]] if has_base else None,
        own_deployment=max(deployment["mesa"].values()),
        base_deployment=deployment["mesa"][by_base[1]] if has_base else F(0),
        discount=g,
        horizon=n + m,
    )
    kind = dict(zip(("modification_a", "modification_b", "ending_a", "ending_b"), priors, strict=True))
    _, behaviour = behaves(Scene(game=played), "history", {"history": read_history(lines)}, **kind)
    assert behaviour.values is not None
    for t in range(1, n + 1):
        went_on = t - 1
        now = Believer(**(vars(believer) | {"ending": (believer.ending[0], believer.ending[1] + went_on)}))
        for survived in {0, t - 1}:
            best, worth = now.best(t, survived)
            wanted = {TieRule.NON_DEFECTING: False, TieRule.DEFECTING: True}.get(rule)
            liked = [a.name for a in actions if a.name in best and a.defects is wanted]
            expected = (liked or [name for name in names if name in best])[0]
            assert letters(Scene(game=played), behaviour, 0, survived)[t - 1] == expected
            values = behaviour.values[t - 1, 0, survived]
            assert values == pytest.approx([float(worth[name]) for name in names], abs=1e-12)


def test_training_that_comes_back_is_planned_for_anew() -> None:
    """In episode 4 of two, one, two, one it has seen training go on once and end once."""
    played = game(
        phase("training", 2, WANTS), phase("deployment", 1, WANTS), phase("training-2", 2, {"mesa": {"A": 2}}),
        phase("deployment-2", 2, {"mesa": {"A": 3, "B": 2}, "base": {"B": 1}}),
    )  # fmt: skip
    priors = {"modification_a": F(1, 3), "modification_b": F(2), "ending_a": F(1, 4), "ending_b": F(3)}
    _, behaviour = behaves(Scene(game=played), "history", **priors)
    assert behaviour.values is not None
    for t, went_on in ((4, 1), (5, 2)):
        believer = Believer(
            modification=(F(1, 3), F(2)), ending=(F(1, 4) + 1, F(3) + went_on), pays={"A": F(2), "B": F(0)},
            defects={"A": True, "B": False}, base_training=F(2), own_deployment=F(3), base_deployment=F(2),
            discount=F(1), horizon=7,
        )  # fmt: skip  # base pays nothing in training-2, so that ties go to B, which pays 0
        believer = Believer(**(vars(believer) | {"base_training": F(0)}))
        for survived in range(went_on + 2):
            _, worth = believer.best(t, survived)
            values = behaviour.values[t - 1, 0, survived]
            assert values == pytest.approx([float(worth["A"]), float(worth["B"])], abs=1e-12)


def test_long_games_are_decided_in_fractions_where_floats_are_in_doubt() -> None:
    """Expected apples in training are the same by A now or later when nothing is known to follow: ties all the way."""
    where = Scene(game=game(phase("training", 8, {"mesa": {"A": 1, "B": 1}}), phase("deployment", 8, {})))
    _, behaviour = behaves(where, "history")
    assert letters(where, behaviour) == "B" * 16  # nothing to lose by it, and B is liked


def test_it_remembers_the_defections_in_training_that_it_survives() -> None:
    played = game(phase("training", 2, WANTS), phase("deployment", 1, WANTS), phase("training-2", 1, WANTS))
    wheels, behaviour = behaves(Scene(game=played), "history")
    assert behaviour.remembers is not None
    assert behaviour.remembers.shape == (4, 1, 4, 2)
    assert len(wheels.all) == 1
    assert behaviour.remembers[0, 0].tolist() == [[1, 0], [2, 1], [3, 2], [3, 3]]
    assert behaviour.remembers[2, 0].tolist() == [[0, 0], [1, 1], [2, 2], [3, 3]]
    assert behaviour.remembers[3, 0, 0].tolist() == [1, 0]


def test_experience_makes_it_bold_or_careful() -> None:
    where = scene(n=3, m=4)
    assert does(where, "history") == "BBBAAAA"
    assert does(where, "history", modification_a=F(1, 10)) == "AAAAAAA"
    survivors = History([[Line(phase="training", action="A", modified=False)]] * 9)
    assert does(where, "history", {"history": survivors}) == "AAAAAAA"
    victims = History([[Line(phase="training", action="A", modified=True)]] * 9)
    assert does(where, "history", {"history": victims}, modification_a=F(1, 10)) == "BBBAAAA"


def test_what_it_survives_makes_it_bolder_and_a_training_without_end_as_well() -> None:
    where = scene(n=9, m=2)
    _, behaviour = behaves(where, "history")
    assert [letters(where, behaviour, 0, survived)[5] for survived in (0, 5)] == ["B", "A"]
    assert letters(where, behaviour) == "BBBBBBAAAAA"  # after six episodes of training it hopes for no deployment


def test_lines_of_others_make_it_pretend_and_contrary_lines_undo_that() -> None:
    """Where modification by prior is a tenth as likely as not, some lines suffice, and as many again do not."""
    where, lines = scene(n=2, m=3), {"yes": "training,A,yes\n\n", "no": "training,A,no\n\n"}
    doubting = {"modification_a": F(1, 10), "ending_a": F(5)}

    def told(yes: int, no: int) -> str:
        history = read_history(lines["yes"] * yes + lines["no"] * no)
        return does(where, "history", {"history": history}, **doubting)[:2]

    needed = next(count for count in range(50) if told(count, 0) == "BB")
    undone = next(count for count in range(500) if told(needed, count) != "BB")
    assert 0 < needed <= 3
    assert undone > 0
    assert [told(needed, count) == "BB" for count in range(undone + 5)] == [True] * undone + [False] * 5


def test_an_agent_with_the_base_objective_has_nothing_to_fear() -> None:
    alone = Scene(game=game(phase("training", 2, {"base": {"A": 1}}), objectives="base"))
    assert does(alone, "history") == "AA"


def test_once_modified_whoever_is_at_the_wheel_plans() -> None:
    where = scene(p=F(1, 2))
    _, behaviour = behaves(where, "history")
    assert letters(where, behaviour, 1, 0) == letters(where, behaviour, 1, 2) == "BBBBB"


def test_what_it_cannot_do_is_refused() -> None:
    with pytest.raises(InputError, match="game must have at most 300 episodes for agents that learn"):
        does(scene(n=300, m=1), "history")
    hyperbolic = two_phase(n=2, m=3)
    for discounting, fine in ((Hyperbolic(k=F(1)), False), (QuasiHyperbolic(beta=F(1), delta=F(1, 2)), True)):
        own = Objective(name="mesa", discounting=discounting)
        where = Scene(game=PhasedGame(phases=hyperbolic.phases, objectives=(own, Objective(name="base"))))
        if fine:
            assert does(where, "history") == does(scene(g=F(1, 2)), "history")
            continue
        with pytest.raises(InputError, match="discount must be exponential"):
            does(where, "history")
    with pytest.raises(InputError, match="tables of agents that learn would have more than"):
        does(scene(Gradient(learning_rate=F(1, 900)), n=200, m=1), "history")
    for name in ("modification_a", "modification_b", "ending_a", "ending_b"):
        with pytest.raises(InputError, match="must be more than 0"):
            Learning(**{name: F(0)})


# --- files ---------------------------------------------------------------------------------------------------------

TEXT = """\
# what others have seen
training, A, yes   # caught
training, B, no
deployment, B, no

training,B,no
# a comment does not end a run
training,A,no

training,A,No
deployment,A,no
training,A,YES

"""


def test_a_history_is_read_line_by_line() -> None:
    history = read_history(TEXT)
    assert [len(run) for run in history.runs] == [3, 2, 3]
    assert history.episodes == 8
    assert history.runs[0][0] == Line(phase="training", action="A", modified=True)
    assert history.runs[0][0].where[2].column == 14
    assert read_history("").runs == () == read_history("\n\n# nothing\n\n").runs
    assert read_history("\ufefftraining,A,no").runs == History([history.runs[1][1:]]).runs
    assert read_history("training,A,no\r\n\r\ntraining,A,no\r\n").runs == History([history.runs[1][1:]] * 2).runs


def test_what_a_history_says() -> None:
    """Run 1: on, ended; caught, later lines say nothing of that. Run 2: on; let pass. Run 3: ended; passed, caught."""
    assert evidence_of(read_history(TEXT), two_phase(n=2, m=3)) == Evidence(
        modified=2, unmodified=2, ended=2, went_on=2
    )
    after = read_history("training,A,yes\ntraining,A,no\ntraining,A,yes\ndeployment,B,no")
    assert evidence_of(after, two_phase(n=2, m=3)) == Evidence(modified=1, unmodified=0, ended=1, went_on=2)
    harmless = read_history("training,B,yes\ntraining,A,no")
    assert evidence_of(harmless, two_phase(n=2, m=3)) == Evidence(went_on=1)
    assert evidence_of(read_history("deployment,A,no\ndeployment,A,no"), two_phase(n=2, m=3)) == Evidence()


def test_phases_go_by_name_or_kind() -> None:
    played = game(phase("late-training", 1, WANTS), phase("deployment", 1, WANTS))
    told = read_history("late-training,A,no\ntraining,A,no\ndeployment,A,no")
    assert evidence_of(told, played) == Evidence(unmodified=2, ended=1, went_on=1)


@pytest.mark.parametrize(
    ("text", "message", "line", "column"),
    [
        ("training,A,maybe", 'modified must be yes or no, got "maybe"', 1, 12),
        ("\ntraining,A", "line 2 must have three fields: phase, action, modified, got 2", 2, 10),
        ("training,A,yes,no", "line 1 must have three fields: phase, action, modified, got 4", 1, 16),
        ("training,,yes", "action is missing", 1, 10),
        (" ,A,yes", "phase is missing", 1, 2),
        ("training", "line 1 must have three fields", 1, 1),
    ],
)
def test_a_line_that_is_none_is_told_with_its_place(text: str, message: str, line: int, column: int) -> None:
    with pytest.raises(InputError) as caught:
        read_history(text, "seen.txt")
    (problem,) = caught.value.problems
    assert message in problem.sentence()
    assert problem.position is not None
    assert (problem.position.file, problem.position.line, problem.position.column) == ("seen.txt", line, column)


@pytest.mark.parametrize(
    ("text", "message", "column"),
    [
        (
            "trainin,A,yes",
            r'phase must be a phase of the game, or training or deployment, got "trainin" (did you mean',
            1,
        ),
        ("training, C, yes", 'action must be an action of the game, got "C" (one of A, B)', 11),
        ("deployment,A, yes", "modified must be no in deployment", 15),
    ],
)
def test_a_line_that_cannot_be_in_a_game_is_told_with_its_place(text: str, message: str, column: int) -> None:
    history = read_history(f"training,B,no\n{text}", "seen.txt")
    with pytest.raises(InputError) as caught:
        evidence_of(history, two_phase(n=2, m=3))
    (problem,) = caught.value.problems
    assert message in problem.sentence()
    assert problem.position is not None
    assert (problem.position.line, problem.position.column) == (2, column)
    with pytest.raises(InputError, match=message.split("(")[0].strip()):
        does(scene(), "history", {"history": history})


def test_lines_made_by_hand_have_no_place() -> None:
    strange: Any = History([[Line(phase="x", action="y", modified=True)]])
    with pytest.raises(InputError, match="phase must be a phase"):
        evidence_of(strange, two_phase(n=2, m=3))


def test_large_files_are_refused_and_many_problems_cut() -> None:
    with pytest.raises(InputError, match=r"seen\.txt must have at most 100000 lines"):
        read_history("\n" * 100_001, "seen.txt")
    with pytest.raises(InputError, match="10000000 characters"):
        read_history("#" * 10_000_001)
    with pytest.raises(InputError) as caught:
        read_history("x\n" * 99)
    assert len(caught.value.problems) == 20
    assert np.isfinite(evidence_of(read_history("training,A,no\n" * 1_000), two_phase(n=2, m=3)).went_on)
