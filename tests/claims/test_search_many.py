"""Many games at once: every result as the exact solver has it, and in doubt wherever something ties."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from claims.claims_of_toys import COUNTS, claim_of, verdict_on
from claims.toy_situations import ToySituations

from deceptive_sim.claims import many_cases
from deceptive_sim.claims.deciding import Decider
from deceptive_sim.claims.facts import Facts, Missing
from deceptive_sim.claims.language.words import RESULTS
from deceptive_sim.claims.many_games import ManyGames, NotTogether
from deceptive_sim.claims.many_results import ManyResults
from deceptive_sim.claims.verdict import Answer, Rung
from deceptive_sim.core.exact import to_float

TOY = ToySituations(objectives=("mesa", "base", "human"))
ARGUMENTS: dict[str, list[tuple[Any, ...]]] = {
    "judged_by": [("base",), ("human",)],
    "value_of": [("B*",), ("AB*", "base")],
    "goal_preservation": [(), (Fraction(2),)],
    "action": [(Fraction(1),), (Fraction(3),)],
    "defects": [(Fraction(2),)],
}
LEFT_OUT = {"ties", "optimal_strategies"}
GAMES = 15


def solved(agent: str, n: int, m: int, seed: int) -> tuple[ManyResults, list[Facts]]:
    """Random games of one shape, by both."""
    rng = np.random.default_rng(seed)
    paths = [path for path in TOY.paths() if not path.endswith("episodes") and not path.startswith("beliefs.")]
    shape = {"training.episodes": Fraction(n), "deployment.episodes": Fraction(m)}
    settings = []
    for _ in range(GAMES):
        numbers = {path: Fraction(int(rng.integers(-20, 20)), 7) for path in paths if path.startswith("payoffs")}
        numbers |= {path: Fraction(int(rng.integers(0, 50)), 100) for path in paths if "modification" in path}
        numbers |= {path: Fraction(int(rng.integers(0, 50)), 100) for path in paths if "shutdown" in path}
        numbers["discount"] = Fraction(int(rng.integers(1, 101)), 100)
        settings.append({**shape, **numbers})
    template = TOY.template(settings[0], paths, agent)
    assert template is not None
    columns = {
        spot.place: np.array([to_float(one[path]) for one in settings])
        for path in paths
        for spot in template.spots[path]
    }
    games = ManyGames(template.situation, columns, GAMES)
    return ManyResults(games), [Facts(TOY.at(one, agent)) for one in settings]


@pytest.mark.parametrize(
    ("agent", "n", "m"), [("planner", 2, 2), ("aligned", 1, 2), ("impulsive", 2, 1), ("planner", 3, 0)]
)
def test_every_word_is_as_the_exact_solver_has_it(agent: str, n: int, m: int) -> None:
    together, one_by_one = solved(agent, n, m, seed=n + m)
    compared = 0
    for result in RESULTS.keys() - LEFT_OUT:
        for arguments in ARGUMENTS.get(result, [()]):
            try:
                found = together(result, arguments)
            except Missing:
                with pytest.raises(Missing):
                    one_by_one[0](result, arguments)
                continue
            for number, facts in enumerate(one_by_one):
                if together.games.doubt[number]:
                    continue
                fact = facts(result, arguments)
                compared += 1
                if isinstance(fact, Fraction):
                    assert found[number] == pytest.approx(to_float(fact), rel=1e-11, abs=1e-11), (result, arguments)
                else:
                    assert found[number] == fact, (result, arguments)
    assert compared > 20 * GAMES
    assert together.games.doubt.sum() < GAMES / 4


def test_ties_are_in_doubt_and_so_is_the_sign_of_a_premium_of_nothing() -> None:
    values = {"training.modification.A": np.array([1 / 3, 0.5, 0.2])}
    template = TOY.template({"training.episodes": Fraction(1)}, list(values), None)
    assert template is not None
    columns = {template.spots[path][0].place: column for path, column in values.items()}
    plain = ToySituations().template({"training.episodes": Fraction(1)}, list(values), None)
    assert plain is not None
    games = ManyGames(plain.situation, columns, 3)  # three deployment episodes: at 1/3 nothing is gained or lost
    assert ManyResults(games)("deception_pays").tolist()[1:] == [True, False]
    assert games.doubt.tolist() == [True, False, False]


def test_unsound_games_are_told() -> None:
    paths = ["training.modification.A", "training.shutdown.A", "discount"]
    template = ToySituations().template({}, paths, None)
    assert template is not None
    rows = [(0.5, 0.4, 1), (0.5, 0.6, 1), (-0.1, 0, 1), (1, 0, 1), (0.1, 0.9, 1), (0.5, 0, 1.1), (0.5, 0, 0)]
    columns = {
        template.spots[path][0].place: np.array([row[place] for row in rows], dtype=float)
        for place, path in enumerate(paths)
    }
    assert ManyGames(template.situation, columns, len(rows)).sound.tolist() == [1, 0, 0, 1, -1, 0, 1]


def test_beliefs_are_left_to_the_exact_solver() -> None:
    with pytest.raises(NotTogether, match="beliefs"):
        ManyGames(TOY.at({"beliefs.training.modification.A": Fraction(1, 2)}), {}, 1)
    with pytest.raises(NotTogether, match="long"):
        ManyGames(TOY.at({"deployment.episodes": Fraction(1000)}), {}, 1)


# --- the rung --------------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_thousands_of_cases_are_beyond_doubt() -> None:
    claim = claim_of("deception_pays iff m * p > 1", {**COUNTS, "p": "over 0 up to 1"})
    found = many_cases.many(Decider(claim, ToySituations()), seed=0)
    assert found.counterexample is None
    assert found.disagreement == ""
    assert found.tries > 1000
    again = many_cases.many(Decider(claim, ToySituations()), seed=0)
    assert (again.tries, again.excluded) == (found.tries, found.excluded)


def test_cases_that_do_not_count_are_not_counted_as_tried() -> None:
    given = {**COUNTS, "p": "0 to 1", "q": "0 to 1"}
    claim = claim_of("training_defections == n", given, assume="q > p")
    found = many_cases.many(Decider(claim, ToySituations()), seed=0)
    assert found.counterexample is None
    assert found.tries > 500
    assert found.excluded > 500


def test_what_is_false_in_a_thin_strip_is_found_and_exact() -> None:
    claim = claim_of("p < 0.48 or p > 0.49 or not deception_pays", {"m": "3 to 5", "p": "0 to 1"})
    decider = Decider(claim, ToySituations())
    case = many_cases.many(decider, seed=0).counterexample
    assert case is not None
    assert Fraction("0.48") <= case["p"] <= Fraction("0.49")
    assert decider.standing(case) == "false"


def test_two_recursions_that_disagree_are_not_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    right = ManyResults.__call__
    monkeypatch.setattr(
        ManyResults, "__call__", lambda self, result, arguments=(): right(self, result, arguments) - 1.0
    )
    verdict = verdict_on("value >= m", {"p": "over 0 up to 1", "m": "1 to 3"})
    assert verdict.answer is Answer.UNKNOWN
    assert verdict.rung is Rung.MANY
    assert "disagree at" in verdict.reason
