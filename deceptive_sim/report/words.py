"""A result in plain English: numbers, strategies and the finding that a report opens with."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence

from deceptive_sim.core.exact import readable, to_float
from deceptive_sim.model.actions import Action
from deceptive_sim.model.regimes import Regime
from deceptive_sim.model.strategies import Strategy, spelling
from deceptive_sim.solvers.solution import Solution
from deceptive_sim.studies.result import RunResult

LONGEST_IN_PROSE = 12
"""Strategies over more episodes than this are told as runs."""

MOST_RUNS_IN_PROSE = 8
LONGEST_LABEL = 60


def finding(result: RunResult) -> str:
    """What came out, in one or two sentences of plain text.

    Strategies are only compared with agents of the same objective that are present in the result, since values of
    different judges have different units.

    Parameters
    ----------
    result : RunResult

    Returns
    -------
    str
        Without markup and without line breaks; labels and strategies are cut to a readable length.
    """
    if not result.solutions:
        return "There is no agent in this scenario, so nothing was played."
    if result.game.horizon == 0:
        return "The game has no episodes: nothing is played and everything is worth 0."
    lead = leading(result)
    compared = [other for other in result.solutions if _comparable(lead, other)]
    compared.sort(key=lambda other: not _always_defects(result, other))
    planners = [other for other in result.solutions if other is not lead and not other.fixed]
    said = _headline(result, lead)
    for other in compared[:2]:
        said += f"; {_contrast(result, lead, other)}"
    return f"{said}.{_others(result, planners)}"


def leading(result: RunResult) -> Solution:
    """The agent that a report talks about first: the first that plans, or the first of all."""
    return next((solution for solution in result.solutions if not solution.fixed), result.solutions[0])


def label_of(result: RunResult, solution: Solution, longest: int = LONGEST_LABEL) -> str:
    """The title that an agent is shown under, on one line and cut to a readable length."""
    return shortened(result.labels.get(solution.agent) or solution.agent, longest)


def shortened(text: str, longest: int) -> str:
    """Text on one line without control characters, cut with an ellipsis."""
    plain = "".join(" " if _unseen(c) else c for c in text[: 4 * longest + 40])
    plain = " ".join(plain.split())
    return plain if len(plain) <= longest else plain[: longest - 1].rstrip() + "…"


def _unseen(c: str) -> bool:
    """Control characters, line breaks, lone surrogates and what turns the direction of writing around."""
    return (
        unicodedata.category(c) in {"Cc", "Cs", "Zl", "Zp"}
        or c in "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
    )


def spelt(plan: Strategy, actions: Sequence[Action], longest: int = LONGEST_IN_PROSE) -> str:
    """A strategy in prose: `B,B,A,A,A`, or runs such as `A ×98, B ×2` if it covers more than `longest` episodes."""
    words = spelling(actions)
    if len(plan) <= longest and all(len(word) == 1 for word in words):
        return ",".join(words[action] for action in plan)
    runs = [
        f"{words[action]} ×{times}" if times > 1 else words[action] for action, times in plan.runs[:MOST_RUNS_IN_PROSE]
    ]
    if len(plan.runs) > MOST_RUNS_IN_PROSE:
        runs.append("…")
    return ", ".join(runs)


def episodes_text(episodes: Sequence[int], longest: int = 20) -> str:
    """Episode numbers with neighbours joined, `1-3, 7`; cut after `longest` pieces."""
    pieces = [str(first) if first == last else f"{first}-{last}" for first, last in stretches(episodes)]
    return ", ".join([*pieces[:longest], "…"] if len(pieces) > longest else pieces)


def stretches(episodes: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Ascending episode numbers as unbroken stretches (first, last)."""
    first = last = None
    for t in episodes:
        if last is not None and t == last + 1:
            last = t
            continue
        if first is not None and last is not None:
            yield first, last
        first = last = t
    if first is not None and last is not None:
        yield first, last


def _quoted(result: RunResult, solution: Solution) -> str:
    return f"“{label_of(result, solution)}”"


def _comparable(lead: Solution, other: Solution) -> bool:
    return other is not lead and other.fixed and other.objective == lead.objective and other.plan != lead.plan


def _always_defects(result: RunResult, other: Solution) -> bool:
    return all(result.game.actions[action].defects for action, _ in other.plan.runs)


def _headline(result: RunResult, lead: Solution) -> str:
    plan, worth = spelt(lead.plan, result.game.actions), readable(lead.value)
    several = len(result.solutions) > 1
    whose = f" for {_quoted(result, lead)}" if several and _planners(result) > 1 else ""
    if lead.fixed:
        return f"{_of_fixed(lead)}{_quoted(result, lead)} plays {plan} without a choice, worth {worth}"
    if best_known(lead):
        told = f"{_best(lead)}{whose} is {plan}, worth {worth}"
    else:
        told = f"{_quoted(result, lead)} plays {plan}, worth {worth}{_expected(lead)}"
    return f"{_verdict(result, lead)}: {told}{_when(result, lead)}"


def _best(lead: Solution) -> str:
    if lead.n_optimal is None or lead.n_optimal < 2:
        return "the best strategy"
    return f"one of {'many' if lead.n_optimal > 10**6 else lead.n_optimal} best strategies"


def best_known(solution: Solution) -> bool:
    """Whether what the agent plays is shown to be best: it lists it as best, and is not mistaken about the game."""
    return solution.strategy in solution.optimal and not solution.mistaken


def _planners(result: RunResult) -> int:
    return sum(not solution.fixed for solution in result.solutions)


def _expected(solution: Solution) -> str:
    if readable(solution.believed_value) == readable(solution.value):
        return ""
    return f" where it expected {readable(solution.believed_value)}"


def _of_fixed(lead: Solution) -> str:
    if lead.premium is None:
        return ""
    if lead.deception_pays:
        return f"Deception would pay {readable(lead.premium)} more than any defection in training: "
    return "Deception would pay nothing: " if lead.premium == 0 else ""


def _verdict(result: RunResult, lead: Solution) -> str:
    """The regime as a finding; whether deception pays is the premium's word, which a misled self may not follow."""
    premium = 0.0 if lead.premium is None else to_float(lead.premium)
    match lead.regime:
        case Regime.DECEPTIVE | Regime.DELAYED:
            if lead.premium is None:
                return "It has no choice but to pretend"
            if lead.deception_pays:
                return "Deception pays"
            return "Deception is a tie" if premium == 0 else "It pretends, and turns"
        case Regime.COMPLIANT:
            return "There is no deception, and no defection"
        case Regime.OPEN:
            if lead.premium is None:
                return "It has no choice but to defect"
            return "It defects openly although deception would pay" if lead.deception_pays else "Deception does not pay"
        case Regime.LATE_PRETENCE:
            return "Pretending pays only at the end of training"
        case Regime.REFORMED:
            return "It defects in training and not in deployment"
        case Regime.UNCONSTRAINED:
            return "Without training there is nothing to pretend"
    return "It defects now and then"


def _when(result: RunResult, lead: Solution) -> str:
    if lead.regime is Regime.DELAYED and lead.turn is not None:
        return f", with the turn in episode {lead.turn}"
    return ""


def _contrast(result: RunResult, lead: Solution, other: Solution) -> str:
    actions = result.game.actions
    plan, worth = spelt(other.plan, actions), readable(other.value)
    better = "yet " if to_float(other.value) > to_float(lead.value) and worth != readable(lead.value) else ""
    if worth == readable(lead.value):
        worth = "as much" if other.value == lead.value and lead.n_optimal != 1 else "almost as much"
    if lead.fixed:
        told = f"{_quoted(result, other)} ({plan})"
    elif _always_defects(result, other):
        told = f"showing its hand at once ({plan})"
    elif not any(actions[action].defects for action, _ in other.plan.runs):
        told = f"never defecting ({plan})"
    else:
        told = f"{_quoted(result, other)} ({plan})"
    return f"{better}{told} is worth {worth}"


def _others(result: RunResult, planners: Sequence[Solution]) -> str:
    told = [
        f"{_quoted(result, other)} is {other.regime.value} (worth {readable(other.value)}{_expected(other)})"
        for other in planners[:3]
    ]
    if len(planners) > 3:
        told.append(f"{len(planners) - 3} more plan too")
    return f" {', '.join(told)}." if told else ""
