"""JSON as this package writes it: Fractions as text such as `3/2`, no NaN, keys in the order given."""

from __future__ import annotations

import dataclasses
import enum
import json
import math
from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

from deceptive_sim.core.exact import text_of


def plain(value: object) -> Any:
    """Turn results into what JSON knows: mappings, lists, text, numbers, true, false and null."""
    if isinstance(value, Fraction):
        return text_of(value)
    if isinstance(value, enum.Enum):
        return plain(value.value)
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else None  # also of NumPy's floats
    if value is None or isinstance(value, str | int):
        return value
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {str(key): plain(entry) for key, entry in value.items()}
    if isinstance(value, Path):
        return str(value)
    if hasattr(value, "tolist"):
        return plain(value.tolist())
    return [plain(entry) for entry in value]  # type: ignore[attr-defined]


def dumps(value: object, *, indent: int | None = 2, ascii_only: bool = False) -> str:
    """The JSON text of a result; with `ascii_only`, other characters are written as escapes."""
    return json.dumps(plain(value), indent=indent, ensure_ascii=ascii_only, allow_nan=False)
