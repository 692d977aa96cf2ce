"""What comes in the way of `verify`: Ctrl-C while several processes work, and things that are no files."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from pathlib import Path

import pytest
from cli.commands import ROOT, command, surroundings

from deceptive_sim import load_scenario
from deceptive_sim.studies.claim_memory import remembered

CLAIM = """
  - id: claim-{0}
    given: {{n: 0 to 40, m: 1 to 40, p: 0 to 1, q: 0 to 1, d: 0 to 1, g: 0 to 1}}
    claim: value >= 0 and training_defections >= 0 and {0} >= 0
"""


@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix", reason="sends signals to a group of processes")
def test_an_interruption_while_many_claims_wait_is_one_word(tmp_path: Path) -> None:
    seed = (ROOT / "scenarios/two-plus-three.yaml").read_text(encoding="utf-8")
    file = tmp_path / "busy.yaml"
    file.write_text(seed + "\nclaims:" + "".join(CLAIM.format(number) for number in range(60)), encoding="utf-8")
    process = subprocess.Popen(
        command("verify", str(file), "--no-proofs", "--workers", "2", "--out", str(tmp_path / "out")),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=surroundings(),
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
        start_new_session=True,
    )
    time.sleep(4)
    assert process.poll() is None, "was not busy"
    os.killpg(process.pid, signal.SIGINT)  # as Ctrl-C does: to all processes of the command
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out, err.strip()) == (130, b"", b"interrupted")


@pytest.mark.skipif(os.name != "posix", reason="makes a pipe")
def test_a_pipe_in_place_of_the_memory_is_not_waited_for(tmp_path: Path) -> None:
    seed = load_scenario("two-plus-three")
    os.mkfifo(tmp_path / "counterexamples.json")
    assert remembered(seed, tmp_path).note.endswith("is not read: it is no file")
