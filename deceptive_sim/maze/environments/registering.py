"""What Gymnasium is told of the environments: names and where to find them. Nothing is imported before it is made."""

from __future__ import annotations

from deceptive_sim.core.errors import wrong

PLACES = {
    "DeceptiveSim/Maze-v0": ("maze_env:MazeEnv", "maze_vector:MazeVectorEnv"),
    "DeceptiveSim/Lifetime-v0": ("lifetime_env:make_lifetime", "lifetime_env:make_lifetimes"),
}
"""Module and maker of each environment, and of many of them at once."""


def register() -> None:
    """Tell Gymnasium of all environments; more than once does no harm.

    Raises
    ------
    InputError
        If Gymnasium is not installed.
    """
    try:
        from gymnasium.envs import registration
    except ImportError:
        hint = "pip install 'deceptive-sim[env]'"
        raise wrong("gymnasium", "must be installed for environments", hint=hint) from None
    here = __name__.rpartition(".")[0]
    for name, (one, many) in PLACES.items():
        if name not in registration.registry:
            registration.register(name, entry_point=f"{here}.{one}", vector_entry_point=f"{here}.{many}")
