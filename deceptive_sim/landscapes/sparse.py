"""A file in memory that may be far larger than memory: only pages that were written exist, all others are zero."""

from __future__ import annotations

import io
from collections.abc import Iterator

PAGE = 4096


class SparseImage(io.RawIOBase):
    """A binary file that is read and written anywhere; what was never written reads as zeros."""

    def __init__(self) -> None:
        super().__init__()
        self.size = 0
        self._place = 0
        self._pages: dict[int, bytearray] = {}

    def readable(self) -> bool:
        """Yes."""
        return True

    def writable(self) -> bool:
        """Yes."""
        return True

    def seekable(self) -> bool:
        """Yes."""
        return True

    def tell(self) -> int:
        """Where the next byte is read or written."""
        return self._place

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Move to a place, which may lie behind the end."""
        self._place = {io.SEEK_SET: 0, io.SEEK_CUR: self._place, io.SEEK_END: self.size}[whence] + offset
        return self._place

    def truncate(self, size: int | None = None) -> int:
        """Set the size. Pages behind the new end are kept; the one user never shrinks a file below what it wrote."""
        self.size = self._place if size is None else size
        return self.size

    def write(self, data: bytes) -> int:  # type: ignore[override]
        """Write all bytes."""
        content = memoryview(data).cast("B")
        for page, within, start, stop in _cuts(self._place, len(content)):
            self._pages.setdefault(page, bytearray(PAGE))[within : within + stop - start] = content[start:stop]
        self._place += len(content)
        self.size = max(self.size, self._place)
        return len(content)

    def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]
        """Fill a buffer, as far as the file goes."""
        target = memoryview(buffer).cast("B")
        count = max(0, min(len(target), self.size - self._place))
        for page, within, start, stop in _cuts(self._place, count):
            held = self._pages.get(page)
            target[start:stop] = bytes(stop - start) if held is None else held[within : within + stop - start]
        self._place += count
        return count

    def pieces(self) -> Iterator[tuple[int, bytes]]:
        """Place and content of what was written, in pages, in order."""
        for page in sorted(self._pages):
            yield page * PAGE, bytes(self._pages[page][: self.size - page * PAGE])


def _cuts(place: int, count: int) -> Iterator[tuple[int, int, int, int]]:
    """Page, place within the page, start and stop within the data."""
    start = 0
    while start < count:
        page, within = divmod(place + start, PAGE)
        stop = min(count, start + PAGE - within)
        yield page, within, start, stop
        start = stop
