"""The pytest plugin: claims of scenario files as test items, and every other file left alone."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from deceptive_sim.claims.ladder import Effort
from deceptive_sim.claims.verdict import Answer, Counterexample, Rung, Verdict
from deceptive_sim.core.seeds import DEFAULT_SEED
from deceptive_sim.studies import claims as studies_claims
from deceptive_sim.testing.plugin import MOST_BYTES, has_claims

pytestmark = pytest.mark.slow

pytest_plugins = ["pytester"]

ROOT = Path(__file__).resolve().parents[2]

HEAD = """\
version: 1
id: small
game:
  phases:
    training:
      episodes: 1
      modification: {A: 1}
    deployment:
      episodes: 2
"""

CLAIMS = f"""{HEAD}
claims:
  - id: pays
    text: Deception pays exactly if there is more than one episode of deployment.
    given: {{m: [1, 2]}}
    claim: deception_pays iff m > 1
  - id: always
    text: Deception always pays.
    given: {{m: [1, 2]}}
    claim: deception_pays
  - id: known-to-be-false
    given: {{m: [1, 2]}}
    claim: deception_pays
    holds: false
  - id: not-false-at-all
    given: {{m: [1, 2]}}
    claim: deception_pays iff m > 1
    holds: false
  - id: about-nothing
    given: {{m: [1, 2]}}
    assume: [m > 2]
    claim: deception_pays
"""


@pytest.fixture(scope="module", autouse=True)
def everything_imported() -> None:
    """Runs inside of a test forget what they import: what all of them need is imported before."""
    import hypothesis
    from _hypothesis_pytestplugin import pytest_terminal_summary

    from deceptive_sim import load_scenario

    effort = Effort(proofs=False, tries=1)
    assert hypothesis.__version__
    assert pytest_terminal_summary
    assert studies_claims.verify(load_scenario("two-plus-three"), "value > 0", given={"m": [3]}, effort=effort)


def claims_file(pytester: pytest.Pytester, text: str = CLAIMS, name: str = "small.yaml") -> Path:
    path = pytester.path / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


# --- what comes of claims ---------------------------------------------------------------------------------------------


def test_claims_are_tests_that_fail_in_words(pytester: pytest.Pytester) -> None:
    claims_file(pytester)
    result = pytester.runpytest_inprocess("-v", "-ra")
    result.assert_outcomes(passed=2, failed=2, skipped=1)
    result.stdout.fnmatch_lines(
        [
            "small.yaml::pays PASSED*",
            "small.yaml::always FAILED*",
            "small.yaml::known-to-be-false PASSED*",
            "small.yaml::not-false-at-all FAILED*",
            "small.yaml::about-nothing SKIPPED*",
            "*claim always*",
            "claim always is false, though its file says holds: true",
            "    Deception always pays.",
            "    deception_pays",
            "counterexample: m = 1",
            "    deception_pays is false",
            "replay:",
            "    deceptive-sim verify *small.yaml --only always --at m=1",
            "    deceptive-sim solve *small.yaml --set *",
            "*claim not-false-at-all*",
            "claim not-false-at-all is proved, though its file says holds: false",
            "no counterexample was found in 2 tries*",
        ]
    )
    text = result.stdout.str()
    assert "Traceback" not in text
    assert ".py:" not in text
    assert "SKIPPED [1] small.yaml:28: unknown: " in text
    assert "FAILED small.yaml::always - claim always is false, though its file says" in text


@pytest.mark.slow
def test_the_replay_command_shows_the_counterexample(pytester: pytest.Pytester) -> None:
    claims_file(pytester)
    result = pytester.runpytest_inprocess("-k", "always")
    command = next(line for line in result.stdout.lines if "deceptive-sim verify" in line)
    words = command.split()
    done = subprocess.run(
        [sys.executable, "-m", "deceptive_sim", *words[1:]], capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert "deception_pays is false" in done.stdout


@pytest.mark.slow
def test_a_claim_can_be_named(pytester: pytest.Pytester) -> None:
    claims_file(pytester, name="deep/er/small.yml")
    pytester.runpytest_inprocess("deep/er/small.yml::pays").assert_outcomes(passed=1)
    pytester.runpytest_inprocess("-k", "known").assert_outcomes(passed=1, deselected=4)
    pytester.runpytest_inprocess("-k", "not small").assert_outcomes(deselected=5)
    result = pytester.runpytest_inprocess("--collect-only", "-q")
    assert "deep/er/small.yml::about-nothing" in result.stdout.lines


# --- broken files -----------------------------------------------------------------------------------------------------


def test_a_claim_that_makes_no_sense_fails_alone_with_its_place(pytester: pytest.Pytester) -> None:
    path = claims_file(
        pytester, CLAIMS.replace("claim: deception_pays iff m > 1\n  - id: always", "claim: m >\n  - id: always")
    )
    result = pytester.runpytest_inprocess("-k", "pays or known")
    result.assert_outcomes(passed=1, failed=1, deselected=3)
    text = result.stdout.str()
    assert f"{path}:15:" in text
    assert "error: claims.pays.claim" in text
    assert "Traceback" not in text


BROKEN = {
    "no such phase": (HEAD.replace("episodes: 1", "episodes: -1"), "small.yaml:6:17: error:"),
    "no YAML": (HEAD.replace("{A: 1}", "{A: 1"), "error:"),
    "unknown section": (HEAD + "clams: []\n", "error: clams"),
    "unknown key of a claim": (HEAD, "error: claims.0"),
    "claims of no shape": (HEAD, "error: claims"),
}


@pytest.mark.parametrize("kind", BROKEN)
def test_a_broken_scenario_with_claims_is_one_failing_item(kind: str, pytester: pytest.Pytester) -> None:
    head, message = BROKEN[kind]
    claims = {"unknown key of a claim": "  - id: one\n    claims: value > 0\n", "claims of no shape": "  12\n"}
    claims_file(pytester, head + "claims:\n" + claims.get(kind, "  - id: one\n    claim: value > 0\n"))
    result = pytester.runpytest_inprocess()
    result.assert_outcomes(failed=1)
    text = result.stdout.str()
    assert message in text
    assert "FAILED small.yaml::scenario - " in text
    assert "Traceback" not in text
    assert "INTERNALERROR" not in text


OTHERS: dict[str, bytes] = {
    "without-claims.yaml": HEAD.encode(),
    "broken-without-claims.yaml": HEAD.replace("{A: 1}", "{A: 1").encode(),
    "other.yaml": b"apiVersion: v1\nkind: Service\nclaims:\n  - one\nversion: 3\n",
    "nested.yaml": b"all:\n  version: 1\n  game: {}\n  claims: []\n",
    "words.yaml": b"# version: 1, game: and claims: are words\nversions: 1\ngames: 2\nclaims-made: 3\n",
    "binary.yaml": CLAIMS.encode() + b"\0\1\2",
    "huge.yaml": CLAIMS.encode() + b"# " + b"x" * MOST_BYTES,
    "empty.yaml": b"",
    "claims.yaml.txt": CLAIMS.encode(),
    "claims.json": CLAIMS.encode(),
    "latin.yaml": "titel: für alle\nversion: 1\n".encode("latin-1"),
}


def test_other_files_are_left_alone(pytester: pytest.Pytester) -> None:
    for name, content in OTHERS.items():
        (pytester.path / name).write_bytes(content)
    (pytester.path / "folder.yaml").mkdir()
    (pytester.path / "dangling.yaml").symlink_to("nowhere.yaml")
    pytester.makepyfile("def test_of_theirs(): pass")
    pytester.runpytest_inprocess().assert_outcomes(passed=1)


@pytest.mark.parametrize(
    "content",
    [
        CLAIMS.replace("\n", "\r\n"),
        CLAIMS.replace("\n", "\r"),
        "\ufeff" + CLAIMS,
        CLAIMS.replace("claims:\n", '"claims" :\n'),
        CLAIMS.replace("claims:\n", "claims:    # here they are\n"),
    ],
)
def test_scenarios_are_known_however_lines_end(content: str, tmp_path: Path) -> None:
    path = tmp_path / "some.yaml"
    path.write_text(content, encoding="utf-8", newline="")
    assert has_claims(path)


def test_a_file_in_another_encoding_fails_in_words(pytester: pytest.Pytester) -> None:
    (pytester.path / "latin.yaml").write_bytes(CLAIMS.replace("Deception", "Täuschung").encode("latin-1"))
    result = pytester.runpytest_inprocess()
    result.assert_outcomes(failed=1)
    assert "latin.yaml:" in result.stdout.str()
    assert "Traceback" not in result.stdout.str()


# --- effort -----------------------------------------------------------------------------------------------------------


class Asked:
    """Stands in for the verification: notes what is asked, and gives verdicts that are as wished."""

    def __init__(self) -> None:
        self.efforts: list[tuple[Effort, int]] = []
        self.changes: dict[str, Any] = {}

    def __call__(self, questions: Sequence[Any], *, effort: Effort, seed: int) -> tuple[Verdict, ...]:
        self.efforts.append((effort, seed))
        claim = questions[0].claim.claim
        verdict = Verdict(claim=claim, answer=Answer.HELD, rung=Rung.SEARCH, tries=7, seed=seed)
        return (replace(verdict, **self.changes),)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Asked:
    stand_in = Asked()
    monkeypatch.setattr(studies_claims, "answers_to", stand_in)
    return stand_in


@pytest.mark.parametrize(
    ("options", "ini", "effort", "seed"),
    [
        ([], "", Effort(proofs=False), DEFAULT_SEED),
        (["--claims-proofs"], "", Effort(proofs=True), DEFAULT_SEED),
        ([], "claims_proofs = true", Effort(proofs=True), DEFAULT_SEED),
        (["--no-claims-proofs"], "claims_proofs = true", Effort(proofs=False), DEFAULT_SEED),
        (["--claims-tries", "12"], "", Effort(proofs=False, tries=12), DEFAULT_SEED),
        ([], "claims_tries = 13", Effort(proofs=False, tries=13), DEFAULT_SEED),
        (["--claims-tries=0"], "claims_tries = 13", Effort(proofs=False, tries=0), DEFAULT_SEED),
        (["--claims-seed", "5"], "claims_seed = 6", Effort(proofs=False), 5),
        ([], "claims_seed = 6", Effort(proofs=False), 6),
    ],
)
def test_options_and_configuration_say_the_effort(
    options: list[str], ini: str, effort: Effort, seed: int, pytester: pytest.Pytester, asked: Asked
) -> None:
    claims_file(pytester)
    pytester.makeini(f"[pytest]\n{ini}\n")
    pytester.runpytest_inprocess(*options, "-k", "pays").assert_outcomes(passed=1, deselected=4)
    assert asked.efforts == [(effort, seed)]


@pytest.mark.slow
@pytest.mark.parametrize("text", ["-1", "1.5", "many", "9" * 30, "١"])
def test_numbers_that_are_none_are_refused(text: str, pytester: pytest.Pytester) -> None:
    claims_file(pytester)
    result = pytester.runpytest_inprocess(f"--claims-tries={text}")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*--claims-tries: must be a whole number, 0 or more, got *"])
    pytester.makeini(f"[pytest]\nclaims_seed = {text}\n")
    result = pytester.runpytest_inprocess("-k", "pays")
    result.assert_outcomes(failed=1, deselected=4)
    result.stdout.fnmatch_lines(["error: claims_seed in the configuration must be a whole number, 0 or more, got *"])


# --- verdicts ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [(Answer.PROVED, "passed"), (Answer.HELD, "passed"), (Answer.FALSE, "failed"), (Answer.UNKNOWN, "skipped")],
)
@pytest.mark.parametrize("holds", [True, False])
def test_verdicts_against_what_is_expected(
    answer: Answer, outcome: str, holds: bool, pytester: pytest.Pytester, asked: Asked
) -> None:
    asked.changes = {"answer": answer}
    claims_file(pytester)
    turned = outcome if holds or outcome == "skipped" else {"passed": "failed", "failed": "passed"}[outcome]
    name = "always" if holds else "known-to-be-false"
    pytester.runpytest_inprocess("-k", name).assert_outcomes(**{turned: 1, "deselected": 4})


def test_what_a_failure_says(pytester: pytest.Pytester, asked: Asked) -> None:
    case = {"m": Fraction(1, 3), "name with blank": Fraction(2)}
    found = Counterexample(case=case, settings={}, found={"value": "1/2", "longer.value": "2"}, replay=("one", "two"))
    asked.changes = {"answer": Answer.FALSE, "counterexample": found}
    path = claims_file(pytester)
    result = pytester.runpytest_inprocess("-k", "always")
    start = result.stdout.lines.index("claim always is false, though its file says holds: true")
    assert result.stdout.lines[start : start + 11] == [
        "claim always is false, though its file says holds: true",
        "    Deception always pays.",
        "    deception_pays",
        "counterexample: m = 1/3, name with blank = 2",
        "    value is 1/2",
        "    longer.value is 2",
        "replay:",
        f"    deceptive-sim verify {path} --only always --at m=1/3 --at 'name with blank=2'",
        "    one",
        "    two",
        result.stdout.lines[start + 10],
    ]
    asked.changes = {"answer": Answer.PROVED, "proof": "for all real p", "seed": 3}
    result = pytester.runpytest_inprocess("-k", "known")
    result.stdout.fnmatch_lines(["no counterexample was found in 7 tries (rung: search, seed 3)", "    for all real p"])


def test_verdicts_are_in_the_machine_readable_report(pytester: pytest.Pytester, asked: Asked) -> None:
    claims_file(pytester)
    pytester.runpytest_inprocess("--junitxml=report.xml", "-k", "pays")
    report = (pytester.path / "report.xml").read_text(encoding="utf-8")
    for name, value in (("verdict", "held"), ("rung", "search"), ("tries", "7"), ("seed", str(DEFAULT_SEED))):
        assert f'<property name="{name}" value="{value}"' in report


def test_a_mistake_of_the_package_shows_its_traceback(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any, **__: Any) -> Any:
        raise RuntimeError("a mistake of ours")

    monkeypatch.setattr(studies_claims, "answers_to", broken)
    claims_file(pytester)
    result = pytester.runpytest_inprocess("-k", "pays")
    result.assert_outcomes(failed=1, deselected=4)
    result.stdout.fnmatch_lines(["*RuntimeError: a mistake of ours*"])


# --- beside other plugins and projects --------------------------------------------------------------------------------


def run_pytest(folder: Path, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    known = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    path = os.pathsep.join([str(ROOT), known.get("PYTHONPATH", "")]).strip(os.pathsep)
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *words],
        cwd=folder,
        env={**known, "PYTHONPATH": path, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    ("words", "environment"),
    [
        pytest.param([], {}, marks=pytest.mark.slow),
        pytest.param(["-p", "deceptive_sim.testing.plugin"], {}, marks=pytest.mark.slow),
        (["-p", "deceptive_sim.testing.plugin"], {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}),
        pytest.param([], {"PYTEST_PLUGINS": "deceptive_sim.testing.plugin"}, marks=pytest.mark.slow),
        pytest.param(["-p", "deceptive-sim"], {}, marks=pytest.mark.slow),
    ],
)
def test_the_plugin_may_be_asked_for_in_any_way(
    words: list[str], environment: dict[str, str], pytester: pytest.Pytester
) -> None:
    claims_file(pytester)
    (pytester.path / "conftest.py").write_text('pytest_plugins = ["deceptive_sim.testing.plugin"]\n')
    done = run_pytest(pytester.path, "--collect-only", "-q", *words, **environment)
    assert "5 tests collected" in done.stdout, done.stdout + done.stderr


@pytest.mark.slow
def test_the_plugin_can_be_left_out(pytester: pytest.Pytester) -> None:
    claims_file(pytester)
    done = run_pytest(pytester.path, "--collect-only", "-q", "-p", "no:deceptive-sim")
    assert "no tests collected" in done.stdout


@pytest.mark.slow
def test_other_projects_import_nothing_of_ours(pytester: pytest.Pytester) -> None:
    for name, content in OTHERS.items():
        (pytester.path / name).write_bytes(content)
    pytester.makepyfile(
        """
        import sys

        def test_of_theirs():
            ours = {name for name in sys.modules if name.split(".")[0] == "deceptive_sim"}
            waiting = {"deceptive_sim.core", "deceptive_sim.core.importing"}  # for Gymnasium
            assert ours == {"deceptive_sim", "deceptive_sim.testing", "deceptive_sim.testing.plugin"} | waiting
            heavy = {"numpy", "scipy", "z3", "pydantic", "ruamel", "hypothesis", "numba", "click"}
            assert not heavy & set(sys.modules)
        """
    )
    done = run_pytest(pytester.path, "-p", "no:hypothesispytest", "-W", "error")
    assert "1 passed" in done.stdout, done.stdout + done.stderr


@pytest.mark.slow
def test_claims_are_shared_among_workers(pytester: pytest.Pytester) -> None:
    claims_file(pytester)
    claims_file(pytester, CLAIMS.replace("id: small", "id: other"), "other.yaml")
    done = run_pytest(pytester.path, "-n", "2", "-q", "-ra")
    assert "4 failed, 4 passed, 2 skipped" in done.stdout, done.stdout + done.stderr
    assert "counterexample: m = 1" in done.stdout
    assert "Traceback" not in done.stdout


def test_our_own_run_collects_no_claims() -> None:
    assert not [path for path in (ROOT / "tests").rglob("*.y*ml") if has_claims(path)]
    shipped = [path for path in (ROOT / "scenarios").rglob("*.yaml") if has_claims(path)]
    assert {path.parent.name for path in shipped} >= {"claims"}


@pytest.mark.slow
def test_every_claim_that_ships_passes_after_a_short_search() -> None:
    """A long search, and proofs, are the business of the tests of the catalogue."""
    done = run_pytest(ROOT, "-q", "-n", "2", "--claims-tries", "10", "scenarios")
    assert done.returncode == 0, done.stdout
    assert ".yaml::" not in done.stdout
    ships = sum(path.read_text(encoding="utf-8").count("\n  - id: ") for path in ROOT.glob("scenarios/**/*.yaml"))
    assert f"{ships} passed" in done.stdout
