"""Fill a landscape of any size on disk: what is missing is measured, what is there is kept.

The result does not depend on who measured which tile, nor on interruptions: the file has the same bytes.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from deceptive_sim.core.progress import Progress, silent
from deceptive_sim.landscapes.axes import Axis
from deceptive_sim.landscapes.estimates import MOST_POINTS, estimate, require_room
from deceptive_sim.landscapes.landscape import Landscape
from deceptive_sim.landscapes.store import CHECKSUM, RESULT, TILES, Store, check_folder, opened
from deceptive_sim.landscapes.sweep import Sweep
from deceptive_sim.landscapes.tiles import Plan, Tile, plan_for
from deceptive_sim.landscapes.workers import Ways, measure_tile, ways


@dataclass(frozen=True, kw_only=True, eq=False)
class Filled:
    """A landscape that is whole on disk.

    Attributes
    ----------
    plan : Plan
    path : Path
        Its netCDF file; `dataset.read_landscape` reads it, `netcdf.open_netcdf` opens it.
    computed, kept : int
        Tiles that were measured now, and that were there from earlier runs.
    """

    plan: Plan
    path: Path
    computed: int
    kept: int

    def landscape(self) -> Landscape:
        """The whole landscape, read into memory."""
        import h5py

        arrays = {}
        with h5py.File(self.path) as file:
            for variable in self.plan.variables:
                array = arrays[variable.name] = file[variable.name][()].astype(variable.dtype)
                array.flags.writeable = False
        plan = self.plan
        return Landscape(axes=plan.axes, variables=plan.variables, arrays=arrays, identity=plan.identity)


def fill(
    sweep: Sweep,
    axes: Sequence[Axis],
    folder: Path,
    *,
    workers: int = 1,
    dask: str | None = None,
    most_points: int = MOST_POINTS,
    progress: Progress = silent,
) -> Filled:
    """Fill a landscape, or go on filling it, until its file is whole.

    Parameters
    ----------
    sweep : Sweep
    axes : sequence of Axis
    folder : Path
        Made if missing. One that was begun by the same call is gone on with.
    workers : int
        Processes on this machine; 1 is this process itself.
    dask : str, optional
        Address of a dask scheduler whose workers measure instead.
    most_points : int
        Larger landscapes are refused.
    progress : Progress
        Told how many points are done.

    Returns
    -------
    Filled

    Raises
    ------
    InputError
        If a point is unsound, the landscape too large, the folder taken, or the scheduler not reachable.
    OutputError
        If a file cannot be written, or workers die again and again; finished tiles stay.
    """
    way = ways(workers, dask)
    plan = plan_for(sweep, axes)
    check_folder(folder, plan)
    room = None if (folder / CHECKSUM).exists() else folder  # a landscape that is whole takes no more
    require_room(estimate(plan, workers=workers), most=most_points, folder=room, there=_bytes_in(folder))
    with opened(folder, plan) as store:
        if store.is_complete():
            store.drop_tiles()
            return Filled(plan=plan, path=store.result, computed=0, kept=len(plan))
        computed = _measure_missing(store, sweep, way, progress)
        store.finish(_all_tiles(store, sweep, progress))
    return Filled(plan=plan, path=folder / RESULT, computed=computed, kept=len(plan) - computed)


def _measure_missing(store: Store, sweep: Sweep, way: Ways, progress: Progress) -> int:
    """Measure and keep what is missing; how many tiles that were."""
    plan = store.plan
    missing = [tile for tile in plan if store.read(tile) is None]
    done = plan.points - sum(tile.points for tile in missing)
    progress(done, plan.points, "measuring")
    with contextlib.closing(way(plan, sweep, missing)) as measured:
        for tile, payload in measured:
            store.write(tile, payload)
            done += tile.points
            progress(done, plan.points, "measuring")
    return len(missing)


def _all_tiles(store: Store, sweep: Sweep, progress: Progress) -> Iterator[tuple[Tile, bytes]]:
    """Every tile in order. One that was damaged since it was checked is measured again."""
    plan, done = store.plan, 0
    for tile in plan:
        payload = store.read(tile)
        yield tile, measure_tile(sweep, tile.axes_of(plan)).payload if payload is None else payload
        done += tile.points
        progress(done, plan.points, "writing")


def _bytes_in(folder: Path) -> int:
    """Bytes that earlier runs already wrote."""
    found = [folder / RESULT, *(folder / TILES).glob("*")]
    return sum(path.stat().st_size for path in found if path.is_file())
