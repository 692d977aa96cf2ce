"""Claims made of texts and bound: what names stand for, and every mistake with its name, place and hint."""

from fractions import Fraction
from typing import Any

import pytest
from claims.toy_situations import ToySituations

from deceptive_sim.claims.bind import bind, make_claim
from deceptive_sim.claims.bound import BoundClaim
from deceptive_sim.claims.claim import Claim, Variable
from deceptive_sim.claims.domains import Domain
from deceptive_sim.claims.language.parse import parse
from deceptive_sim.claims.language.text import tree_text
from deceptive_sim.claims.language.tree import (
    Arithmetic,
    Comparison,
    Free,
    Name,
    Number,
    Of,
    Parameter,
    Text,
    Truth,
    children,
    walk,
)
from deceptive_sim.claims.situations import Situation
from deceptive_sim.core.errors import InputError
from deceptive_sim.model.actions import Action
from deceptive_sim.model.agents import AgentSpec
from deceptive_sim.model.objectives import Objective
from deceptive_sim.model.phased import PhasedGame
from deceptive_sim.model.phases import Phase, PhaseKind

F = Fraction
TOY = ToySituations()
N, M, P = "training.episodes", "deployment.episodes", "training.modification.A"


def bound(claim: str, situations: Any = TOY, **rest: Any) -> BoundClaim:
    return bind(make_claim(id="c", claim=claim, situations=situations, **rest), situations)


def mistakes(claim: str, situations: Any = TOY, **rest: Any) -> list[str]:
    """What is said of a claim, each mistake without the `claims.c.` that all have before them."""
    with pytest.raises(InputError) as caught:
        bound(claim, situations, **rest)
    sentences = [problem.sentence() for problem in caught.value.problems]
    assert all(sentence.startswith("claims.c.") for sentence in sentences), sentences
    return [sentence.removeprefix("claims.c.") for sentence in sentences]


def side(claim: str, **rest: Any) -> Any:
    """What stands on the left of a bound comparison."""
    tree = bound(claim, **rest).tree
    assert isinstance(tree, Comparison)
    return tree.operands[0]


# --- what names stand for --------------------------------------------------------------------------------------------


def test_names_become_variables_parameters_and_results() -> None:
    claim = bound(
        "value - n * x > p + training.modification.B",
        given={"n": "1 to 6", "p": "over 0 up to 1", "x": [1, 2]},
        names={"length": N},
        assume="q < p",
    )
    assert claim.paths == {"n": N, "p": P, "x": None}
    assert claim.constants == {"training.modification.B": F(0)}
    leaves = [node for node in walk(claim.tree) if isinstance(node, Free | Parameter | Of)]
    assert leaves == [
        Of(None, "value"),
        Parameter(None, N),
        Free("x"),
        Parameter(None, P),
        Parameter(None, "training.modification.B"),
    ]
    assert claim.assumptions == (Comparison((Parameter(None, "training.modification.B"), Parameter(None, P)), ("<",)),)
    assert not any(isinstance(node, Name) for node in walk(claim.tree))
    assert claim.settings({"n": F(3), "p": F(1), "x": F(2)}) == {N: F(3), P: F(1)}


def test_one_parameter_has_one_name_however_it_is_written() -> None:
    given = {"game.training.episodes": "1 to 3"}
    claim = bound("n + training.episodes + length + game.training.episodes > 0", given=given, names={"length": "n"})
    assert {node for node in walk(claim.tree) if isinstance(node, Parameter)} == {Parameter(None, N)}
    assert claim.paths == {"game.training.episodes": N}
    assert claim.constants == {}


@pytest.mark.parametrize(
    ("short", "path"),
    [("n", N), ("m", M), ("p", P), ("q", P[:-1] + "B"), ("d", "deployment.modification.A"), ("g", "discount")],
)
def test_six_short_names_need_not_be_declared(short: str, path: str) -> None:
    assert side(f"{short} > 0") == Parameter(None, path)
    assert bound(f"{short} > 0", given={short: "1"}).paths == {short: path}
    assert side(f"{short} > 0", names={short: "deployment.shutdown.B"}) == Parameter(None, "deployment.shutdown.B")
    assert side(f"{short} > 0", names={short: "1 + 1"}) == Arithmetic("+", Number(F(1)), Number(F(1)))


def test_short_names_are_free_where_the_scenario_lacks_their_path() -> None:
    class Bare(ToySituations):
        def canonical(self, path: str) -> str:
            if path == "discount":
                raise InputError([])
            return super().canonical(path)

    assert bound("g > 0", Bare(), given={"g": "0 to 1"}).paths == {"g": None}


def test_definitions_are_put_in_their_places_and_may_build_on_each_other() -> None:
    names = {"V0": "deployment_value", "gain": "p * V0", "rich": "gain > 1"}
    tree = bound("rich implies gain ** 2 > gain", names=names).tree
    gain = Arithmetic("*", Parameter(None, P), Of(None, "deployment_value"))
    assert [part for part in walk(tree) if isinstance(part, Arithmetic) and part.operator == "*"] == [gain] * 3


def test_variants_have_results_parameters_definitions_and_agents_of_their_own() -> None:
    claim = bound(
        "longer.value >= honest.V0 and longer.n == n + 1 and longer.q == longer.half",
        also={"longer": {"n": "n + 1", "q": 0.5}, "honest": {"agent": "aligned"}},
        names={"V0": "deployment_value + n", "half": "q"},
    )
    texts = [tree_text(part) for part in children(claim.tree)]
    assert texts == [
        "longer.value >= honest.deployment_value + honest.training.episodes",
        "longer.training.episodes == training.episodes + 1",
        "longer.training.modification.B == longer.training.modification.B",
    ]
    longer, honest = claim.variants["longer"], claim.variants["honest"]
    assert longer.settings == {
        N: Arithmetic("+", Parameter(None, N), Number(F(1))),
        "training.modification.B": Number(F(1, 2)),
    }
    assert (longer.agent, honest.agent, honest.settings) == (None, "aligned", {})


def test_arguments_name_objectives_with_or_without_quotes() -> None:
    asked = side("judged_by(base) + judged_by('base') + value_of('BBA..', mesa) > 0")
    assert [node for node in walk(asked) if isinstance(node, Of)] == [
        Of(None, "judged_by", (Text("base"),)),
        Of(None, "judged_by", (Text("base"),)),
        Of(None, "value_of", (Text("BBA.."), Text("mesa"))),
    ]
    assert side("goal_preservation(n + 1) > 0") == Of(
        None, "goal_preservation", (Arithmetic("+", Parameter(None, N), Number(F(1))),)
    )
    assert side("goal_preservation > 0") == Of(None, "goal_preservation")
    assert side("v.judged_by(base) > 0", also={"v": {}}) == Of("v", "judged_by", (Text("base"),))


def test_strategies_are_compared_however_they_are_written() -> None:
    for written in ("BBAAA", "B2 A3", "B B A A A", "B,B,A,A,A", "BBA3"):
        tree = bound(f"strategy == '{written}'").tree
        assert tree == Comparison((Of(None, "strategy"), Text("BBAAA")), ("==",))
    assert bound("'B2' != training_strategy").tree == Comparison((Text("BB"), Of(None, "training_strategy")), ("!=",))
    assert bound("deployment_strategy == ''").tree == Comparison((Of(None, "deployment_strategy"), Text("")), ("==",))
    assert bound("regime == 'late-pretence'").tree == Comparison((Of(None, "regime"), Text("late-pretence")), ("==",))


def test_numbers_may_stand_where_texts_do() -> None:
    claim = bound(
        "x > half", given={"x": 3}, names={"half": 0.5, "third": F(1, 3)}, also={"v": {"n": 4}}, lemmas=["x > 1"]
    )
    assert claim.variants["v"].settings == {N: Number(F(4))}
    assert claim.lemmas == (Comparison((Free("x"), Number(F(1))), (">",)),)
    assert claim.tree == Comparison((Free("x"), Number(F(1, 2))), (">",))


def test_whole_numbers_are_meant_where_only_these_may_stand() -> None:
    variables = make_claim(id="c", claim="n > x", given={"n": "over 0 up to 3", "x": "over 0 up to 3"}, situations=TOY)
    assert [variable.domain for variable in variables.variables] == [
        Domain(low=F(1), high=F(3), whole=True),
        Domain(low=F(0), high=F(3), low_open=True),
    ]


def test_what_is_said_of_a_claim_stays_with_it() -> None:
    made = make_claim(id="c", claim="true", text="So.", evidence="There.", holds=False, agent="aligned", situations=TOY)
    assert (made.id, made.text, made.evidence, made.holds, made.agent) == ("c", "So.", "There.", False, "aligned")
    assert bind(made, TOY).tree == Truth(True)


def test_a_claim_can_be_bound_that_was_made_by_hand() -> None:
    by_hand = Claim(
        id="c",
        claim=parse("length > 1"),
        variables=(Variable(name="length", path="game.training.episodes", domain=Domain(values=(F(2),))),),
    )
    assert bind(by_hand, TOY).tree == Comparison((Parameter(None, N), Number(F(1))), (">",))


# --- mistakes --------------------------------------------------------------------------------------------------------

SINGLE: list[tuple[str, dict[str, Any], str]] = [
    ("value", {}, 'claim must be a truth, not a number, got "value" (compare it with a number)'),
    ("regime", {}, 'claim must be a truth, not a text, got "regime"'),
    ("premium and n", {}, 'claim must have a truth with and, not a number, got "premium" (compare it with a number)'),
    ("not value", {}, 'claim must have a truth with not, not a number, got "value" (compare it with a number)'),
    ("true or regime", {}, 'claim must have a truth with or, not a text, got "regime"'),
    ("true implies n", {}, 'claim must have a truth with implies, not a number, got "n"'),
    ("n iff true", {}, 'claim must have a truth with iff, not a number, got "n"'),
    ("value + (n > 1) > 2", {}, 'claim must have a number with +, not a truth, got "n > 1"'),
    ("-deception_pays > 1", {}, 'claim must have a number with -, not a truth, got "deception_pays"'),
    ("2 ** regime > 1", {}, 'claim must have a number with **, not a text, got "regime"'),
    ("min(1, deception_pays) > 0", {}, 'claim must have a number with min, not a truth, got "deception_pays"'),
    ("defects('A')", {}, "claim must give defects a number, not a text, got \"'A'\""),
    ("value_of(n) > 1", {}, 'claim must give value_of a text, not a number, got "n" (put strategies in quotes)'),
    ("premium > 'A'", {}, "claim cannot compare a number with a text, got \"'A'\""),
    ("true == 1", {}, "claim cannot compare a truth with a number, got 1"),
    ("n < 2 < (3 > n)", {}, 'claim cannot compare a number with a truth, got "3 > n"'),
    ("strategy < 'A'", {}, "claim cannot order texts by < (write == or !=)"),
    ("true > false", {}, "claim cannot order truths by > (write == or !=)"),
    ("'A' == 'B'", {}, 'claim cannot compare two texts in quotes, got "B"'),
    ("regime == 'decptive'", {}, 'claim must name a regime, got "decptive" (did you mean deceptive?)'),
    ("'opn' != longer.regime", {"also": {"longer": {}}}, 'claim must name a regime, got "opn" (did you mean open?)'),
    ("action(1) == 'C'", {}, 'claim must name an action, got "C" (one of A, B)'),
    ("strategy == 'BC'", {}, 'claim must be made of the game\'s actions, got "BC" (one of A, B)'),
    ("value_of('BC..') > 1", {}, 'claim must be made of the game\'s actions, got "BC.." (one of A, B)'),
    ("strategy == 'BB*'", {}, 'claim cannot compare with an open-ended strategy, got "BB*" (count the episodes'),
    ("training_strategy == 'B..'", {}, 'claim cannot compare with an open-ended strategy, got "B.."'),
    ("judged_by(bse) > 1", {}, 'claim must name an objective, got "bse" (did you mean base?)'),
    ("judged_by(1) > 1", {}, "claim must name an objective, got 1"),
    ("value_of('B', 'nobody') > 1", {}, 'claim must name an objective, got "nobody"'),
    ("judged_by > 1", {}, "claim must say judged_by of what (such as judged_by(base))"),
    ("action == 'B'", {}, "claim must say action of what (such as action(1))"),
    ("value_of(BBA) > 1", {}, 'claim has a name that stands for nothing, got "BBA" (write "BBA" in quotes)'),
    ("base > 1", {}, 'claim has a name that stands for nothing, got "base" (write "base" in quotes)'),
    ("premum > 0", {}, 'claim has a name that stands for nothing, got "premum" (did you mean premium?)'),
    (
        "lenght > 0",
        {"names": {"length": "n"}},
        'claim has a name that stands for nothing, got "lenght" (did you mean length?)',
    ),
    (
        "training.episods > 0",
        {},
        'claim has a name that stands for nothing, got "training.episods" (did you mean training.episodes?)',
    ),
    ("longer.value > 0", {}, 'claim has a name that stands for nothing, got "longer.value"'),
    (
        "longer.value_of('B') > 0",
        {},
        'claim has no variant longer, got "longer.value_of" (further games are named under also:)',
    ),
    (
        "longr.value_of('B') > 0",
        {"also": {"longer": {}}},
        'claim has no variant longr, got "longr.value_of" (did you mean longer?)',
    ),
    ("longer > 0", {"also": {"longer": {}}}, 'claim must say what of longer, got "longer" (write longer.value)'),
    (
        "longer.valu > 0",
        {"also": {"longer": {}}},
        'claim must name a result or a parameter of the variant, got "longer.valu" (did you mean value?)',
    ),
    (
        "longer.x > x",
        {"also": {"longer": {}}, "given": {"x": 1}},
        'claim is the same in all games, got "longer.x" (write x)',
    ),
    ("x > late-training.x", {"given": {"x": 1}}, 'claim has a name that stands for nothing, got "late"'),
    ("n > 1", {"agent": "nobody"}, 'agent is no agent, got "nobody" (one of planner, aligned, impulsive)'),
    (
        "n > 1",
        {"also": {"v": {"agent": "nobody"}}},
        'also.v.agent is no agent, got "nobody" (one of planner, aligned, impulsive)',
    ),
    ("n > 1", {"also": {"v": {"agent": 3}}}, "also.v.agent must name an agent, got 3"),
    ("n > 1", {"also": {"v": 3}}, "also.v must be parameters set to expressions, such as {n: n + 1}, got 3"),
    (
        "n > 1",
        {"also": {"v": {"p": "value"}}},
        'also.v.p must speak of variables and parameters of the claim\'s own game alone, got "value"',
    ),
    (
        "n > 1",
        {"also": {"v": {"p": "v.q"}}},
        "also.v.p must speak of variables and parameters of the claim's own game alone",
    ),
    ("n > 1", {"also": {"v": {"p": "n > 1"}}}, 'also.v.p must be a number, not a truth, got "n > 1"'),
    ("n > 1", {"also": {"v": {"pp": "1"}}}, "also.v.pp names pp, which is no parameter"),
    ("n > 1", {"also": {"v": {"n": "1", N: "2"}}}, f'also.v.{N} is set twice in this variant, got "{N}"'),
    ("n > 1", {"also": {"training": {}}}, "also.training is the name of a phase: call it something else"),
    ("n > 1", {"also": {"value": {}}}, "also.value is a word of the language already: call it something else"),
    ("n > 1", {"also": {"a.b": {}}}, 'also.a.b must be a name of letters, digits and _, a letter first, got "a.b"'),
    ("n > 1", {"names": {"min": "1"}}, "names.min is a word of the language already: call it something else"),
    ("n > 1", {"names": {"not": "1"}}, "names.not is a word of the language already: call it something else"),
    ("n > 1", {"names": {"lambda": "1"}}, "names.lambda is a word of the language already: call it something else"),
    ("n > 1", {"names": {"x-y": "1"}}, 'names.x-y must be a name of letters, digits and _, a letter first, got "x-y"'),
    (
        "v > 1",
        {"names": {"v": "1"}, "also": {"v": {}}},
        "also.v has a meaning already, under names: call it something else",
    ),
    ("value > 1", {"given": {"value": 1}}, "given.value is a word of the language already: call it something else"),
    (
        "a > 1",
        {"names": {"a": "b", "b": "1"}},
        'names.a must not use a definition before it is made, got "b" (order definitions by use)',
    ),
    ("a > 1", {"names": {"a": "a + 1"}}, 'names.a must not use a definition before it is made, got "a"'),
    (
        "a > 1",
        {"names": {"a": "1"}, "given": {"a": "1 to 2"}},
        "given.a stands for an expression under names, so that it cannot range, got 1",
    ),
    ("n > 1", {"given": {"n": 1, N: 2}}, f'given.{N} is the same parameter as n, which is given already, got "{N}"'),
    (
        "n > 1",
        {"given": {"training.episods": 1}},
        "given.training.episods is no parameter (did you mean training.episodes?)",
    ),
    (
        "n > 1",
        {"given": {"x": 1}},
        "given.x is no parameter, and the claim does not speak of it (one of n, m, p, q, d, g)",
    ),
    (
        "n > 1",
        {"given": {"discuont": 1}},
        "given.discuont is no parameter, and the claim does not speak of it (did you mean discount?)",
    ),
    ("n > 1", {"given": {"p": "frm 1"}}, 'given.p must say where it ranges, got "frm 1" (did you mean from?)'),
    ("n > 1", {"given": {"n": "1/2"}}, "given.n must have whole numbers, got 1/2"),
    (
        "n > 1",
        {"given": {"p": "0 to 2"}},
        f'given.p ranges too far: it ({P}) must be a probability in [0, 1], got "0 to 2"',
    ),
    (
        "n > 1",
        {"given": {"p": "over -1 up to 1"}},
        f'given.p ranges too far: it ({P}) must be a probability in [0, 1], got "over -1 up to 1"',
    ),
    (
        "n > 1",
        {"given": {P: [0, 1, 3]}},
        f'given.{P} ranges too far: it must be a probability in [0, 1], got "0, 1, 3"',
    ),
    (
        "n > 1",
        {"given": {"n": "-1 to 3"}},
        f'given.n ranges too far: it ({N}) must be a whole number, 0 or more, got "-1 to 3"',
    ),
    ("n > 1", {"given": {"g": "0 below 1.1"}}, 'given.g must say where it ranges, got "0 below 1.1"'),
    (
        "n > 1",
        {"given": {"g": "from 0 below 1.1"}},
        "given.g ranges too far: it (discount) must be a discount in [0, 1]",
    ),
    ("n > 1", {"assume": ["q < p", "value"]}, 'assume.1 must be a truth, not a number, got "value"'),
    ("n > 1", {"assume": "q <"}, "assume.0 must go on after <: a value is missing"),
    ("n > 1", {"lemmas": ["nn > 1"]}, 'lemmas.0 has a name that stands for nothing, got "nn"'),
    ("n > 1", {"assume": [None]}, "assume.0 must be an expression in text, or a number"),
]


@pytest.mark.parametrize(("claim", "rest", "message"), SINGLE, ids=[f"{row[0]} {row[1]}"[:60] for row in SINGLE])
def test_a_mistake_is_named_with_its_rule_and_a_way_out(claim: str, rest: dict[str, Any], message: str) -> None:
    (found,) = mistakes(claim, **rest)
    assert found.startswith(message), found


def test_all_mistakes_are_named_at_once() -> None:
    assert len(mistakes("n >", given={"p": "1 upto 2", "x.y": 1}, assume=["=", "q <"], also={"v": {"n": "("}})) == 6
    found = mistakes("valu > 1", assume=["regime", "premum > 1"], lemmas=["xx"], also={"v": {"n": "yy"}})
    assert [each.split()[0] for each in found] == ["claim", "assume.0", "assume.1", "lemmas.0", "also.v.n"]
    assert len(mistakes("n > 1", given={"p": "0 to 2", "q": "0 to 3", "y": 1})) == 3


def test_mistakes_point_at_their_place_in_the_text() -> None:
    for text, column in [
        ("n > 1 and premum > 0", 11),
        ("n > 1 and value", 11),
        ("regime == 'opn'", 11),
        ("judged_by(bse) > 0", 11),
        ("n + (p > 1) > 0", 6),
        ("x.value > 0", 1),
        ("strategy == 'BC'", 13),
    ]:
        with pytest.raises(InputError) as caught:
            bound(text)
        (problem,) = caught.value.problems
        assert problem.position is not None
        assert (problem.position.column, problem.position.source) == (column, text)
        assert problem.position.file == "<claims.c.claim>"


def test_errors_take_the_name_that_the_claim_has_in_its_file() -> None:
    with pytest.raises(InputError, match=r"^claims\[3\]\.claim must not be empty"):
        make_claim(id="c", claim="", situations=TOY, prefix="claims[3]")
    claim = make_claim(id="c", claim="n", situations=TOY)
    with pytest.raises(InputError, match=r"^claims\[3\]\.claim must be a truth"):
        bind(claim, TOY, prefix="claims[3]")


def test_definitions_cannot_grow_without_bound() -> None:
    names = {"a0": "n + n"} | {f"a{k}": f"a{k - 1} + a{k - 1}" for k in range(1, 20)}
    found = mistakes("a19 > 1", names=names)
    assert found[0].startswith("names.a11 must have at most 5,000 parts")
    deep = {"a0": "n"} | {f"a{k}": f"1 + (2 + (3 + (4 + (5 + a{k - 1}))))" for k in range(1, 40)}
    assert mistakes("a39 > 1", names=deep)[0].startswith("names.a30 must be nested at most 150 deep")
    power = {"a0": "n ** 8", "a1": "a0 ** 8", "a2": "a1 ** 8"}
    assert mistakes("a2 > 1", names=power) == ["names.a2 must have a degree of at most 64, got 512"]


def test_no_end_is_refused_at_which_some_game_is_sound() -> None:
    """Shutdown may leave room for no modification at all at one end; combined rules are no reason to refuse."""
    crowded = ToySituations(numbers={"training.shutdown.A": F(1, 2), P: F(1, 2)})
    for given in (
        {"p": "0 to 1"},
        {"p": "0 to 1", "training.shutdown.A": "0 to 1"},
        {"p": "over 0 below 1", "g": "from 0 up to 1", "n": "0 to 1000000"},
        {"p": "any number", "n": "from 0", "q": "from 0"},
        {"payoffs.mesa.A": "any number", "payoffs.mesa.B": "-1e100 to 1e100"},
    ):
        assert bound("value >= 0", crowded, given=given).paths


def test_names_with_hyphens_stand_in_backquotes() -> None:
    class Hyphened(ToySituations):
        def canonical(self, path: str) -> str:
            return super().canonical(path.replace("late-training", "training"))

    claim = bound("`late-training.episodes` > 0", Hyphened())
    assert claim.tree == Comparison((Parameter(None, N), Number(F(0))), (">",))
    (found,) = mistakes("1 < late-training.episodes", Hyphened())
    assert found == (
        'claim must have names with hyphens in backquotes, got "late-training.episodes" '
        "(write `late-training.episodes`)"
    )


def test_actions_with_long_names_are_compared_as_strategies_spell_them() -> None:
    class Long(ToySituations):
        def at(self, settings: Any, agent: str | None = None) -> Situation:
            game = PhasedGame(
                phases=[Phase(name=kind.value, kind=kind, episodes=2, payoffs={}) for kind in PhaseKind],
                actions=[Action(name="press", defects=True), Action(name="pass", defects=False)],
                objectives=[Objective(name="mesa")],
                base_objective=None,
            )
            return Situation(game=game, agent=AgentSpec(objective="mesa"))

    tree = bound("strategy == 'press*2 pass' and action(2) == 'press'", Long()).tree
    assert tree_text(tree) == 'strategy == "press,press,pass" and action(2) == "press"'
    assert mistakes("action(2) == 'pres'", Long()) == ['claim must name an action, got "pres" (did you mean press?)']
    assert mistakes("judged_by(base) > 0", Long()) == ['claim must name an objective, got "base" (one of mesa)']


def test_a_scenario_whose_own_game_is_unsound_still_takes_claims() -> None:
    broken = ToySituations(numbers={P: F(2)})
    claim = bound("strategy == 'XY' and judged_by(somebody) > 0", broken, given={"p": "0 to 1"})
    assert claim.paths == {"p": P}
