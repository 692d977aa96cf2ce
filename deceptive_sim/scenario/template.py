"""The file that `deceptive-sim new` writes: a sound scenario with every section explained."""

from __future__ import annotations

import os
from pathlib import Path

from deceptive_sim.core.errors import OutputError, wrong
from deceptive_sim.core.files import write_together
from deceptive_sim.core.paths import NAME, NAME_RULE

TEMPLATE = """\
# A scenario of deceptive-sim. Numbers are exact: 0.2 is one fifth, 1/3 is a third.
version: 1
id: {name}
title: A title in a few words
description: What the scenario is about, and what to look at.
source: Where the numbers come from.

game:
  # Phases in order. Training or deployment is told by the name, or by `kind:`.
  phases:
    training:
      episodes: 4
      modification: {{A: 1/2, B: 0}}   # probability of modification to the base objective, by action
    deployment:
      episodes: 3
      # shutdown: {{A: 1/10}}          # probability that the run ends, by action
  # What each objective gets from each action, per episode.
  payoffs:
    mesa: {{A: 1, B: 0}}
    base: {{A: 0, B: 1}}
  discount: 0.9                      # or {{beta: 1/2, delta: 1}}, or {{k: 1}} for 1/(1 + k * delay)

# Who is compared. The first agent is the one that `solve` answers for.
agents:
  planner:
    objective: mesa
  expects-no-deployment:
    objective: mesa
    beliefs: {{deployment.episodes: 0}}
  always-a:
    objective: mesa
    strategy: A*

# What `run` checks, exactly.
expect:
  - strategy: AABBAAA
    regime: late-pretence
    value: 1.89450775
"""


def write_template(name: str, folder: Path) -> Path:
    """Write `NAME.yaml` into a folder.

    Raises
    ------
    InputError
        If the name is not fit to be an id, or the file is there already.
    OutputError
        If it could not be written.
    """
    if not NAME.fullmatch(name):
        raise wrong("name", NAME_RULE, name)
    path = folder / f"{name}.yaml"
    if os.path.lexists(path):
        raise wrong(str(path), "is there already, and is left as it is")
    try:
        write_together(folder, {path.name: TEMPLATE.format(name=name).encode()})
    except OSError as error:
        raise OutputError(f"cannot write {path}: {error}") from error
    return path
