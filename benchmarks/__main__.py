"""Measure everything and write the tables into README.md.

python -m benchmarks [--competitors PYTHON] [--rounds N] [--small] [--print]
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.baseline import compile_baseline, load_baseline
from benchmarks.contest import contest
from benchmarks.environments import sections as environments
from benchmarks.machine import description
from benchmarks.mazes import section as mazes
from benchmarks.measurements import Sizes, measured
from benchmarks.populations import section as populations
from benchmarks.tables import README, contest_table, replaced, speed_table


def main() -> int:
    """Measure, then write or print."""
    options = _options()
    sizes = Sizes(side=100, dense=300, rounds=2, few_rounds=1) if options.small else Sizes(rounds=options.rounds)
    tables, machine = {}, description()
    with TemporaryDirectory() as folder:
        try:
            library = compile_baseline(Path(folder))
        except RuntimeError as error:
            sys.stderr.write(f"benchmarks: {error}\n")
            return 2
        rows = measured(load_baseline(library), sizes)
        tables["speed"] = f"{machine}\n\n{speed_table(rows)}"
        if options.competitors:
            contenders = contest(options.competitors, library, rows, rounds=min(5, sizes.rounds), small=options.small)
            tables["competitors"] = f"{machine}\n\n{contest_table(contenders)}"
    tables["populations"] = f"{machine}\n\n{populations(rounds=sizes.rounds, small=options.small)}"
    steps = environments(python=options.competitors, rounds=min(5, sizes.rounds), small=options.small)
    tables |= {place: f"{machine}\n\n{content}" for place, content in steps.items()}
    tables["mazes"] = f"{machine}\n\n{mazes(rounds=sizes.rounds, small=options.small)}"
    text = README.read_text(encoding="utf-8")
    for section, content in tables.items():
        text = replaced(text, section, content)
        sys.stdout.write(f"\n{content}\n")
    if not options.print:
        README.write_text(text, encoding="utf-8")
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks", description="Measure, and write benchmarks/README.md."
    )
    parser.add_argument("--competitors", type=Path, metavar="PYTHON", help="a Python that has the competitors")
    parser.add_argument("--rounds", type=int, default=9, help="rounds of each measurement")
    parser.add_argument("--small", action="store_true", help="few cells and rounds, to see that it works")
    parser.add_argument("--print", action="store_true", help="print the tables and leave README.md as it is")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
