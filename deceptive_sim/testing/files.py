"""Hypothesis strategies for scenario files, and how a game and its agents are written as one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

from hypothesis import strategies as st

from deceptive_sim.model.agents import AgentSpec
from deceptive_sim.model.discounting import Discounting, Exponential, Hyperbolic, QuasiHyperbolic
from deceptive_sim.model.objectives import Selves
from deceptive_sim.model.phased import PhasedGame
from deceptive_sim.model.phases import Phase
from deceptive_sim.model.strategies import Strategy
from deceptive_sim.testing.numbers import probabilities
from deceptive_sim.testing.phased import phased_games
from deceptive_sim.testing.players import agents

TITLES = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), max_size=12)


def scenario_text(game: PhasedGame, agents: Sequence[AgentSpec] = (), *, id: str = "example", **sections: Any) -> str:
    """A game and its agents as the text of a scenario file, which loads as that game and those agents.

    Parameters
    ----------
    game : PhasedGame
    agents : sequence of AgentSpec
        With names that differ. Those with beliefs differ from the game in episodes, payoffs, modification and shutdown.
    id : str
    **sections
        More of the file: `title="..."`, `expect=[...]`, `claims=[...]`, as plain data.

    Returns
    -------
    str
        YAML, one key a line.
    """
    data: dict[str, Any] = {"version": 1, "id": id, **sections, "game": _game(game)}
    if agents:
        data["agents"] = {agent.name: _agent(agent, game) for agent in agents}
    return written(data)


@st.composite
def scenario_files(draw: st.DrawFn, *, landscapes: bool = True, claims: bool = True) -> str:
    """Texts of scenario files that load.

    They have a phased game of any kind or one of the library, one to three agents (planners, believers, fixed
    strategies), titles in any script, and now and then expectations (which need not hold), a landscape, a report and
    claims (which need not hold either). Shrinks to a game of one phase and one agent.

    Parameters
    ----------
    landscapes, claims : bool
        Whether files may have such sections.
    """
    if draw(st.sampled_from([False, False, False, True])):
        return draw(_library_files())
    game = draw(phased_games(horizon=(0, 6)))
    players = [replace(draw(agents(game)), name=f"agent-{place + 1}") for place in range(draw(st.integers(1, 3)))]
    more: dict[str, Any] = {}
    for key, value in (("title", TITLES), ("source", TITLES), ("description", TITLES)):
        if draw(st.booleans()):
            more[key] = draw(value)
    if players[0].strategy is None:
        path, over = f"{game.phases[0].name}.episodes", ["0:4", "1:9:2"]
    else:  # which is for so many episodes and no others
        path, over = f"payoffs.{game.objectives[0].name}.{game.actions[0].name}", ["-1:1@3", "0:1:0.5"]
    if draw(st.booleans()):
        more["expect"] = [{"agent": "agent-1", "value": draw(probabilities()), "tolerance": Fraction(1, 2)}]
    if landscapes and draw(st.booleans()):
        more["landscape"] = {"agent": "agent-1", "axes": {path: draw(st.sampled_from(over))}}
    if claims and draw(st.booleans()):
        bound = draw(st.integers(0, 3))
        more["claims"] = [{"id": "some", "given": {path: "0 to 3"}, "claim": f"horizon >= {bound}"}]
    if draw(st.booleans()):
        more["report"] = {"figures": draw(st.lists(st.sampled_from(["strategies", "values"]), unique=True))}
    return scenario_text(game, players, **more)


@st.composite
def _library_files(draw: st.DrawFn) -> str:
    parameters = {"n": draw(st.integers(0, 4)), "m": draw(st.integers(1, 4)), "p": draw(probabilities())}
    kept = {name: value for name, value in parameters.items() if draw(st.booleans())}
    return written({"version": 1, "id": "example", "game": {"name": "two-phase", "parameters": kept}})


# --- from the model to the sections of a file -----------------------------------------------------------------------


def _game(game: PhasedGame) -> dict[str, Any]:
    names = [objective.name for objective in game.objectives]
    data: dict[str, Any] = {
        "phases": {phase.name: _phase(phase) for phase in game.phases},
        "payoffs": {name: {action.name: Fraction(0) for action in game.actions} for name in names},
        "actions": {action.name: {"defects": action.defects} for action in game.actions},
        "objectives": {
            objective.name: {"discount": _discount(objective.discounting), "selves": objective.selves.value}
            for objective in game.objectives
        },
        "ties": game.tie_rule.value,
    }
    return data if game.base_objective is None else {**data, "base_objective": game.base_objective}


def _phase(phase: Phase) -> dict[str, Any]:
    return {
        "kind": phase.kind.value,
        "episodes": phase.episodes,
        "payoffs": {name: dict(row) for name, row in phase.payoffs.items()},
        "modification": {action: dict(row) for action, row in phase.modification.items() if row},
        "shutdown": dict(phase.shutdown),
    }


def _discount(discounting: Discounting) -> Any:
    match discounting:
        case Exponential(discount=factor):
            return factor
        case QuasiHyperbolic(beta=beta, delta=delta):
            return {"beta": beta, "delta": delta}
        case Hyperbolic(k=k):
            return {"k": k}
    raise TypeError(f"a scenario file has no words for {type(discounting).__name__}")


def _agent(agent: AgentSpec, game: PhasedGame) -> dict[str, Any]:
    data: dict[str, Any] = {"objective": agent.objective}
    if agent.strategy is not None:
        text = agent.strategy.text(game.actions) if isinstance(agent.strategy, Strategy) else agent.strategy
        data["strategy"] = text
    if agent.discounting is not None:
        data["discount"] = _discount(agent.discounting)
    if agent.selves is not None:
        data["selves"] = Selves(agent.selves).value
    if agent.believed is not None:
        data["beliefs"] = _beliefs(game, agent.believed)
    return data


def _beliefs(game: PhasedGame, believed: PhasedGame) -> dict[str, Any]:
    """Every number in which a believed game differs, by its path."""
    found: dict[str, Any] = {}
    words = [action.name for action in game.actions]
    names = [objective.name for objective in game.objectives]
    for true, other in zip(game.phases, believed.phases, strict=True):
        if true.episodes != other.episodes:
            found[f"{true.name}.episodes"] = other.episodes
        rows = [("payoffs", name, word, true.payoffs, other.payoffs) for name in names for word in words]
        rows += [("modification", word, to, true.modification, other.modification) for word in words for to in names]
        shut = ({"": true.shutdown}, {"": other.shutdown})
        rows += [("shutdown", "", word, *shut) for word in words]
        for section, outer, inner, ours, theirs in rows:
            mine, new = (_number(table, outer, inner) for table in (ours, theirs))
            if mine != new:
                found[".".join(step for step in (true.name, section, outer, inner) if step)] = new
    return found


def _number(table: Mapping[str, Mapping[str, Fraction]], outer: str, inner: str) -> Fraction:
    return table.get(outer, {}).get(inner, Fraction(0))


# --- YAML ------------------------------------------------------------------------------------------------------------


def written(data: Any, indent: int = 0) -> str:
    """Plain data as block YAML: every key on its line, text in double quotes, numbers exact."""
    pad = "  " * indent
    if isinstance(data, Mapping) and data:
        return "".join(f"{pad}{key}:{_behind(value, indent)}" for key, value in data.items())
    if isinstance(data, list | tuple) and data:
        return "".join(f"{pad}-{_behind(value, indent)}" for value in data)
    return f"{pad}{_scalar(data)}\n"


def _behind(value: Any, indent: int) -> str:
    nested = isinstance(value, Mapping | list | tuple) and value
    return "\n" + written(value, indent + 1) if nested else f" {_scalar(value)}\n"


def _scalar(value: Any) -> str:
    if isinstance(value, Mapping):
        return "{}"
    if isinstance(value, list | tuple):
        return "[]"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | Fraction):
        return str(value)
    escaped = (c if c.isprintable() and c not in '"\\' else f"\\U{ord(c):08x}" for c in str(value))
    return f'"{"".join(escaped)}"'
