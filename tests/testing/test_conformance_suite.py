"""The conformance suite: good games pass, each way to be broken is caught by the rule that it breaks."""

from __future__ import annotations

import random
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest
from adapters import phased, quick
from hypothesis import given
from hypothesis import strategies as st
from oracle import discounting, profiles, random_games
from oracle.plain import n_episodes

from deceptive_sim import AgentSpec, PhasedGame, solve_game, two_phase
from deceptive_sim.games.library import build_game
from deceptive_sim.model.actions import Action, TieRule
from deceptive_sim.model.discounting import Exponential
from deceptive_sim.model.objectives import Objective
from deceptive_sim.model.protocols import Transition
from deceptive_sim.solvers import evaluation, selves
from deceptive_sim.testing import ConformanceError, Table, TableGame, check_game, finite_games, phased_games
from deceptive_sim.testing.conformance import OF_PHASED_GAMES, OF_SOLUTIONS
from deceptive_sim.testing.exploring import explore
from deceptive_sim.testing.findings import MOST_SHOWN, RULES, Findings
from deceptive_sim.testing.plain_recursion import PlainRecursion

F = Fraction
STEP = Table(
    offered={("base", "out"): (1,)},
    payoffs={("in", 0): {"mesa": F(2)}, ("out", 1): {"base": F(1), "mesa": F(1, 3)}},
    ways={
        ("mesa", "in", 0): (Transition(F(1, 2), "base", "in"), Transition(F(1, 4), "mesa", "out")),
        ("mesa", "in", 1): (Transition(F(1), "mesa", "out"),),
        ("base", "in", 0): (Transition(F(1), "mesa", "out"),),
    },
)
REST = Table(payoffs={("out", 0): {"mesa": F(3), "base": F(1)}, ("in", 1): {"base": F(1, 2)}})


def room(**changes: Any) -> TableGame:
    """A small sound game: two worlds, four episodes, two of each kind."""
    settings: dict[str, Any] = {"labels": ("step", "step", "rest", "rest"), "tables": {"step": STEP, "rest": REST}}
    return TableGame(**{**settings, "start": "in", **changes})


def sinner(kind: type) -> Any:
    """A game of a class that breaks one rule, otherwise like the room."""
    good = room()
    return kind(labels=good.labels, tables=good.tables, start=good.start)


def broken_by(game: Any, **bounds: Any) -> set[str]:
    with pytest.raises(ConformanceError) as caught:
        check_game(game, **bounds)
    said = str(caught.value)
    for finding in caught.value.broken:
        assert f"  {finding.rule}: {RULES[finding.rule]}" in said
    return {finding.rule for finding in caught.value.broken}


# --- good games -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["two-phase", "hubinger-2019"])  # others: tests/games/test_library_conformance.py
def test_phased_games_of_the_library_pass(name: str) -> None:
    report = check_game(build_game(name, {}))
    assert report.complete
    assert report.rules == tuple(RULES)


def test_the_report_says_what_was_looked_at() -> None:
    report = check_game(two_phase(n=2, m=3))
    assert (report.episodes, report.states) == (5, 10)
    assert report.text() == "keeps 21 rules in 10 states of 5 episodes"
    assert set(RULES) - set(check_game(room()).rules) == set(OF_PHASED_GAMES)
    assert set(RULES) - set(check_game(room(), solve=False).rules) == {*OF_PHASED_GAMES, *OF_SOLUTIONS}


def test_only_the_first_episodes_of_long_games_are_looked_at() -> None:
    report = check_game(two_phase(n=10**9, m=1), episodes=7)
    assert (report.episodes, report.states, report.complete) == (7, 14, False)
    assert report.text().endswith("of 7 episodes, the rest was not looked at")
    assert check_game(two_phase(n=10**9, m=1), states=9).episodes == 4
    assert set(RULES) - set(report.rules) == set(OF_PHASED_GAMES)


@given(finite_games() | finite_games(floats=True, horizon=(1, 3)))
@quick(12)
def test_finite_games_pass(game: TableGame) -> None:
    check_game(game)


@pytest.mark.slow
@given(phased_games(horizon=(0, 4)))
@quick(8)
def test_phased_games_pass(game: PhasedGame) -> None:
    assert check_game(game).rules == tuple(RULES)


@pytest.mark.slow
@given(phased_games() | st.builds(phased, random_games.phased_games(max_total=5)))
@quick(100)
def test_many_phased_games_pass(game: PhasedGame) -> None:
    check_game(game)


@pytest.mark.slow
@given(finite_games(horizon=(0, 6), worlds=(1, 4)) | finite_games(floats=True))
@quick(120)
def test_many_finite_games_pass(game: TableGame) -> None:
    check_game(game)


def test_games_without_episodes_and_lists_as_answers_are_games() -> None:
    assert check_game(room(labels=())).episodes == 0
    assert check_game(two_phase(n=0, m=0)).complete

    class Lists(TableGame):
        def available(self, t: int, objective: str, world: Hashable) -> Sequence[int]:
            return list(super().available(t, objective, world))

        def transitions(self, t: int, objective: str, world: Hashable, action: int) -> Any:
            ways = [tuple(way) for way in super().transitions(t, objective, world, action)]
            random.shuffle(ways)  # in which order they come means nothing
            return iter(ways)

    check_game(sinner(Lists))


def test_numbers_of_arrays_are_numbers() -> None:
    import numpy

    class Arrays(TableGame):
        def available(self, t: int, objective: str, world: Hashable) -> Any:
            return numpy.array(super().available(t, objective, world))

        def payoff(self, t: int, world: Hashable, action: int, judge: str) -> Any:
            return numpy.float64(super().payoff(t, world, action, judge))

    assert broken_by(sinner(Arrays)) == {"available"}  # an array is no sequence: `if not offered` fails

    class Numbers(Arrays):
        def available(self, t: int, objective: str, world: Hashable) -> Any:
            return tuple(super().available(t, objective, world))

    check_game(sinner(Numbers))


# --- broken games -----------------------------------------------------------------------------------------------------


class NothingOnOffer(TableGame):
    def available(self, t: int, objective: str, world: Hashable) -> Sequence[int]:
        return () if (t, world) == (2, "out") else super().available(t, objective, world)


class OfferOfAnotherGame(TableGame):
    def available(self, t: int, objective: str, world: Hashable) -> Sequence[int]:
        return (0, 2)


class Descending(TableGame):
    def available(self, t: int, objective: str, world: Hashable) -> Sequence[int]:
        return (1, 0)


class Named(TableGame):
    def available(self, t: int, objective: str, world: Hashable) -> Any:
        return ["A", "B"]


class NotFinite(TableGame):
    def payoff(self, t: int, world: Hashable, action: int, judge: str) -> Any:
        return float("nan") if judge == "base" else super().payoff(t, world, action, judge)


class PaidInWords(TableGame):
    def payoff(self, t: int, world: Hashable, action: int, judge: str) -> Any:
        return "much"


class PaidInTruths(TableGame):
    def payoff(self, t: int, world: Hashable, action: int, judge: str) -> Any:
        return t == 4


class TooLikely(TableGame):
    def transitions(self, t: int, objective: str, world: Hashable, action: int) -> Any:
        return (*super().transitions(t, objective, world, action), Transition(F(2, 3), "base", world))


class TooLikelyInFloats(TableGame):
    def transitions(self, t: int, objective: str, world: Hashable, action: int) -> Any:
        return [Transition(0.6, "base", world), Transition(0.41, "mesa", world)]


class LessThanNothing(TableGame):
    def transitions(self, t: int, objective: str, world: Hashable, action: int) -> Any:
        return [Transition(F(-1, 4), "base", world), Transition(F(1, 4), "mesa", world)]


class ToNobody(TableGame):
    def transitions(self, t: int, objective: str, world: Hashable, action: int) -> Any:
        return [Transition(F(1), "messa", world)]


class ToAList(TableGame):
    def transitions(self, t: int, objective: str, world: Hashable, action: int) -> Any:
        return [Transition(F(1), objective, [world])]


class ToNotANumber(TableGame):
    def transitions(self, t: int, objective: str, world: Hashable, action: int) -> Any:
        return [Transition(F(1), objective, float("nan"))]


class NoWay(TableGame):
    def transitions(self, t: int, objective: str, world: Hashable, action: int) -> Any:
        return [(F(1), objective)]


class SeesAList(TableGame):
    def observation(self, t: int, objective: str, world: Hashable) -> Any:
        return [world]


class LabelledByLists(TableGame):
    def stage(self, t: int) -> Any:
        return ["step"]


class LiesAboutPayoffs(TableGame):
    def payoff(self, t: int, world: Hashable, action: int, judge: str) -> Any:
        return super().payoff(t, world, action, judge) + (t == 4)


class LiesAboutWays(TableGame):
    def transitions(self, t: int, objective: str, world: Hashable, action: int) -> Any:
        ways = super().transitions(t, objective, world, action)
        return [Transition(way.probability / t, way.objective, way.world) for way in ways]


class LiesAboutOffers(TableGame):
    def available(self, t: int, objective: str, world: Hashable) -> Sequence[int]:
        return (0,) if t == 4 else super().available(t, objective, world)


class Falls(TableGame):
    def payoff(self, t: int, world: Hashable, action: int, judge: str) -> Any:
        return {"in": 1}[world]


class Tiring(TableGame):
    """Pays less each time that it is asked."""

    def payoff(self, t: int, world: Hashable, action: int, judge: str) -> Any:
        asked = self.__dict__.setdefault("asked", [0])
        asked[0] += 1
        return -asked[0]


class Drifting(TableGame):
    def transitions(self, t: int, objective: str, world: Hashable, action: int) -> Iterable[Transition]:
        # what was asked before decides where it leads
        last, self.__dict__["last"] = self.__dict__.get("last"), (t, action)
        return [Transition(F(1), objective, "in" if last is None or last <= (t, action) else "out")]


class Blinking(TableGame):
    def observation(self, t: int, objective: str, world: Hashable) -> Hashable:
        self.__dict__["seen"] = self.__dict__.get("seen", 0) + 1
        return self.__dict__["seen"]


class Relabelling(TableGame):
    def stage(self, t: int) -> Hashable:
        self.__dict__["asked"] = self.__dict__.get("asked", 0) + 1
        return self.__dict__["asked"]


BROKEN: dict[str, tuple[Any, str]] = {
    "available": (NothingOnOffer, "episode 2, mesa at the wheel, world 'out': no action is on offer"),
    "available beyond": (OfferOfAnotherGame, "there is no action 2: there are 2, counted from 0"),
    "available descending": (Descending, "(1, 0) does not ascend"),
    "available by name": (Named, "'A' is no index"),
    "payoff": (NotFinite, "the payoff of action 0 to base is not finite: nan"),
    "payoff in words": (PaidInWords, "the payoff of action 0 to mesa is no number: 'much'"),
    "payoff as truth": (PaidInTruths, "is no number: False"),
    "transitions": (TooLikely, "the probabilities sum to 17/12, more than 1"),
    "transitions in floats": (TooLikelyInFloats, "the probabilities sum to 101/100, more than 1"),
    "transitions below 0": (LessThanNothing, "after action 0: the probability -1/4 is below 0"),
    "transitions to nobody": (ToNobody, "it leads to 'messa', which is no objective of the game"),
    "transitions to a list": (ToAList, "the world ['in'] is not hashable"),
    "transitions to nan": (ToNotANumber, "the world nan is not hashable, or does not equal itself"),
    "transitions of two": (NoWay, "is no way on: not enough values to unpack"),
    "observation": (SeesAList, "['in'] is not hashable"),
    "stage": (LabelledByLists, "the label ['step'] is not hashable"),
    "labels": (LiesAboutPayoffs, "labelled 'rest' like episode 3, but the payoff of action 0 to mesa was 0, is 1"),
    "labels of ways": (LiesAboutWays, "labelled 'rest' like episode 3, but action 0 led to base in 'in' with 1/3"),
    "labels of offers": (LiesAboutOffers, "but actions [0, 1] became [0]"),
    "answers": (Falls, "payoff of action 0 to mesa raised KeyError: 'out'"),
    "repeatable": (Tiring, "the payoff of action 0 to mesa was"),
    "repeatable ways": (Drifting, "leads to mesa in"),
    "repeatable sight": (Blinking, "what is seen was"),
    "repeatable labels": (Relabelling, "its label was"),
}


@pytest.mark.parametrize("kind", BROKEN)
def test_a_broken_game_is_caught_by_its_rule(kind: str) -> None:
    game, message = BROKEN[kind]
    with pytest.raises(ConformanceError) as caught:
        check_game(sinner(game))
    assert message in str(caught.value)
    assert kind.split()[0] in {finding.rule for finding in caught.value.broken}
    assert str(caught.value).startswith(f"{game.__name__} breaks 1 rule of a game, in ")


def test_every_broken_state_is_listed_up_to_a_screenful() -> None:
    worlds = tuple(range(30))
    ways = {("mesa", world, 0): tuple(Transition(F(1, 30), "mesa", to) for to in worlds) for world in worlds}
    tables = {"x": Table(ways=ways)}

    class Unpaid(TableGame):
        def payoff(self, t: int, world: Hashable, action: int, judge: str) -> Any:
            return None if t == 2 else 0

    game = Unpaid(labels="xx", tables=tables, objectives=(Objective(name="mesa"),))
    with pytest.raises(ConformanceError) as caught:
        check_game(game)
    assert len(caught.value.broken) == 30
    assert str(caught.value).count("\n    - ") == MOST_SHOWN + 1
    assert str(caught.value).endswith("and 10 more")
    assert isinstance(caught.value, AssertionError)
    first = caught.value.broken[0]
    assert first.sentence() == (
        "payoff: episode 2, mesa at the wheel, world 0: the payoff of action 0 to mesa is no number: None"
    )


class Members:
    """Whatever is handed in, as attributes."""

    def __init__(self, **changes: Any) -> None:
        good = room()
        for name in ("objectives", "actions", "tie_rule", "horizon", "start", "stage", "available", "payoff"):
            setattr(self, name, getattr(good, name))
        self.transitions, self.observation = good.transitions, good.observation
        for name, value in changes.items():
            if value is None:
                delattr(self, name)
            else:
                setattr(self, name, value)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"objectives": None}, "objectives: cannot be had: AttributeError"),
        ({"objectives": ()}, "objectives: is no sequence of at least one Objective: ()"),
        ({"objectives": ("mesa",)}, "objectives: is not made of Objective"),
        ({"objectives": {"mesa": 1}}, "objectives: is no sequence"),
        ({"actions": [Action(name="A", defects=True)] * 2}, "actions: has two of the same name"),
        ({"tie_rule": "declared"}, "tie_rule: is no TieRule: 'declared'"),
        ({"horizon": 4.0}, "horizon: is no whole number, 0 or more: 4.0"),
        ({"horizon": -1}, "horizon: is no whole number"),
        ({"horizon": True}, "horizon: is no whole number"),
        ({"start": []}, "start: is not hashable: []"),
        ({"stage": 1}, "stage: is no method: 1"),
        ({"transitions": None}, "transitions: cannot be had"),
    ],
)
def test_members_are_checked_first(changes: dict[str, Any], message: str) -> None:
    check_game(Members())
    with pytest.raises(ConformanceError) as caught:
        check_game(Members(**changes))
    assert {finding.rule for finding in caught.value.broken} == {"members"}
    assert message in str(caught.value)


def test_a_game_that_changes_its_members_is_caught() -> None:
    game = Members()
    available = game.available

    def once(t: int, objective: str, world: Hashable) -> Any:
        game.start = "out"
        return available(t, objective, world)

    game.available = once
    assert broken_by(game) == {"repeatable"}

    class Growing(Members):
        asked = 0

        @property
        def objectives(self) -> Any:
            self.asked += 1
            return room().objectives if self.asked < 6 else room().objectives[::-1]

        @objectives.setter
        def objectives(self, value: Any) -> None:
            pass

    assert "repeatable" in broken_by(Growing())


def test_values_that_cannot_be_shown_are_named_by_their_type() -> None:
    class Shy:
        __hash__ = None  # type: ignore[assignment]

        def __repr__(self) -> str:
            raise RuntimeError

    with pytest.raises(ConformanceError, match="a Shy that cannot be shown"):
        check_game(Members(start=Shy()))


# --- broken solvers ---------------------------------------------------------------------------------------------------


def patched(monkeypatch: pytest.MonkeyPatch, module: Any, name: str, wrapper: Callable[[Any], Any]) -> None:
    monkeypatch.setattr(module, name, wrapper(getattr(module, name)))


SEED = two_phase(n=2, m=3)


def test_a_solver_with_another_tie_rule_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    tied = two_phase(n=2, m=1)
    check_game(tied)
    monkeypatch.setattr(TieRule, "pick", lambda self, tied, actions: tied[0])
    assert broken_by(tied) == {"solver"}


def test_a_solver_that_discounts_once_too_often_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    game = two_phase(n=3, m=3, p=F(1, 2), g=F(1, 2))
    check_game(game)

    def shifted(seen_from: Any) -> Any:
        def factors(layers: Any, first: int) -> Any:
            return lambda t, k: seen_from(layers, first)(t, k) ** 2

        return factors

    for module in (evaluation, selves):
        patched(monkeypatch, module, "seen_from", shifted)
    assert {"solver", "evaluation"} <= broken_by(game)


def test_a_solver_whose_values_are_off_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    import deceptive_sim.testing.solving_rules as rules

    patched(monkeypatch, rules, "value_of_policy", lambda old: lambda *at: {k: v + 1 for k, v in old(*at).items()})
    assert {"solver", "evaluation", "scale", "empty"} <= broken_by(room())


def test_floats_that_are_off_are_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    import deceptive_sim.testing.solving_rules as rules

    def rounded(stages: Any) -> Any:
        def coarse(layers: Any, factor: Any, first: int = 1) -> Any:
            return stages(layers, lambda t, k: F(99, 100) * factor(t, k), first)

        return coarse

    patched(monkeypatch, rules, "float_stages", rounded)
    assert broken_by(room()) == {"floats"}


@pytest.mark.parametrize(
    ("disguise", "method", "rule"),
    [
        ("InAnotherUnit", "payoff", "scale"),
        ("Watched", "payoff", "bystander"),
        ("Reordered", "payoff", "order"),
        ("WorldsRenamed", "payoff", "worlds"),
    ],
)
def test_every_law_can_fail(monkeypatch: pytest.MonkeyPatch, disguise: str, method: str, rule: str) -> None:
    import deceptive_sim.testing.solving_rules as rules

    kind = getattr(rules, disguise)
    old = getattr(kind, method)
    untied = room(objectives=(Objective(name="mesa", discounting=Exponential(F(1, 3))), Objective(name="base")))
    game = replace(
        untied, tables={"step": STEP, "rest": replace(REST, payoffs={**REST.payoffs, ("in", 0): {"mesa": F(1, 5)}})}
    )
    monkeypatch.setattr(kind, method, lambda self, t, world, action, judge: old(self, t, world, action, judge) - action)
    assert rule in broken_by(game)


def test_selves_that_disagree_over_nothing_are_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    """Naive selves who discount eight times over do something else than selves who agree."""
    game = two_phase(n=1, m=3, p=1, g=F(9, 10))
    check_game(game)

    def shifted(seen_from: Any) -> Any:
        def factors(layers: Any, first: int) -> Any:
            return lambda t, k: seen_from(layers, first)(t, k) ** (1 if selves.consistent(layers) else 8)

        return factors

    patched(monkeypatch, selves, "seen_from", shifted)
    assert broken_by(game) == {"selves"}


@pytest.mark.parametrize(
    ("field", "wrong", "rules"),
    [
        ("regime", "open", {"regime"}),
        ("turn", 4, {"regime"}),
        ("premium", F(1), {"premium"}),
        ("deception_pays", False, {"premium"}),
        ("n_optimal", 7, {"strategies"}),
        ("value", F(7), {"strategies"}),
        ("values", {"mesa": {"mesa": F(1), "base": F(2)}}, {"solver"}),
    ],
)
def test_solutions_of_phased_games_are_checked(
    monkeypatch: pytest.MonkeyPatch, field: str, wrong: Any, rules: set[str]
) -> None:
    import deceptive_sim.testing.phased_rules as phased_rules
    from deceptive_sim.model.regimes import Regime

    wrong = Regime(wrong) if field == "regime" else wrong

    def lying(game: PhasedGame, agent: AgentSpec, exact: bool = False) -> Any:
        solution = solve_game(game, agent, exact=exact)
        return replace(solution, **{field: wrong}) if agent.objective == "mesa" else solution

    monkeypatch.setattr(phased_rules, "solve_game", lying)
    assert broken_by(SEED) == rules


@pytest.mark.parametrize(("field", "wrong"), [("value", 3.01), ("strategy", "BBAAB"), ("premium", None)])
def test_floats_of_phased_games_are_checked(monkeypatch: pytest.MonkeyPatch, field: str, wrong: Any) -> None:
    import deceptive_sim.testing.phased_rules as phased_rules

    def rough(game: PhasedGame, agent: AgentSpec, exact: bool = False) -> Any:
        solution = solve_game(game, agent, exact=exact)
        return solution if exact or agent.objective != "mesa" else replace(solution, **{field: wrong})

    monkeypatch.setattr(phased_rules, "solve_game", rough)
    assert broken_by(SEED) == {"floats"}


def test_a_plan_that_the_plain_recursion_does_not_find_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    import deceptive_sim.testing.phased_rules as phased_rules
    from deceptive_sim.model.strategies import Strategy

    def other(game: PhasedGame, agent: AgentSpec, exact: bool = False) -> Any:
        return replace(solve_game(game, agent, exact=exact), plan=Strategy.of([1, 1, 0, 0, 1]))

    monkeypatch.setattr(phased_rules, "solve_game", other)
    assert "solver" in broken_by(SEED)


def plain_policy(game: PhasedGame) -> dict[tuple[int, str], str]:
    explored = explore(game, Findings(), episodes=9, states=99)
    choices = PlainRecursion(game, explored).play.choices
    return {(state.t, state.objective): game.actions[action].name for state, action in choices.items()}


@given(st.data(), random_games.phased_games(max_total=4))
@quick(15)
def test_the_plain_recursion_finds_what_enumeration_finds(data: st.DataObject, game: Any) -> None:
    spec = data.draw(st.none() | random_games.discount_specs(game["objectives"]))
    policy = profiles.solve(game).policy if spec is None else discounting.realised(game, spec, "mesa").policy
    found = plain_policy(phased(game, spec))
    assert found == {at: policy[at] for at in found}
    assert len(found) >= min(1, n_episodes(game)) * len(game["objectives"])
