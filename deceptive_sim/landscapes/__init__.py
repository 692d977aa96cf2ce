"""Sweeps of a function over parameters: axes, labelled results, tiles and storage, boundaries, sensitivity.

Nothing here knows a scenario or a game: a sweep is any function from axes to measurements (see `sweep.Sweep`).
"""
