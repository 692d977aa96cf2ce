"""A result folder: the manifest, finished tiles, and the landscape's file once it is whole.

    manifest.json         what is computed here; written first, never changed
    tiles/NAME.tile       finished tiles, each with a checksum of its content
    landscape.nc          the landscape; then the tiles are gone
    landscape.nc.sha256   its checksum, as `sha256sum -c` reads it; written last

Every file is written under a temporary name, flushed to the disk and moved into place. So whatever happens, a file is
either whole or not there, except by damage from outside, which the checksums tell.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import json
import os
import secrets
from collections.abc import Iterator
from pathlib import Path

from deceptive_sim.core.errors import OutputError, wrong
from deceptive_sim.core.files import write_together
from deceptive_sim.core.json_text import dumps
from deceptive_sim.landscapes.netcdf import layout
from deceptive_sim.landscapes.payload import stretches
from deceptive_sim.landscapes.tiles import Plan, Tile

MANIFEST = "manifest.json"
RESULT = "landscape.nc"
CHECKSUM = "landscape.nc.sha256"
TILES = "tiles"
TEMPORARY = ".writing-*"
"""What unfinished files are called; the same as in `core.files`."""


class Store:
    """The folder of one landscape, held by this process; made by `opened`."""

    def __init__(self, folder: Path, plan: Plan) -> None:
        self.folder = folder
        self.plan = plan

    @property
    def result(self) -> Path:
        """The landscape's file."""
        return self.folder / RESULT

    def is_complete(self) -> bool:
        """Whether the landscape's file is there and undamaged."""
        try:
            told = (self.folder / CHECKSUM).read_text(encoding="ascii")
            with self.result.open("rb") as stream:
                return told == _checksum_line(hashlib.file_digest(stream, "sha256").hexdigest())
        except (OSError, UnicodeDecodeError):  # missing, or not to be read: it is made anew
            return False

    def write(self, tile: Tile, payload: bytes) -> None:
        """Keep a finished tile.

        Raises
        ------
        OutputError
            If it cannot be written.
        """
        with _resumable():
            write_together(self.folder / TILES, {f"{tile.name}.tile": _head(tile, payload) + payload})

    def read(self, tile: Tile) -> bytes | None:
        """The content of a finished tile; None if it is missing or damaged."""
        try:
            content = (self.folder / TILES / f"{tile.name}.tile").read_bytes()
        except OSError:
            return None
        head, _, payload = content.partition(b"\n")
        return payload if head + b"\n" == _head(tile, payload) else None

    def finish(self, tiles: Iterator[tuple[Tile, bytes]]) -> None:
        """Make the landscape's file of all tiles, held one at a time, and let the tiles go.

        Raises
        ------
        OutputError
            If it cannot be written; the tiles then stay.
        """
        form = layout(self.plan)
        temporary = self.folder / f".writing-{secrets.token_hex(8)}"
        try:
            with _resumable(), _output(temporary):
                with temporary.open("x+b") as stream:
                    form.write(stream)
                    for tile, payload in tiles:
                        for variable, values in stretches(payload, self.plan.variables, tile.points):
                            stream.seek(form.offsets[variable.name] + tile.position * variable.dtype.itemsize)
                            stream.write(values)
                    stream.flush()
                    os.fsync(stream.fileno())
                    stream.seek(0)
                    checksum = hashlib.file_digest(stream, "sha256").hexdigest()
                temporary.replace(self.result)
                write_together(self.folder, {CHECKSUM: _checksum_line(checksum).encode("ascii")})
        finally:
            with contextlib.suppress(OSError):
                temporary.unlink()
        self.drop_tiles()

    def drop_tiles(self) -> None:
        """Remove the tiles of this landscape; files of others that stand among them stay."""
        with contextlib.suppress(OSError):
            for path in (self.folder / TILES).glob("*.tile"):
                path.unlink()
            (self.folder / TILES).rmdir()


@contextlib.contextmanager
def opened(folder: Path, plan: Plan) -> Iterator[Store]:
    """Take a result folder for a plan: new, or begun by the same plan.

    Yields
    ------
    Store
        Nobody else fills the folder as long as the context lasts, where the system has file locks.

    Raises
    ------
    InputError
        If the folder holds something else, or another process is filling it. Nothing in it is changed then.
    OutputError
        If it cannot be written.
    """
    with _output(folder):
        folder.mkdir(parents=True, exist_ok=True)
    with _locked(folder):
        check_folder(folder, plan)
        with _output(folder):
            for path in (*folder.glob(TEMPORARY), *folder.glob(f"{TILES}/{TEMPORARY}")):
                path.unlink(missing_ok=True)
            if not (folder / MANIFEST).exists():
                write_together(folder, {MANIFEST: (dumps(plan.manifest) + "\n").encode()})
        yield Store(folder, plan)


def check_folder(folder: Path, plan: Plan) -> None:
    """Raise an `InputError` if a folder holds anything but a beginning of this plan."""
    way_out = "choose another folder, or remove it"
    try:
        found = json.loads((folder / MANIFEST).read_bytes())
    except FileNotFoundError:
        if (folder / RESULT).exists() or (folder / TILES).exists():
            raise wrong(f"folder {folder}", f"must not hold a landscape without its {MANIFEST}", hint=way_out) from None
        return
    except NotADirectoryError:
        raise wrong(f"folder {folder}", "must be a folder") from None
    except (ValueError, RecursionError):  # of brackets in brackets in brackets
        raise wrong(f"folder {folder}", f"must hold a {MANIFEST} that can be read", hint=way_out) from None
    except OSError as error:
        raise wrong(f"folder {folder}", f"must be readable ({error.strerror})") from None
    difference = _difference(found, json.loads(dumps(plan.manifest)))
    if difference:
        raise wrong(f"folder {folder}", f"must not hold another landscape: {difference}", hint=way_out)


def _difference(found: object, wanted: dict[str, object]) -> str | None:
    """What a manifest says that it should not say."""
    if not isinstance(found, dict) or found.get("what") != wanted["what"]:
        return "its manifest is none of a landscape"
    for key, told in (("format", "format"), ("version", "version of deceptive-sim"), ("code", "code of deceptive-sim")):
        if found.get(key) != wanted[key]:
            return f"it was begun with another {told}"
    for key in ("identity", "axes", "variables", "tiles"):
        was, now = found.get(key), wanted[key]
        if was == now:
            continue
        if isinstance(was, dict) and isinstance(now, dict):
            names = [name for name in {**now, **was} if was.get(name) != now.get(name)]
            return f"its {names[0]} is not the same"
        if isinstance(was, list) and isinstance(now, list) and key == "axes":
            if len(was) != len(now):
                return f"it has {len(was)} axes, not {len(now)}"
            before, axis = next(pair for pair in zip(was, now, strict=True) if pair[0] != pair[1])
            paths = before.get("paths") if isinstance(before, dict) else None  # a damaged manifest may say anything
            return f"its axis {'+'.join(map(str, paths if isinstance(paths, list) else axis['paths']))} is not the same"
        return f"its {key} are not the same"
    return None


def _head(tile: Tile, payload: bytes) -> bytes:
    checksum = hashlib.blake2b(payload, digest_size=32).hexdigest()
    return f"deceptive-sim tile {tile.name} {checksum}\n".encode("ascii")


def _checksum_line(checksum: str) -> str:
    return f"{checksum}  {RESULT}\n"


@contextlib.contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Hold a folder; the system lets go of it when the process ends, however it ends."""
    try:
        import fcntl
    except ImportError:  # no such locks on this system: two at once waste work, but each file is still whole
        yield
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            if error.errno in (errno.EWOULDBLOCK, errno.EACCES):
                rule = "must not be in the hands of another process, which is filling it now"
                raise wrong(f"folder {folder}", rule, hint="wait for it, or choose another folder") from None
        yield
    finally:
        os.close(handle)


@contextlib.contextmanager
def _output(path: Path) -> Iterator[None]:
    """Errors of the system become an `OutputError`."""
    try:
        yield
    except OSError as error:
        name = error.filename2 or error.filename or path  # of a move: where to
        raise OutputError(f"cannot write {name}: {error.strerror or error}") from error


@contextlib.contextmanager
def _resumable() -> Iterator[None]:
    """An `OutputError` says that nothing finished is lost."""
    try:
        yield
    except OutputError as error:
        raise OutputError(f"{error} (finished tiles stay; the same command goes on from there)") from error
