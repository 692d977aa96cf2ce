"""What the selves of an agent really do, for any discounting.

With exponential discounting all selves of an objective agree over time and one pass of the recursion gives
everything. Otherwise self `t` weighs the later episodes anew, by factors counted from `t`:

- a *sophisticated* self takes as given what later selves will really do, and judges that from where it stands;
- a *naive* self solves the rest of the game as if every later self, whichever its objective, judged with the delay
  counted on from today, and takes today's action of that plan.

Both are the same recursion with factors that change from episode to episode; it is run once or twice per episode, so
the cost is quadratic in the number of episodes. Source: docs/model.md, "Selves"; O'Donoghue
and Rabin 1999; Evans, Stuhlmueller, Salvatier, Filan, "Modeling Agents with Probabilistic Programs", chapter 5.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from deceptive_sim.core.exact import Number, to_float
from deceptive_sim.model.objectives import Selves
from deceptive_sim.solvers.layers import Layers
from deceptive_sim.solvers.recursion import (
    Choice,
    Choices,
    Stages,
    Step,
    in_exact_numbers,
    in_floats_if_beyond_doubt,
    seen_from,
    solve_backward,
)


@dataclass(frozen=True, eq=False)
class Play:
    """What is done in every row of every episode, decided exactly.

    Attributes
    ----------
    layers : Layers
    choices : list of list of int
        `choices[t - 1][row]`: place of the option taken.
    tied : list of list of tuple of int
        `tied[t - 1][row]`: places of all options that the self at the wheel finds best.
    action_values : list of list of float
        `action_values[t - 1][option]`: what each option is worth to the unmodified self of episode `t`, as it sees it
        then (float). Empty where no unmodified self stands.
    """

    layers: Layers
    choices: Choices
    tied: Sequence[Sequence[tuple[int, ...]]]
    action_values: Sequence[Sequence[float]]


def consistent(layers: Layers) -> bool:
    """Whether every objective's selves agree over time."""
    return all(objective.discounting.consistent for objective in layers.game.objectives)


def realised_play(layers: Layers, *, forced: Sequence[int] | None = None) -> Play:
    """What every self really does.

    Decisions are exact: they are taken in floats where these are beyond doubt, otherwise in exact numbers.

    Parameters
    ----------
    layers : Layers
    forced : sequence of int, optional
        The unmodified agent's action index in each episode, if it follows a fixed strategy.
    """
    return in_floats_if_beyond_doubt(lambda stages: _realised(layers, stages, forced))


def forecast(layers: Layers, *, exact: bool = False) -> tuple[Number, Choices] | None:
    """What the first self expects if it is naive about selves who disagree with it; else None.

    Parameters
    ----------
    layers : Layers
    exact : bool
        Whether the value must be a Fraction; otherwise it may be a float.

    Returns
    -------
    tuple of Number and Choices, or None
        What it expects, judged by itself, and what it believes every row will do.
    """
    objective = layers.game.objectives[layers.initial]
    if objective.selves is not Selves.NAIVE or consistent(layers) or not layers.layers:
        return None
    carried_out = in_exact_numbers if exact else in_floats_if_beyond_doubt
    steps = carried_out(lambda stages: list(solve_backward(layers, stages(layers, seen_from(layers, 1), 1))))
    return value_at(steps[-1], layers.initial, layers.initial), [step.choice for step in reversed(steps)]


def value_at(step: Step, row: int, judge: int) -> Number:
    """A value of a step, divided back to payoffs if the recursion ran in integers."""
    return _unscaled(step, step.v[row][judge], judge)


def _unscaled(step: Step, value: Number, judge: int) -> Number:
    return value if step.stage.scale is None else Fraction(value) / step.stage.scale[judge]


def _realised(layers: Layers, stages: Stages, forced: Sequence[int] | None) -> Play:
    if consistent(layers):
        taken = [
            (step.choice, step.tied, _action_values(layers, step))
            for step in solve_backward(layers, stages(layers, seen_from(layers, 1), 1), forced=forced)
        ]
        choices, tied, values = zip(*reversed(taken), strict=True) if taken else ((), (), ())
        return Play(layers, choices, tied, values)
    return _anew_each_episode(layers, stages, forced)


def _anew_each_episode(layers: Layers, stages: Stages, forced: Sequence[int] | None) -> Play:
    kinds = layers.game.objectives
    naive = {index for index, objective in enumerate(kinds) if objective.selves is Selves.NAIVE}
    horizon = len(layers.layers)
    choices: list[Sequence[Choice]] = [()] * horizon
    tied: list[Sequence[tuple[int, ...]]] = [()] * horizon
    values: list[Sequence[float]] = [()] * horizon
    for t in range(horizon, 0, -1):
        forecasts = {
            plans_on: _self(layers, stages, t, None if plans_on else choices, forced)
            for plans_on in {index in naive for index in range(len(kinds))}
        }
        rows = range(len(layers.layers[t - 1].rows))
        by_row = [forecasts[layers.layers[t - 1].rows[row].objective in naive] for row in rows]
        choices[t - 1] = [step.choice[row] for step, row in zip(by_row, rows, strict=True)]
        tied[t - 1] = [step.tied[row] for step, row in zip(by_row, rows, strict=True)]
        values[t - 1] = _action_values(layers, forecasts[layers.initial in naive])
    return Play(layers, choices, tied, values)


def _action_values(layers: Layers, step: Step) -> list[float]:
    """What the unmodified self finds each of its options worth; row `initial` is its row wherever rows stand."""
    own = layers.initial
    rows = step.stage.layer.rows
    if own >= len(rows) or not rows[own].unmodified:
        return []
    return [to_float(_unscaled(step, value[own], own)) for value in step.q[own]]


def _self(layers: Layers, stages: Stages, t: int, later: Choices | None, forced: Sequence[int] | None) -> Step:
    """The step of episode `t` as its self sees it: later choices given (sophisticated) or planned by it (naive)."""
    *_, step = solve_backward(layers, stages(layers, seen_from(layers, t), t), choices=later, chooser=t, forced=forced)
    return step
