"""Claims of scenarios: read, verified one by one or in several processes, decided in a single case.

    verify(load_scenario("two-plus-three"), "deception_pays iff m*p > 1",
                given={"n": "1 to 6", "m": "1 to 6", "p": "over 0 up to 1"})

Verdicts depend on the scenario, the claim, the effort and the seed, not on who works or in which order (but for proofs
that run out of time).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

from deceptive_sim.claims.ladder import Effort
from deceptive_sim.core.errors import InputError, Problem, nearest, quote, wrong
from deceptive_sim.core.exact import NotANumber, exact
from deceptive_sim.core.progress import Progress, silent
from deceptive_sim.core.seeds import DEFAULT_SEED
from deceptive_sim.scenario.load import Scenario
from deceptive_sim.studies.claim_places import located
from deceptive_sim.studies.claim_reading import Memory, Question, question_of, questions_of

if TYPE_CHECKING:
    from deceptive_sim.claims.verdict import Verdict


def verify_scenario(
    scenario: Scenario,
    only: Sequence[str] = (),
    *,
    effort: Effort | None = None,
    seed: int = DEFAULT_SEED,
    workers: int | None = 1,
    memory: Memory | None = None,
    progress: Progress = silent,
) -> tuple[Verdict, ...]:
    """Hold a scenario's claims against the games that they speak about.

    Parameters
    ----------
    scenario : Scenario
    only : sequence of str
        Ids of claims; by default all are verified.
    effort : Effort, optional
    seed : int
    workers : int or None
        Processes; None for one per core. Verdicts are the same for any number.
    memory : mapping, optional
        Counterexamples found earlier, by the claim's id; they are tried first.
    progress : Progress
        Told how many claims are done.

    Returns
    -------
    tuple of Verdict
        In the order of the file.

    Raises
    ------
    InputError
        If a claim makes no sense, or there is none of that id.
    """
    known = [section.id for section in scenario.claims]
    for name in only:
        if name not in known:
            raise wrong("claim", "must be the id of one of the scenario's claims", name, nearest(name, known))
    questions = questions_of(scenario, only=only, memory=memory)
    return answers_to(questions, effort=effort, seed=seed, workers=workers, progress=progress)


def verify(
    scenario: Scenario,
    claim: str,
    *,
    given: Mapping[str, object] | None = None,
    assume: str | Sequence[str] = (),
    names: Mapping[str, object] | None = None,
    also: Mapping[str, Mapping[str, object]] | None = None,
    agent: str | None = None,
    holds: bool = True,
    lemmas: str | Sequence[str] = (),
    effort: Effort | None = None,
    seed: int = DEFAULT_SEED,
) -> Verdict:
    """Hold one claim against the games of a scenario.

    Parameters
    ----------
    scenario : Scenario
        What all that the claim does not vary is like.
    claim : str
        An expression, such as `deception_pays iff m * p > 1`.
    given : mapping
        Parameter to where it ranges: `"1 to 6"`, `"over 0 up to 1"`, a number or a list of numbers.
    assume : str or sequence of str
        Which cases count.
    names : mapping
        Short names for parameters and expressions.
    also : mapping
        Further games by name: parameter to expression, `agent` to another agent.
    agent : str, optional
        By default the first.
    holds : bool
        What is expected.
    lemmas : str or sequence of str
        Hints for a proof by induction.
    effort : Effort, optional
    seed : int

    Raises
    ------
    InputError
        If the claim makes no sense.
    """
    section = {
        "claim": claim,
        "given": dict(given or {}),
        "assume": assume,
        "names": dict(names or {}),
        "also": {name: dict(settings) for name, settings in (also or {}).items()},
        "agent": agent,
        "holds": holds,
        "lemmas": lemmas,
    }
    return answers_to([question_of(scenario, section)], effort=effort, seed=seed)[0]


def answers_to(
    questions: Sequence[Question],
    *,
    effort: Effort | None = None,
    seed: int = DEFAULT_SEED,
    workers: int | None = 1,
    progress: Progress = silent,
) -> tuple[Verdict, ...]:
    """The verdicts on some questions, in their order; parameters and errors as those of `verify_scenario`."""
    from deceptive_sim.studies.claim_workers import each

    done: list[Verdict | InputError | None] = [None] * len(questions)
    jobs = [(question, effort or Effort(), seed) for question in questions]
    progress(0, len(questions), "claims")
    for count, (number, answer) in enumerate(each(_answer, jobs, workers), 1):
        done[number] = answer
        progress(count, len(questions), f"claim {questions[number].claim.claim.id}")
    problems = [problem for answer in done if isinstance(answer, InputError) for problem in answer.problems]
    if problems:
        raise InputError(problems)
    return tuple(answer for answer in done if answer is not None and not isinstance(answer, InputError))


def _answer(question: Question, effort: Effort, seed: int) -> Verdict | InputError:
    """The verdict on one question, in whatever process; what is wrong with it is data, as it has to travel."""
    from deceptive_sim.claims.ladder import verify_claim

    try:
        return verify_claim(question.claim, question.situations, effort=effort, seed=seed, memory=question.memory)
    except InputError as error:
        return _placed(error, question)


def _placed(error: InputError, question: Question) -> InputError:
    if question.row is None:
        return error
    document = question.situations.scenario.document
    return InputError(located(error.problems, question.row, question.claim.claim.id, document))


def decide(question: Question, values: Mapping[str, object]) -> Verdict:
    """Decide a claim in one case.

    Parameters
    ----------
    question : Question
    values : mapping
        A number for every variable of the claim, by its name or by the path that it stands for.

    Raises
    ------
    InputError
        If a variable is missing, unknown or no number, or the claim makes no sense there.
    """
    from deceptive_sim.claims.ladder import decide_claim

    case = _case(question, values)
    try:
        return decide_claim(question.claim, question.situations, case)
    except InputError as error:
        raise _placed(error, question) from None


def _case(question: Question, values: Mapping[str, object]) -> dict[str, Fraction]:
    paths = question.claim.paths
    found: dict[str, Fraction] = {}
    problems: list[Problem] = []
    for word, value in values.items():
        name = _variable(question, word)
        if name is None:
            rule = f"is no variable of claim {question.claim.claim.id}"
            problems.append(Problem(name=word, rule=rule, hint=nearest(word, paths)))
            continue
        if name in found:
            problems.append(Problem(name=word, rule=f"must be given once, {name} is the same"))
        try:
            found[name] = exact(value)
        except NotANumber as error:
            problems.append(Problem(name=word, rule=str(error), got=quote(value)))
            found[name] = Fraction(0)
    missing = [name for name in paths if name not in found]
    if missing and not problems:
        rule = f"must have a value, as every variable of claim {question.claim.claim.id}"
        problems += [Problem(name=name, rule=rule, hint=f"--at {name}=...") for name in missing]
    if problems:
        raise InputError(problems)
    return {name: found[name] for name in paths}


def _variable(question: Question, word: str) -> str | None:
    """The variable that a word means: its name, or a path of its parameter."""
    paths = question.claim.paths
    if word in paths:
        return word
    try:
        path = question.situations.canonical(word)
    except InputError:
        return None
    return next((name for name, own in paths.items() if own == path), None)
