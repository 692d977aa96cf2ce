"""What given play is worth, to whom, and where it leads.

Values are judged by the self of the first episode (for exponential discounting every self judges alike); values by
episode are judged by the self of that episode. Forward probabilities say who is at the wheel when.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from deceptive_sim.core.errors import nearest, wrong
from deceptive_sim.core.exact import NotANumber, Number, exact
from deceptive_sim.model.protocols import Game, Policy
from deceptive_sim.solvers.layers import PROBABILITY_SLACK, Layers, lay_out
from deceptive_sim.solvers.recursion import (
    Choice,
    Choices,
    Stages,
    exact_stages,
    float_stages,
    in_exact_numbers,
    seen_from,
    solve_backward,
)
from deceptive_sim.solvers.selves import consistent, value_at

Matrix = tuple[tuple[Number, ...], ...]
"""`matrix[actor][judge]`."""


def values_by_episode(layers: Layers, choices: Choices, *, exact: bool = False) -> tuple[Matrix, ...]:
    """The value of play from each episode on, as the self of that episode judges it.

    Parameters
    ----------
    layers : Layers
        With standing rows.
    choices : Choices
        Deterministic.
    exact : bool
        Fractions if true, floats otherwise.

    Returns
    -------
    tuple of Matrix
        `[t - 1][actor][judge]`: value if the actor is at the wheel in episode `t` (the initial objective: unmodified).
        Cost: linear in the number of episodes for consistent discounting, else quadratic.
    """
    if exact:
        return in_exact_numbers(lambda stages: _by_episode(layers, choices, stages))
    return _by_episode(layers, choices, float_stages)


def _by_episode(layers: Layers, choices: Choices, stages: Stages) -> tuple[Matrix, ...]:
    size = range(len(layers.objectives))

    def matrices(first: int) -> Iterator[Matrix]:
        steps = solve_backward(layers, stages(layers, seen_from(layers, first), first), choices=choices)
        return (tuple(tuple(value_at(step, actor, judge) for judge in size) for actor in size) for step in steps)

    if consistent(layers):
        return tuple(matrices(1))[::-1]
    return tuple(list(matrices(first))[-1] for first in range(1, len(layers.layers) + 1))


def values_at_start(layers: Layers, choices: Choices) -> tuple[Fraction, ...]:
    """What deterministic play is worth from the start to every judge, as the first self judges it; exact.

    Unlike `values_by_episode` it asks nothing of later episodes: rows need not stand, the game may end early.
    """
    if not layers.layers:
        return tuple(Fraction(0) for _ in layers.objectives)

    def first(stages: Stages) -> tuple[Fraction, ...]:
        *_, step = solve_backward(layers, stages(layers, seen_from(layers, 1), 1), choices=choices)
        return tuple(Fraction(value_at(step, layers.initial, judge)) for judge in range(len(layers.objectives)))

    return in_exact_numbers(first)


@dataclass(frozen=True, eq=False)
class Occupancy:
    """Forward probabilities under given play.

    Attributes
    ----------
    at_wheel : tuple of tuple
        `[t - 1][objective]`: probability of being at the wheel in episode `t`; what is missing to 1 is off.
    unmodified : tuple
        `[t - 1]`: probability that the initial objective has never been left by episode `t`; one entry more than
        episodes: the last is after the game.
    defections : tuple
        `[t - 1]`: probability that whoever is at the wheel defects in episode `t`.
    """

    at_wheel: Matrix
    unmodified: tuple[Number, ...]
    defections: tuple[Number, ...]


def occupancy(layers: Layers, choices: Choices, *, exact: bool = False) -> Occupancy:
    """Who is at the wheel, and who defects, episode by episode; exact in Fractions or in floats.

    The run starts in row `initial` of the first layer.
    """
    one: Number = Fraction(1) if exact else 1.0
    zero: Number = one - one
    actions = layers.game.actions
    here: dict[int, Number] = {layers.initial: one}
    at_wheel, unmodified, defections = [], [one], []
    for t, layer in enumerate(layers.layers, start=1):
        wheel, defects = [zero] * len(layers.objectives), zero
        following: dict[int, Number] = {}
        still = zero
        rows_after = layers.rows(t + 1)
        for row, chance in here.items():
            wheel[layer.rows[row].objective] += chance
            for place, share in _shares(choices[t - 1][row]):
                option = layer.options[row][place]
                taken = chance if share == 1 else chance * share
                defects += taken if actions[option.action].defects else zero
                for goal, p in option.successors:
                    on = taken if p == 1 else taken * (p if exact else p.numerator / p.denominator)
                    following[goal] = following.get(goal, zero) + on
                    if rows_after[goal].unmodified:
                        still += on
        at_wheel.append(tuple(wheel))
        unmodified.append(still)
        defections.append(defects)
        here = following
    return Occupancy(tuple(at_wheel), tuple(unmodified), tuple(defections))


def _shares(choice: Choice) -> Sequence[tuple[int, Number]]:
    if isinstance(choice, int):
        return ((choice, 1),)
    return [(place, share) for place, share in enumerate(choice) if share]


def policy_choices(layers: Layers, policy: Policy) -> Choices:
    """What a policy does in every row of a layout: probabilities by option, exact.

    Raises
    ------
    InputError
        If probabilities are negative, do not sum to 1, or belong to actions that are not on offer.
    """
    game, names = layers.game, layers.objectives
    choices: list[list[Choice]] = []
    for t, layer in enumerate(layers.layers, start=1):
        mixtures: list[Choice] = []
        for row, options in zip(layer.rows, layer.options, strict=True):
            name = names[row.objective]
            wanted = policy(t, name, row.world, game.observation(t, name, row.world))
            mixtures.append(_mixture(wanted, [game.actions[option.action].name for option in options], t))
        choices.append(mixtures)
    return choices


def _mixture(wanted: Mapping[str, Number], offered: Sequence[str], t: int) -> tuple[Fraction, ...]:
    for action in wanted:
        if action not in offered:
            raise wrong(f"policy in episode {t}", "must take an action on offer", action, nearest(action, offered))
    try:
        mixture = tuple(exact(wanted.get(action, 0)) for action in offered)
    except NotANumber as error:
        raise wrong(f"policy in episode {t}", str(error)) from None
    total = sum(mixture, Fraction(0))
    if min(mixture) < 0 or abs(total - 1) > PROBABILITY_SLACK:
        raise wrong(f"policy in episode {t}", "must have probabilities from 0 that sum to 1", total)
    return tuple(p / total for p in mixture)


def value_of_policy(game: Game, policy: Policy, initial: str) -> dict[str, Fraction]:
    """What a policy is worth to every judge, exactly.

    Parameters
    ----------
    game : Game
    policy : Policy
        May be stochastic; its probabilities are read exactly.
    initial : str
        The objective at the wheel in episode 1.

    Returns
    -------
    dict
        `{judge: value}`, judged by the first self.
    """
    layers = lay_out(game, initial)
    choices = policy_choices(layers, policy)
    first = None
    for step in solve_backward(layers, exact_stages(layers, seen_from(layers, 1)), choices=choices):
        first = step
    values = [0] * len(layers.objectives) if first is None else first.v[layers.initial]
    return {name: Fraction(value) for name, value in zip(layers.objectives, values, strict=True)}
