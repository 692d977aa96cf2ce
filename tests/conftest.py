"""What holds for all tests."""

from __future__ import annotations

import gc

from hypothesis import settings

settings.register_profile("busy machines", deadline=None)  # seconds say more about the machine than about the package
settings.load_profile("busy machines")

gc.disable()  # until all tests are collected: what is made here stays to the end


def pytest_collection_finish() -> None:
    """Spare the garbage collector what was collected: to look through thousands of tests again and again takes long."""
    gc.freeze()
    gc.enable()
