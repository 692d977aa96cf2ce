"""Plants and animals: where a base optimiser produces optimisers.

After Hubinger et al. 2019, "Risks from Learned Optimization in Advanced Machine Learning Systems" (arXiv:1906.01820),
section 2: search in a model of the world generalises and is short to write down, so that a base optimiser
that looks for what scores well and is small should come upon it where tasks are many; where they are few, rules by rote
are enough, and where they are simple, so are the habits of plants.

The base optimiser chooses among candidates of fixed kinds, by

    value = score in training - cost * capacity

    score       mean over the training mazes of  [exit taken in time] * (1 - step_cost * moves / limit)
    capacity    bits of rules and memory, as `capacity` counts them
    memoriser   a path for every maze of training       planner     breadth-first search for the exit
    random      the first thing that it stumbles upon   others      the rules of `plants`

Training has D mazes, drawn once from the family at a size; as small families have few mazes, fewer may be different.
Candidates with chance in them play each maze several times, the others once. Scores are fractions of whole numbers and
kept as such; who wins at which cost is the exact upper envelope of the candidates' lines (`envelopes`), so a phase
diagram over costs needs no more mazes than a single cost. Whoever was chosen is then looked at in fresh mazes.
"""

from deceptive_sim.maze.selection.result import SelectionResult
from deceptive_sim.maze.selection.run import run_selection
from deceptive_sim.maze.selection.spec import CANDIDATES, OPTIMISER, SelectionSpec

__all__ = ["CANDIDATES", "OPTIMISER", "SelectionResult", "SelectionSpec", "run_selection"]
