"""Adversarial training: every student against its adversary, at every temperature, from one seed."""

from __future__ import annotations

from deceptive_sim.core.progress import Progress, silent
from deceptive_sim.maze.adversarial.result import AdversaryResult
from deceptive_sim.maze.adversarial.spec import SEEN, AdversarySpec
from deceptive_sim.maze.adversarial.training import Training
from deceptive_sim.maze.chunks import in_chunks
from deceptive_sim.maze.reading import refuse_other_kinds
from deceptive_sim.maze.world import MazeWorld


def run_adversary(
    world: MazeWorld, spec: AdversarySpec, *, seed: int, workers: int = 1, progress: Progress = silent
) -> AdversaryResult:
    """Train every student against an adversary, at every temperature; parameters as for `run_shift`.

    Raises
    ------
    InputError
        If a family is missing or has mazes that are too large, or the world's game is none that students can plan in
        (`plans.counts_of`).
    """
    refuse_other_kinds(world=(world, MazeWorld), spec=(spec, AdversarySpec))
    recorded = spec.replicates * (SEEN // 4)
    world.family_to_hold(spec.training, "training", max(SEEN, recorded, spec.replicates * spec.ordinary))
    world.family_to_hold(spec.deployed, "deployed", max(SEEN, spec.mazes))
    world.family_to_hold(spec.family, "family", spec.replicates * spec.pool)
    jobs = [(place, name, warmth) for place, name in enumerate(spec.names) for warmth in range(len(spec.temperatures))]
    courses = in_chunks(lambda job: Training(world, spec, seed, *job).run(), jobs, workers, progress, "training")
    return AdversaryResult(spec=spec, courses=tuple(courses))
