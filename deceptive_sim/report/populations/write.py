"""Writing the report of a simulated population: all of its files, or none."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from deceptive_sim.core.files import write_together
from deceptive_sim.report.write import check_format
from deceptive_sim.studies.population_diagram import PopulationDiagram
from deceptive_sim.studies.populations import PopulationResult

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def write_population_report(
    result: PopulationResult, folder: Path, figures: str | None = None, diagram: PopulationDiagram | None = None
) -> tuple[Path, ...]:
    """Write the report of a simulated population into a folder.

    `report.html`, `trajectories.csv` and `diagram.csv` hold no dates, durations or random names: the same result gives
    the same bytes. `simulation.json` says when and with which versions it ran.

    Parameters
    ----------
    result : PopulationResult
    folder : Path
        Made if missing. Reports that stand there are replaced, other files are left alone.
    figures : str, optional
        `png`, `svg` or `pdf`: write each figure as a file of its own too.
    diagram : PopulationDiagram, optional
        A measurement over parameters, shown as well.

    Returns
    -------
    tuple of Path
        `report.html`, `trajectories.csv`, `simulation.json`, `diagram.csv` if there is a diagram, then the figures.

    Raises
    ------
    InputError
        If a format is unknown.
    OutputError
        If anything could not be written; the report that stood there is then as it was.
    """
    check_format(figures)
    from deceptive_sim.report.figures.render import file_bytes
    from deceptive_sim.report.populations.page import population_page_html
    from deceptive_sim.report.populations.trajectories_csv import trajectories_csv

    drawn = dict(draw_figures(result, diagram))
    files = {
        "report.html": population_page_html(result, drawn, diagram).encode(errors="replace"),
        "trajectories.csv": trajectories_csv(result).encode(),
        "simulation.json": simulation_json(result, diagram).encode(errors="backslashreplace"),
    }
    if diagram is not None:
        from deceptive_sim.landscapes.tables import csv_text

        files["diagram.csv"] = csv_text(diagram.landscape).encode()
    if figures is not None:
        files |= {f"{name}.{figures}": file_bytes(figure, figures) for name, figure in drawn.items()}
    return write_together(folder, files)


def names_of(result: PopulationResult, diagram: PopulationDiagram | None = None) -> tuple[str, ...]:
    """The figures of a result, in the order in which they are shown."""
    from deceptive_sim.report.populations.numbers import most_spread

    names = ["alignment", "shares"]
    if result.outcome.population.scene.game.horizon:
        if most_spread(result) is not None:
            names.append("replicates")
        if result.evidence is not None:
            names.append("evidence")
            if result.evidence.watched is not None and result.evidence.watched.seen:
                names.append("watched")
        names.append("scores")
    if diagram is None:
        return tuple(names)
    alone = len(result.outcome.population.cohorts) == 1  # then parameters are what it is about
    return ("diagram", *names) if alone else (*names, "diagram")


def draw_figures(result: PopulationResult, diagram: PopulationDiagram | None = None) -> Iterator[tuple[str, Figure]]:
    """The figures of a result by name."""
    for name in names_of(result, diagram):
        module = import_module(f"deceptive_sim.report.figures.populations.{name}")
        yield name, module.draw(result, diagram) if name == "diagram" else module.draw(result)


def simulation_json(result: PopulationResult, diagram: PopulationDiagram | None = None) -> str:
    """The record of a simulation as JSON text."""
    from deceptive_sim.report.record import study_json

    return study_json(result, None if diagram is None else {"diagram": diagram.contract()})
