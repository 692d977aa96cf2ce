"""What holds for all tests."""

from __future__ import annotations

import gc
from collections.abc import Generator

import pytest
from hypothesis import settings
from thinned import thorough

# seconds say more about the machine than about the package
settings.register_profile("busy machines", deadline=None, max_examples=thorough(100, 50))
settings.load_profile("busy machines")


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Collect tests without collecting garbage: what is made now stays to the end."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.enable()


def pytest_collection_finish() -> None:
    """Spare the garbage collector what was collected: to look through thousands of tests again and again takes long."""
    gc.freeze()
