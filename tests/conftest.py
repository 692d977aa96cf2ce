"""What holds for all tests."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("busy machines", deadline=None)  # seconds say more about the machine than about the package
settings.load_profile("busy machines")
