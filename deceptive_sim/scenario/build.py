"""From the sections of a file to the game and the agents of the model."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from fractions import Fraction

from pydantic import ValidationError

from deceptive_sim.core.errors import InputError, Position, Problem, nearest, quote, wrong
from deceptive_sim.core.paths import join_path
from deceptive_sim.games.library import build_game
from deceptive_sim.games.models import Model
from deceptive_sim.model.actions import Action, TieRule
from deceptive_sim.model.agents import AgentSpec
from deceptive_sim.model.discounting import Discounting, Exponential, Hyperbolic, QuasiHyperbolic
from deceptive_sim.model.objectives import BASE, Objective, Selves
from deceptive_sim.model.phased import PhasedGame
from deceptive_sim.model.phases import Phase, PhaseKind, kind_from_name
from deceptive_sim.model.strategies import Strategy, parse_strategy
from deceptive_sim.scenario.paths import believable, resolve, with_value
from deceptive_sim.scenario.problems import from_validation, in_order, locate
from deceptive_sim.scenario.schema import (
    AgentSection,
    LibrarySection,
    PhasedSection,
    PhaseSection,
    ScenarioFile,
)
from deceptive_sim.scenario.sections import HyperbolicSection, QuasiHyperbolicSection
from deceptive_sim.scenario.yaml_text import Data, Document, Steps

RESERVED = {*ScenarioFile.model_fields, *PhasedSection.model_fields, *AgentSection.model_fields}
"""Names that phases must not bear, because paths that start with them mean something else."""

ENOUGH = 100
"""Once this many problems are known no more are looked for: a broken file must not take long."""

DEFAULT_DEFECTS = {"A": True, "B": False}


def build_any(section: PhasedSection | LibrarySection) -> PhasedGame | Model:
    """The game that a section describes, of whichever kind; an `InputError` names broken rules by short paths."""
    return (
        build_game(section.name, section.parameters) if isinstance(section, LibrarySection) else build_phased(section)
    )


def build_phased(section: PhasedSection | LibrarySection) -> PhasedGame:
    """The phased game that a section describes; an `InputError` names every broken rule by its short path."""
    if isinstance(section, LibrarySection):
        game = build_game(section.name, section.parameters)
        if not isinstance(game, PhasedGame):
            raise wrong("game.name", "must be a phased game", section.name)
        return game
    problems = list(_game_problems(section))
    if problems:
        raise InputError(problems)
    base = section.base_objective or (BASE if BASE in section.payoffs else None)
    return PhasedGame(
        phases=[_phase(name, phase, section.payoffs, base) for name, phase in section.phases.items()],
        objectives=[_objective(name, section) for name in section.payoffs],
        actions=[
            Action(name=name, defects=bool(DEFAULT_DEFECTS.get(name) if action.defects is None else action.defects))
            for name, action in section.actions.items()
        ],
        base_objective=base,
        tie_rule=TieRule(section.ties),
    )


def _game_problems(section: PhasedSection) -> Iterator[Problem]:
    actions, objectives = list(section.actions), list(section.payoffs)
    for name, declared in section.actions.items():
        if declared.defects is None and name not in DEFAULT_DEFECTS:
            yield Problem(name=f"actions.{name}.defects", rule="is required: say whether doing it is a defection")
    shared = section.payoffs if "payoffs" in section.model_fields_set else {}
    if not shared and not {"A", "B"} <= set(actions):
        yield Problem(name="payoffs", rule="is required: the actions are not A and B")
    for objective, row in shared.items():
        for word in row:
            if word not in actions:
                rule = "names no action of the game"
                yield Problem(name=f"payoffs.{objective}.{word}", rule=rule, hint=nearest(word, actions))
    for objective in section.objectives:
        if objective not in objectives:
            rule = "names no objective of the game"
            yield Problem(name=f"objectives.{objective}", rule=rule, hint=nearest(objective, objectives))
    if section.base_objective is not None and section.base_objective not in objectives:
        rule, hint = "must be one of the objectives", nearest(section.base_objective, objectives)
        yield Problem(name="base_objective", rule=rule, got=quote(section.base_objective), hint=hint)
    has_base = section.base_objective is not None or BASE in objectives
    for name, phase in section.phases.items():
        if name in RESERVED:
            rule = f"must not bear the name of a section or setting: {name}"
            yield Problem(name=f"phases.{name}", rule=rule, hint="such as training, deployment, late-training")
        if phase.kind is None and kind_from_name(name) is None:
            yield Problem(name=f"{name}.kind", rule="is required: training or deployment, as the name does not tell")
        for action, setting in phase.modification.items():
            if not isinstance(setting, dict) and setting and not has_base:
                rule = "must name its target, as {target: probability}: the game has no base objective"
                yield Problem(name=f"{name}.modification.{action}", rule=rule, got=quote(setting))


def _phase(name: str, phase: PhaseSection, shared: Mapping[str, Mapping[str, Fraction]], base: str | None) -> Phase:
    kind = PhaseKind(phase.kind) if phase.kind else kind_from_name(name)
    assert kind is not None
    payoffs = {objective: dict(row) for objective, row in shared.items()}
    for objective, row in phase.payoffs.items():
        payoffs.setdefault(objective, {}).update(row)
    return Phase(
        name=name,
        kind=kind,
        episodes=phase.episodes,
        payoffs=payoffs,
        modification={
            action: dict(setting) if isinstance(setting, dict) else {base: setting} if base else {}
            for action, setting in phase.modification.items()
        },
        shutdown=phase.shutdown,
    )


def read_discounting(setting: Fraction | QuasiHyperbolicSection | HyperbolicSection) -> Discounting:
    """The discounting that a setting describes."""
    if isinstance(setting, QuasiHyperbolicSection):
        return QuasiHyperbolic(beta=setting.beta, delta=setting.delta)
    if isinstance(setting, HyperbolicSection):
        return Hyperbolic(k=setting.k)
    return Exponential(setting)


def _objective(name: str, section: PhasedSection) -> Objective:
    own = section.objectives.get(name)
    discount = section.discount if own is None or own.discount is None else own.discount
    selves = section.selves if own is None or own.selves is None else own.selves
    return Objective(name=name, discounting=read_discounting(discount), selves=Selves(selves))


def build_agent(name: str, section: AgentSection, game: PhasedGame, document: Document) -> AgentSpec:
    """The agent that a section describes; an `InputError` names every broken rule from the file's root."""
    problems: list[Problem] = []
    objectives = [objective.name for objective in game.objectives]
    objective = section.objective or objectives[0]
    if objective not in objectives:
        hint = nearest(objective, objectives)
        rule = "must be one of the objectives"
        problems.append(Problem(name=f"agents.{name}.objective", rule=rule, got=quote(objective), hint=hint))
    if section.strategy is not None and section.beliefs:
        rule = "and strategy exclude each other: a fixed strategy does not go by beliefs"
        problems.append(Problem(name=f"agents.{name}.beliefs", rule=rule))
    strategy, believed = None, None
    try:
        if section.strategy is not None:
            strategy = read_strategy(f"agents.{name}.strategy", section.strategy, game)
    except InputError as error:
        problems += error.problems
    try:
        if section.beliefs:
            believed = believed_game(("agents", name, "beliefs"), section.beliefs, document)
    except InputError as error:
        problems += error.problems
    if problems:
        raise InputError(problems)
    return AgentSpec(
        name=name,
        objective=objective,
        strategy=strategy,
        discounting=None if section.discount is None else read_discounting(section.discount),
        selves=None if section.selves is None else Selves(section.selves),
        believed=believed,
    )


def read_strategy(name: str, setting: str | dict[str, str], game: PhasedGame) -> Strategy:
    """A strategy as text or as one text for each phase; an `InputError` names the setting."""
    if isinstance(setting, str):
        return parse_strategy(setting, game.actions, game.horizon, name)
    phases = {phase.name: phase for phase in game.phases}
    problems = [
        Problem(name=f"{name}.{word}", rule="names no phase of the game", hint=nearest(word, phases))
        for word in setting
        if word not in phases
    ]
    runs: list[tuple[int, int]] = []
    for phase in game.phases:
        if phase.name not in setting and phase.episodes:
            problems.append(Problem(name=f"{name}.{phase.name}", rule="is required: every phase needs a strategy"))
        try:
            part = parse_strategy(setting.get(phase.name, ""), game.actions, phase.episodes, f"{name}.{phase.name}")
            runs += part.runs
        except InputError as error:
            problems += error.problems if phase.name in setting else ()
    if problems:
        raise InputError(problems)
    return Strategy.joined(runs)


def believed_game(beliefs: Steps, paths_believed: Iterable[str], document: Document) -> PhasedGame:
    """The game with the beliefs at a place of a document in place of its own numbers; errors name the belief."""
    true: Data = {key: document.data[key] for key in ("version", "id", "game")}
    believed = Document(file=document.file, data=true)
    problems: list[Problem] = []
    paths: dict[Position | None, str] = {}
    held: Data = document.data
    for step in beliefs:
        held = held[step]
    for path in paths_believed:
        position = document.place_of_value((*beliefs, path))
        try:
            place = resolve(true, path, within_game=True)
            if not believable(place):
                raise InputError(Problem(name=path, rule="must be a number of a phase, a payoff or a game parameter"))
            believed.data = with_value(believed.data, place, held[path])
        except InputError as error:
            problems += [replace(p, name=join_path((*beliefs, path)), position=position) for p in error.problems]
            if len(problems) >= ENOUGH:
                break
            continue
        paths[position] = path
        if position is not None:
            believed.keys[place] = believed.values[place] = position
    try:
        game = build_phased(ScenarioFile.model_validate(believed.data).game)
    except ValidationError as error:
        problems += _of_beliefs(from_validation(error, believed), beliefs, paths, document)
    except InputError as error:
        problems += _of_beliefs([locate(problem, believed) for problem in error.problems], beliefs, paths, document)
    if problems:
        raise InputError(in_order(problems))
    return game


def _of_beliefs(
    problems: Iterable[Problem], beliefs: Steps, paths: Mapping[Position | None, str], document: Document
) -> Iterator[Problem]:
    """Problems of a believed game, named after the belief at their position, or after all of them if there is none."""
    for problem in problems:
        if problem.position in paths:
            yield replace(problem, name=join_path((*beliefs, paths[problem.position])))
        else:
            name = f"{join_path(beliefs)}: {problem.name}"
            yield replace(problem, name=name, position=document.place_of_value(beliefs))
