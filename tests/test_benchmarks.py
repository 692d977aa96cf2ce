"""The benchmarks themselves: what they hold answers against is right, wrong answers are not timed, tables are honest.

The oracle is the plain recursion in Fractions, written here; some numbers are those of docs/model.md.
"""

import itertools
import json
import platform
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from types import SimpleNamespace

import numpy
import pytest
from thinned import thinned

from benchmarks import contest, machine, measurements, product, tables, timing
from benchmarks.baseline import Solve, compile_baseline, compiler, load_baseline
from benchmarks.closed_form import Differences, closed_form, differences
from benchmarks.competitors import __main__ as competition
from benchmarks.competitors import blocked_numpy
from benchmarks.measurements import BASELINE, DEFAULT, RECURSION, SHORT, Row
from benchmarks.work import Answer, Diagram, sample, standard

ROOT = Path(__file__).parent.parent


def by_hand(n: int, m: int, p: float, q: float, d: float, g: float) -> tuple[Fraction, int, bool]:
    """Value, A's in training with ties for A, and whether a training decision is within 1e-12 of a tie."""
    exact_p, exact_q, exact_d, exact_g = (Fraction(number) for number in (p, q, d, g))
    worth, defections, tied = Fraction(0), 0, False
    for _ in range(m):
        worth = max(1 + exact_g * (1 - exact_d) * worth, exact_g * worth)
    for _ in range(n):
        defect, comply = 1 + exact_g * (1 - exact_p) * worth, exact_g * (1 - exact_q) * worth
        defections += defect >= comply
        tied = tied or abs(defect - comply) < 1e-12
        worth = max(defect, comply)
    return worth, defections, tied


def diagram(columns: int, rows: int, **numbers: float) -> Diagram:
    return replace(standard(columns=columns, rows=rows, training=7, deployment=9), **numbers)  # type: ignore[arg-type]


DIAGRAMS = [
    diagram(5, 3),  # less than a panel of cells
    diagram(72, 2),  # exactly one
    diagram(75, 3),  # two that overlap
    diagram(150, 2, modified_after_b=0.0, modified_in_deployment=0.0),  # ties at m * p = 1, and g = 1
    diagram(21, 5, modified_after_b=0.5, modified_in_deployment=1.0),
    diagram(9, 9, training=1, deployment=1),
]


@pytest.fixture(scope="session")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if compiler() is None:
        pytest.skip("there is no C++ compiler here")
    return compile_baseline(tmp_path_factory.mktemp("baseline"))


@pytest.fixture(scope="session")
def baseline(library: Path) -> Solve:
    return load_baseline(library)


def agrees(answer: Answer, work: Diagram) -> None:
    assert answer.value.shape == answer.count.shape == work.shape
    for row, column in itertools.product(*map(range, work.shape)):
        q, d = work.modified_after_b, work.modified_in_deployment
        p, g = float(work.modified_after_a[column]), float(work.discounts[row])
        value, count, tied = by_hand(work.training, work.deployment, p, q, d, g)
        assert answer.value[row, column] == pytest.approx(float(value), rel=1e-12)
        assert tied or answer.count[row, column] == count


@pytest.mark.parametrize("work", thinned(DIAGRAMS, 2))
def test_baseline_solves_games(baseline: Solve, work: Diagram) -> None:
    agrees(baseline(work, 1), work)


def test_baseline_does_not_depend_on_threads(baseline: Solve) -> None:
    work = diagram(100, 40)
    one, two = baseline(work, 1), baseline(work, 2)
    assert one.value.tobytes() == two.value.tobytes()
    assert one.count.tobytes() == two.count.tobytes()


KNOWN = [  # n, m, p, q, d, g, A's in training, value: docs/model.md, "What is known in closed form"
    (2, 3, 1.0, 0.0, 0.0, 1.0, 0, 3),
    (4, 3, 0.5, 0.0, 0.0, 0.9, 2, 1.89450775),
    (6, 4, 0.6, 0.0, 0.1, 0.8, 4, 224715343177 / 152587890625),
    (6, 5, 0.5, 0.1, 0.2, 0.9, 5, 1.827683748826552),
]


@pytest.mark.parametrize(("n", "m", "p", "q", "d", "g", "count", "value"), KNOWN)
def test_known_games(
    baseline: Solve, n: int, m: int, p: float, q: float, d: float, g: float, count: int, value: float
) -> None:
    work = Diagram(
        modified_after_a=numpy.array([p]),
        discounts=numpy.array([g]),
        training=n,
        deployment=m,
        modified_after_b=q,
        modified_in_deployment=d,
    )
    for answer in (baseline(work, 1), closed_form(work)[0]):
        assert answer.value[0, 0] == pytest.approx(value, rel=1e-13)
        assert answer.count[0, 0] == count


@pytest.mark.parametrize("work", DIAGRAMS)
def test_closed_form_solves_games(work: Diagram) -> None:
    answer, tied = closed_form(work)
    right = Answer(value=answer.value, count=numpy.where(tied, -1, answer.count))
    for row, column in itertools.product(*map(range, work.shape)):
        q, d = work.modified_after_b, work.modified_in_deployment
        p, g = float(work.modified_after_a[column]), float(work.discounts[row])
        value, count, really_tied = by_hand(work.training, work.deployment, p, q, d, g)
        assert right.value[row, column] == pytest.approx(float(value), rel=1e-12)
        assert right.count[row, column] in (count, -1)
        assert tied[row, column] == really_tied


def test_ties_count_as_a_or_not_at_all(baseline: Solve) -> None:
    tie = Diagram(modified_after_a=numpy.array([1.0]), discounts=numpy.array([1.0]), training=2, deployment=1)
    tie = replace(tie, modified_after_b=0.0, modified_in_deployment=0.0)  # seven strategies tie
    found = baseline(tie, 1)
    assert (found.value[0, 0], found.count[0, 0]) == (1, 2)
    for count in (0, 1, 2):
        assert differences(Answer(value=found.value, count=numpy.array([[count]])), tie) == Differences(
            value=0, counts=0
        )


def test_ties_are_rare_where_counts_are_compared() -> None:
    assert closed_form(standard())[1].mean() < 1e-3
    assert not closed_form(sample())[1].any()


def test_differences_are_seen() -> None:
    work = sample()
    right, _ = closed_form(work)
    assert differences(right, work) == Differences(value=0, counts=0)
    value, count = right.value.copy(), right.count.copy()
    value[3, 4] -= 0.25
    count[2, 5] += 1
    assert differences(Answer(value=value, count=count), work) == Differences(value=0.25, counts=1)


def test_standard_work_is_the_stated_one() -> None:
    work = standard()
    assert work.cells == 10**6
    assert (work.training, work.deployment, work.modified_after_b, work.modified_in_deployment) == (
        100,
        200,
        0.01,
        0.02,
    )
    assert (work.modified_after_a[[0, -1]].tolist(), work.discounts[[0, -1]].tolist()) == ([0, 1], [0.5, 1])
    few = sample()
    assert set(few.modified_after_a) <= set(work.modified_after_a) - {0, 1}
    assert set(few.discounts) <= set(work.discounts) - {1}


def test_scenario_of_the_standard_work_says_the_same() -> None:
    work = Diagram(modified_after_a=numpy.array([0.25, 0.9]), discounts=numpy.array([0.9, 0.99]))
    assert len(numpy.unique(closed_form(work)[0].count)) > 2  # so that every number of the scenario matters
    assert differences(product.everything(work, 1), work) == Differences(value=pytest.approx(0, abs=1e-10), counts=0)


def test_jobs_take_turns_and_the_first_round_does_not_count(monkeypatch: pytest.MonkeyPatch) -> None:
    clock, calls = [0.0], []

    def job(name: str, *durations: float) -> Callable[[], None]:
        left = iter(durations)

        def run() -> None:
            calls.append(name)
            clock[0] += next(left)

        return run

    monkeypatch.setattr(timing.time, "perf_counter", lambda: clock[0])
    seconds = timing.interleaved({"a": job("a", 100, 1, 9, 2), "b": job("b", 50, 4, 4, 7)}, rounds=3)
    assert calls == ["a", "b"] * 4
    assert seconds == {"a": 2, "b": 4}


def test_a_right_competitor_is_timed(library: Path) -> None:
    result = competition.measured("blocked_numpy", library, cores=1, rounds=1, small=True)
    assert result["version"] == numpy.__version__
    assert result["cells"] == 10_000
    assert result["count_differences"] == 0
    assert result["value_difference"] < 1e-10
    assert result["seconds_per_cell"] > 0 < result["baseline_seconds_per_cell"]


def test_blocked_numpy_counts_beyond_a_byte() -> None:
    work = Diagram(modified_after_a=numpy.array([0.0, 0.3]), discounts=numpy.array([0.5, 0.9]), training=700)
    assert differences(blocked_numpy.prepare(work)(), work) == Differences(value=pytest.approx(0, abs=1e-9), counts=0)


@pytest.mark.parametrize(("worth", "more"), [(1e-6, 0), (0, 1)])
def test_a_wrong_competitor_is_not_timed(
    library: Path, monkeypatch: pytest.MonkeyPatch, worth: float, more: int
) -> None:
    def wrong(work: Diagram) -> Callable[[], Answer]:
        right, _ = closed_form(work)
        return lambda: Answer(value=right.value + worth, count=right.count + more)

    monkeypatch.setattr(blocked_numpy, "prepare", wrong)
    result = competition.measured("blocked_numpy", library, cores=1, rounds=1, small=True)
    assert result["error"] == "does not find the right answer"
    assert "seconds_per_cell" not in result


def test_a_competitor_that_is_not_there_says_so(library: Path) -> None:
    code = (
        "import sys; sys.modules['quantecon'] = None; sys.argv[1:] = ['quantecon_induction', '--baseline', 'x'];"
        "from benchmarks.competitors.__main__ import main; main()"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    said = json.loads(done.stdout)
    assert said["error"].startswith("ModuleNotFoundError: ")
    one = contest.judged("quantecon_induction", 1, said, {1: 0.5})
    assert one.lead is None
    assert "not measured: ModuleNotFoundError" in tables.contest_table([one])


def test_lead_is_taken_through_the_baseline() -> None:
    rows = [Row(what=BASELINE, threads=1, seconds=0.02), Row(what=SHORT, threads=1, seconds=0.01)]
    # six times the baseline of its own process, though that process was twice as slow
    said = {"version": "1.0", "cells": 200, "seconds_per_cell": 240e-9, "baseline_seconds_per_cell": 40e-9}
    one = contest.judged("blocked_numpy", 1, said, contest._relative(rows))
    assert (one.to_baseline, one.lead) == (pytest.approx(6), pytest.approx(12))
    assert "| NumPy, in blocks | 1.0 | 200 | 240 ns | 6.0 | 12.0 | 12.0 |" in tables.contest_table([one])


def rows_of(**seconds: float) -> dict[str, Row]:
    names = {"c": BASELINE, "recursion": RECURSION, "default": DEFAULT, "short": SHORT, "far": f"{SHORT}, n = m = 1e9"}
    keys = {key: (names[key.rstrip("12")], int(key[-1])) for key in seconds}
    rows = {keys[key]: Row(what=keys[key][0], threads=keys[key][1], seconds=seconds[key]) for key in seconds}
    return dict(zip(seconds, measurements.judged(rows), strict=True))


def test_targets_are_judged() -> None:
    rows = rows_of(c1=20, recursion1=30, default1=31, short1=18, far1=37, c2=10, recursion2=15)
    found = {name: (row.ratio, row.met) for name, row in rows.items() if row.ratio is not None}
    assert found == {
        "recursion1": (1.5, True),
        "default1": (1.55, False),
        "short1": (0.9, True),
        "far1": (37 / 18, False),
        "recursion2": (1.0, True),
    }
    assert rows_of(c1=20, recursion1=30, c2=10, recursion2=17)["recursion2"].met is False


def test_what_is_missing_is_said_in_its_row() -> None:
    def missing() -> Answer:
        raise product.MissingError("no kernel")

    work = sample()
    jobs = {("here", 1): (work, lambda: closed_form(work)[0]), ("gone", 1): (work, missing)}
    rows = measurements.timed(jobs, rounds=1)
    assert rows["here", 1].seconds is not None
    assert (rows["gone", 1].seconds, rows["gone", 1].note) == (None, "no kernel")
    assert "| gone | 1 | not measured | no kernel |" in tables.speed_table(rows.values())


def test_tables_take_the_place_of_old_ones() -> None:
    page = "a\n<!-- speed: begin -->\nold\n<!-- speed: end -->\nb\n"
    assert tables.replaced(page, "speed", "new") == "a\n<!-- speed: begin -->\nnew\n<!-- speed: end -->\nb\n"
    for broken in ("", "<!-- speed: begin -->", page + page):
        with pytest.raises(ValueError, match="must contain"):
            tables.replaced(broken, "speed", "new")


def test_machine_is_described_without_names_and_paths() -> None:
    said = machine.description()
    assert f"Python {platform.python_version()}" in said
    assert f"numpy {numpy.__version__}" in said
    assert platform.node() not in said.replace(";", "").replace(",", "").split()
    assert "/" not in said


def test_page_has_a_place_for_every_table() -> None:
    text = tables.README.read_text(encoding="utf-8")
    for section in ("speed", "competitors"):
        assert tables.replaced(text, section, "here").count("here\n<!-- ") == 1


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(2.5, "2.5 s"), (0.02034, "20.3 ms"), (1.5e-5, "15 µs"), (2.04e-8, "20.4 ns"), (None, "not measured")],
)
def test_durations_read_well(seconds: float | None, text: str) -> None:
    assert tables.duration(seconds) == text


def test_a_compiler_that_fails_is_quoted(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    answer = SimpleNamespace(returncode=1, stderr="error: unknown processor")
    monkeypatch.setattr("benchmarks.baseline.compiler", lambda: "g++")
    monkeypatch.setattr("benchmarks.baseline.subprocess.run", lambda *_, **__: answer)
    with pytest.raises(RuntimeError, match="unknown processor"):
        compile_baseline(tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("jump", [True, False])
def test_kernel_is_called_rightly(jump: bool) -> None:
    work = diagram(40, 10)
    assert differences(product.kernel(work, jump=jump, threads=1), work).counts == 0
    agrees(product.kernel(work, jump=jump, threads=1), work)


@pytest.mark.slow
def test_everything_runs_small(library: Path) -> None:
    command = [sys.executable, "-m", "benchmarks", "--small", "--print", "--competitors", sys.executable]
    before = tables.README.read_bytes()
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert f"| {BASELINE} | 1 |" in done.stdout
    assert "| NumPy, in blocks |" in done.stdout
    assert tables.README.read_bytes() == before
