"""The file that `new` writes names every key of the format, and each of its commented lines is sound."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from cli.commands import invoke

from deceptive_sim.scenario.load import load_scenario
from deceptive_sim.scenario.maze_sections import FamilySection, MazeAgentSection, MazeSection
from deceptive_sim.scenario.population_sections import PopulationSection
from deceptive_sim.scenario.schema import (
    AgentSection,
    ClaimSection,
    ExpectSection,
    LandscapeSection,
    LibrarySection,
    ObjectiveSection,
    PhasedSection,
    PhaseSection,
    ReportSection,
    ScenarioFile,
)
from deceptive_sim.scenario.template import TEMPLATE
from deceptive_sim.studies.run import run

TEXT = TEMPLATE.format(name="mine")

SETTINGS = [
    "kind: training",
    "shutdown: {A: 1/10}",
    "payoffs: {mesa: {A: 2}}",
    "actions:",
    "selves: sophisticated            # or",
    "base_objective: base",
    "ties:",
    "title: the planner",
    "discount: 0.9                  # its own",
    "selves: sophisticated\n",
]
BLOCKS = [
    ("objectives:", 2),
    ("- value: 1.8945", 2),
    ("- agent: always-a", 3),
    ("landscape:", 4),
    ("population:", 15),
    ("maze:", 22),
    ("claims:", 12),
    ("report:", 2),
]


def uncommented(first: str, lines: int = 1) -> str:
    """The template with some of its commented lines in force."""
    rows = (TEXT + "\n").splitlines(keepends=True)
    (start,) = (place for place, row in enumerate(rows) if row.lstrip().startswith(f"# {first}"))
    for place in range(start, start + lines):
        rows[place] = rows[place].replace("# ", "", 1)
    return "".join(rows)


@pytest.mark.parametrize(
    "section",
    [
        ScenarioFile,
        PhasedSection,
        PhaseSection,
        ObjectiveSection,
        LibrarySection,
        AgentSection,
        LandscapeSection,
        ClaimSection,
        ReportSection,
        PopulationSection,
        MazeSection,
        FamilySection,
        MazeAgentSection,
    ],
)
def test_every_key_of_a_section_is_explained(section: type[ScenarioFile]) -> None:
    for name, field in section.model_fields.items():
        assert re.search(rf"\b{field.alias or name}:", TEXT), name


@pytest.mark.parametrize("key", ["agent", "with", "tolerance", "strategy", "regime", "value"])
def test_the_keys_that_steer_expectations_are_explained(key: str) -> None:
    assert key in {field.alias or name for name, field in ExpectSection.model_fields.items()}
    assert re.search(rf"\b{key}:", TEXT)


@pytest.mark.parametrize(("first", "lines"), [*((setting, 1) for setting in SETTINGS), *BLOCKS])
def test_each_commented_line_is_sound_where_it_stands(tmp_path: Path, first: str, lines: int) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(uncommented(first, lines))
    result = run(load_scenario(path), proofs=False, tries=0)
    assert len(result.claims) == (first == "claims:")
    if "mesa" not in first and "shutdown" not in first:
        assert result.holds


@pytest.mark.parametrize(
    ("stands", "instead"),
    [
        (r"      modification: .*\n      # (modification: .*)", r"      \1"),
        (r"\ngame:\n(  .*\n)*\n(# .*\n)*# (game: .*)\n", r"\n\3\n"),
        (r"discount: 0.9", "discount: {k: 1}"),
    ],
)
def test_each_alternative_is_sound_too(tmp_path: Path, stands: str, instead: str) -> None:
    text, count = re.subn(stands, instead, TEXT, count=1)
    assert count == 1
    if "game:" in stands:
        text = text.replace("deployment.episodes: 0", "m: 0")
    path = tmp_path / "mine.yaml"
    path.write_text(text)
    result = run(load_scenario(path))
    assert result.holds or "k: 1" in instead


def test_a_new_file_is_checked_and_run(tmp_path: Path) -> None:
    assert invoke("new", "mine", "--in", tmp_path).code == 0
    path = tmp_path / "mine.yaml"
    assert invoke("check", path).out == f"{path}: fine\n"
    assert invoke("run", path, "--no-report").code == 0
