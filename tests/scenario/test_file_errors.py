"""What is wrong in a file is said exactly: the thing, the rule, the value, the nearest word, the line and the column.

In the texts below ^ marks the place that the error must point at; it is taken out before the text is read.
"""
# ruff: noqa: E501 - tables: a text and what is said about it, one line each

from __future__ import annotations

from pathlib import Path

import pytest
from scenario.sound import SMALL

from deceptive_sim.core.errors import InputError
from deceptive_sim.scenario.load import load_scenario
from deceptive_sim.studies.run import examine

HEAD = "version: 1\nid: small\n"
GAME = "game: {phases: {training: {episodes: 2, modification: {A: 1}}, deployment: {episodes: 3}}}\n"
TOP = (
    "one of version, id, title, source, description, game, agents, expect, landscape, population, maze, claims, report"
)
PHASE = "one of kind, episodes, payoffs, modification, shutdown"
NUMBER = "must be a number such as 1/3, 0.2 or 2"
ACTIONS = "one of A, B"


def problems(folder: Path, text: str, *settings: str) -> list[str]:
    """Every problem of a text, as `line:column: sentence`."""
    path = folder / "a.yaml"
    path.write_text(text, encoding="utf-8", newline="")
    with pytest.raises(InputError) as caught:
        examine(load_scenario(path, settings))
    return [f"{_place(problem, path)}: {problem.sentence()}" for problem in caught.value.problems]


def _place(problem: object, path: Path) -> str:
    where = problem.position  # type: ignore[attr-defined]
    assert where is not None, problem
    assert where.file in {str(path), "--set"}
    return f"{where.line}:{where.column}"


def marked(text: str) -> tuple[str, str]:
    """The text without its mark, and the place of the mark."""
    before, after = text.split("^")
    lines = before.split("\n")
    return before + after, f"{len(lines)}:{len(lines[-1]) + 1}"


def assert_says(folder: Path, text: str, sentence: str) -> None:
    text, place = marked(text)
    assert problems(folder, text) == [f"{place}: {sentence}"]


STRUCTURE = [
    ("^", "file must be a mapping with version, id and game, got an empty file"),
    ("^# only a comment\n", "file must be a mapping with version, id and game, got an empty file"),
    ("^- version: 1\n", "file must be a mapping with version, id and game, got a list"),
    ("^hello\n", "file must be a mapping with version, id and game, got text"),
    ("^5\n", "file must be a mapping with version, id and game, got a number"),
    ("^true\n", "file must be a mapping with version, id and game, got true or false"),
    ("^id: small\n" + GAME, "version is required"),
    ("^version: 1\n" + GAME, "id is required"),
    ("^" + HEAD, "game is required"),
    ("version: ^2\nid: small\n" + GAME, "version must be 1, got 2"),
    ("version: ^1.0\nid: small\n" + GAME, "version must be 1, got 1.0"),
    (HEAD + "game: ^[]\n", "game must be a mapping, got an empty list"),
    (HEAD + "game: ^text\n", 'game must be a mapping, got "text"'),
    (HEAD + "^game:\n", "game must have a value, got nothing"),
    (HEAD + "game: {^phases: }\n", "phases must have a value, got nothing"),
    (HEAD + "game: {phases: ^{}}\n", "phases must have at least 1 entry, got an empty mapping"),
    (HEAD + "game: {phases: {training: ^5}}\n", "training must be a mapping, got 5"),
    (HEAD + "game: {phases: {training: ^{}}}\n", "training.episodes is required"),
    (HEAD + "game: {phases: {training: {^epsodes: 3, episodes: 3}}}\n", "training.epsodes is not a key that is known here (did you mean episodes?)"),
    (HEAD + "game: {phases: {training: {^colour: 3, episodes: 3}}}\n", f"training.colour is not a key that is known here ({PHASE})"),
    (HEAD + "^tittle: x\n" + GAME, "tittle is not a key that is known here (did you mean title?)"),
    (HEAD + "^zzz: x\n" + GAME, f"zzz is not a key that is known here ({TOP})"),
    (HEAD + "^mase: {}\n" + GAME, "mase is not a key that is known here (did you mean maze?)"),
    (HEAD + "title: ^5\n" + GAME, "title must be text: put it in quotes, got 5"),
    (HEAD + "title: ^true\n" + GAME, "title must be text: put it in quotes, got true"),
    (HEAD + "title: ^[a]\n" + GAME, "title must be text, got a list of 1"),
    (HEAD + "^title:\n" + GAME, "title must have a value, got nothing"),
    (HEAD + 'title: ^"a\\ab"\n' + GAME, 'title must not contain control characters, got "a\\u0007b"'),
    (HEAD + f"title: ^{'x' * 20_001}\n" + GAME, f'title must have at most 20000 characters, got "{"x" * 57}..."'),
    ("version: 1\nid: ^a b\n" + GAME, 'id must start with a letter and go on with letters, digits, _ or - (64 at most), got "a b"'),
    (HEAD + GAME + "agents: ^{}\n", "agents must have at least 1 entry, got an empty mapping"),
    (HEAD + GAME + "agents: ^[]\n", "agents must be a mapping, got an empty list"),
    (HEAD + GAME + "agents: {^a b: {}}\n", "agents.a b is not a good name: it must start with a letter and go on with letters, digits, _ or - (64 at most)"),
    (HEAD + GAME + "report: {figures: [^selfie]}\n", 'report.figures.0 must be strategies or values or actions, got "selfie"'),
    (HEAD + GAME + "report: {figures: [^valus]}\n", 'report.figures.0 must be strategies or values or actions, got "valus" (did you mean values?)'),
]  # fmt: skip

NUMBERS = [
    (HEAD + "game: {phases: {training: {episodes: ^-1}}}\n", "training.episodes must be a whole number, 0 or more, got -1"),
    (HEAD + "game: {phases: {training: {episodes: ^1/2}}}\n", "training.episodes must be a whole number, 0 or more, got 1/2"),
    (HEAD + "game: {phases: {training: {episodes: ^two}}}\n", 'training.episodes must be a whole number such as 3, got "two"'),
    (HEAD + "game: {phases: {training: {episodes: ^1e13}}}\n", "training.episodes must be at most 1000000000000, got 1e13"),
    (HEAD + "game: {phases: {training: {episodes: 1, modification: {A: ^6/5}}}}\n", "training.modification.A must be a probability in [0, 1], got 6/5"),
    (HEAD + "game: {phases: {training: {episodes: 1, modification: {A: {base: ^-1}}}}}\n", "training.modification.A.base must be a probability in [0, 1], got -1"),
    (HEAD + "game: {phases: {training: {episodes: 1, shutdown: {A: ^yes}}}}\n", f'training.shutdown.A {NUMBER}, got "yes"'),
    (HEAD + "game: {phases: {training: {episodes: 1, shutdown: {A: ^0x1}}}}\n", f'training.shutdown.A {NUMBER}, got "0x1"'),
    (HEAD + "game: {phases: {training: {episodes: 1, shutdown: {A: ^1_0}}}}\n", f'training.shutdown.A {NUMBER}, got "1_0"'),
    (HEAD + "game: {phases: {training: {episodes: 1, shutdown: {A: ^1:30}}}}\n", f'training.shutdown.A {NUMBER}, got "1:30"'),
    (HEAD + "game: {phases: {training: {episodes: 1, shutdown: {A: ^.nan}}}}\n", 'training.shutdown.A must be finite, got ".nan"'),
    (HEAD + "game: {phases: {training: {episodes: 1, shutdown: {A: ^-.inf}}}}\n", 'training.shutdown.A must be finite, got "-.inf"'),
    (HEAD + "game: {phases: {training: {episodes: 1, shutdown: {A: ^1/0}}}}\n", "training.shutdown.A must not divide by zero, got 1/0"),
    (HEAD + "game: {phases: {training: {episodes: 1, shutdown: {^A: ~}}}}\n", "training.shutdown.A must have a value, got nothing"),
    (HEAD + "game: {phases: {training: {episodes: 1, shutdown: {A: ^true}}}}\n", f"training.shutdown.A {NUMBER}, got true"),
    (HEAD + "game: {phases: {training: {episodes: 1, shutdown: {A: ^[1]}}}}\n", f"training.shutdown.A {NUMBER}, got a list of 1"),
    (HEAD + "game: {payoffs: {mesa: {A: ^1e400}}, phases: {training: {episodes: 1}}}\n", "payoffs.mesa.A must be 0 or between 1e-150 and 1e150 in size, got 1e400"),
    (HEAD + "game: {discount: ^2, phases: {training: {episodes: 1}}}\n", "discount must be a discount in [0, 1], got 2"),
    (HEAD + "game: {discount: {k: ^-1}, phases: {training: {episodes: 1}}}\n", "discount.k must be 0 or more, got -1"),
    (HEAD + "game: {discount: {beta: ^2}, phases: {training: {episodes: 1}}}\n", "discount.beta must be a discount in [0, 1], got 2"),
    (HEAD + "game: {discount: ^{}, phases: {training: {episodes: 1}}}\n", "discount.beta is required"),
    (HEAD + "game: {discount: {beta: 1, ^detla: 1}, phases: {training: {episodes: 1}}}\n", "discount.detla is not a key that is known here (did you mean delta?)"),
]  # fmt: skip

GAMES = [
    (HEAD + "game: {phases: {summer: ^{episodes: 1}}}\n", "summer.kind is required: training or deployment, as the name does not tell"),
    (HEAD + "game: {phases: {discount: ^{episodes: 1, kind: training}}}\n", "phases.discount must not bear the name of a section or setting: discount (such as training, deployment, late-training)"),
    (HEAD + "game: {phases: {training: {episodes: 1, kind: ^holiday}}}\n", 'training.kind must be training or deployment, got "holiday"'),
    (HEAD + "game: {ties: ^declard, phases: {training: {episodes: 1}}}\n", 'ties must be non-defecting or defecting or declared, got "declard" (did you mean declared?)'),
    (HEAD + "game: {selves: ^clever, phases: {training: {episodes: 1}}}\n", 'selves must be sophisticated or naive, got "clever"'),
    (HEAD + "game: {phases: {training: {episodes: 1, modification: {Z: ^0}}}}\n", f"training.modification.Z names no action of the game ({ACTIONS})"),
    (HEAD + "game: {phases: {training: {episodes: 1, shutdown: {a: ^0}}}}\n", "training.shutdown.a names no action of the game (did you mean A?)"),
    (HEAD + "game: {phases: {training: {episodes: 1, modification: {A: {bass: ^0}}}}}\n", "training.modification.A.bass names no objective of the game (did you mean base?)"),
    (HEAD + "game: {phases: {training: {episodes: 1, modification: {A: ^{base: 3/4, mesa: 1/2}}}}}\n", "training.modification.A and shutdown after the same action must sum to at most 1, got 3/4 + 1/2 + 0"),
    (HEAD + "game: {phases: {training: {episodes: 1, modification: {A: ^2/3}, shutdown: {A: 1/2}}}}\n", "training.modification.A and shutdown after the same action must sum to at most 1, got 2/3 + 1/2"),
    (HEAD + "game: {payoffs: {mesa: {Z: ^1}}, phases: {training: {episodes: 1}}}\n", f"payoffs.mesa.Z names no action of the game ({ACTIONS})"),
    (HEAD + "game: {payoffs: {m: {A: 1}}, phases: {training: {episodes: 1, modification: {A: ^1/2}}}}\n", "training.modification.A must name its target, as {target: probability}: the game has no base objective, got 1/2"),
    (HEAD + "game: {base_objective: ^bass, phases: {training: {episodes: 1}}}\n", 'base_objective must be one of the objectives, got "bass" (did you mean base?)'),
    (HEAD + "game: {objectives: {messa: ^{selves: naive}}, phases: {training: {episodes: 1}}}\n", "objectives.messa names no objective of the game (did you mean mesa?)"),
    (HEAD + "game: {payoffs: {m: {C: 1}}, actions: {C: ^{}}, phases: {training: {episodes: 1}}}\n", "actions.C.defects is required: say whether doing it is a defection"),
    (HEAD + "game: ^{actions: {C: {defects: true}}, phases: {training: {episodes: 1}}}\n", "payoffs is required: the actions are not A and B"),
    (HEAD + "game: {name: ^two-phas}\n", 'game.name must be a game of the library, got "two-phas" (did you mean two-phase?)'),
    (HEAD + "game: {name: two-phase, parameters: {p: ^2}}\n", "parameters.p must be a probability in [0, 1], got 2"),
    (HEAD + "game: {name: two-phase, parameters: {zz: ^2}}\n", "parameters.zz is no parameter of two-phase (one of n, m, p, q, d, g)"),
    (HEAD + "game: {name: two-phase, ^phase: {}}\n", "phase is not a key that is known here (one of name, parameters)"),
]  # fmt: skip

AGENTS = [
    ("{objective: ^messa}", 'agents.a.objective must be one of the objectives, got "messa" (did you mean mesa?)'),
    ("{^objectiv: mesa}", "agents.a.objectiv is not a key that is known here (did you mean objective?)"),
    ("{selves: ^clever}", 'agents.a.selves must be sophisticated or naive, got "clever"'),
    ("{strategy: ^BBX*}", f'agents.a.strategy must be made of the game\'s actions, got "X" ({ACTIONS})'),
    ("{strategy: ^BBAA}", 'agents.a.strategy must have one action for each of the 5 episodes, got "4 in BBAA" (end it with * to go on to the end, such as BBA*)'),
    ("{strategy: ^BBAAAA}", 'agents.a.strategy must have one action for each of the 5 episodes, got "6 in BBAAAA"'),
    ("{strategy: ^A* B*}", 'agents.a.strategy must end with the action marked *, which goes on to the end, got "A* B*"'),
    ("{strategy: ^5}", "agents.a.strategy must be text: put it in quotes, got 5"),
    ("{strategy: ^[A]}", "agents.a.strategy must be text, got a list of 1"),
    ("{strategy: {training: ^BBB, deployment: A*}}", 'agents.a.strategy.training must have one action for each of the 2 episodes, got "3 in BBB"'),
    ("{strategy: ^{training: BB}}", "agents.a.strategy.deployment is required: every phase needs a strategy"),
    ("{strategy: {training: BB, deployment: A*, deploiment: ^A}}", "agents.a.strategy.deploiment names no phase of the game (did you mean deployment?)"),
    ("{strategy: A*, beliefs: ^{training.episodes: 1}}", "agents.a.beliefs and strategy exclude each other: a fixed strategy does not go by beliefs"),
    ("{beliefs: {training.epsodes: ^1}}", "agents.a.beliefs.training.epsodes is no parameter of this scenario (did you mean training.episodes?)"),
    ("{beliefs: {training.episodes: ^1/2}}", "agents.a.beliefs.training.episodes must be a whole number, 0 or more, got 1/2"),
    ("{beliefs: {training.episodes: ^many}}", f'agents.a.beliefs.training.episodes {NUMBER}, got "many"'),
    ("{beliefs: {training.modification: ^1}}", "agents.a.beliefs.training.modification must be a mapping, got 1"),
    ("{beliefs: {training.modification.Z: ^1}}", f"agents.a.beliefs.training.modification.Z names no action of the game ({ACTIONS})"),
    ("{beliefs: {game: ^1}}", "agents.a.beliefs.game must be a number of a phase, a payoff or a game parameter"),
    ("{beliefs: {discount: ^1}}", "agents.a.beliefs.discount must be a number of a phase, a payoff or a game parameter"),
    ("{beliefs: {^training..A: 1}}", "agents.a.beliefs.training..A is not a good name: it must be names joined by dots, such as training.modification.A"),
    ("{beliefs: ^{training.shutdown.A: 1/2}}", "agents.a.beliefs: training.modification.A and shutdown after the same action must sum to at most 1, got 1 + 1/2"),
    ("{beliefs: {training.modification.A: ^3/4, training.shutdown.A: 1/2}}", "agents.a.beliefs.training.modification.A and shutdown after the same action must sum to at most 1, got 3/4 + 1/2"),
]  # fmt: skip

EXPECTATIONS = [
    ("[^5]", "expect.0 must be a mapping, got 5"),
    ("[{^vlaue: 5}]", "expect.0.vlaue is not a key that is known here (did you mean value?)"),
    ("[{^value: }]", "expect.0.value must have a value, got nothing"),
    ("[{regime: ^decepptive}]", 'expect.0.regime must be compliant or deceptive or delayed or open or late-pretence or reformed or mixed or unconstrained, got "decepptive" (did you mean deceptive?)'),
    ("[{deception_pays: ^yes}]", 'expect.0.deception_pays must be true or false, got "yes"'),
    ("[{tolerance: ^-1}]", "expect.0.tolerance must be 0 or more, got -1"),
    ("[{ties: [1, ^x]}]", 'expect.0.ties.1 must be a whole number such as 3, got "x"'),
    ("[{value: 1}, {agent: ^nobody}]", 'expect.1.agent must be one of the scenario\'s agents, got "nobody" (one of agent)'),
    ("[{with: {^trainin.episodes: 1}}]", "expect.0.with: trainin.episodes is no parameter of this scenario (did you mean training.episodes?)"),
    ("[{with: {training.episodes: ^-1}}]", "expect.0.with: training.episodes must be a whole number, 0 or more, got -1"),
    ("[{with: {^expect.0.value: 1}}]", "expect.0.with: expect.0.value is no parameter of this scenario"),
    ("[{with: {agents.agent.strategy: ^BX*}}]", f'expect.0.with: agents.agent.strategy must be made of the game\'s actions, got "X" ({ACTIONS})'),
    ("[{with: ^{training.shutdown.A: 1/2}}]", "expect.0.with: training.modification.A and shutdown after the same action must sum to at most 1, got 1 + 1/2"),
    ("[{with: {training.episodes: ^[1]}}]", "expect.0.with.training.episodes must be a number, text, true or false, got a list of 1"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "sentence"), [*STRUCTURE, *NUMBERS, *GAMES])
def test_what_is_wrong_with_a_file_or_its_game_is_said_where_it_stands(
    tmp_path: Path, text: str, sentence: str
) -> None:
    assert_says(tmp_path, text, sentence)


@pytest.mark.parametrize(("agent", "sentence"), AGENTS)
def test_what_is_wrong_with_an_agent_is_said_where_it_stands(tmp_path: Path, agent: str, sentence: str) -> None:
    assert_says(tmp_path, HEAD + GAME + f"agents: {{a: {agent}}}\n", sentence)


@pytest.mark.parametrize(("rows", "sentence"), EXPECTATIONS)
def test_what_is_wrong_with_an_expectation_is_said_where_it_stands(tmp_path: Path, rows: str, sentence: str) -> None:
    assert_says(tmp_path, HEAD + GAME + f"expect: {rows}\n", sentence)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (HEAD + "^id: again\n" + GAME, 'key "id" must stand once, it is on line 2 already'),
        (HEAD + "title: ^&a x\n" + GAME, "anchor is not allowed: write the value out, got &a"),
        (HEAD + "title: ^*a\n" + GAME, "alias is not allowed: write the value out, got *a"),
        (HEAD + "title: ^!!python/object:os.system x\n" + GAME, "tag is not allowed, got !!python/object:os.system"),
        (HEAD + "^<<: {title: x}\n" + GAME, f"<< is not a key that is known here ({TOP})"),
        (HEAD + "? ^[a, b]\n: c\n" + GAME, "key must be a word, got an empty list"),
        (HEAD + "? ^{a: b}\n: c\n" + GAME, "key must be a word, got an empty mapping"),
        (HEAD + "^: x\n" + GAME, "key must be a word, got nothing"),
        (HEAD + '^"": x\n' + GAME, "key must be a word, got nothing"),
        (HEAD + '^"a\\nb\\u202ec": x\n' + GAME, f"a\\u000ab\\u202ec is not a key that is known here ({TOP})"),
        (HEAD + GAME + "^---\nx\n", "file must be a single YAML document, got a second one"),
        ("^%YAML 1.2\n---\n" + HEAD + GAME, 'directive is not allowed, got "%YAML"'),
        ("# first\n\n^%TAG ! tag:x,2000:\n---\n" + HEAD + GAME, 'directive is not allowed, got "%TAG"'),
        (HEAD + 'title: ^"x\n' + GAME, "YAML cannot be read: while scanning a quoted scalar, found unexpected end of stream"),
        (HEAD + GAME + "report: {figures: ^[values\n", "YAML cannot be read: while parsing a flow sequence, expected ',' or ']', but got '<stream end>'"),
        (HEAD + 'title: "\\^q"\n' + GAME, "YAML cannot be read: while scanning a double-quoted scalar, found unknown escape character 'q'"),
        (HEAD + "title: ^@x\n" + GAME, "YAML cannot be read: while scanning for the next token, found character '@' that cannot start any token"),
        (HEAD + 'title: ^"\\ud800"\n' + GAME, "text must not contain lone surrogates, got U+D800"),
        (HEAD + "title: a^\x07b\n" + GAME, "text must not contain control characters, got U+0007"),
        (HEAD + "title: " + "[" * 29 + "^[" + "]" * 30 + "\n" + GAME, "nesting must be at most 30 deep"),
        (HEAD + "title: [" + "1," * 19_993 + "^1]\n" + GAME, "file must have at most 20000 values"),
        (HEAD + "title: ^!" + "x" * 600 + "\n" + GAME, "word that begins with ! must be short, got !" + "x" * 56 + "..."),
    ],
)  # fmt: skip
def test_what_the_reader_refuses_is_said_where_it_stands(tmp_path: Path, text: str, sentence: str) -> None:
    assert_says(tmp_path, text, sentence)


@pytest.mark.parametrize(
    ("raw", "place"), [(b"a: \xff", "1:4"), (b"\xef\xbb\xbfa\r\n\xc3\xa9\xff", "2:2"), (b"\xff\xfea\0", "1:1")]
)
def test_bytes_that_are_no_utf8_are_said_where_they_stand(tmp_path: Path, raw: bytes, place: str) -> None:
    path = tmp_path / "a.yaml"
    path.write_bytes(raw)
    with pytest.raises(InputError) as caught:
        load_scenario(path)
    (problem,) = caught.value.problems
    assert (_place(problem, path), problem.sentence()) == (place, "text must be UTF-8, got byte 0xff")


def test_a_file_over_one_megabyte_is_not_even_read(tmp_path: Path) -> None:
    assert problems(tmp_path, "#" * 1_000_001) == ["1:1: file must be at most 1 MB, got 1000001 bytes"]


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("start", ["", "\ufeff", "# a comment\n"])
@pytest.mark.parametrize("title", ["plain", "a\x85b", "a\u2028b", "é😀中文"])
def test_lines_are_counted_as_editors_do(tmp_path: Path, newline: str, start: str, title: str) -> None:
    text = (start + HEAD + f"title: {title}\n" + GAME + "zzz: 1\n").replace("\n", newline)
    line = 5 + start.count("\n")
    assert problems(tmp_path, text) == [f"{line}:1: zzz is not a key that is known here ({TOP})"]
    with pytest.raises(InputError) as caught:
        load_scenario(tmp_path / "a.yaml")
    position = caught.value.problems[0].position
    assert position is not None
    assert position.source == "zzz: 1"


def test_the_source_line_is_shown_with_a_caret(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_text(SMALL.replace("A: 1", "A: 3"))
    with pytest.raises(InputError) as caught:
        load_scenario(path)
    assert caught.value.problems[0].text() == (
        f"{path}:7:25: error: training.modification.A must be a probability in [0, 1], got 3\n"
        "          modification: {A: 3, B: 0}\n"
        "                            ^"
    )


def test_several_problems_are_said_together_in_the_order_of_the_file(tmp_path: Path) -> None:
    text = "version: 2\nid: a b\ntitle:\ngame: {phases: {training: {episodes: -1, colour: red}}}\nzzz: 1\n"
    assert [problem.split(" ")[0:2] for problem in problems(tmp_path, text)] == [
        ["1:10:", "version"],
        ["2:5:", "id"],
        ["3:1:", "title"],
        ["4:38:", "training.episodes"],
        ["4:42:", "training.colour"],
        ["5:1:", "zzz"],
    ]


def test_problems_of_several_agents_are_said_together(tmp_path: Path) -> None:
    agents = "agents:\n  a: {objective: x}\n  b: {strategy: X}\n  c: {beliefs: {y: 1, training.episodes: -1}}\n"
    found = problems(tmp_path, HEAD + GAME + agents)
    assert [problem.split(" ")[1] for problem in found] == [
        "agents.a.objective",
        "agents.b.strategy",
        "agents.c.beliefs.y",
        "agents.c.beliefs.training.episodes",
    ]


def test_one_wrong_belief_does_not_make_the_next_look_wrong(tmp_path: Path) -> None:
    text = HEAD + "game: {name: two-phase}\nagents: {a: {beliefs: {p: ^3, q: 1}}}\n"
    assert_says(tmp_path, text, "agents.a.beliefs.p must be a probability in [0, 1], got 3")


def test_very_many_wrong_beliefs_are_not_all_looked_for(tmp_path: Path) -> None:
    beliefs = ", ".join(f"trainin-{n}.episodes: 1" for n in range(300))
    assert len(problems(tmp_path, HEAD + GAME + f"agents: {{a: {{beliefs: {{{beliefs}}}}}}}\n")) == 100


@pytest.mark.parametrize("episodes", ["50000000", "1e12"])
def test_a_game_too_long_is_refused_with_the_estimate(tmp_path: Path, episodes: str) -> None:
    for text in (
        HEAD + f"game: {{phases: {{training: {{episodes: {episodes}}}}}}}\n",
        HEAD + GAME + f"agents: {{a: {{beliefs: {{training.episodes: {episodes}}}}}}}\n",
        HEAD + GAME + f"expect: [{{with: {{training.episodes: {episodes}}}, value: 1}}]\n",
    ):
        (found,) = problems(tmp_path, text)
        assert "must have few enough episodes to be solved one by one: about " in found
        assert " GB" in found


@pytest.mark.parametrize(
    ("text", "sentence"),
    [("nothere", "nothere is neither a file nor a scenario that ships with the package"), ("123", "123 is neither"), ("", "a file without a name is neither")],
)  # fmt: skip
def test_a_file_that_is_not_there_is_said(text: str, sentence: str) -> None:
    with pytest.raises(InputError) as caught:
        load_scenario(text)
    assert str(caught.value).startswith(sentence)


def test_the_nearest_shipped_scenario_is_named() -> None:
    with pytest.raises(InputError, match=r"\(did you mean two-plus-three\?\)$"):
        load_scenario("two-plus-thre")


def test_a_folder_is_no_scenario(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"is a folder, not a scenario file$"):
        load_scenario(tmp_path)
