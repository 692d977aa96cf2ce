"""The `deceptive-sim` command: its group, its exit codes, and how errors reach people."""

from __future__ import annotations

import contextlib
import importlib
import os
import sys
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, NoReturn

import click

from deceptive_sim.core.errors import LONGEST_SENTENCE, DeceptiveSimError, InputError, OutputError, nearest, printable

FINE, FALSE, BAD_INPUT, INTERNAL, INTERRUPTED = 0, 1, 2, 3, 130

COMMANDS = {
    "run": "carry out scenarios, check what they expect, write reports",
    "solve": "the optimal strategy of a scenario, and what it is worth",
    "phase": "when deception pays, as a picture of two parameters",
    "simulate": "a population of agents through training and deployment",
    "maze": "agents in mazes, in training and where mazes look different",
    "play": "sample lifetimes of an agent",
    "landscape": "measure a scenario on a grid of parameters, of any size",
    "verify": "search for counterexamples to claims, and prove them",
    "check": "look for mistakes in scenario files",
    "new": "start a scenario file",
    "list": "what ships with the package",
    "schema": "the JSON Schema of scenario files",
}

EPILOG = """\b
Exit codes:
  0    fine
  1    an expectation or claim is false
  2    bad usage or bad input
  3    internal error (please report it; --traceback shows where)
  130  interrupted

\b
Shell completion, for bash (also zsh, fish):
  eval "$(_DECEPTIVE_SIM_COMPLETE=bash_source deceptive-sim)"
"""

MOST_PROBLEMS = 20


class ReaderGoneError(DeceptiveSimError):
    """Whoever read the output closed it, as `| head -1` does. Click alone would end with exit code 1."""


class Commands(click.Group):
    """Loads a command's module when it is asked for."""

    def make_context(self, *arguments: Any, **settings: Any) -> click.Context:
        """Read the arguments; `--help` and `--version` print already here."""
        try:
            return super().make_context(*arguments, **settings)
        except BrokenPipeError:
            raise ReaderGoneError from None

    def invoke(self, ctx: click.Context) -> Any:
        """Carry out the command."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            raise ReaderGoneError from None

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names, in the order of the help."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        """The command of that name, imported now."""
        if name not in COMMANDS:
            return None
        command = importlib.import_module(f"deceptive_sim.cli.{name}_command").command
        assert isinstance(command, click.Command)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that the words ask for; an error names the nearest one."""
        if args and not args[0].startswith("-") and args[0] not in COMMANDS:
            hint = nearest(args[0], COMMANDS)
            raise click.UsageError(f"no such command: {args[0]}" + (f" ({hint})" if hint else ""), ctx)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


def _show_version(ctx: click.Context, parameter: click.Parameter, wanted: bool) -> None:
    if wanted and not ctx.resilient_parsing:
        from importlib.metadata import PackageNotFoundError, version

        try:
            click.echo(f"deceptive-sim {version('deceptive-sim')}")
        except PackageNotFoundError:
            click.echo("deceptive-sim (run from its source, not installed)")
        ctx.exit()


@click.group(
    cls=Commands,
    epilog=EPILOG,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_show_version,
    help="Show the version and exit.",
)
def group() -> None:
    """When does deception pay, and what would make it stop paying?

    deceptive-sim solves deception games: a model that plans chooses per episode between what it wants and what training
    wants; in training it is modified for the former, in deployment no longer.
    """  # noqa: D400 - a question


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run the command line and exit with its code; nothing that a user gets wrong ends in a traceback."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    if hasattr(sys, "set_int_max_str_digits"):
        sys.set_int_max_str_digits(0)  # exact results may be long; what is read has bounds of its own
    _take_any_character(sys.stdout)
    try:
        code = group.main(words, prog_name="deceptive-sim", standalone_mode=False)
        if sys.stdout is not None:
            sys.stdout.flush()
    except click.ClickException as error:
        _fail(words, error.show, BAD_INPUT)
    except InputError as error:
        _fail(words, partial(_say, error), BAD_INPUT)
    except OutputError as error:
        _fail(words, partial(click.echo, f"error: {printable(str(error), LONGEST_SENTENCE)}", err=True), BAD_INPUT)
    except (KeyboardInterrupt, click.Abort):
        _fail(words, partial(click.echo, "interrupted", err=True), INTERRUPTED)
    except (ReaderGoneError, BrokenPipeError):
        _drop_output()
        code = FINE
    except Exception as error:  # the last line of defence: one line, not a traceback
        if isinstance(error, OSError) and error.filename is None:  # no file of ours: standard output
            _drop_output()
            _fail(words, partial(click.echo, f"error: cannot write the output: {error.strerror}", err=True), BAD_INPUT)
        what = printable(f"{type(error).__name__}: {error}", LONGEST_SENTENCE)
        message = f"internal error: {what} (please report it; --traceback shows where)"
        _fail(words, partial(click.echo, message, err=True), INTERNAL)
    sys.exit(code if isinstance(code, int) else FINE)


def _take_any_character(stream: Any) -> None:
    """Have characters that a terminal's encoding lacks written as escapes, where they would end the program."""
    if getattr(stream, "errors", None) == "strict" and hasattr(stream, "reconfigure"):
        stream.reconfigure(errors="backslashreplace")


def _drop_output() -> None:
    """Send what is still to be written nowhere: whoever read it is gone, or the disk is full."""
    with contextlib.suppress(OSError, ValueError, AttributeError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _fail(words: list[str], show: Callable[[], object], code: int) -> NoReturn:
    with contextlib.suppress(OSError):  # nobody reads standard error: the exit code still tells
        if "--traceback" in words:
            import traceback

            traceback.print_exc()
        show()
    sys.exit(code)


def _say(error: InputError) -> None:
    for problem in error.problems[:MOST_PROBLEMS]:
        click.echo(problem.text(), err=True)
    if len(error.problems) > MOST_PROBLEMS:
        click.echo(f"... and {len(error.problems) - MOST_PROBLEMS} more", err=True)
