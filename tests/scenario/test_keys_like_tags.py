"""Keys of a file that look like the tags by which unions are told apart inside are named as any other key."""

from __future__ import annotations

from pathlib import Path

import pytest

from deceptive_sim.core.errors import InputError
from deceptive_sim.scenario.load import load_scenario

HEAD = "version: 1\nid: x\n"


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("=:", "= must have a value"),
        ('"=number": 1', "=number is not a key that is known here"),
        (HEAD + 'game: {"=phased": 1, phases: {training: {episodes: 1}}}', "=phased is not a key"),
        (
            HEAD + 'game: {phases: {training: {episodes: 1, modification: {A: {"=targets": 1}}}}}',
            "training.modification.A.=targets is not a good name",
        ),
        (HEAD + 'game: {phases: {"=library": {episodes: 1}}}', "=library is not a good name"),
        (HEAD + 'game: {phases: {training: {episodes: 1}}}\nagents: {a: {discount: {"=quasi": 1}}}', "=quasi"),
    ],
)
def test_such_keys_are_named(tmp_path: Path, text: str, named: str) -> None:
    path = tmp_path / "file.yaml"
    path.write_text(text + "\n")
    with pytest.raises(InputError) as caught:
        load_scenario(path)
    assert any(named in problem.sentence() for problem in caught.value.problems)
    assert all(problem.position is not None for problem in caught.value.problems)
