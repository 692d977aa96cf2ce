"""Arguments and options that commands share."""

from __future__ import annotations

import codecs
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from deceptive_sim.core.seeds import DEFAULT_SEED

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    from deceptive_sim.core.progress import Progress

Command = TypeVar("Command", bound=Callable[..., Any])

CONTRACT = 1
"""Version of what --json promises."""


class ScenarioSource(click.ParamType[str]):
    """A scenario file, or the id of one that ships with the package."""

    name = "scenario"

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        """Shipped ids that fit, and files."""
        from click.shell_completion import CompletionItem

        from deceptive_sim.scenario.library import shipped_scenarios

        ids = [CompletionItem(name) for name in shipped_scenarios() if name.startswith(incomplete)]
        return [*ids, CompletionItem(incomplete, type="file")]


SCENARIO = ScenarioSource()

parameters = click.option(
    "--set",
    "parameters",
    multiple=True,
    metavar="PATH=VALUE",
    help="Set a parameter, such as training.modification.A=1/2 (repeatable).",
)
exact = click.option("--exact", is_flag=True, help="Exact numbers: fractions such as 3/2.")
as_json = click.option("--json", "as_json", is_flag=True, help="One JSON object on standard output, nothing else.")


def _seed(told: str) -> Callable[[Command], Command]:
    return click.option("--seed", type=click.IntRange(0, 2**63 - 1), default=DEFAULT_SEED, show_default=True, help=told)


seed = _seed("Seed of all randomness.")
search_seed = _seed("Seed of the search for counterexamples; nothing else here is drawn at random.")
run_seed = _seed(
    "Seed of the search for counterexamples, of populations and of mazes; nothing else here is drawn at random."
)
recorded_seed = _seed("Recorded in the answer; nothing here is drawn at random.")
out = click.option(
    "--out",
    type=click.Path(path_type=Path),
    default=Path("reports"),
    show_default=True,
    help="Folder for reports; each scenario gets one of its own in it.",
)
figures = click.option(
    "--figures", type=click.Choice(["png", "svg", "pdf"]), help="Write each figure as a file of its own as well."
)


def no_report(told: str) -> Callable[[Command], Command]:
    """The option that leaves the report out, and what is then done alone."""
    return click.option("--no-report", is_flag=True, help=told)


def workers(told: str) -> Callable[[Command], Command]:
    """How many work side by side, and what they are."""
    return click.option("--workers", type=click.IntRange(min=1), default=1, show_default=True, help=told)


def traceback_option(command: Command) -> Command:
    """Accept `--traceback`, which the main function looks for."""
    return click.option(
        "--traceback", is_flag=True, expose_value=False, help="Show where in the code an error came from."
    )(command)


def contract(command: str, scenario: str | None, seed: int | None = None, **fields: object) -> dict[str, object]:
    """The head that every JSON answer carries, and its fields."""
    return {"contract": CONTRACT, "command": command, "scenario": scenario, "seed": seed, **fields}


def print_json(answer: dict[str, object]) -> None:
    """Print one JSON object."""
    from deceptive_sim.core.json_text import dumps

    text = dumps(answer)
    click.echo(text if _can_write(sys.stdout, text) else dumps(answer, ascii_only=True))


def _can_write(stream: Any, text: str) -> bool:
    """Whether a stream writes UTF-8, and the text has some: names of files may be bytes that are no text."""
    try:
        text.encode("utf-8")
        return codecs.lookup(stream.encoding).name == "utf-8"
    except (AttributeError, LookupError, TypeError, UnicodeEncodeError):
        return False


class progress_bar:  # noqa: N801 - used like a function
    """A progress bar on standard error if that is a terminal, silence otherwise; `with progress_bar() as progress`."""

    def __init__(self) -> None:
        self._bar: Any = None
        self._task: Any = None

    def __enter__(self) -> Progress:
        from deceptive_sim.core.progress import silent

        if sys.stderr is None or not sys.stderr.isatty():
            return silent
        import logging

        logging.basicConfig(level=logging.INFO, format="\n%(message)s")  # what takes long says so there, below the bar
        return self._draw

    def _draw(self, done: int, total: int, what: str) -> None:
        if self._bar is None:
            from rich.console import Console
            from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

            columns = (TextColumn("{task.description}"), BarColumn(), TimeRemainingColumn())
            self._bar = Progress(*columns, console=Console(stderr=True), transient=True)
            self._bar.start()
            self._task = self._bar.add_task(what)
        self._bar.update(self._task, completed=done, total=total, description=what)

    def __exit__(self, *problem: object) -> None:
        if self._bar is not None:
            self._bar.stop()
