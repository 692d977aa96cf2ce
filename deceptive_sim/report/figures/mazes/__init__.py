"""Figures of studies of mazes, one module each."""
