"""To do something as soon as another package is imported, without importing it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from importlib.machinery import ModuleSpec
    from types import ModuleType


def when_imported(name: str, action: Callable[[], object]) -> None:
    """Do something once, after a top-level package is imported; at once if it is already.

    Nothing happens if the package is never imported. Only its first import is watched.
    """
    if name in sys.modules:
        action()
    else:
        sys.meta_path.insert(0, _Watcher(name, action))


class _Watcher:
    """A finder that finds nothing itself: it lets the others find the package, and adds to what happens then."""

    def __init__(self, name: str, action: Callable[[], object]) -> None:
        self.name, self.action = name, action

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if name != self.name:
            return None
        sys.meta_path.remove(self)
        for finder in sys.meta_path:
            spec = finder.find_spec(name, path, target)
            if spec is not None:
                self._add_to(spec)
                return spec
        sys.meta_path.insert(0, self)  # there is no such package yet
        return None

    def _add_to(self, spec: ModuleSpec) -> None:
        load = getattr(spec.loader, "exec_module", None)
        if load is None:
            return

        def load_and_act(module: ModuleType) -> None:
            load(module)
            self.action()

        spec.loader.exec_module = load_and_act  # type: ignore[union-attr, method-assign]
