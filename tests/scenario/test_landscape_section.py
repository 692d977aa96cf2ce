"""The `landscape:` section: every way to write an axis, and what is said of a section that is wrong, and where.

In the texts below ^ marks the place that the error must point at; it is taken out before the text is read.
"""
# ruff: noqa: E501 - tables: a text and what is said about it, one line each

from __future__ import annotations

import re
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import pytest
from scenario.sound import SMALL

from deceptive_sim.core.errors import InputError, Problem
from deceptive_sim.landscapes.axes import Axis, Spacing
from deceptive_sim.scenario.load import Scenario, load_scenario
from deceptive_sim.scenario.sections import AxisSection
from deceptive_sim.studies.landscapes import axes_for

F = Fraction
P, M = "training.modification.A", "deployment.episodes"


def load(folder: Path, text: str, *settings: str) -> Scenario:
    path = folder / "a.yaml"
    path.write_text(SMALL + text, encoding="utf-8")
    return load_scenario(path, settings)


def axes(folder: Path, text: str, points: int = 5) -> list[tuple[dict[str, str], str]]:
    """The axes of a section: of each the values by path, and the spacing."""
    return [described(axis) for axis in axes_for(load(folder, text), points=points)]


def described(axis: Axis) -> tuple[dict[str, str], str]:
    columns = zip(*axis.rows, strict=True)
    return {p: " ".join(map(str, column)) for p, column in zip(axis.paths, columns, strict=True)}, str(axis.spacing)


# --- what can be written ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("setting", "values", "spacing"),
    [
        ("0:1", "0 1/4 1/2 3/4 1", Spacing.LINEAR),
        ("'0:1'", "0 1/4 1/2 3/4 1", Spacing.LINEAR),
        ("0:1@3", "0 1/2 1", Spacing.LINEAR),
        ("0:1:0.25", "0 1/4 1/2 3/4 1", Spacing.LINEAR),
        ("0.01:1@3:log", "1/100 1/10 1", Spacing.LOG),
        ("0,1/3,1", "0 1/3 1", Spacing.LISTED),
        ("[0, 1/3, 0.5, 1]", "0 1/3 1/2 1", Spacing.LISTED),
        ("{from: 0, to: 1}", "0 1/4 1/2 3/4 1", Spacing.LINEAR),
        ("{from: 1/10, to: 0.5, points: 3}", "1/10 3/10 1/2", Spacing.LINEAR),
        ("{from: 0, to: 1, step: 0.4}", "0 2/5 4/5", Spacing.LINEAR),
        ("{from: 0.01, to: 1, points: 3, spacing: log}", "1/100 1/10 1", Spacing.LOG),
        ("{values: [0, 1]}", "0 1", Spacing.LISTED),
    ],
)
def test_one_axis_in_every_way(tmp_path: Path, setting: str, values: str, spacing: Spacing) -> None:
    if "," not in setting or setting[0] in "[{":  # a comma ends a bare word inside braces
        assert axes(tmp_path, f"landscape: {{axes: {{{P}: {setting}}}}}") == [({P: values}, str(spacing))]
    assert axes(tmp_path, f"landscape:\n  axes:\n    {P}: {setting}\n") == [({P: values}, str(spacing))]


def test_whole_numbers_are_all_there_and_axes_keep_their_order(tmp_path: Path) -> None:
    found = axes(
        tmp_path, f"landscape:\n  axes:\n    {M}: 1:4\n    {P}: 0:1\n    training.episodes: {{from: 0, to: 2}}\n"
    )
    assert [values for values, _ in found] == [{M: "1 2 3 4"}, {P: "0 1/4 1/2 3/4 1"}, {"training.episodes": "0 1 2"}]


@pytest.mark.parametrize(
    ("along", "values"),
    [
        ("1:0", "1 1/2 0"),
        ("1:0@3", "1 1/2 0"),
        ("[1, 1, 0]", "1 1 0"),
        ("{from: 1, to: 0.5}", "1 3/4 1/2"),
        ("{from: 1, to: 0.5, step: -0.25}", "1 3/4 1/2"),
        ("{values: [0, 1, 0]}", "0 1 0"),
    ],
)
def test_paths_that_move_together(tmp_path: Path, along: str, values: str) -> None:
    for lead in ("from: 0, to: 1, points: 3", "values: [0, 0.5, 1]"):
        found = axes(tmp_path, f"landscape:\n  axes:\n    {P}: {{{lead}, with: {{payoffs.mesa.B: {along}}}}}\n")
        assert [described for described, _ in found] == [{P: "0 1/2 1", "payoffs.mesa.B": values}]


def test_a_file_without_the_section_has_none(tmp_path: Path) -> None:
    assert load(tmp_path, "").landscape is None


def test_agent_and_figures_are_told(tmp_path: Path) -> None:
    section = load(
        tmp_path,
        f"  other: {{}}\nlandscape: {{agent: other, axes: {{{P}: 0:1, {M}: 1:3}}, figures: [diagram, premium]}}\n",
    ).landscape
    assert section is not None
    assert (section.agent, section.figures) == ("other", ["diagram", "premium"])
    bare = load(tmp_path, f"landscape: {{axes: {{{P}: 0:1}}}}").landscape
    assert bare is not None
    assert (bare.agent, bare.figures) == (None, None)


def test_parts_of_the_section_can_be_set(tmp_path: Path) -> None:
    scenario = load(
        tmp_path, f"landscape: {{axes: {{{P}: 0:1}}}}", f"landscape.axes.{P}=0:1@2", f"landscape.axes.{M}=1:2"
    )
    assert [described(axis)[0] for axis in axes_for(scenario)] == [{P: "0 1"}, {M: "1 2"}]


def test_the_section_is_part_of_the_resolved_scenario_and_its_digest(tmp_path: Path) -> None:
    without = load(tmp_path, "")
    scenario = load(tmp_path, f"landscape: {{axes: {{{P}: 0:1@3, {M}: {{from: 1, to: 3}}}}}}")
    told = scenario.resolved()["landscape"]["axes"]
    assert told[P] == "0:1@3"
    assert (told[M]["from"], told[M]["to"]) == ("1", "3")
    assert "landscape" not in without.resolved()
    assert scenario.digest() != without.digest()
    assert scenario.measuring("planner").digest() == without.measuring("planner").digest()


@pytest.mark.slow
def test_a_file_without_the_section_loads_nothing_of_landscapes() -> None:
    code = (
        "import sys; from deceptive_sim import load_scenario; load_scenario('two-plus-three');"
        "print([name for name in sys.modules if name.startswith('deceptive_sim.landscapes')])"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


@pytest.mark.slow
def test_a_file_with_the_section_loads_no_arrays() -> None:
    code = (
        "import sys; from deceptive_sim import load_scenario; load_scenario('phase-diagram');"
        "print([name for name in ('numpy', 'scipy', 'numba', 'xarray', 'pandas') if name in sys.modules])"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


# --- what is wrong ---------------------------------------------------------------------------------------------------

RANGE = "must be lo:hi, lo:hi:step, lo:hi@N, lo:hi@N:log, a list or {from, to, points}"
FORM = "must be PATH=lo:hi, lo:hi:step, lo:hi@N, lo:hi@N:log or a list a,b,c"
NUMBER = "must be a number such as 1/3, 0.2 or 2"
AT = f"landscape.axes.{P}"

WRONG = [
    ("landscape: ^5\n", "landscape must be a mapping, got 5"),
    ("landscape: ^[a]\n", "landscape must be a mapping, got a list of 1"),
    ("^landscape:\n", "landscape must have a value, got nothing"),
    ("landscape: ^{}\n", "landscape.axes is required"),
    (
        f"landscape: {{^axis: {{{P}: 0:1}}, axes: {{{P}: 0:1}}}}\n",
        "landscape.axis is not a key that is known here (did you mean axes?)",
    ),
    ("landscape: {axes: ^{}}\n", "landscape.axes must have at least 1 entry, got an empty mapping"),
    ("landscape: {axes: ^0:1}\n", 'landscape.axes must be a mapping, got "0:1"'),
    (
        f"landscape: {{axes: ^{{{', '.join(f'payoffs.mesa.a{n}: 0:1' for n in range(9))}}}}}\n",
        "landscape.axes must have at most 8 entries, got a mapping of 9",
    ),
    (
        "landscape: {axes: {^a b: 0:1}}\n",
        "landscape.axes.a b is not a good name: it must be names joined by dots, such as training.modification.A",
    ),
    (f"landscape: {{axes: {{{P}: ^true}}}}\n", f"{AT} {RANGE}, got true"),
    (f"landscape: {{axes: {{^{P}: }}}}\n", f"{AT} must have a value, got nothing"),
    (f"landscape: {{axes: {{{P}: ^0.5}}}}\n", f"axis {P} must have at least two values, got 0.5 (--set sets one)"),
    (f"landscape: {{axes: {{{P}: ^zero}}}}\n", f'axis {P} {NUMBER}, got "zero"'),
    (f"landscape: {{axes: {{{P}: ^0:1:2:3}}}}\n", f'axis {P} {FORM}, got "0:1:2:3"'),
    (
        f"landscape: {{axes: {{{P}: ^1:0}}}}\n",
        f'axis {P} must run from the smaller number to the larger one, got "1:0"',
    ),
    (f"landscape: {{axes: {{{P}: ^[0]}}}}\n", f"{AT} must have at least 2 entries, got a list of 1"),
    (f"landscape: {{axes: {{{P}: ^[0, 0]}}}}\n", f'axis {P} must have every value once, got "0 after 0"'),
    (f"landscape: {{axes: {{{P}: [0, ^x]}}}}\n", f'{AT}.1 {NUMBER}, got "x"'),
    (f"landscape: {{axes: {{{P}: [0, ^[1]]}}}}\n", f"{AT}.1 {NUMBER}, got a list of 1"),
    (f"landscape: {{axes: {{{P}: ^{{from: 0}}}}}}\n", f"{AT} must have from and to, or values, got a mapping of 1"),
    (
        f"landscape: {{axes: {{{P}: ^{{from: 0, to: 1, values: [0, 1]}}}}}}\n",
        f"{AT} must have values, or from and to, not both, got a mapping of 3",
    ),
    (
        f"landscape: {{axes: {{{P}: ^{{from: 0, to: 1, step: 1/2, points: 3}}}}}}\n",
        f"{AT} must have a step or a number of points, not both; log spacing has points, got a mapping of 4",
    ),
    (
        f"landscape: {{axes: {{{P}: ^{{from: 0.1, to: 1, spacing: log}}}}}}\n",
        f"{AT} must say how many points it has, as its spacing is log, got a mapping of 3",
    ),
    (
        f"landscape: {{axes: {{{P}: ^{{from: 0, to: 1, points: 3, spacing: log}}}}}}\n",
        f'axis {P} must stay above 0 to have even ratios, got "0:1"',
    ),
    (f"landscape: {{axes: {{{P}: {{from: 0, to: 1, points: ^1}}}}}}\n", f"{AT}.points must be 2 or more, got 1"),
    (
        f"landscape: {{axes: {{{P}: {{from: 0, to: 1, points: ^2.5}}}}}}\n",
        f"{AT}.points must be a whole number, 0 or more, got 2.5",
    ),
    (
        f"landscape: {{axes: {{{P}: {{from: 0, to: 1, spacing: ^lg}}}}}}\n",
        f'{AT}.spacing must be linear or log, got "lg" (did you mean log?)',
    ),
    (
        f"landscape: {{axes: {{{P}: {{from: 0, to: 1, ^pionts: 3}}}}}}\n",
        f"{AT}.pionts is not a key that is known here (did you mean points?)",
    ),
    (
        f"landscape: {{axes: {{{P}: ^{{from: 0, to: 1, step: 0}}}}}}\n",
        f'axis {P} must have a step other than 0, got "0:1:0"',
    ),
    (
        f"landscape: {{axes: {{{M}: ^{{from: 0, to: 1, step: 1/2}}}}}}\n",
        f"axis {M} must have whole numbers only, got 0.5",
    ),
    (f"landscape: {{axes: {{{M}: ^0.5:3}}}}\n", f"axis {M} must have whole numbers only, got 0.5"),
    (
        f"landscape: {{axes: {{{P}: {{from: 0, to: 1, with: {{discount: {{from: 0, to: 1, ^with: {{}}}}}}}}}}}}\n",
        f"{AT}.with.discount.with is not a key that is known here (one of from, to, step, points, spacing, values)",
    ),
    (
        f"landscape: {{axes: {{{P}: ^{{values: [0, 1], with: {{discount: [0, 1, 1]}}}}}}}}\n",
        f'axis {P}+discount must have as many values for each path, got "2 and 3"',
    ),
    (
        f"landscape: {{axes: {{{P}: ^{{from: 0, to: 1, with: {{{P}: 1:0}}}}}}}}\n",
        f'axis {P}+{P} must have every path once, got "{P}"',
    ),
    (
        f"landscape: {{^axes: {{{P}: 0:1, game.phases.{P}: 0:1}}}}\n",
        f"axis game.phases.{P} must mean another place than every other path, got {P} ({P} means game.phases.{P} as well)",
    ),
    (
        "landscape: {axes: {training.modifcation.A: ^0:1}}\n",
        "training.modifcation.A is no parameter of this scenario (did you mean training.modification.A?)",
    ),
    (
        "landscape: {axes: {game.phases.training.kind: ^0:1}}\n",
        "axis game.phases.training.kind must be a number of the game or of an agent",
    ),
    ("landscape: {axes: {title: ^0:1}}\n", "axis title must be a number of the game or of an agent"),
    (
        f"landscape: {{axes: {{landscape.axes.{P}: ^0:1, {P}: 0:1}}}}\n",
        f"axis landscape.axes.{P} must be a number of the game or of an agent",
    ),
    (f"landscape: {{axes: {{{P}: ^0:1.05@22}}}}\n", f"{P} must be a probability in [0, 1], got 1.05 (at {P} = 1.05)"),
    (f"landscape: {{axes: {{{P}: ^[-0.1, 1]}}}}\n", f"{P} must be a probability in [0, 1], got -0.1 (at {P} = -0.1)"),
    (f"landscape: {{axes: {{{M}: ^-1:3}}}}\n", f"{M} must be a whole number, 0 or more, got -1 (at {M} = -1)"),
    (f"landscape: {{axes: {{{M}: 1:3, {P}: ^0:2}}}}\n", f"{P} must be a probability in [0, 1], got 2 (at {P} = 2)"),
    (
        f"landscape: {{axes: {{{P}: ^0:1, training.shutdown.A: 0:1/2}}}}\n",
        f"{P} and shutdown after the same action must sum to at most 1, got 1 + 1/2 (at {P} = 1, training.shutdown.A = 0.5)",
    ),
    (
        f"landscape: {{agent: ^plannner, axes: {{{P}: 0:1}}}}\n",
        'landscape.agent must be one of the agents, got "plannner" (did you mean planner?)',
    ),
    (f"landscape: {{agent: ^5, axes: {{{P}: 0:1}}}}\n", "landscape.agent must be text: put it in quotes, got 5"),
    (
        f"landscape: {{axes: {{{P}: 0:1}}, figures: [^zzz]}}\n",
        'landscape.figures.0 must be diagram or value or premium or slices or multiples or sensitivity, got "zzz"',
    ),
    (
        f"landscape: {{axes: {{{P}: 0:1}}, figures: [slices, ^diagram]}}\n",
        "landscape.figures.1 must be drawn from the axes there are: diagram needs 2, got 1",
    ),
    (
        f"landscape: {{axes: {{{P}: 0:1, {M}: 1:3}}, figures: [^multiples]}}\n",
        "landscape.figures.0 must be drawn from the axes there are: multiples needs 3, got 2",
    ),
    (f"landscape: {{axes: {{{P}: 0:1}}, figures: ^all}}\n", 'landscape.figures must be a list, got "all"'),
]


def marked(text: str) -> tuple[str, int, int]:
    """The text without its mark, with the line and column of the mark behind `SMALL`."""
    before, after = text.split("^")
    lines = (SMALL + before).split("\n")
    return before + after, len(lines), len(lines[-1]) + 1


def problems(folder: Path, text: str, *settings: str) -> tuple[Problem, ...]:
    with pytest.raises(InputError) as caught:
        load(folder, text, *settings)
    return caught.value.problems


@pytest.mark.parametrize(("text", "sentence"), WRONG)
def test_what_is_wrong_with_a_section_is_said_where_it_stands(tmp_path: Path, text: str, sentence: str) -> None:
    text, line, column = marked(text)
    (problem,) = problems(tmp_path, text)
    assert problem.sentence() == sentence
    assert problem.position is not None
    assert problem.position.file == str(tmp_path / "a.yaml")
    assert (problem.position.line, problem.position.column) == (line, column)


def test_every_wrong_axis_is_told(tmp_path: Path) -> None:
    found = problems(tmp_path, f"landscape:\n  axes:\n    {P}: 1:0\n    {M}: 0:x\n    discount: 0:1:0\n")
    lines = len(SMALL.splitlines())
    assert [(problem.name, problem.position and problem.position.line) for problem in found] == [
        (f"axis {P}", lines + 3),
        (f"axis {M}", lines + 4),
        ("axis discount", lines + 5),
    ]


def test_values_are_checked_against_what_is_set(tmp_path: Path) -> None:
    text = f"landscape:\n  axes:\n    {P}: 1/2:1\n"
    load(tmp_path, text)
    (problem,) = problems(tmp_path, text, f"{P}=1/4", "training.shutdown.A=1/2")
    assert problem.sentence() == (
        f"{P} and shutdown after the same action must sum to at most 1, got 1 + 1/2 (at {P} = 1)"
    )


def test_what_another_agent_cannot_do_does_not_matter(tmp_path: Path) -> None:
    waits = "  waits: {strategy: BBBAA}\n"
    load(tmp_path, f"{waits}landscape: {{axes: {{{M}: 1:4}}}}\n")
    (problem,) = problems(tmp_path, f"{waits}landscape: {{agent: waits, axes: {{{M}: 1:4}}}}\n")
    assert problem.sentence().startswith("agents.waits.strategy must have")
    assert problem.sentence().endswith(f"(at {M} = 1)")


# --- the page about axes ---------------------------------------------------------------------------------------------

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "landscapes.md").read_text(encoding="utf-8")


def test_the_section_on_the_page_is_sound(tmp_path: Path) -> None:
    (block,) = re.findall(r"^```yaml\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    scenario = load(tmp_path, block)
    assert [len(axis) for axis in axes_for(scenario)] == [101, 20, 3, 9]
    keys = {field.alias or name for name, field in AxisSection.model_fields.items()}
    assert all(f"{key}:" in PAGE or f"{key} " in PAGE for key in keys)


@pytest.mark.parametrize("texts", [[f"{P}=0:1.05@22"], [f"{P}=0:1@3", "training.shutdown.A=0:1/2"]])
def test_the_errors_on_the_page_are_real(tmp_path: Path, texts: list[str]) -> None:
    with pytest.raises(InputError) as caught:
        axes_for(load(tmp_path, ""), texts)
    assert caught.value.problems[0].text() in PAGE


@pytest.mark.parametrize(
    ("text", "points"),
    [("training.modification.A=0:1+training.shutdown.A=1:0", 101), ("training.episodes=1:9+discount=0:1", 9)],
)
def test_the_pairs_on_the_page_are_sound(tmp_path: Path, text: str, points: int) -> None:
    assert text in PAGE
    (axis,) = axes_for(load(tmp_path, ""), [text])
    assert len(axis) == points
