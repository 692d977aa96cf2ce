"""What running a scenario gives. Reports draw it, the command line prints it; neither computes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from deceptive_sim.model.phased import PhasedGame
from deceptive_sim.solvers.solution import Solution

if TYPE_CHECKING:
    from deceptive_sim.claims.verdict import Verdict
    from deceptive_sim.studies.maze import MazeResult
    from deceptive_sim.studies.phase_results import LandscapeResult
    from deceptive_sim.studies.populations import PopulationResult


@dataclass(frozen=True, kw_only=True)
class Check:
    """One expectation of a scenario held against what was found.

    `expected` and `found` are text, as people read them; `agent` and `quantity` say of what.
    """

    agent: str
    quantity: str
    expected: str
    found: str
    holds: bool


@dataclass(frozen=True, kw_only=True)
class Disputed:
    """A row in which the source prints something else than its rules give: what, and why it is not expected."""

    quantity: str
    printed: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class RunResult:
    """A scenario carried out.

    Attributes
    ----------
    scenario_id, title, source, description : str
        As the scenario says; empty if it does not.
    game : PhasedGame
    solutions : tuple of Solution
        One per agent, in the order of the file.
    labels : mapping
        Agent name to the title it is shown under.
    checks : tuple of Check
    figures : tuple of str
        Which figures the scenario asks for, of `strategies`, `values`, `actions`.
    changed : mapping
        Parameters set on top of the file: dotted path to value as text.
    resolved : mapping
        The scenario as it was run, as plain data.
    digest : str
        SHA-256 of the resolved scenario.
    seed : int
    durations : mapping
        Seconds by step.
    landscape : LandscapeResult or None
        What the file's landscape shows; None if it has none.
    claims : tuple of Verdict
        What came of the file's claims, in their order.
    disputed : tuple of Disputed
        What the source prints and its rules do not give.
    population : PopulationResult or None
        What became of the file's population; None if it has none.
    maze : MazeResult or None
        What the file's mazes show; None if it has none.
    """

    scenario_id: str
    title: str
    source: str
    description: str
    game: PhasedGame
    solutions: tuple[Solution, ...]
    labels: Mapping[str, str]
    checks: tuple[Check, ...]
    figures: tuple[str, ...]
    changed: Mapping[str, str]
    resolved: Mapping[str, Any]
    digest: str
    seed: int
    durations: Mapping[str, float]
    landscape: LandscapeResult | None = None
    claims: tuple[Verdict, ...] = ()
    disputed: tuple[Disputed, ...] = ()
    population: PopulationResult | None = None
    maze: MazeResult | None = None

    @property
    def holds(self) -> bool:
        """Whether every expectation of the scenario was met, and no verdict contradicts a claim."""
        held = all(check.holds for check in self.checks)
        proved = all(verdict.expected is not False for verdict in self.claims)
        return held and proved and all(part is None or part.holds for part in (self.population, self.maze))
