"""Mazes as Gymnasium environments, for reinforcement learning; the extra `env` brings Gymnasium.

To import this package registers `DeceptiveSim/Maze-v0` and `DeceptiveSim/Lifetime-v0`, so that

    gymnasium.make("deceptive_sim.maze.environments:DeceptiveSim/Maze-v0")

needs nothing else.
"""

from deceptive_sim.maze.environments.registering import register

register()
