"""Figures of simulated populations, one module each."""
