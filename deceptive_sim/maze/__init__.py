"""The world that the game abstracts: mazes, agents that walk them, learning, adversaries, and a lifetime of mazes.

Imported only by what needs it: its kernels are compiled by numba.
"""
