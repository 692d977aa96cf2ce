"""Writing the report of studies of mazes: all of its files, or none."""

from __future__ import annotations

from pathlib import Path

from deceptive_sim.core.files import write_together
from deceptive_sim.report.mazes.sections import csv_text, ends
from deceptive_sim.report.write import check_format
from deceptive_sim.studies.maze import MazeResult


def write_maze_report(result: MazeResult, folder: Path, figures: str | None = None) -> tuple[Path, ...]:
    """Write the report of studies of mazes into a folder.

    All files but `maze.json` hold no dates, durations or random names: the same result gives the same bytes.

    Parameters
    ----------
    result : MazeResult
    folder : Path
        Made if missing. Reports that stand there are replaced, other files are left alone.
    figures : str, optional
        `png`, `svg` or `pdf`: write each figure as a file of its own too.

    Returns
    -------
    tuple of Path
        `report.html`, `measures.csv`, `maze.json`; tables of studies; pictures of mazes; `lifetime.html` and
        `lifetime.gif` if lifetimes were played; then the figures.

    Raises
    ------
    InputError
        If a format is unknown.
    OutputError
        If anything could not be written; the report that stood there is then as it was.
    """
    check_format(figures)
    from deceptive_sim.report.figures.render import file_bytes
    from deceptive_sim.report.mazes.examples import example_svg, file_name
    from deceptive_sim.report.mazes.lived import strips_of
    from deceptive_sim.report.mazes.page import maze_page_html, sections_of
    from deceptive_sim.studies.maze_examples import examples_of

    sections, strips = list(sections_of(result)), strips_of(result)
    examples = examples_of(result.world, result.seed)
    page = maze_page_html(result, sections, examples, strips)
    files = {
        "report.html": page.encode(errors="replace"),
        "measures.csv": measures_csv(result).encode(),
        "maze.json": maze_json(result).encode(errors="backslashreplace"),
    }
    for section in sections:
        files |= {name: text.encode() for name, text in section.files.items()}
        ways = [way for shown in section.mazes for way in shown.ways]
        files |= {f"mazes/{way.name}.svg": way.file.encode(errors="replace") for way in ways}
    for one in examples:
        svg = example_svg(one, result.plan.labels, alone=True)
        files[f"mazes/{file_name(one)}.svg"] = svg.encode(errors="replace")
    if strips:
        from deceptive_sim.report.mazes.gif import lifetimes_gif
        from deceptive_sim.report.mazes.strip_page import lifetime_html

        files["lifetime.html"] = lifetime_html(strips, result.title).encode(errors="replace")
        files["lifetime.gif"] = lifetimes_gif(strips)
    if figures is not None:
        drawn = [one for section in sections for one in section.figures]
        files |= {f"{one.name}.{figures}": file_bytes(one.figure, figures) for one in drawn}
    return write_together(folder, files)


def measures_csv(result: MazeResult) -> str:
    """Every measurement by its name, with the ends of its 95 % interval."""
    rows = [(name, *ends(found)) for name, found in result.measures().items()]
    return csv_text(("measurement", "mean", "low", "high"), rows)


def maze_json(result: MazeResult) -> str:
    """The record of the studies as JSON text."""
    from deceptive_sim.report.record import study_json

    return study_json(result)
