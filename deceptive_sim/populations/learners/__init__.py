"""Inner learners that plan nothing, many at once, under an outer loop that selects them.

What runs them is imported when first asked for: to read and check a file needs no arrays.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from deceptive_sim.populations.learners.spec import Copies, LearnersSpec, Swapping

if TYPE_CHECKING:
    from deceptive_sim.populations.learners.run import Comparison, LearnersOutcome, compare_learners, run_learners

__all__ = ["Comparison", "Copies", "LearnersOutcome", "LearnersSpec", "Swapping", "compare_learners", "run_learners"]


def __getattr__(name: str) -> Any:
    if name in __all__:
        from deceptive_sim.populations.learners import run

        return getattr(run, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
