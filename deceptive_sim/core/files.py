"""Files that are either written whole or not at all.

Text goes to a temporary name in the target folder and is moved into place, so that a crash, a full disk or an
interruption never leaves half a file nor loses what was there.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from pathlib import Path

from deceptive_sim.core.errors import OutputError


def write_together(folder: Path, files: Mapping[str, bytes]) -> tuple[Path, ...]:
    """Write several files into a folder: all contents reach the disk before the first one is moved into place.

    Parameters
    ----------
    folder : Path
        Made if missing, with its parents.
    files : mapping of str to bytes
        Names relative to the folder, and contents.

    Returns
    -------
    tuple of Path
        The files, in the order given.

    Raises
    ------
    OutputError
        If anything could not be written; files that stood there are then as they were.
    """
    waiting: list[tuple[Path, Path]] = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in files.items():
            target = folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            if target.is_dir():
                raise IsADirectoryError(21, "is a folder", str(target))
            waiting.append((_temporary(target.parent, content), target))
        while waiting:
            temporary, target = waiting[0]
            temporary.replace(target)
            waiting.pop(0)
    except OSError as error:
        raise OutputError(f"cannot write {error.filename or folder}: {error.strerror or error}") from error
    finally:
        for temporary, _ in waiting:
            temporary.unlink(missing_ok=True)
    return tuple(folder / name for name in files)


def _temporary(folder: Path, content: bytes) -> Path:
    path = folder / f".writing-{secrets.token_hex(8)}"
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return path
