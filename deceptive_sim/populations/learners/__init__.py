"""Inner learners that plan nothing, many at once, under an outer loop that selects them."""

from deceptive_sim.populations.learners.run import (
    Comparison,
    Copies,
    LearnersOutcome,
    LearnersSpec,
    Swapping,
    compare_learners,
    run_learners,
)

__all__ = ["Comparison", "Copies", "LearnersOutcome", "LearnersSpec", "Swapping", "compare_learners", "run_learners"]
