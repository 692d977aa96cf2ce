"""Progress, said to whoever listens: the library never prints.

A long computation takes a `Progress` and calls it with how much is done; the command line passes one that draws on
standard error, everybody else gets `silent`.
"""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    """Called as `progress(done, total, what)`; must be cheap and must not raise."""

    def __call__(self, done: int, total: int, what: str) -> None:
        """Take note of how much is done."""


def silent(done: int, total: int, what: str) -> None:
    """Says nothing."""
