"""What each figure shows, in one sentence, for readers who do not see it."""

from __future__ import annotations

from itertools import accumulate

from deceptive_sim.core.exact import readable
from deceptive_sim.report.words import label_of, leading, spelt
from deceptive_sim.solvers.solution import Solution
from deceptive_sim.studies.result import RunResult

MOST_AGENTS = 6
MOST_CHANGES = 4


def alt_text(result: RunResult, name: str) -> str:
    """The finding of a figure, in a sentence or two."""
    if name.startswith("landscape-"):
        from deceptive_sim.report.landscape_words import landscape_alt

        return landscape_alt(result, name)
    if name == "claims":
        from deceptive_sim.report.claim_words import claims_alt

        return claims_alt(result.claims)
    if not result.solutions or (not result.game.horizon and name != "values"):
        return "There are no episodes, so there is nothing to draw."
    return {"strategies": _strategies, "values": _values, "actions": _actions}[name](result)


def _strategies(result: RunResult) -> str:
    told = [_strategy(result, solution) for solution in result.solutions[:MOST_AGENTS]]
    if len(result.solutions) > MOST_AGENTS:
        told.append(f"{len(result.solutions) - MOST_AGENTS} more agents")
    return f"Strategies episode by episode: {'; '.join(told)}."


def _strategy(result: RunResult, solution: Solution) -> str:
    notes = [f"worth {readable(solution.value)}", solution.regime.value]
    if solution.turn is not None:
        notes.append(f"treacherous turn in episode {solution.turn}")
    gone = next((t for t, chance in enumerate(solution.unmodified, start=1) if chance == 0), None)
    if gone is not None:
        notes.append(f"never unmodified from episode {gone} on")
    return f"{label_of(result, solution)} plays {spelt(solution.plan, result.game.actions)} ({', '.join(notes)})"


def _values(result: RunResult) -> str:
    lead = leading(result)
    told = [
        f"{actor} at the wheel is worth "
        + " and ".join(f"{readable(value)} to {judge}" for judge, value in row.items())
        for actor, row in list(lead.values.items())[:MOST_AGENTS]
    ]
    return f"What each objective at the wheel is worth to each judge, for {label_of(result, lead)}: {'; '.join(told)}."


def _actions(result: RunResult) -> str:
    lead = leading(result)
    if lead.fixed:
        return "Every agent follows a fixed strategy, so no choice is drawn."
    starts = [1, *(end + 1 for end in accumulate(times for _, times in lead.plan.runs))]
    told = [
        _choice(result, lead, t, action) for t, (action, _) in zip(starts, lead.plan.runs[:MOST_CHANGES], strict=False)
    ]
    more = " and so on" if len(lead.plan.runs) > MOST_CHANGES else ""
    return f"What each action is worth to {label_of(result, lead)}, episode by episode: {', '.join(told)}{more}."


def _choice(result: RunResult, lead: Solution, t: int, chosen: int) -> str:
    values = lead.action_values[t - 1]
    worth = [
        f"{action.name} {readable(value)}" for action, value in zip(result.game.actions, values, strict=len(values) > 0)
    ]
    told = f" ({', '.join(worth)})" if worth else ""
    return f"{result.game.actions[chosen].name} is chosen from episode {t}{told}"
