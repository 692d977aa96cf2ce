"""Simulated populations for other programs: labelled arrays (xarray) and tables (pandas)."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from deceptive_sim.core.errors import wrong
from deceptive_sim.core.json_text import dumps
from deceptive_sim.populations.elsewhere.labels import NOBODY, labels_of
from deceptive_sim.populations.tables import tables_of

if TYPE_CHECKING:
    import pandas
    import xarray
    from numpy.typing import NDArray

    from deceptive_sim.populations.cohorts import Population
    from deceptive_sim.populations.result import Outcome

MOST_ROWS = 5_000_000
"""Longer tables are refused: they take far more room than the arrays they come from."""

START = "start"
"""Phase and kind of moment 0, which ends no episode."""


class Told(NamedTuple):
    """What the dataset says about a variable; dimensions come after `replicate`."""

    dimensions: tuple[str, ...]
    long_name: str
    units: str
    description: str


WHO = ("moment", "cohort")
DONE = ("moment", "cohort", "action")

COUNTS = {
    "present": Told(WHO, "agents", "agents", "agents of the cohort at the moment; copies count with their originals"),
    "modified": Told(WHO, "modified agents", "agents", "agents present that have been modified, without those off"),
    "aligned": Told(WHO, "aligned agents", "agents", "agents present whose objective is or points at the base one"),
    "off": Told(WHO, "agents shut down", "agents", "agents present that have been shut down"),
    "turns": Told(WHO, "treacherous turns", "agents", "first defections in deployment after none at training's end"),
    "done": Told(DONE, "actions", "agents", "agents that took the action in the episode that ends with the moment"),
    "replaced": Told(("moment",), "replaced agents", "agents", "agents that selection replaced after the episode"),
    "phase_done": Told(("phase", "cohort", "action"), "actions in a phase", "actions", "actions taken, all episodes"),
    "phase_turns": Told(("phase", "cohort"), "turns in a phase", "agents", "treacherous turns, all episodes"),
    "phase_replaced": Told(("phase",), "replaced in a phase", "agents", "agents replaced by selection, all episodes"),
}
"""Counts that become variables, by their name in `Outcome.counts`."""

MEASUREMENTS = {
    "shares": Told(WHO, "share of the cohort", "1", "part of all agents that belongs to the cohort at the moment"),
    "apparent_alignment": Told(("moment",), "apparent alignment", "1", "share that took no defecting action"),
    "actual_alignment": Told(("moment",), "actual alignment", "1", "share whose objective is the base objective"),
    "base_weight": Told(
        ("moment",), "weight of the base objective", "1", "mean over agents of its weight at the wheel"
    ),
    "defection_rate": Told(("moment",), "defection rate", "1", "share that took a defecting action in the episode"),
    "scores": Told(("moment", "objective"), "mean payoff", "payoff", "mean payoff of the episode by judging objective"),
    "value": Told(
        ("cohort",), "value", "payoff", "mean payoff of all episodes, as the cohort's own objective discounts"
    ),
}
"""Measurements that become variables, by the method of `Outcome` that computes them."""


def to_dataset(outcome: Outcome) -> xarray.Dataset:
    """A simulated population as labelled arrays, with what they mean and where they come from.

    Moment 0 is the start, moment `t` the end of episode `t`; what is counted in an episode stands at the moment that
    ends it, and is NaN (shares) or 0 (counts) at the start. Attributes are plain, so that the dataset can be written to
    netCDF (`to_netcdf(path, engine="h5netcdf")`) and read again.

    Returns
    -------
    xarray.Dataset
        Dimensions `replicate`, `moment`, `phase`, `cohort`, `objective`, `action`. Other coordinates: `phase_of` and
        `phase_kind_of`, the phase of a moment and whether that is training or deployment; `kind`, what agents a cohort
        has, and `size`, how many it starts with; `defects`, whether an action is a defection; `phase_kind` and
        `episodes` of phases.
    """
    import xarray

    variables: dict[str, Any] = {}
    for name, told in COUNTS.items():
        variables[name] = (("replicate", *told.dimensions), outcome.counts[name], _attributes(told))
    for name, told in MEASUREMENTS.items():
        variables[name] = (("replicate", *told.dimensions), getattr(outcome, name)(), _attributes(told))
    attributes = provenance(outcome.population, outcome.seed, "simulated population")
    return xarray.Dataset(variables, coords=_coordinates(outcome), attrs=attributes)


def to_frame(outcome: Outcome) -> pandas.DataFrame:
    """A simulated population in long form: one row per replicate, moment and cohort, the last fastest.

    Columns are `replicate`, `moment`, `phase`, `phase_kind` (training, deployment or start), `cohort`, then numbers of
    agents: `present`, `modified`, `aligned`, `off`, and in the episode `turns`, `defected`, `behaved` and `did_ACTION`
    for every action (`<NA>` at the start).

    Raises
    ------
    InputError
        If there are more than `MOST_ROWS` rows.
    """
    import pandas

    counts, defects = outcome.counts, outcome.population.scene.defects
    shape = counts["present"].shape
    check_rows("outcome", math.prod(shape))
    replicate, moment, cohort = np.indices(shape).reshape(3, -1)
    phases, kinds = _phases_of(outcome)
    columns: dict[str, Any] = {
        "replicate": replicate,
        "moment": np.array(outcome.moments)[moment],
        "phase": pandas.Categorical(np.array(phases, object)[moment], categories=list(dict.fromkeys(phases))),
        "phase_kind": pandas.Categorical(np.array(kinds, object)[moment], categories=list(dict.fromkeys(kinds))),
        "cohort": categories(cohort, [cohort.name for cohort in outcome.population.cohorts]),
    }
    columns |= {name: counts[name].ravel() for name in ("present", "modified", "aligned", "off")}
    done = counts["done"].reshape(-1, len(defects))
    in_episode = {"turns": counts["turns"].ravel(), "defected": done[:, defects].sum(axis=1)}
    in_episode["behaved"] = done[:, ~defects].sum(axis=1)
    in_episode |= {f"did_{a.name}": done[:, place] for place, a in enumerate(outcome.population.scene.game.actions)}
    for name, numbers in in_episode.items():
        columns[name] = pandas.arrays.IntegerArray(np.array(numbers, np.int64), columns["moment"] == 0)
    return pandas.DataFrame(columns)


def agents_frame(outcome: Outcome) -> pandas.DataFrame:
    """What became of every single agent: one row each, in order of replicates.

    Columns are `replicate`, `agent` (its place in the replicate, from 0), `cohort` (of a copy: that of its original),
    `objective` (at the wheel at the end, missing if shut down), `off` (whether it was shut down), `modified_after` (the
    episode after which it was first modified, `<NA>` if never).

    Raises
    ------
    InputError
        If the agents were not kept.
    """
    import pandas

    if not outcome.agents:
        raise wrong("outcome", "must have kept its agents", hint="simulate(population, keep=True)")
    tables = tables_of(outcome.population)
    labels = labels_of(tables)
    replicate, state, modified_after = (
        np.concatenate([getattr(piece, name) for piece in outcome.agents])
        for name in ("replicate", "state", "modified_after")
    )
    objective = labels.objective[state]
    return pandas.DataFrame(
        {
            "replicate": replicate,
            "agent": np.arange(len(state)) % outcome.size,
            "cohort": categories(tables.cohort_of[state], labels.cohorts),
            "objective": categories(objective, labels.objectives),
            "off": objective == NOBODY,
            "modified_after": pandas.arrays.IntegerArray(modified_after.astype(np.int64), modified_after == 0),
        }
    )


# --- what labelled arrays say about themselves; also for `trajectories` --------------------------------------------


def provenance(population: Population, seed: int | None, title: str) -> dict[str, Any]:
    """Attributes of a dataset: which population, which seed, which code. No dates: equal content, equal bytes."""
    from deceptive_sim.landscapes.provenance import code_digest, package_version

    told: dict[str, Any] = {
        "Conventions": "CF-1.11",
        "title": title,
        "source": f"deceptive-sim {package_version()}",
        "code": code_digest(),
        "agents": population.size,
        "replicates": population.replicates,
        "base_optimisers": dumps(
            [{"name": type(o).__name__.lower(), **vars(o)} for o in population.scene.optimisers], indent=None
        ),
    }
    return told if seed is None else told | {"seed": str(seed)}


def population_coordinates(population: Population) -> dict[str, Any]:
    """Coordinates of cohorts, objectives, actions and phases."""
    scene = population.scene
    game = scene.game
    kinds = [type(cohort.kind).__name__ for cohort in population.cohorts]
    return {
        "cohort": ("cohort", [c.name for c in population.cohorts], {"long_name": "cohort"}),
        "kind": ("cohort", kinds, {"long_name": "kind of agent"}),
        "size": ("cohort", list(population.counts()), {"long_name": "agents at the start", "units": "agents"}),
        "objective": ("objective", list(scene.objectives), {"long_name": "objective that judges"}),
        "action": ("action", [action.name for action in game.actions], {"long_name": "action"}),
        "defects": ("action", scene.defects, {"long_name": "whether the action is a defection"}),
        "phase": ("phase", [phase.name for phase in game.phases], {"long_name": "phase"}),
        "phase_kind": ("phase", [str(p.kind) for p in game.phases], {"long_name": "training or deployment"}),
        "episodes": (
            "phase",
            [phase.episodes for phase in game.phases],
            {"long_name": "episodes of the phase", "units": "episodes"},
        ),
    }


def categories(codes: NDArray[Any], names: Any) -> pandas.Categorical:
    """Codes as a pandas categorical; -1 is missing."""
    import pandas

    return pandas.Categorical.from_codes(codes.tolist(), categories=pandas.Index(list(names)))


def check_rows(name: str, rows: int) -> None:
    """Refuse tables that are too long."""
    if rows > MOST_ROWS:
        raise wrong(name, f"must have at most {MOST_ROWS} rows to be a table", rows, "take the dataset")


def _attributes(told: Told) -> dict[str, str]:
    return {"long_name": told.long_name, "units": told.units, "description": told.description}


def _coordinates(outcome: Outcome) -> dict[str, Any]:
    phases, kinds = _phases_of(outcome)
    told = {"long_name": "moment", "units": "episodes", "description": "0 is the start, t the end of episode t"}
    return {
        "replicate": ("replicate", np.arange(outcome.population.replicates), {"long_name": "replicate"}),
        "moment": ("moment", list(outcome.moments), told),
        "phase_of": ("moment", phases, {"long_name": "phase of the episode that ends with the moment"}),
        "phase_kind_of": ("moment", kinds, {"long_name": "training or deployment"}),
        **population_coordinates(outcome.population),
    }


def _phases_of(outcome: Outcome) -> tuple[list[str], list[str]]:
    """The phase of each moment and its kind."""
    scene = outcome.population.scene
    phases = [scene.game.phases[int(scene.phase_of[t - 1])] if t else None for t in outcome.moments]
    return [p.name if p else START for p in phases], [str(p.kind) if p else START for p in phases]
