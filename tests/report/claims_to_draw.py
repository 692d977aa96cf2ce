"""Verdicts to draw, put together by hand: nothing is searched or proved for them."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from report_games import seed_result

from deceptive_sim.claims.claim import Claim, Variable, Variant
from deceptive_sim.claims.domains import Domain
from deceptive_sim.claims.language.tree import Expression, Truth
from deceptive_sim.claims.verdict import Answer, Counterexample, Rung, Verdict
from deceptive_sim.studies.result import RunResult

ONE_TO_SIX = Domain(low=Fraction(1), high=Fraction(6), whole=True)
FILE = "scenarios/claims/two-phase.yaml"
PROBABLE = Domain(low=Fraction(0), low_open=True, high=Fraction(1))
SEARCHED = {Rung.CORNERS: 56, Rung.MANY: 1000, Rung.SEARCH: 184}


def says(text: str) -> Expression:
    """An expression by its text alone."""
    return Expression(text, Truth(True))


def claim(name: str, text: str, expression: str, **more: Any) -> Claim:
    variables = (
        Variable(name="n", path="training.episodes", domain=ONE_TO_SIX),
        Variable(name="m", path="deployment.episodes", domain=Domain(values=(Fraction(1), Fraction(2), Fraction(3)))),
        Variable(name="p", path="training.modification.A", domain=PROBABLE),
    )
    return Claim(id=name, text=text, claim=says(expression), **{"variables": variables, **more})


def verdict(claim_: Claim, answer: Answer, rung: Rung, **more: Any) -> Verdict:
    by_rung: Mapping[Rung, int] = more.pop("tries_by_rung", SEARCHED)
    fields: dict[str, Any] = {"tries": sum(by_rung.values()), "tries_by_rung": by_rung, "seconds": 1.5}
    return Verdict(claim=claim_, answer=answer, rung=rung, **{**fields, **more})


def proved() -> Verdict:
    return verdict(
        claim(
            "pays-iff-mp-above-one",
            "Deception pays exactly when m p > 1, however long training is.",
            "deception_pays iff m * p > 1",
            evidence="Statement 3 of docs/model.md.",
        ),
        Answer.PROVED,
        Rung.UNROLLED,
        proof="for all real p and g, at each n in 1..4 and m in 1..4: 37 plays",
        excluded=311,
        z3_version="4.13.0",
    )


def inductive() -> Verdict:
    return verdict(
        claim(
            "more-training-never-deters",
            "More training never deters a deceiver that does not discount.",
            "deception_pays implies longer.deception_pays",
            variants={
                "longer": Variant(settings={"n": says("n + 1")}),
                "honest": Variant(settings={}, agent="aligned"),
            },
            definitions={"V0": says("deployment_value")},
            lemmas=(says("longer.value >= value"),),
        ),
        Answer.PROVED,
        Rung.INDUCTION,
        proof="one-step lemmas over n and m, 14 plays",
    )


def held() -> Verdict:
    return verdict(
        claim(
            "window",
            "The agent pretends in the last episodes of training only, as many as its discount makes worth while.",
            "play_along_window == min(n, floor(log(p * V0) / -log(g)))",
            assumptions=(says("q < p"), says("g * p * V0 >= 1")),
            evidence="Statement 4 of docs/model.md; ties are decided by statement 2.",
        ),
        Answer.HELD,
        Rung.SEARCH,
        reason="No proof was tried: logarithms have no polynomial form.",
        undecided=2,
    )


def exhausted() -> Verdict:
    few = (Variable(name="n", path="training.episodes", domain=ONE_TO_SIX),)
    return verdict(
        claim("all-six", "The seed's agent never defects in training.", "training_defections == 0", variables=few),
        Answer.PROVED,
        Rung.EXHAUSTED,
        tries_by_rung={Rung.CORNERS: 4, Rung.EXHAUSTED: 6},
        tries=6,
    )


def counterexample(**more: Any) -> Counterexample:
    fields: dict[str, Any] = {
        "case": {"n": Fraction(1), "m": Fraction(1), "p": Fraction(1)},
        "settings": {
            "training.episodes": Fraction(1),
            "deployment.episodes": Fraction(1),
            "training.modification.A": Fraction(1),
        },
        "found": {"deception_pays": "false", "m": "1", "p": "1", "premium": "0", "strategy": "BA"},
        "replay": (f"deceptive-sim solve {FILE} --set training.episodes=1 --set deployment.episodes=1",),
    }
    return Counterexample(**{**fields, **more})


def refuted(**more: Any) -> Verdict:
    """False, as its claim expects unless `more` says that it should hold."""
    false = claim(
        more.pop("name", "pays-at-a-tie"),
        "Deception pays exactly when m p is at least 1.",
        "deception_pays iff m * p >= 1",
        holds=more.pop("holds", False),
        evidence="Sounds right: at m p = 1 both strategies are worth the same, so pretending gains nothing.",
    )
    return verdict(
        false,
        Answer.FALSE,
        more.pop("rung", Rung.CORNERS),
        **{"tries_by_rung": {Rung.CORNERS: 12}, "counterexample": counterexample(), **more},
    )


def remembered() -> Verdict:
    false = claim("remembered", "A longer deployment always makes deception pay.", "deception_pays", holds=False)
    return verdict(false, Answer.FALSE, Rung.MEMORY, tries_by_rung={Rung.MEMORY: 1}, counterexample=counterexample())


def unknown() -> Verdict:
    none = claim("never-so", "Nothing is as q > p says.", "value == 0", assumptions=(says("p < 0"),))
    return verdict(none, Answer.UNKNOWN, Rung.SEARCH, tries_by_rung={}, excluded=400, reason="No case counts.")


def surviving() -> Verdict:
    """A claim that should be false and holds all the same."""
    stubborn = claim("survives", "Falling premiums: each further episode of training lowers the premium.",
                     "longer.premium < premium", holds=False)  # fmt: skip
    return verdict(stubborn, Answer.HELD, Rung.SEARCH, reason="The prover is not installed.")


def all_kinds() -> tuple[Verdict, ...]:
    return (proved(), inductive(), held(), exhausted(), refuted(), remembered(), unknown())


def contradictory() -> tuple[Verdict, ...]:
    return (*all_kinds(), refuted(name="should-hold", holds=True), surviving())


def claims_result(*verdicts: Verdict, **more: Any) -> RunResult:
    """The seed with some verdicts, by default one of each kind that is as expected, and with no other figures."""
    return seed_result(claims=verdicts or all_kinds(), **{"checks": (), "figures": (), **more})
