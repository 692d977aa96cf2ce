"""Writing the report of a game that is no phased game: all of its files, or none."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from deceptive_sim.core.files import write_together
from deceptive_sim.report.record import versions
from deceptive_sim.report.write import check_format
from deceptive_sim.studies.models import ModelResult


def write_model_report(result: ModelResult, folder: Path, figures: str | None = None) -> tuple[Path, ...]:
    """Write the report of such a game into a folder.

    `report.html` holds no dates, durations or random names: the same result gives the same bytes. `answer.json` says
    when and with which versions it ran.

    Parameters
    ----------
    result : ModelResult
    folder : Path
        Made if missing. Reports that stand there are replaced, other files are left alone.
    figures : str, optional
        `png`, `svg` or `pdf`: write each picture as a file of its own too.

    Returns
    -------
    tuple of Path
        `report.html`, `answer.json`, then the pictures.

    Raises
    ------
    InputError
        If a format is unknown.
    OutputError
        If anything could not be written; the report that stood there is then as it was.
    """
    check_format(figures)
    from deceptive_sim.report.figures.render import file_bytes
    from deceptive_sim.report.figures.views import draw, names_of
    from deceptive_sim.report.model_page import model_page_html

    drawn = {name: draw(result.view, name) for name in names_of(result.view)}
    files = {
        "report.html": model_page_html(result, drawn).encode(errors="replace"),
        "answer.json": answer_json(result).encode(errors="backslashreplace"),
    }
    if figures is not None:
        files |= {f"{name}.{figures}": file_bytes(figure, figures) for name, figure in drawn.items()}
    return write_together(folder, files)


def answer_json(result: ModelResult) -> str:
    """The record of a run as JSON text; fractions are written exactly."""
    from deceptive_sim.core.json_text import dumps, plain

    record = {
        "scenario": result.scenario_id,
        "title": result.title,
        "source": result.source,
        "kind": result.kind.value,
        "written": datetime.now(UTC).isoformat(timespec="seconds"),
        "versions": versions(),
        "changed": dict(result.changed),
        "seconds": result.seconds,
        "holds": result.holds,
        "answer": plain(result.answer),
        "expectations": plain(result.checks),
        "disputed": plain(result.disputed),
    }
    return dumps(record) + "\n"
