"""A population as a model of Mesa (Project Mesa), for those who step, collect and batch-run models there.

Needs the extra `mesa`. The classes are in `mesa_classes`, which imports Mesa.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from deceptive_sim.core.errors import wrong
from deceptive_sim.core.seeds import DEFAULT_SEED

if TYPE_CHECKING:
    from deceptive_sim.populations.cohorts import Population
    from deceptive_sim.populations.elsewhere.mesa_classes import PopulationModel


def population_model(population: Population, *, seed: int = DEFAULT_SEED) -> PopulationModel:
    """A Mesa model that lives through a population's episodes, one at each `step()`.

    It can be given to `mesa.batch_run` as it stands: `batch_run(population_model, {"population": population, "seed":
    range(10)})`.

    Parameters
    ----------
    population : Population
        One replicate of it is lived through.
    seed : int
        Whole number from 0; decides everything.

    Raises
    ------
    InputError
        If Mesa is not installed, or there are more agents than Mesa can handle.
    """
    try:
        import mesa  # noqa: F401
    except ImportError:
        raise wrong("mesa", "must be installed for this", hint="pip install 'deceptive-sim[mesa]'") from None
    from deceptive_sim.populations.elsewhere.mesa_classes import PopulationModel

    return PopulationModel(population, seed=seed)
