"""Which code made a result: the version, and a digest of the code itself.

Between two releases the version says too little: a resumed landscape must never mix values of two states of the code.
"""

from __future__ import annotations

import functools
import hashlib
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent.parent

WITHOUT_VALUES = ("cli", "report")
"""Packages that change no measured value."""


def package_version() -> str:
    """The version of this package, read from its installation."""
    try:
        return version("deceptive-sim")
    except PackageNotFoundError:
        return "not installed"


@functools.lru_cache(maxsize=1)
def code_digest() -> str:
    """SHA-256 of the source files that values may depend on, the same wherever the package is installed."""
    digest = hashlib.sha256(package_version().encode())
    for name, path in sorted((path.relative_to(PACKAGE).as_posix(), path) for path in PACKAGE.rglob("*.py")):
        if name.split("/")[0] not in WITHOUT_VALUES:
            digest.update(f"{name}\n".encode() + path.read_bytes().replace(b"\r\n", b"\n"))
    return digest.hexdigest()
