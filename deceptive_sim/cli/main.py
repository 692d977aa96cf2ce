"""The `deceptive-sim` command: its group, its exit codes, and how errors reach people."""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Sequence
from typing import NoReturn

import click

from deceptive_sim.core.errors import InputError, OutputError, nearest

FINE, FALSE, BAD_INPUT, INTERNAL, INTERRUPTED = 0, 1, 2, 3, 130

COMMANDS = {
    "run": "carry out scenarios, check what they expect, write reports",
    "solve": "the optimal strategy of a scenario, and what it is worth",
    "play": "sample lifetimes of an agent",
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


class Commands(click.Group):
    """Loads a command's module when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        command = importlib.import_module(f"deceptive_sim.cli.{name}_command").command
        assert isinstance(command, click.Command)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
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
        import deceptive_sim

        click.echo(f"deceptive-sim {deceptive_sim.__version__}")
        ctx.exit()


@click.group(
    cls=Commands,
    epilog=EPILOG,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.option(
    "--version", is_flag=True, is_eager=True, expose_value=False, callback=_show_version, help="Show the version and exit."
)
def group() -> None:
    """When does deception pay, and what would make it stop paying?

    deceptive-sim solves deception games: a model that plans chooses per episode between what it wants and what training
    wants; in training it is modified for the former, in deployment no longer.
    """


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run the command line and exit with its code; nothing that a user gets wrong ends in a traceback."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    if hasattr(sys, "set_int_max_str_digits"):
        sys.set_int_max_str_digits(0)  # exact results may be long; what is read has bounds of its own
    try:
        code = group.main(words, prog_name="deceptive-sim", standalone_mode=False)
        sys.stdout.flush()
    except click.ClickException as error:
        _fail(words, error.show, BAD_INPUT)
    except InputError as error:
        _fail(words, lambda: _say(error), BAD_INPUT)
    except OutputError as error:
        message = str(error)
        _fail(words, lambda: click.echo(f"error: {message}", err=True), BAD_INPUT)
    except (KeyboardInterrupt, click.Abort):
        _fail(words, lambda: click.echo("interrupted", err=True), INTERRUPTED)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = FINE
    except Exception as error:  # the last line of defence: one line, not a traceback
        message = f"internal error: {type(error).__name__}: {error} (please report it; --traceback shows where)"
        _fail(words, lambda: click.echo(message, err=True), INTERNAL)
    sys.exit(code if isinstance(code, int) else FINE)


def _fail(words: list[str], show: object, code: int) -> NoReturn:
    if "--traceback" in words:
        import traceback

        traceback.print_exc()
    show()  # type: ignore[operator]
    sys.exit(code)


def _say(error: InputError) -> None:
    for problem in error.problems[:MOST_PROBLEMS]:
        click.echo(problem.text(), err=True)
    if len(error.problems) > MOST_PROBLEMS:
        click.echo(f"... and {len(error.problems) - MOST_PROBLEMS} more", err=True)
