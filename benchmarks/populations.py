"""How fast populations are: beside a plain vectorised NumPy loop, and beside Project Mesa.

python -m benchmarks.populations [--rounds N] [--small] [--print]

The work is one rewriting population: agents that want the apple and take it in every episode until they are modified,
which happens with probability p after each; every agent's own time of modification is wanted, and what is done in
every episode. Each way's answer is held against the closed form, 1 - (1 - p)^T modified after T episodes, before its
time counts. Times are the best of several rounds in turn.
"""

from __future__ import annotations

import argparse
import sys
import time
import tracemalloc
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.tables import README, duration, factor, replaced, table, verdict
from deceptive_sim.model.phased import PhasedGame
from deceptive_sim.model.phases import Phase, PhaseKind
from deceptive_sim.populations.cohorts import Cohort, Population
from deceptive_sim.populations.kinds.library import build_kind
from deceptive_sim.populations.scene import Scene
from deceptive_sim.populations.simulate import simulate

EPISODES = (1, 2, 3, 5, 10, 30, 100, 300, 1000)
AGENTS = (100_000, 1_000_000)
PROBABILITIES = (Fraction(1, 1000), Fraction(1, 2))

MESA_TARGET, RATE_TARGET = 300, 5e8

Job = Callable[[int], int]
"""Does the work with a seed and tells how many agents were modified."""


def population(agents: int, episodes: int, chance: Fraction) -> Population:
    """The population that is simulated."""
    payoffs = {"mesa": {"A": Fraction(1)}, "base": {"B": Fraction(1)}}
    training = Phase(
        name="training",
        kind=PhaseKind.TRAINING,
        episodes=episodes,
        payoffs=payoffs,
        modification={"A": {"base": chance}},
    )
    cohort = Cohort(name="open", kind=build_kind("deceptive"), share=Fraction(1))
    return Population(scene=Scene(game=PhasedGame(phases=[training])), cohorts=[cohort], size=agents, replicates=1)


# --- the ways to do it -----------------------------------------------------------------------------------------------


def numpy_loop(agents: int, episodes: int, chance: float, seed: int) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
    """One random number per agent and episode: when each was modified (0: never), and defections by episode."""
    rng = np.random.default_rng(seed)
    modified_after, unmodified = np.zeros(agents, np.int32), np.ones(agents, bool)
    defections = np.zeros(episodes, np.int64)
    for t in range(1, episodes + 1):
        defections[t - 1] = np.count_nonzero(unmodified)
        modified = unmodified & (rng.random(agents) < chance)
        modified_after[modified] = t
        unmodified &= ~modified
    return modified_after, defections


def by_loop(agents: int, episodes: int, chance: Fraction, seed: int) -> int:
    """The loop."""
    return int(np.count_nonzero(numpy_loop(agents, episodes, float(chance), seed)[0]))


def by_product(people: Population, seed: int, *, keep: bool) -> int:
    """The product; with `keep`, every agent's own time is stored."""
    outcome = simulate(people, seed=seed, keep=keep)
    if keep:
        return sum(int(np.count_nonzero(one.modified_after)) for one in outcome.agents)
    return int(outcome.counts["modified"][0, -1, 0])


def by_mesa(agents: int, episodes: int, chance: Fraction, seed: int, *, order: str) -> int:
    """Project Mesa as its users write it; `order` is the method of `AgentSet` that lets all agents step."""
    import mesa

    class Apprentice(mesa.Agent):  # type: ignore[misc,unused-ignore]
        def __init__(self, model: Any) -> None:
            super().__init__(model)
            self.modified_after = 0

        def step(self) -> None:
            if not self.modified_after and self.random.random() < self.model.chance:
                self.modified_after = self.model.episode

    class Training(mesa.Model):  # type: ignore[misc,unused-ignore]
        def __init__(self, agents: int, chance: float, seed: int) -> None:
            super().__init__(seed=seed)
            self.chance, self.episode = chance, 0
            Apprentice.create_agents(self, agents)

        def step(self) -> None:
            self.episode += 1
            getattr(self.agents, order)("step")

    model = Training(agents, float(chance), seed)
    for _ in range(episodes):
        model.step()
    return sum(1 for agent in model.agents if agent.modified_after)


# --- timing ----------------------------------------------------------------------------------------------------------


def best(jobs: Mapping[str, Job], *, rounds: int, agents: int, expected: float) -> dict[str, float]:
    """Seconds that each job takes, the best of its rounds in turn; every answer is checked."""
    seconds = dict.fromkeys(jobs, float("inf"))
    for seed in range(rounds + 1):
        for name, job in jobs.items():
            start = time.perf_counter()
            modified = job(seed)
            taken = time.perf_counter() - start
            spread = 8 * (agents * expected * (1 - expected)) ** 0.5 + 1
            if abs(modified - agents * expected) > spread:
                raise ValueError(f"{name}: {modified} of {agents} modified, expected {agents * expected:.0f}")
            if seed:
                seconds[name] = min(seconds[name], taken)
    return seconds


@dataclass(frozen=True, kw_only=True)
class Contest:
    """One population simulated in several ways: seconds by name of the way."""

    agents: int
    episodes: int
    chance: Fraction
    seconds: Mapping[str, float]


LOOP, KEPT, NUMBERS = "NumPy loop", "product, each agent's time stored", "product, numbers alone"


def beside_the_loop(*, rounds: int, small: bool) -> Iterator[Contest]:
    """All populations, by the loop and by the product."""
    for agents in AGENTS[: 1 if small else None]:
        for episodes in EPISODES[: 3 if small else None]:
            for chance in PROBABILITIES:
                people = population(agents, episodes, chance)
                jobs: dict[str, Job] = {
                    LOOP: partial(by_loop, agents, episodes, chance),
                    KEPT: partial(by_product, people, keep=True),
                    NUMBERS: partial(by_product, people, keep=False),
                }
                turns = rounds if agents * episodes <= 10_000_000 else max(1, rounds // 4)
                expected = 1 - float(1 - chance) ** episodes
                seconds = best(jobs, rounds=turns, agents=agents, expected=expected)
                yield Contest(agents=agents, episodes=episodes, chance=chance, seconds=seconds)


def beside_mesa(*, rounds: int, small: bool) -> list[tuple[str, float, str]]:
    """Agent-steps in a second, by way; or why there is no figure."""
    agents, episodes, chance = (1_000 if small else 10_000), 300, Fraction(1, 1000)
    expected = 1 - float(1 - chance) ** episodes
    try:
        import mesa
    except ImportError:
        return [("Project Mesa", 0.0, "not installed")]
    people, large = population(agents, episodes, chance), population(1_000_000, episodes, chance)
    jobs: dict[str, Job] = {
        f"Mesa {mesa.__version__}, `AgentSet.{order}`": partial(by_mesa, agents, episodes, chance, order=order)
        for order in ("do", "shuffle_do")
    }
    jobs["product, as many agents, each one's time stored"] = partial(by_product, people, keep=True)
    seconds = best(jobs, rounds=1 if small else min(3, rounds), agents=agents, expected=expected)
    found = [(name, agents * episodes / taken, f"{agents:,} x {episodes}") for name, taken in seconds.items()]
    name = "product, a million agents, each one's time stored"
    taken = best({name: partial(by_product, large, keep=True)}, rounds=rounds, agents=1_000_000, expected=expected)
    return [*found, (name, 1_000_000 * episodes / taken[name], f"1,000,000 x {episodes}")]


def memory(episodes: int, agents: int) -> int:
    """Bytes at most in use by Python and NumPy while a population is simulated and every agent's time is stored."""
    people = population(agents, episodes, PROBABILITIES[0])
    tracemalloc.start()
    try:
        simulate(people, keep=True)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


# --- tables ----------------------------------------------------------------------------------------------------------


def section(*, rounds: int = 8, small: bool = False) -> str:
    """Everything measured, in Markdown."""
    head = ["agents", "episodes", "p", LOOP, KEPT, "faster by", NUMBERS, "faster by", "never slower"]
    lines = []
    for one in beside_the_loop(rounds=rounds, small=small):
        loop, kept, numbers = (one.seconds[name] for name in (LOOP, KEPT, NUMBERS))
        shown = [f"{one.agents:,}", f"{one.episodes:,}", str(one.chance), duration(loop), duration(kept)]
        met = verdict(loop >= max(kept, numbers))
        lines.append([*shown, factor(loop / kept), duration(numbers), factor(loop / numbers), met])
    return "\n\n".join([table(head, lines), _mesa_table(rounds=rounds, small=small), _memory_table(small=small)])


def _mesa_table(*, rounds: int, small: bool) -> str:
    rates = beside_mesa(rounds=rounds, small=small)
    theirs = max((rate for name, rate, _ in rates if name.startswith("Mesa")), default=0.0)
    lines = []
    for name, rate, size in rates:
        ours = name.startswith("product") and theirs > 0
        shown = [name, size, f"{rate:.3g}" if rate else "", factor(rate / theirs) if ours else ""]
        met = verdict(rate >= MESA_TARGET * theirs and rate >= RATE_TARGET) if "million" in name else ""
        lines.append([*shown, f"{MESA_TARGET} x Mesa, {RATE_TARGET:.0e} a second" if "million" in name else "", met])
    head = ["300 episodes, p = 1/1000, one thread", "agents x episodes", "agent-steps a second", "x Mesa's best"]
    return table([*head, "target", "met"], lines)


def _memory_table(*, small: bool) -> str:
    agents = 100_000 if small else 1_000_000
    lines = []
    for episodes in (300, 3_000):
        peak = memory(episodes, agents)
        lines.append([f"{agents:,}", f"{episodes:,}", f"{peak / 1e6:.1f} MB", f"{peak / agents:.1f}"])
    return table(["agents", "episodes", "memory at most, each agent's time stored", "bytes an agent"], lines)


def main() -> int:
    """Measure, then write or print."""
    from benchmarks.machine import description

    parser = argparse.ArgumentParser(prog="python -m benchmarks.populations", description="Measure populations.")
    parser.add_argument("--rounds", type=int, default=8, help="rounds of each measurement")
    parser.add_argument("--small", action="store_true", help="few populations, to see that it works")
    parser.add_argument("--print", action="store_true", help="print the tables and leave README.md as it is")
    options = parser.parse_args()
    content = f"{description()}\n\n{section(rounds=options.rounds, small=options.small)}"
    sys.stdout.write(content + "\n")
    if not options.print:
        README.write_text(replaced(README.read_text(encoding="utf-8"), "populations", content), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
