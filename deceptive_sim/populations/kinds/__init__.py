"""Kinds of agents, one per file; `library` finds them by name."""
