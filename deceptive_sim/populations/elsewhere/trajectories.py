"""Single agents of a population, watched episode by episode.

Where agents do not affect each other only those watched are simulated; under selection all agents of a replicate are.
Memory is a few numbers for each watched agent and episode.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from deceptive_sim.core.errors import wrong
from deceptive_sim.core.progress import Progress, silent
from deceptive_sim.core.seeds import DEFAULT_SEED, generator
from deceptive_sim.populations.blocks.stepping import Stepper
from deceptive_sim.populations.cohorts import Population
from deceptive_sim.populations.elsewhere.dataset import categories, check_rows, population_coordinates, provenance
from deceptive_sim.populations.elsewhere.labels import Labels, labels_of
from deceptive_sim.populations.tables import OFF, Tables, tables_of

if TYPE_CHECKING:
    import pandas
    import xarray
    from numpy.typing import NDArray

MOST_BYTES = 2_000_000_000
"""Memory that trajectories may take."""

FIRST = 10
"""Agents watched in each replicate unless said otherwise."""

ACTING, STANDING = ("replicate", "agent", "episode"), ("replicate", "agent", "moment")


def trajectories(
    population: Population,
    *,
    seed: int = DEFAULT_SEED,
    agents: int | Sequence[int] = FIRST,
    replicates: int | None = None,
    progress: Progress = silent,
) -> xarray.Dataset:
    """What single agents do, and what becomes of them, episode by episode.

    These are runs of their own, made for watching: they have the same law as those of `simulate`, but under the same
    seed other agents have other fates. Each replicate draws from its own place under the seed.

    Parameters
    ----------
    population : Population
    seed : int
        Whole number from 0; decides everything.
    agents : int or sequence of int
        How many agents to watch in each replicate, spread evenly over it (cohorts stand in order), at most all of them;
        or which, by their places from 0.
    replicates : int, optional
        Watch only so many, the first ones.
    progress : Progress

    Returns
    -------
    xarray.Dataset
        In episodes, `[replicate, agent, episode]`: `taken` (which action, as a place along the coordinate `action`, -1
        if shut down) and `payoff`, with a last dimension `objective`, the judge. At moments, `[replicate, agent,
        moment]`, where 0 is the start and `t` the end of episode `t`: `cohort_of` (a place along `cohort`), `at_wheel`
        (a place along `wheel`, which has the objectives and their mixtures in words; -1 if shut down), `memory`,
        `base_weight`, `modified` and `off`. An agent is a place in the population: a copy takes the place of whom it
        replaces.

    Raises
    ------
    InputError
        If there are no such agents or replicates, or the result would take more than 2 GB.
    """
    import xarray

    many, rows = _asked(population, agents), _replicates(population, replicates)
    shape = (rows, many, population.scene.game.horizon)
    _check_size(shape, len(population.scene.objectives))
    places = _places(population, agents)
    tables = tables_of(population)
    labels = labels_of(tables)
    taken = np.full(shape, OFF, np.int16)
    payoff = np.zeros((*shape, len(tables.scene.objectives)))
    state = np.zeros((rows, len(places), tables.horizon + 1), np.int32)
    for row in range(rows):
        runner, watched = _runner(population, tables, places, generator(seed, row))
        state[row, :, 0] = runner.state[watched]
        for t in range(tables.horizon):
            runner.step()
            taken[row, :, t], payoff[row, :, t] = runner.action[watched], runner.paid[watched]
            state[row, :, t + 1] = runner.state[watched]
        progress(row + 1, rows, "watching")
    coordinates = population_coordinates(population) | _axes(tables, labels)
    coordinates |= {"replicate": np.arange(rows), "agent": places}
    variables = {
        "taken": (ACTING, taken, _coded("action taken", "action", coordinates["action"][1])),
        "payoff": ((*ACTING, "objective"), payoff, {"long_name": "payoff of the episode", "units": "payoff"}),
        **_standing(tables, labels, state),
    }
    told = provenance(population, seed, "trajectories of single agents")
    return xarray.Dataset(variables, coords=coordinates, attrs=told)


def trajectories_frame(watched: xarray.Dataset) -> pandas.DataFrame:
    """Trajectories in long form: one row per replicate, agent and episode, the last fastest.

    Columns are `replicate`, `agent`, `episode`, `phase`, `phase_kind` (training or deployment), then as the episode
    began `cohort`, `objective` (at the wheel; missing if shut down), `memory`, `modified`; and in the episode `action`
    (missing if shut down) and `payoff_OBJECTIVE` for each judge.

    Raises
    ------
    InputError
        If there are more than 5,000,000 rows.
    """
    import pandas

    shape = watched["taken"].shape
    check_rows("trajectories", watched["taken"].size)
    replicate, agent, episode = np.indices(shape).reshape(3, -1)
    began = watched.isel(moment=slice(None, -1))

    def named(name: str, along: str) -> pandas.Categorical:
        codes = (watched if name == "taken" else began)[name].to_numpy()
        return categories(codes.reshape(-1), watched[along].to_numpy().astype(str))

    def by_episode(name: str) -> pandas.Categorical:
        return pandas.Categorical(watched[name].to_numpy().astype(str)[episode])

    columns: dict[str, Any] = {
        "replicate": watched["replicate"].to_numpy()[replicate],
        "agent": watched["agent"].to_numpy()[agent],
        "episode": watched["episode"].to_numpy()[episode],
        "phase": by_episode("phase_of"),
        "phase_kind": by_episode("phase_kind_of"),
        "cohort": named("cohort_of", "cohort"),
        "objective": named("at_wheel", "wheel"),
        "memory": began["memory"].to_numpy().reshape(-1),
        "modified": began["modified"].to_numpy().reshape(-1).astype(bool),
        "action": named("taken", "action"),
    }
    payoff = watched["payoff"].to_numpy()
    for place, judge in enumerate(watched["objective"].to_numpy().astype(str)):
        columns[f"payoff_{judge}"] = payoff[..., place].reshape(-1)
    return pandas.DataFrame(columns)


# --- who is watched ------------------------------------------------------------------------------------------------


def _asked(population: Population, agents: int | Sequence[int]) -> int:
    """How many agents to watch; an `InputError` if there are no such agents."""
    size = population.size
    if isinstance(agents, int | np.integer):
        if not 1 <= agents <= size:
            raise wrong("agents", f"must be from 1 to {size}, the size of the population", agents)
        return int(agents)
    strange = [place for place in agents if not 0 <= place < size]
    if strange or not len(agents):
        raise wrong("agents", f"must be places of agents, from 0 to {size - 1}", strange[0] if strange else "none")
    return len(set(agents))


def _places(population: Population, agents: int | Sequence[int]) -> NDArray[np.int64]:
    """The places of the agents to watch, ascending."""
    if isinstance(agents, int | np.integer):
        return (2 * np.arange(agents, dtype=np.int64) + 1) * population.size // (2 * int(agents))
    return np.array(sorted(set(agents)), np.int64)


def _replicates(population: Population, replicates: int | None) -> int:
    if replicates is None:
        return population.replicates
    if not 1 <= replicates <= population.replicates:
        raise wrong("replicates", f"must be from 1 to {population.replicates}, those of the population", replicates)
    return replicates


def bytes_needed(shape: tuple[int, ...], objectives: int) -> int:
    """How much memory trajectories of a shape `[replicate, agent, episode]` take."""
    rows, agents, episodes = shape
    acting, standing = 2 + 8 * objectives, 4 + 2 + 2 + 4 + 8 + 1 + 1  # states are held while the rest is made
    return rows * agents * (episodes * acting + (episodes + 1) * standing)


def _check_size(shape: tuple[int, int, int], objectives: int) -> None:
    needed = bytes_needed(shape, objectives)
    if needed > MOST_BYTES:
        rows, agents, episodes = shape
        got = f"about {needed / 1e9:.3g} GB for {agents} agents in {rows} replicates over {episodes} episodes"
        raise wrong("trajectories", f"must take at most {MOST_BYTES / 1e9:g} GB: it would be {got}")


def _runner(
    population: Population, tables: Tables, places: NDArray[np.int64], rng: np.random.Generator
) -> tuple[Stepper, NDArray[np.int64]]:
    """Who steps a replicate, and where in it those watched stand."""
    counts = np.array(population.counts())
    if population.scene.selects:
        return Stepper(tables, counts, 1, rng, watched=True), places
    cohort = np.searchsorted(np.cumsum(counts), places, side="right")
    watched = np.bincount(cohort, minlength=len(counts))
    return Stepper(tables, watched, 1, rng, watched=True), np.arange(len(places))


# --- what the arrays say -------------------------------------------------------------------------------------------


def _standing(tables: Tables, labels: Labels, state: NDArray[np.int32]) -> dict[str, Any]:
    """What states tell, at moments."""
    base = tables.scene.base
    weight = np.full(tables.states, np.nan) if base is None else tables.weights[:, base]
    cohort = tables.cohort_of.astype(np.int16)
    return {
        "cohort_of": (STANDING, cohort[state], _coded("cohort", "cohort", labels.cohorts)),
        "at_wheel": (STANDING, labels.objective[state], _coded("at the wheel", "wheel", labels.objectives)),
        "memory": (STANDING, labels.memory[state], {"long_name": "memory", "description": "state of mind, by kind"}),
        "base_weight": (STANDING, weight[state], {"long_name": "weight of the base objective", "units": "1"}),
        "modified": (STANDING, tables.modified[state], {"long_name": "whether the agent has been modified"}),
        "off": (STANDING, tables.off[state], {"long_name": "whether the agent is shut down"}),
    }


def _coded(long_name: str, along: str, names: Sequence[str]) -> dict[str, Any]:
    """Attributes of codes, with CF's flags; -1 is being shut down."""
    return {
        "long_name": long_name,
        "description": f"place along the coordinate {along}; -1 if shut down",
        "flag_values": np.arange(-1, len(names), dtype=np.int16),
        "flag_meanings": " ".join(["off", *("_".join(name.split()) for name in names)]),
    }


def _axes(tables: Tables, labels: Labels) -> dict[str, Any]:
    """Coordinates of episodes and moments, and the names behind codes."""
    scene = tables.scene
    phases = [scene.game.phases[index] for index in scene.phase_of.tolist()]
    return {
        "episode": np.arange(1, tables.horizon + 1),
        "moment": np.arange(tables.horizon + 1),
        "phase_of": ("episode", [phase.name for phase in phases], {"long_name": "phase of the episode"}),
        "phase_kind_of": ("episode", [str(phase.kind) for phase in phases], {"long_name": "training or deployment"}),
        "wheel": ("wheel", list(labels.objectives), {"long_name": "what can be at a wheel"}),
    }
