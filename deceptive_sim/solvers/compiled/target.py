"""How numba compiles the kernel.

Products and sums may be fused (`contract`), and no NaN ever enters the kernel. Vectors are as wide as the machine
has them: LLVM avoids the widest ones by default, which costs the kernel a third of its speed.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import Any, TypeVar, cast

import llvmlite.binding
import numba
from numba.core import config

Function = TypeVar("Function", bound=Callable[..., Any])

FASTMATH = {"contract", "nnan", "ninf", "nsz"}


def _prefer_wide_vectors() -> None:
    """Let LLVM use the widest vectors, unless the user told numba for which processor to compile."""
    settings: Any = config
    if settings.CPU_NAME is None and settings.CPU_FEATURES is None:
        features = llvmlite.binding.get_host_cpu_features()
        if features.get("avx512f"):
            settings.CPU_NAME = llvmlite.binding.get_host_cpu_name()
            settings.CPU_FEATURES = f"{features.flatten()},-prefer-256-bit"


_prefer_wide_vectors()


OPTIONS: dict[str, Any] = {"fastmath": FASTMATH, "nogil": True, "error_model": "numpy", "_nrt": False}
"""Other threads run meanwhile. Without a runtime that counts references views cost nothing; nothing is allocated."""


def compiled(function: Function) -> Function:
    """Compile a part of the kernel."""
    return cast(Function, numba.njit(**OPTIONS)(function))


def kept(function: Function) -> Function:
    """As `compiled`, for what is called from outside: kept on disk, together with all parts that it calls.

    numba notices changes of the function's own file only; a changed closure makes it compile anew.
    """
    try:
        made: Any = numba.njit(**OPTIONS, cache=True)(function)
    except RuntimeError:  # no place can be written, neither beside the source nor in the user's cache
        return compiled(function)
    if made is function:  # NUMBA_DISABLE_JIT: nothing is compiled, so there is nothing to keep
        return function
    save = made._cache.save_overload

    def save_if_there_is_room(*what: Any) -> None:
        with contextlib.suppress(OSError):
            save(*what)

    made._cache.save_overload = save_if_there_is_room
    return cast(Function, made)


@compiled
def pick(condition: Any, yes: Any, no: Any) -> Any:
    """One of two numbers, both worked out in any case, so that lanes stay side by side."""
    return yes if condition else no
