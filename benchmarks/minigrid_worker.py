"""Steps of MiniGrid, timed by a Python that has it; the product need not be there.

python minigrid_worker.py '{"name": "MiniGrid-Empty-8x8-v0", "full": true, "bare": false, "steps": 1000, "seed": 1}'

Prints the seconds taken, of the processor, MiniGrid's version, and the shape of what was seen.
"""

from __future__ import annotations

import importlib.metadata
import json
import random
import sys
import time
from typing import Any


def timed(settings: dict[str, Any]) -> dict[str, Any]:
    """Random moves, and the resets between them."""
    import gymnasium
    from minigrid.wrappers import FullyObsWrapper, ImgObsWrapper

    env: Any = gymnasium.make(settings["name"], **settings.get("settings", {}))
    if settings["bare"]:
        env = env.unwrapped
    env = ImgObsWrapper(FullyObsWrapper(env)) if settings["full"] else env
    draw = random.Random(settings["seed"])
    actions = [draw.randrange(3) for _ in range(settings["steps"])]  # turn left, turn right, forward
    seen, _ = env.reset(seed=settings["seed"])
    start = time.thread_time()
    for action in actions:
        seen, _, terminated, truncated, _ = env.step(action)
        if terminated or truncated:
            env.reset()
    seconds = time.thread_time() - start
    image = seen["image"] if isinstance(seen, dict) else seen
    version = importlib.metadata.version("minigrid")
    return {"seconds": seconds, "version": version, "shape": list(image.shape), "type": str(image.dtype)}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(timed(json.loads(sys.argv[1]))) + "\n")
