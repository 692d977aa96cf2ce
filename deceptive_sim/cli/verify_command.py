"""`deceptive-sim verify`: hold the claims of scenario files against the games that they speak about."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from deceptive_sim.cli import options

if TYPE_CHECKING:
    from deceptive_sim.claims.verdict import Verdict
    from deceptive_sim.scenario.load import Scenario
    from deceptive_sim.studies.claim_memory import Remembered
    from deceptive_sim.studies.claim_reading import Question

TRIES = 200
"""The same as `claims.ladder.Effort.tries`, which is not imported for a help text; so is the next one."""

PROOF_SECONDS = 30.0


@click.command("verify")
@click.argument("files", type=options.SCENARIO, nargs=-1, required=True, metavar="FILE...")
@click.option("--only", multiple=True, metavar="ID", help="Verify this claim only (repeatable).")
@click.option(
    "--at",
    "values",
    multiple=True,
    metavar="NAME=VALUE",
    help="Decide one claim in one case: a value for each of its variables, such as --at n=2 --at p=1/2.",
)
@options.parameters
@options.search_seed
@click.option(
    "--tries",
    type=click.IntRange(min=0),
    default=TRIES,
    show_default=True,
    help="Cases that the search decides exactly for each claim.",
)
@click.option("--no-proofs", is_flag=True, help="Search for counterexamples only.")
@click.option(
    "--proof-seconds",
    type=click.FloatRange(min=0, min_open=True),
    default=PROOF_SECONDS,
    show_default=True,
    help="How long the proof of one claim may take.",
)
@click.option("--strict", is_flag=True, help="Exit code 1 also if a verdict is unknown.")
@click.option("--workers", type=click.IntRange(min=1), help="Processes that verify (default: one for each core).")
@options.out
@click.option("--forget", is_flag=True, help="Do not try counterexamples of earlier runs first; forget them.")
@options.as_json
@options.traceback_option
def command(
    files: tuple[str, ...],
    only: tuple[str, ...],
    values: tuple[str, ...],
    parameters: tuple[str, ...],
    seed: int,
    tries: int,
    no_proofs: bool,
    proof_seconds: float,
    strict: bool,
    workers: int | None,
    out: Path,
    forget: bool,
    as_json: bool,
) -> None:
    """Verify the claims of each FILE; a folder means every scenario file in it that has claims.

    A claim is proved for all cases, held in all that were tried, false with a counterexample, or unknown. Found
    counterexamples are kept in OUT/ID/counterexamples.json and tried first the next time. Exit code 1 if a verdict
    contradicts what the file says of the claim (`holds`).
    """
    from deceptive_sim.claims.ladder import Effort
    from deceptive_sim.studies.claims import answers_to

    scenarios = _scenarios(files, parameters)
    _refuse_unknown(only, scenarios)
    if values:
        decided = _decided(scenarios, _questions(scenarios, only, {}), values)
        _tell(decided, as_json=as_json, strict=strict, seed=seed, with_case=True)
        return
    folders = {scenario.id: out / scenario.id for scenario in scenarios}
    memories = _memories(scenarios, folders, forget)
    effort = Effort(tries=tries, proofs=not no_proofs, proof_seconds=proof_seconds)
    questions = _questions(scenarios, only, memories)
    with options.progress_bar() as progress:
        verdicts = iter(
            answers_to(
                [question for asked in questions for question in asked],
                effort=effort,
                seed=seed,
                workers=workers,
                progress=progress,
            )
        )
    answers = [
        (scenario, [next(verdicts) for _ in asked])
        for scenario, asked in zip(scenarios, questions, strict=True)
        if asked
    ]
    _keep(answers, folders, memories)
    _tell(answers, as_json=as_json, strict=strict, seed=seed)


Answers = list[tuple["Scenario", list["Verdict"]]]


def _scenarios(files: tuple[str, ...], parameters: tuple[str, ...]) -> list[Scenario]:
    """The scenarios that have claims; every problem of every file is told at once."""
    from deceptive_sim.core.errors import InputError, Problem
    from deceptive_sim.scenario.load import load_scenario

    scenarios: dict[str, Scenario] = {}
    problems: list[Problem] = []
    for file in files:
        try:
            for source in _sources(file):
                scenario = load_scenario(source, parameters)
                earlier = scenarios.setdefault(scenario.id, scenario)
                if earlier is not scenario and earlier.document.file != scenario.document.file:
                    rule = f"must differ from that of {earlier.document.file}, as counterexamples are kept by it"
                    place = scenario.document.place_of_value(("id",))
                    problems.append(Problem(name="id", rule=rule, got=scenario.id, position=place))
                if not scenario.claims:
                    rule = "has no claims: there is nothing to verify"
                    problems.append(Problem(name=str(file), rule=rule))
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError(problems)
    return list(scenarios.values())


def _sources(file: str) -> list[str | Path]:
    """The scenario files that one word means."""
    from deceptive_sim.core.errors import wrong
    from deceptive_sim.scenario.library import files_of
    from deceptive_sim.scenario.yaml_text import read_file

    inside = files_of(file)
    if inside is None:
        return [file]
    found: list[str | Path] = []
    for path in inside:
        data = read_file(path).data
        if isinstance(data, dict) and data.get("claims"):
            found.append(path)
    if not found:
        raise wrong(file, "must hold at least one scenario file with claims")
    return found


def _refuse_unknown(only: tuple[str, ...], scenarios: list[Scenario]) -> None:
    from deceptive_sim.core.errors import nearest, wrong

    known = [section.id for scenario in scenarios for section in scenario.claims]
    for name in only:
        if name not in known:
            raise wrong("--only", "must be the id of a claim", name, nearest(name, known))


def _questions(
    scenarios: list[Scenario], only: tuple[str, ...], memories: dict[str, Remembered]
) -> list[tuple[Question, ...]]:
    """The questions of each scenario; every problem of every claim is told at once."""
    from deceptive_sim.core.errors import InputError, Problem
    from deceptive_sim.studies.claim_reading import questions_of

    questions: list[tuple[Question, ...]] = []
    problems: list[Problem] = []
    for scenario in scenarios:
        memory = memories[scenario.id].cases if scenario.id in memories else {}
        try:
            questions.append(questions_of(scenario, only=only, memory=memory))
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError(problems)
    return questions


def _decided(scenarios: list[Scenario], questions: list[tuple[Question, ...]], values: tuple[str, ...]) -> Answers:
    """The one case that `--at` asks for."""
    from deceptive_sim.core.errors import wrong
    from deceptive_sim.studies.claims import decide

    asked = [(scenario, question) for scenario, few in zip(scenarios, questions, strict=True) for question in few]
    if len(asked) != 1:
        raise wrong("--at", f"is about one claim, here are {len(asked)}", hint="name it by --only ID")
    case: dict[str, str] = {}
    for text in values:
        name, equals, value = text.partition("=")
        if not equals or not name.strip():
            raise wrong("--at", "must be name=value, such as p=1/2", text)
        if name.strip() in case:
            raise wrong("--at", "must give each variable once", name.strip())
        case[name.strip()] = value.strip()
    ((scenario, question),) = asked
    return [(scenario, [decide(question, case)])]


def _memories(scenarios: list[Scenario], folders: dict[str, Path], forget: bool) -> dict[str, Remembered]:
    from dataclasses import replace

    from deceptive_sim.studies.claim_memory import remembered

    memories = {}
    for scenario in scenarios:
        memory = remembered(scenario, folders[scenario.id])
        if memory.note:
            click.echo(f"note: {memory.note}", err=True)
        memories[scenario.id] = replace(memory, cases={}) if forget else memory
    return memories


def _keep(answers: Answers, folders: dict[str, Path], memories: dict[str, Remembered]) -> None:
    from deceptive_sim.studies.claim_memory import remember

    for scenario, verdicts in answers:
        note = remember(scenario, folders[scenario.id], verdicts, memories[scenario.id])
        if note:
            click.echo(f"note: {note}", err=True)


def _tell(answers: Answers, *, as_json: bool, strict: bool, seed: int, with_case: bool = False) -> None:
    """Print the verdicts, and end with the exit code that they ask for."""
    from deceptive_sim.claims.verdict import Answer
    from deceptive_sim.cli.claim_words import contract_of, counted, told_claims

    verdicts = [verdict for _, told in answers for verdict in told]
    contradicted = any(verdict.expected is False for verdict in verdicts)
    if as_json:
        claims = [contract_of(scenario, verdict) for scenario, told in answers for verdict in told]
        answer = options.contract("verify", answers[0][0].id, seed, claims=claims, holds=not contradicted)
        options.print_json(answer)
    else:
        for scenario, told in answers:
            click.echo(f"{scenario.id}: {scenario.title}" if scenario.title else scenario.id)
            click.echo(f"\n{told_claims(scenario, told, with_case=with_case)}\n")
        click.echo(counted(verdicts))
    if contradicted or (strict and any(verdict.answer is Answer.UNKNOWN for verdict in verdicts)):
        raise click.exceptions.Exit(1)
