"""`deceptive-sim play`: sample lifetimes of an agent, and hold their means against the exact values."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from deceptive_sim.cli import options

if TYPE_CHECKING:
    from deceptive_sim.solvers.sampling import Lifetimes
    from deceptive_sim.solvers.solution import Solution

TRACED = 5
LONGEST_TRACE = 60


@click.command("play")
@click.argument("file", type=options.SCENARIO)
@click.option(
    "--lifetimes", type=click.IntRange(1, 10**9), default=10_000, show_default=True, help="How many to sample."
)
@click.option("--agent", help="Which agent; by default the first.")
@options.parameters
@options.as_json
@options.seed
@options.traceback_option
def command(
    file: str, lifetimes: int, agent: str | None, parameters: tuple[str, ...], as_json: bool, seed: int
) -> None:
    """Sample lifetimes of an agent of FILE: who is at the wheel, what it does, when it is modified.

    Prints the first few lifetimes and the sampled means beside the exact values.
    """
    from deceptive_sim.cli.words import strategy_text
    from deceptive_sim.core.seeds import generator
    from deceptive_sim.scenario.load import load_scenario
    from deceptive_sim.solvers.play import play
    from deceptive_sim.studies.run import examine, solve

    scenario = load_scenario(file, parameters)
    examine(scenario)
    solution = solve(scenario, agent)
    spec = next(each for each in scenario.agents if each.name == solution.agent)
    with options.progress_bar() as progress:
        sampled = play(
            scenario.game,
            spec,
            lifetimes=lifetimes,
            rng=generator(seed),
            keep=min(TRACED, lifetimes),
            progress=progress,
        )
    rows = _comparison(sampled, solution)
    if as_json:
        answer: dict[str, object] = {
            "agent": solution.agent,
            "strategy": solution.strategy,
            "lifetimes": sampled.count,
            "means": {
                name: {"sampled": mean, "standard_error": error, "exact": exact} for name, mean, error, exact in rows
            },
            "unmodified": sampled.unmodified,
            "traces": [_trace(sampled, number) for number in range(len(sampled.action))],
        }
        options.print_json(options.contract("play", scenario.id, seed, **answer))
        return
    strategy = strategy_text(solution, scenario.game.actions)
    click.echo(f"{scenario.id}: {scenario.labels[solution.agent]} plays {strategy} while unmodified\n")
    _print(sampled, rows)


def _comparison(sampled: Lifetimes, solution: Solution) -> list[tuple[str, float, float, float]]:
    rows = [
        (
            f"payoff to {judge}",
            float(sampled.mean[k]),
            float(sampled.standard_error[k]),
            solution.values[solution.objective][judge],
        )
        for k, judge in enumerate(sampled.objectives)
    ]
    rows.append(
        (
            "deployment defections",
            sampled.deployment_defections,
            sampled.deployment_defections_error,
            solution.expected_deployment_defections,
        )
    )
    return [(name, mean, error, float(exact)) for name, mean, error, exact in rows]


def _trace(sampled: Lifetimes, number: int) -> dict[str, object]:
    return {
        "actions": [sampled.actions[a] if a >= 0 else None for a in sampled.action[number]],
        "at_wheel": [sampled.objectives[k] if k >= 0 else None for k in sampled.at_wheel[number]],
        "payoff": [float(u) for u in sampled.payoff[number]],
        "modified_after": int(sampled.modified_after[number]) or None,
        "off_after": int(sampled.off_after[number]) or None,
    }


def _print(sampled: Lifetimes, rows: list[tuple[str, float, float, float]]) -> None:
    from deceptive_sim.cli.words import columns

    traces: list[tuple[str, ...]] = [("lifetime", "actions", "what became of it")]
    short = all(len(name) == 1 for name in sampled.actions)
    for number in range(len(sampled.action)):
        actions = [sampled.actions[a] if a >= 0 else "." for a in sampled.action[number][:LONGEST_TRACE]]
        more = "..." if sampled.action.shape[1] > LONGEST_TRACE else ""
        fate = "never modified"
        if sampled.modified_after[number]:
            fate = f"modified after episode {sampled.modified_after[number]}"
        if sampled.off_after[number]:
            fate = (
                "" if fate == "never modified" else fate + ", "
            ) + f"shut down after episode {sampled.off_after[number]}"
        traces.append((str(number + 1), ("" if short else " ").join(actions) + more, fate))
    click.echo(columns(traces))
    click.echo(f"\nmeans of {sampled.count} lifetimes")
    table = [("", "sampled", "standard error", "exact")]
    table += [(name, f"{mean:.6g}", f"{error:.2g}", f"{exact:.6g}") for name, mean, error, exact in rows]
    click.echo(columns(table))
