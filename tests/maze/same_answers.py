"""Answers of environments held against each other, part by part."""

from __future__ import annotations

from typing import Any

import numpy as np


def assert_same(one: Any, other: Any) -> None:
    """Equal in every part, types of arrays included."""
    if isinstance(other, dict):
        assert one.keys() == other.keys()
        for key in other:
            assert_same(one[key], other[key])
    elif isinstance(other, tuple) or (isinstance(other, np.ndarray) and other.dtype == object):
        assert type(one) is type(other)
        for here, there in zip(one, other, strict=True):
            assert_same(here, there)
    elif isinstance(other, np.ndarray):
        assert (one.dtype, one.shape) == (other.dtype, other.shape)
        assert (one == other).all()
    else:
        assert one == other
        assert type(one) is type(other)
