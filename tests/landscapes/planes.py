"""Sweeps in a plane, in closed form: functions of x and y with what they are called."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy
from numpy.typing import NDArray

from deceptive_sim.landscapes.axes import Axis
from deceptive_sim.landscapes.sweep import Kind, Variable

Function = Callable[[NDArray[Any], NDArray[Any]], NDArray[Any]]


@dataclass(kw_only=True)
class Plain:
    """Functions of the parameters x and y; whoever asks is counted."""

    functions: Mapping[str, tuple[Kind, Function]]
    calls: int = 0
    points: int = 0
    asked: list[NDArray[Any]] = field(default_factory=list)

    @property
    def variables(self) -> Sequence[Variable]:
        labels = tuple("abcdefghij")
        return [
            Variable(
                name=name,
                title=name,
                unit="",
                description="A test.",
                kind=kind,
                labels=labels if kind is Kind.CATEGORY else (),
            )
            for name, (kind, _) in self.functions.items()
        ]

    @property
    def identity(self) -> Mapping[str, Any]:
        return {"functions": sorted(self.functions)}

    def __call__(self, axes: Sequence[Axis]) -> Mapping[str, NDArray[Any]]:
        places: dict[str, NDArray[Any]] = {}
        shape = tuple(len(axis) for axis in axes)
        for dimension, axis in enumerate(axes):
            for column, path in enumerate(axis.paths):
                spread = [1] * len(axes)
                spread[dimension] = len(axis)
                places[path] = numpy.broadcast_to(axis.floats[:, column].reshape(spread), shape)
        self.calls += 1
        self.points += int(numpy.prod(shape))
        return {
            variable.name: numpy.asarray(self.functions[variable.name][1](places["x"], places["y"])).astype(
                variable.dtype
            )
            for variable in self.variables
        }


def number(function: Function, name: str = "height") -> Plain:
    """A sweep of one number."""
    return Plain(functions={name: (Kind.NUMBER, function)})


def category(function: Function, name: str = "colour") -> Plain:
    """A sweep of one category."""
    return Plain(functions={name: (Kind.CATEGORY, function)})
