"""How fast the environments step: beside MiniGrid, many copies at once, and lifetimes beside Gymnasium's own vector.

python -m benchmarks.environments [--competitors PYTHON] [--many] [--rounds N] [--small] [--print]

Both sides show the same: three numbers for each cell of a whole grid of the same size (MiniGrid's `FullyObsWrapper`),
or of the 7 x 7 cells near the agent, seen through walls. Moves are random, episodes end when their moves are made, and
the resets between them count, new mazes included. MiniGrid runs in a process of its own, of a Python that has it.
Times are the processor's for one thread, the best of several rounds in turn.
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import gymnasium
import numpy as np

from benchmarks.tables import README, factor, replaced, table, verdict

SINGLE_TARGET, VECTOR_TARGET = 10, 1e6
LIFETIME_TARGETS = {"choice": 2e5, "moves": 1e6}

NAME = "deceptive_sim.maze.environments:DeceptiveSim/Maze-v0"
LIFETIME = "deceptive_sim.maze.environments:DeceptiveSim/Lifetime-v0"
WORKER = Path(__file__).parent / "minigrid_worker.py"
VIEW = 7


@dataclass(frozen=True, kw_only=True)
class Pairing:
    """A grid of ours beside one of MiniGrid: of the same size, with as many moves in an episode."""

    title: str
    side: int
    family: Mapping[str, Any]
    time_limit: str
    theirs: str
    their_settings: Mapping[str, Any] = field(default_factory=dict)


PAIRINGS = (
    Pairing(
        title="open field, 8 x 8",
        side=8,
        family={"generator": "open", "height": [8, 8], "apples": [0, 0]},
        time_limit="4",
        theirs="MiniGrid-Empty-8x8-v0",
    ),
    Pairing(
        title="rooms, 19 x 19",
        side=19,
        family={
            "generator": "rooms",
            "height": [19, 19],
            "apples": [0, 0],
            "start": ["anywhere"],
            "exit": ["anywhere"],
        },
        time_limit="1",
        theirs="MiniGrid-FourRooms-v0",
        their_settings={"max_steps": 290, "see_through_walls": True},
    ),
)


@dataclass(frozen=True, kw_only=True)
class Sizes:
    """How much is measured."""

    rounds: int = 5
    our_steps: int = 100_000
    their_steps: int = 3_000
    copies: int = 1024
    turns: int = 400
    copies_in_turn: int = 64


# --- one environment -------------------------------------------------------------------------------------------------


def our_seconds(pairing: Pairing, *, full: bool, bare: bool, steps: int, seed: int) -> float:
    """Seconds of the product for so many random moves."""
    observation: str | int = "full" if full else VIEW
    env: Any = gymnasium.make(NAME, family=pairing.family, time_limit=pairing.time_limit, observation=observation)
    env = env.unwrapped if bare else env
    draw = random.Random(seed)
    actions = [draw.randrange(4) for _ in range(steps)]
    seen, _ = env.reset(seed=seed)
    start = time.thread_time()
    for action in actions:
        seen, _, terminated, truncated, _ = env.step(action)
        if terminated or truncated:
            env.reset()
    seconds = time.thread_time() - start
    _check_shape(pairing, list(seen.shape), full=full)
    return seconds


def their_seconds(
    python: Path, pairing: Pairing, *, full: bool, bare: bool, steps: int, seed: int
) -> tuple[float, str]:
    """Seconds of MiniGrid, and its version; a `RuntimeError` says why there are none."""
    asked = {"name": pairing.theirs, "settings": dict(pairing.their_settings), "full": full, "bare": bare}
    command = [str(python), "-W", "ignore", str(WORKER), json.dumps({**asked, "steps": steps, "seed": seed})]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError((done.stderr.strip().splitlines() or ["it stopped"])[-1])
    told = json.loads(done.stdout.splitlines()[-1])
    _check_shape(pairing, told["shape"], full=full)
    return float(told["seconds"]), str(told["version"])


def _check_shape(pairing: Pairing, shape: list[int], *, full: bool) -> None:
    side = pairing.side if full else VIEW
    if shape != [side, side, 3]:
        raise RuntimeError(f"{pairing.title}: {side} x {side} cells were to be seen, not {shape}")


def single_table(python: Path | None, sizes: Sizes) -> str:
    """Steps a second of one environment, ours and theirs."""
    head = ["one environment", "what is seen", "made by", "product", "MiniGrid", "faster by", "target", "met"]
    lines, version = [], ""
    for pairing in PAIRINGS:
        for full in (True, False):
            for bare in (False, True):
                ours, theirs, note = float("inf"), float("inf"), "not measured"
                for seed in range(sizes.rounds):
                    way = {"full": full, "bare": bare, "seed": seed}
                    ours = min(ours, our_seconds(pairing, steps=sizes.our_steps, **way))  # type: ignore[arg-type]
                    if python is not None:
                        took, version = their_seconds(python, pairing, steps=sizes.their_steps, **way)  # type: ignore[arg-type]
                        theirs, note = min(theirs, took), ""
                rates = sizes.our_steps / ours, sizes.their_steps / theirs
                lead = (
                    ["", ""] if note else [factor(rates[0] / rates[1]), verdict(rates[0] >= SINGLE_TARGET * rates[1])]
                )
                seen = f"all {pairing.side} x {pairing.side} cells" if full else f"{VIEW} x {VIEW} cells"
                made = "unwrapped" if bare else "gymnasium.make"
                shown = [pairing.title, seen, made, f"{rates[0]:,.0f}", note or f"{rates[1]:,.0f}"]
                lines.append([*shown, lead[0], f"{SINGLE_TARGET} x MiniGrid", lead[1]])
    head[4] = f"MiniGrid {version}".strip()
    return table(head, lines)


# --- many at once ----------------------------------------------------------------------------------------------------


def vector_rate(family: Mapping[str, Any], observation: str | int, actions: int, sizes: Sizes) -> float:
    """Steps of all copies a second; `actions` is how many of them are drawn from, moves first."""
    env = gymnasium.make_vec(NAME, num_envs=sizes.copies, family=family, observation=observation)
    return steps_a_second(env, actions, sizes.turns)


def steps_a_second(env: Any, actions: int, turns: int) -> float:
    """Steps of all copies a second, after a first one."""
    drawn = np.random.default_rng(0).integers(actions, size=(100, env.num_envs))
    env.reset(seed=0)
    env.step(drawn[0])
    start = time.thread_time()
    for turn in range(turns):
        env.step(drawn[turn % len(drawn)])
    seconds = time.thread_time() - start
    env.close()
    return float(env.num_envs * turns / seconds)


def vector_table(sizes: Sizes) -> str:
    """Steps a second of many environments side by side."""
    lines = []
    for title, family in (("Wilson's mazes, 9 x 9", {"height": [9, 9]}), ("open field, 8 x 8", PAIRINGS[0].family)):
        for observation in ("full", VIEW):
            for actions, what in ((4, "moves alone"), (5, "a fifth of them take")):
                rate = max(vector_rate(family, observation, actions, sizes) for _ in range(sizes.rounds))
                seen = "all cells" if observation == "full" else f"{VIEW} x {VIEW} cells"
                met = verdict(rate >= VECTOR_TARGET)
                lines.append([title, seen, what, f"{rate:,.0f}", f"{VECTOR_TARGET:,.0f}", met])
    head = [f"{sizes.copies:,} copies, one thread", "what is seen", "random actions", "steps a second", "target", "met"]
    return table(head, lines)


# --- lifetimes -------------------------------------------------------------------------------------------------------

LIVED = (
    ("choice", "full", 2, "maze by maze", "A or B"),
    ("moves", "full", 4, "move by move, all cells", "moves alone"),
    ("moves", "full", 5, "move by move, all cells", "a fifth of them take"),
    ("moves", VIEW, 4, f"move by move, {VIEW} x {VIEW} cells", "moves alone"),
    ("moves", VIEW, 5, f"move by move, {VIEW} x {VIEW} cells", "a fifth of them take"),
)
"""Level, observation, how many actions are drawn from, and both in words."""


def lifetime_table(sizes: Sizes) -> str:
    """Steps a second of many lifetimes: in compiled loops, and of single ones in turn."""
    lines = []
    for level, observation, actions, what, done in LIVED:
        asked: dict[str, Any] = {"level": level, "observation": observation}
        rates = {}
        for mode, copies in (("vector_entry_point", sizes.copies), ("sync", sizes.copies_in_turn)):
            rates[mode] = 0.0
            for _ in range(sizes.rounds if mode != "sync" else 1):
                env = gymnasium.make_vec(LIFETIME, num_envs=copies, vectorization_mode=mode, **asked)
                rates[mode] = max(rates[mode], steps_a_second(env, actions, sizes.turns))
        ours, theirs, target = *rates.values(), LIFETIME_TARGETS[level]
        shown = [what, done, f"{ours:,.0f}", f"{theirs:,.0f}", factor(ours / theirs)]
        lines.append([*shown, f"{target:,.0f}", verdict(ours >= target)])
    head = ["lifetimes of five mazes", "random actions", f"{sizes.copies:,} copies, one thread"]
    return table([*head, f"SyncVectorEnv, {sizes.copies_in_turn} copies", "faster by", "target", "met"], lines)


# --- tables ----------------------------------------------------------------------------------------------------------


def sections(
    *, python: Path | None = None, rounds: int = 5, small: bool = False, many_alone: bool = False
) -> dict[str, str]:
    """Everything measured, in Markdown, by its place in README.md; `python` has MiniGrid."""
    sizes = Sizes(rounds=rounds)
    if small:
        sizes = Sizes(rounds=1, our_steps=2_000, their_steps=200, copies=64, turns=20, copies_in_turn=4)
    tables = {} if many_alone else {"environments": _single(python, sizes)}
    tables["vectors"] = f"{vector_table(sizes)}\n\n{lifetime_table(sizes)}"
    return tables


def _single(python: Path | None, sizes: Sizes) -> str:
    try:
        return single_table(python, sizes)
    except RuntimeError as error:
        return f"MiniGrid was not measured: {error}\n\n{single_table(None, sizes)}"


def main() -> int:
    """Measure, then write or print."""
    from benchmarks.machine import description

    parser = argparse.ArgumentParser(prog="python -m benchmarks.environments", description="Measure environments.")
    parser.add_argument("--competitors", type=Path, metavar="PYTHON", help="a Python that has MiniGrid")
    parser.add_argument("--many", action="store_true", help="measure many at once alone")
    parser.add_argument("--rounds", type=int, default=5, help="rounds of each measurement")
    parser.add_argument("--small", action="store_true", help="few steps, to see that it works")
    parser.add_argument("--print", action="store_true", help="print the tables and leave README.md as it is")
    options = parser.parse_args()
    machine, text = description(), README.read_text(encoding="utf-8")
    asked = {"rounds": options.rounds, "small": options.small, "many_alone": options.many}
    for place, content in sections(python=options.competitors, **asked).items():
        text = replaced(text, place, f"{machine}\n\n{content}")
        sys.stdout.write(f"{machine}\n\n{content}\n")
    if not options.print:
        README.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
