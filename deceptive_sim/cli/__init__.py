"""The command line: one file per command; each parses, makes one library call and prints."""

from deceptive_sim.cli.main import main

__all__ = ["main"]
