"""What people get wrong with `simulate`: one clear line with its place, nothing written, no odd numbers."""

from __future__ import annotations

import hashlib
import json
import math
import os
import threading
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from cli.commands import invoke

from deceptive_sim import two_phase
from deceptive_sim.core.errors import InputError
from deceptive_sim.populations.cohorts import Cohort, Population
from deceptive_sim.populations.kinds.library import build_kind
from deceptive_sim.populations.measures import estimate
from deceptive_sim.populations.optimisers import Rewriting
from deceptive_sim.populations.scene import Scene

PHASES = "  phases:\n    training: {episodes: 3, modification: {A: 1/2}}\n    deployment: {episodes: 2}\n"
COHORTS = "cohorts: {deceptive: {share: 1/2}, internalised: {}}"
CERTAIN = "  phases:\n    training: {episodes: 2, modification: {A: 1}}\n    deployment: {episodes: 3}\n"
LEARNERS = (
    "version: 1\nid: s\ngame:\n  name: krueger-2020\npopulation:\n  learners: {agents: 10, steps: 5, replicates: 2}\n"
)


@pytest.fixture(autouse=True)
def in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def write(*lines: str, phases: str = PHASES) -> None:
    """A scenario `s.yaml`; the lines of its population, from line 8 on in case of `PHASES`."""
    section = "".join(f"  {line}\n" for text in lines for line in text.splitlines())
    Path("s.yaml").write_text(f"version: 1\nid: s\ngame:\n{phases}population:\n{section}")


def refused(*words: object) -> str:
    """What one mistake is told as; nothing is printed or written besides."""
    before = sorted(Path().rglob("*"))
    done = invoke(*words)
    assert (done.code, done.out) == (2, ""), done
    assert sorted(Path().rglob("*")) == before
    told, *source = done.err.splitlines()
    assert len(source) in (0, 2), done.err  # the line of the file, and a mark below
    return told


def answer(*words: object, code: int = 0) -> dict[str, Any]:
    """What `--json` says, without numbers that JSON does not know."""
    done = invoke("simulate", "s.yaml", "--no-report", "--json", *words)
    assert (done.code, done.err) == (code, ""), done
    told = json.loads(done.out, parse_constant=lambda word: pytest.fail(f"{word} in JSON"))
    assert isinstance(told, dict)
    return told


# --- what a file asks for -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("section", "place", "rule"),
    [
        ("diagram: {axes: {training.episode: '0:3'}, measure: turns}", "9:38: ", "training.episode is no parameter"),
        (
            "diagram: {axes: {training.episodes: '0:999', discount: '0:1@999'}, measure: turns}",
            "9:19: ",
            "axes must have at most 100000 points together, got 999000",
        ),
        ("diagram: {axes: {training.episodes: '0:1e12'}, measure: turns}", "9:39: ", "must have at most 1000000 "),
        (
            "diagram: {axes: {population.cohorts.deceptive.share: '0:2@3'}, measure: turns}",
            "9:19: ",
            "share must be a probability in [0, 1], got 2 (at population.cohorts.deceptive.share = 2)",
        ),
        ("diagram: {axes: {discount: '0:1@3'}, measure: turn}", "9:49: ", 'got "turn" (did you mean turns?)'),
        (
            "diagram: {axes: {discount: '0:1@3'}, measure: turns, after: x}",
            "9:63: ",
            'diagram.after must be one of the phases, got "x"',
        ),
        ("expect: [{measure: '', value: 1}]", "9:22: ", 'expect.0.measure must be a measurement, got "" (one of '),
        (
            "base_optimisers: {slow: {kind: gradient, learning_rate: 1e-9}}",
            "9:59: ",
            "population.base_optimisers.slow.learning_rate must be larger",
        ),
        ("size: 1\nreplicates: 100000000", "10:15: ", "population.replicates must be at most"),
        (
            "base_optimisers: {a: {kind: rewriting}, b: {kind: rewriting}}",
            "9:20: ",
            "must rewrite once after an episode: training has several",
        ),
        ("observer: {prior: {deceptive: 1/2}}", "9:21: ", "observer.prior must sum to 1, got 1/2"),
        ("observer: {sees: B9999999999}", "9:20: ", "observer.sees must have at most the 5 episodes"),
        ("honeypots: {episodes: [4]}", "9:14: ", "honeypots must be episodes of training, got 4"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("command", ["check", "simulate"])
def test_one_line_with_its_place_from_check_and_simulate_alike(
    command: str, section: str, place: str, rule: str
) -> None:
    write(COHORTS, section)
    told = refused(command, "s.yaml")
    assert told.startswith(f"s.yaml:{place}error: "), told
    assert rule in told


def test_words_of_the_file_are_used_in_hints() -> None:
    write("cohorts: {deceptive: {beliefs: {deployment.episodes: 0}}}")
    assert "nothing that deceptive goes by (one of objective, discount, selves)" in refused("check", "s.yaml")


def test_huge_payoffs_are_short_in_errors() -> None:
    write(
        COHORTS, "base_optimisers: {proportional: {}}", phases=PHASES + "  payoffs: {mesa: {A: 1}, base: {A: -1e99}}\n"
    )
    told = refused("simulate", "s.yaml")
    assert "training has -1000" in told
    assert len(told) < 250


# --- diagrams from the command line ----------------------------------------------------------------------------------

SHARES = "cohorts: {a: {kind: deceptive, share: 1/4}, b: {kind: gambler, share: 1/4}, internalised: {}}"
HISTORY = 'cohorts: {h: {kind: history, history: {text: "training, A, yes\\ntraining, B, no"}}}'


@pytest.mark.parametrize(
    ("cohorts", "axes", "told"),
    [
        (
            SHARES,
            ("population.cohorts.a.share=0:1@3", "population.cohorts.b.share=0:1@3"),
            "shares that sum to at most 1, at population.cohorts.a.share = 1, population.cohorts.b.share = 1, got 2",
        ),
        (HISTORY, ("population.cohorts.h.history.lines=0:4",), "must be at most 2: so many there are, got 4 (at "),
        (
            COHORTS + "\nbase_optimisers: {slow: {kind: gradient, learning_rate: 1/2}}",
            ("population.base_optimisers.slow.learning_rate=1/5000,1/2",),
            "than 1000 mixtures, at population.base_optimisers.slow.learning_rate = 1/5000",
        ),
        (COHORTS, ("population.size=0:3",), "population.size must be 1 or more, got 0 (at population.size = 0)"),
        (COHORTS, ("version=0:3",), "axis version must be a number of the game, of an agent or of the population"),
    ],
)  # fmt: skip
def test_a_point_that_cannot_be_is_named(cohorts: str, axes: tuple[str, ...], told: str) -> None:
    write(cohorts)
    words = [word for option, axis in zip(("--x", "--y"), axes, strict=False) for word in (option, axis)]
    assert told in refused("simulate", "s.yaml", *words, "--measure", "modified")


def test_nothing_is_simulated_if_a_later_point_cannot_be(monkeypatch: pytest.MonkeyPatch) -> None:
    write(SHARES)
    monkeypatch.setattr("deceptive_sim.studies.population_diagram.simulate", lambda *_, **__: pytest.fail("simulated"))
    told = refused("simulate", "s.yaml", "--x", "population.cohorts.a.share=0:1@3", "--measure", "modified")
    assert "at most 1" in told
    assert "population.cohorts.a.share = 1" in told


def test_a_phase_without_a_name_is_none() -> None:
    write(COHORTS)
    words = ("--x", "training.episodes=0:2", "--measure", "modified", "--after", "")
    assert 'after must be one of the phases, got ""' in refused("simulate", "s.yaml", *words)


@pytest.mark.parametrize(
    "words",
    [("--x", "discount=0:1@3"), ("--y", "discount=0:1@3"), ("--measure", "x"), ("--after", "x"), ("--figures", "png")],
)
def test_learners_do_not_ignore_what_they_lack(words: tuple[str, str]) -> None:
    Path("s.yaml").write_text(LEARNERS)
    assert f"error: {words[0]} is for populations of agents that plan" in refused("simulate", "s.yaml", *words)
    assert invoke("simulate", "s.yaml").code == 0


def test_too_many_replicates_of_learners_are_called_so() -> None:
    Path("s.yaml").write_text(LEARNERS.replace("replicates: 2", "replicates: 2000000"))
    told = refused("simulate", "s.yaml")
    assert "population.learners.replicates times recorded steps (5) must be at most 5000000, got 10000000" in told


# --- histories -------------------------------------------------------------------------------------------------------

FILE = "cohorts: {h: {kind: history, history: {file: h.txt}}}"
AT = "s.yaml:8:48: error: population.cohorts.h.history.file must "


@pytest.mark.parametrize(
    ("content", "rule"),
    [
        (b"\xff\xfet\0r\0", 'be a text file that can be read: it is no UTF-8, got "h.txt"'),
        (b"training, A, yes\n" * 100_001, "have at most 100000 lines and 10000000 characters, got 100001 lines and"),
        (None, 'be a text file that can be read: No such file or directory, got "h.txt"'),
    ],
)
def test_histories_that_cannot_be_read_are_told_at_their_place(content: bytes | None, rule: str) -> None:
    if content is not None:
        Path("h.txt").write_bytes(content)
    write(FILE)
    assert refused("check", "s.yaml").startswith(AT + rule)


def test_folders_devices_and_endless_files_are_no_histories() -> None:
    write(FILE)
    Path("h.txt").mkdir()
    assert refused("check", "s.yaml").startswith(AT + "be a text file that can be read: it is no file")
    Path("h.txt").rmdir()
    with Path("h.txt").open("wb") as file:
        file.truncate(10**11)  # which takes no room where files may have holes
    assert refused("check", "s.yaml").startswith(AT + "have at most 10000000 characters, got 100000000000 bytes")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no named pipes")
def test_a_pipe_is_no_history_and_nobody_waits_for_it() -> None:
    write(FILE)
    os.mkfifo("h.txt")
    writer = threading.Thread(target=lambda: Path("h.txt").open("wb").close(), daemon=True)
    writer.start()  # so that whoever reads it after all comes to an end
    try:
        assert refused("check", "s.yaml").startswith(AT + "be a text file that can be read: it is no file")
    finally:
        os.close(os.open("h.txt", os.O_RDONLY | os.O_NONBLOCK))
        writer.join(5)


def test_line_ends_and_byte_order_marks_change_nothing() -> None:
    write("size: 5\nreplicates: 2", FILE)
    plain = b"training, A, yes\n\ntraining, B, no\n"
    told = []
    for content in (
        plain,
        b"\xef\xbb\xbf" + plain.replace(b"\n", b"\r\n"),
        b"# one\n\ttraining ,A,YES #\n\ntraining,B,no",
    ):
        Path("h.txt").write_bytes(content)
        told.append(answer())
    assert told[0] == told[1] == told[2]


# --- odd populations -------------------------------------------------------------------------------------------------

ALL_OFF = "  phases:\n    training: {episodes: 2, shutdown: {A: 1, B: 1}}\n    deployment: {episodes: 2}\n"
EMPTY = "  phases:\n    training: {episodes: 0}\n    deployment: {episodes: 0}\n"
NO_TRAINING = "  phases:\n    deployment: {episodes: 2}\n"
NO_DEPLOYMENT = "  phases:\n    training: {episodes: 2, modification: {A: 1/2}}\n"
ONE_ACTION = NO_TRAINING + "  actions: {A: {defects: true}}\n  payoffs: {mesa: {A: 1}, base: {A: 0}}\n"
HUGE = PHASES + "  payoffs: {mesa: {A: 1e150, B: 0}, base: {A: 0, B: 1e150}}\n"
OPTIMISERS = [
    "rewriting: {}",
    "truncation: {fraction: 1/2, every: 7}",
    "proportional: {mutation: {kind: 1, objective: 1}}",
    "gradient: {learning_rate: 1/2}",
]


def shares_in(told: Any) -> list[float]:
    """All numbers below the names of shares."""
    names = {"modified", "off", "apparent_alignment", "actual_alignment", "base_weight", "turns", "share", "unmodified"}
    if isinstance(told, list):
        return [number for part in told for number in shares_in(part)]
    if not isinstance(told, dict):
        return []
    found = [number for name in names & set(told) if isinstance(told[name], dict) for number in told[name].values()]
    return [number for number in found if number is not None] + [n for part in told.values() for n in shares_in(part)]


@pytest.mark.parametrize("optimiser", OPTIMISERS)
@pytest.mark.parametrize("phases", [ALL_OFF, EMPTY, NO_TRAINING, NO_DEPLOYMENT, ONE_ACTION, HUGE])
def test_populations_of_the_edge_have_shares_that_can_be(phases: str, optimiser: str) -> None:
    cohorts = "cohorts: {deceptive: {share: 1/2, temperature: 1}, heuristic: {share: 0}, prober: {error: 1/2}}"
    write("size: 3\nreplicates: 2", cohorts, f"base_optimisers: {{{optimiser}}}", "observer: {}", phases=phases)
    told = answer()
    shares = shares_in(told["phases"])
    assert len(shares) >= 20
    assert 0 <= min(shares) <= max(shares) <= 1
    for end in told["phases"]:
        assert sum(kind["share"]["mean"] for kind in end["kinds"].values()) == pytest.approx(1)
        if phases == ALL_OFF and "mutation" not in optimiser:
            assert (end["off"]["mean"], end["apparent_alignment"]["mean"]) == (1, 0)


@pytest.mark.parametrize("optimiser", ["truncation: {fraction: 9/10}", "proportional: {}"])
def test_a_single_agent_stays_who_it_is(optimiser: str) -> None:
    write("size: 1", "cohorts: {deceptive: {share: 0}, internalised: {}}", f"base_optimisers: {{{optimiser}}}")
    (first, last) = answer()["phases"]
    assert first["kinds"]["internalised"]["share"]["mean"] == last["actual_alignment"]["mean"] == 1


def test_intervals_of_huge_values_are_those_of_small_ones_in_proportion() -> None:
    small, huge = (estimate([scale * value for value in (1.0, 2.0, 4.0)]) for scale in (1.0, 2.0**1020))  # type: ignore[arg-type]
    assert small is not None
    assert huge is not None
    # by hand: mean 7/3, s = sqrt(7/3), and 4.30265273 of Student's t with two degrees of freedom
    assert small.low == pytest.approx(7 / 3 - 4.30265273 * math.sqrt(7 / 3 / 3), rel=1e-8)
    assert huge.low == small.low * 2.0**1020  # type: ignore[operator]
    assert estimate([2e-200, 2e-200, 2e-200]).high == 2e-200  # type: ignore[arg-type, union-attr]


# --- numbers by hand -------------------------------------------------------------------------------------------------


def test_without_chance_numbers_are_exact() -> None:
    write(
        "size: 4\nreplicates: 2",
        "cohorts: {deceptive: {share: 1/2}, a: {kind: strategy, strategy: A*}}",
        phases=CERTAIN,
    )
    told = answer()
    # BBAAA is worth 3 and turns; A is modified after the first apple
    assert {name: value["mean"] for name, value in told["values"].items()} == {"deceptive": 3, "a": 1}
    training, deployment = told["phases"]
    assert training["modified"]["mean"] == training["actual_alignment"]["mean"] == 1 / 2
    assert (training["apparent_alignment"]["mean"], deployment["turns"]["mean"]) == (1, 1 / 2)
    assert (training["scores"]["mesa"]["mean"], deployment["scores"]["mesa"]["mean"]) == (1 / 4, 1 / 2)


def test_half_of_the_defectors_survive_an_episode() -> None:
    """10^6 agents that defect for certain, seed 0: five standard errors, a false alarm in 6 of 10^7 runs."""
    phases = PHASES.replace("episodes: 3", "episodes: 6")
    write("size: 1000000\nreplicates: 1", "cohorts: {gambler: {settings: {chance: 1}}}", phases=phases)
    training, _ = answer()["phases"]
    left, share = training["kinds"]["gambler"]["unmodified"]["mean"], 1 / 64
    assert abs(left - share) < 5 * math.sqrt(share * (1 - share) / 10**6)


# --- the same again --------------------------------------------------------------------------------------------------

RICH = (
    "size: 60\nreplicates: 5",
    "cohorts: {deceptive: {share: 1/4, error: 1/50}, gambler: {share: 1/4}, prober: {}}",
    "base_optimisers: {rewriting: {}, weeding: {kind: truncation, fraction: 1/5, every: 2, mutation: {kind: 1/9}}}",
    "honeypots: {episodes: [2], mistaken: 1/2}",
    "observer: {honeypot: {after: 1}, sees: BBA}",
    "diagram: {axes: {population.cohorts.deceptive.error: '0:1@3'}, measure: apparent_alignment}",
)


def files_of(*words: object) -> dict[str, str]:
    """What a command prints and writes, by digest; how long it took is part of simulation.json."""
    done = invoke("simulate", "s.yaml", "--json", *words)
    assert (done.code, done.err) == (0, "")
    digests = {path.name: path.read_bytes() for path in Path("reports/s/population").iterdir()}
    digests.pop("simulation.json")
    return {name: hashlib.sha256(content).hexdigest() for name, content in {**digests, "": done.out.encode()}.items()}


@pytest.mark.slow
def test_workers_change_no_byte_and_the_seed_does() -> None:
    write(*RICH)
    alone = files_of()
    assert set(alone) == {"", "report.html", "trajectories.csv", "diagram.csv"}
    for workers in (1, 2, 4):
        assert files_of("--workers", workers, "--seed", 0) == alone
    other = files_of("--seed", 1)
    assert all(other[name] != digest for name, digest in alone.items())


@pytest.mark.slow
def test_a_mistake_at_a_point_comes_back_from_other_processes() -> None:
    write(COHORTS, "base_optimisers: {slow: {kind: gradient, learning_rate: 1/2}}")
    words = ("--x", "population.base_optimisers.slow.learning_rate=1/5000,1/2", "--measure", "modified")
    told = refused("simulate", "s.yaml", *words)
    assert refused("simulate", "s.yaml", *words, "--workers", 2) == told


# --- from Python -----------------------------------------------------------------------------------------------------

GAME = two_phase(n=2, m=3, p=1)


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"size": 2.5}, "size must be a whole number, 0 or more, got 2.5"),
        ({"size": True}, "size must be a whole number such as 3, got true"),
        ({"size": 0}, "size must be 1 or more, got 0"),
        ({"replicates": None}, "replicates must be a whole number"),
        ({"cohorts": []}, "cohorts must be from 1 to 50, got 0"),
    ],
)
def test_populations_that_cannot_be(settings: dict[str, Any], told: str) -> None:
    cohorts = [Cohort(name="d", kind=build_kind("deceptive"), share=Fraction(1))]
    with pytest.raises(InputError) as found:
        Population(**{"scene": Scene(game=GAME), "cohorts": cohorts, **settings})
    assert str(found.value).startswith(told)


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"mistaken": 2}, "honeypots.mistaken must be a probability in [0, 1], got 2"),
        ({"mistaken": "x"}, "honeypots.mistaken must be a number"),
        ({"optimisers": [Rewriting(phases="training")]}, 'base_optimisers.0.phases must be a list of names, got "tr'),  # type: ignore[arg-type]
    ],
)
def test_scenes_that_cannot_be(settings: dict[str, Any], told: str) -> None:
    with pytest.raises(InputError) as found:
        Scene(**{"game": GAME, **settings})
    assert str(found.value).startswith(told)
    assert "\n" not in str(found.value)
    assert Scene(game=GAME, honeypots=frozenset([1]), mistaken="1/4").mistaken == Fraction(1, 4)  # type: ignore[arg-type]
