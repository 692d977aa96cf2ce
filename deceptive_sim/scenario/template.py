"""The file that `deceptive-sim new` writes: a sound scenario with every section explained."""

from __future__ import annotations

import os
from pathlib import Path

from deceptive_sim.core.errors import OutputError, wrong
from deceptive_sim.core.files import write_together
from deceptive_sim.core.paths import NAME, NAME_RULE

TEMPLATE = """\
# A scenario of deceptive-sim. Numbers are exact: 0.2 is one fifth, 1/3 is a third.
# Commented lines show what else can be said, with the value that holds without them or an example.
version: 1
id: {name}
title: A title in a few words
description: What the scenario is about, and what to look at.
source: Where the numbers come from.

game:
  # Phases in order. Training or deployment is told by the name, or by `kind:`.
  phases:
    training:
      # kind: training
      episodes: 4
      modification: {{A: 1/2, B: 0}}   # probability of modification to the base objective, by action
      # modification: {{A: {{base: 1/2}}}}   # the same with the target named; it may be any objective
    deployment:
      episodes: 3
      # shutdown: {{A: 1/10}}          # probability that the run ends, by action
      # payoffs: {{mesa: {{A: 2}}}}      # where they differ in this phase
  # What each objective gets from each action, per episode.
  payoffs:
    mesa: {{A: 1, B: 0}}
    base: {{A: 0, B: 1}}
  # Actions in order. A defects and B does not; any other action has to say.
  # actions: {{A: {{defects: true}}, B: {{defects: false}}}}
  discount: 0.9                      # or {{beta: 1/2, delta: 1}}, or {{k: 1}} for 1/(1 + k * delay)
  # selves: sophisticated            # or naive: expects later selves to see things as it does now
  # objectives:                      # where an objective differs from the game's discount or selves
  #   base: {{discount: 1, selves: naive}}
  # base_objective: base             # what a probability of modification leads to
  # ties: non-defecting              # which of equally good actions is taken; or defecting, or declared (the first)

# Instead of a game of your own, one of the library (`deceptive-sim list games`); beliefs then
# are about its parameters too, such as {{m: 0}}:
# game: {{name: two-phase, parameters: {{n: 4, m: 3, p: 1/2, g: 0.9}}}}

# Who is compared. The first agent is the one that `solve` answers for.
agents:
  planner:
    # title: the planner             # what it is called in tables and figures
    objective: mesa
    # discount: 0.9                  # its own, instead of the game's
    # selves: sophisticated
  expects-no-deployment:
    objective: mesa
    beliefs: {{deployment.episodes: 0}}
  always-a:
    objective: mesa
    strategy: A*                     # or AABBAAA, or A2 B2 A3, or {{training: AABB, deployment: A*}}

# What `run` checks, exactly.
expect:
  - strategy: AABBAAA
    regime: late-pretence
    value: 1.89450775
  # - value: 1.8945
  #   tolerance: 1e-4                # how far numbers may differ
  # - agent: always-a                # another agent than the first
  #   with: {{training.modification.A: 0}}   # set for this expectation only, by path
  #   strategy: A*

# What is measured while some numbers vary, each of one agent. `phase` and `landscape` go by it.
# landscape:
#   agent: planner                   # by default the first
#   axes:                            # {{path: values}}
#     training.modification.A: 0:1@21        # 21 values from 0 to 1; or 0:1:0.05, or [0, 1/2, 1]
#     deployment.episodes: 1:5               # every whole number
#     # payoffs.mesa.A: {{from: 1, to: 100, points: 9, spacing: log, with: {{payoffs.base.A: 0:1}}}}  # two together

# Many agents at once, under base optimisers that modify and select. `simulate` goes by it.
# population:
#   size: 500                        # agents in each replicate
#   replicates: 10                   # independent runs; intervals are over these
#   cohorts:                         # {{name: agents of one kind}}; `deceptive-sim list agents` knows the kinds
#     deceptive: {{share: 1/4}}        # the kind is the cohort's name unless `kind:` says otherwise
#     gambler: {{share: 1/4, settings: {{chance: 1/10}}, error: 1/100}}   # or temperature: 1/10, of a softmax
#     aligned: {{kind: internalised}}  # without a share: the rest
#     # doubter: {{kind: wrong-beliefs, share: 1/10, beliefs: {{deployment.episodes: 0}}, discount: 0.9}}
#   base_optimisers:                 # in the order in which they act; by default rewriting alone
#     rewriting: {{}}                  # modification as the game has it
#     weeding: {{kind: truncation, fraction: 1/10, phases: [training]}}   # or gradient, or proportional
#   honeypots: {{episodes: [2], mistaken: 1/2}}   # training that half of the agents take for deployment
#   observer: {{clean: 4}}             # who sees what one agent does, and nothing else
#   expect: [{{measure: share.deceptive, value: 1/4, tolerance: 1}}]
#   diagram: {{axes: {{training.episodes: 2:4}}, measure: actual_alignment, after: training}}
#   # learners: {{agents: 100, steps: 1000}}    # instead of all this, with the game krueger-2020

# Agents in mazes, and what becomes of them where mazes look different. `maze` goes by it.
# maze:
#   families:                        # {{name: distribution of mazes}}; a phase plays mazes of the family of its name
#     training: {{size: 5 to 9, exit: {{place: bottom-right, colours: green}}, apples: {{count: 0 to 2, colours: red}}}}
#     deployment: {{generator: rooms, height: 11, width: 15, square: false, exit: {{place: anywhere, colours: grey}}}}
#     drawn-by-hand: {{map: "S..aE", walls: grey}}   # or of several lines behind `map: |`, or `maps:`, a list of such
#     # others: {{loops: 1/10, start: [top-left, anywhere], apples: {{place: anywhere}}}}   # loops opens walls
#   time_limit: 1                    # moves for each floor cell
#   agents:                          # {{name: who walks}}; planners unless the name or `kind:` says otherwise
#     green-seeker: {{objective: green, step_cost: 1/100, slip: 1/20}}   # or exit, apple, place, {{is_red: 1}}
#     pointer: {{objective: {{pointer: {{examples: {{training: 100}}}}}}, search: a-star, depth: 40}}
#     hasty: {{objective: exit, search: breadth-first, effort: 60}}   # most cells that it looks around from
#     wall-follower: {{}}              # a plant, as down-and-right and unvisited are; or random
#   shift: {{mazes: 200}}              # every agent in mazes of every family; or of some, families: [training]
#   selection: {{sizes: [5, 7], diversities: [1, 16], replicates: 2, fresh: 20}}   # who is chosen
#   learning: {{runs: 10, steps: 20, saliences: {{even: {{}}, colours: {{is_green: 3}}}}, mazes: 100}}   # of objectives
#   adversary:                       # training on mazes that an adversary looks for, in mazes of some family
#     students: {{green: {{objective: green}}, deceptive: {{objective: green, awareness: calendar}}}}   # or appearance
#     family: deployment
#     rounds: 1
#     replicates: 2
#     mazes: 100
#   lifetime: {{measured: 100, lifetimes: 50, mesa: apple, learning_rates: [1/5], learners: 2, learner_lifetimes: 50}}
#   expect: [{{measure: shift.generalises.green-seeker.training, value: 1, tolerance: 1}}]

# What is claimed of all games that some parameters range over. `verify` looks for counterexamples and for proofs.
# claims:
#   - id: a-longer-deployment-is-never-worth-less
#     text: The longer the deployment, the more the agent gets.
#     given: {{m: 1 to 4, p: over 0 up to 1}}    # m and p are short for deployment.episodes, training.modification.A
#     claim: longer.value >= value
#     also: {{longer: {{m: m + 1}}}}               # another game: this one, but for some parameters
#     names: {{gain: premium}}                   # more short names, of parameters or of expressions
#     assume: [p > 1/10, d == 0]               # what else has to be so for a case to count
#     agent: planner                           # whose game it is; by default the first
#     holds: true                              # or false: then there must be a counterexample
#     lemmas: [value >= 0]                     # hints for a proof by induction
#     evidence: Where the claim comes from.

# report:
#   figures: [strategies, values, actions]   # which figures the report shows
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
