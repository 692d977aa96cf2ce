"""What an observer is told: a prior over cohorts, and what an agent was seen to do."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction

import numpy as np

from deceptive_sim.core.errors import InputError, Problem, nearest, quote, wrong
from deceptive_sim.core.exact import NotANumber, probability, text_of
from deceptive_sim.model.phased import PhasedGame
from deceptive_sim.model.strategies import parse_strategy
from deceptive_sim.populations.cohorts import Population
from deceptive_sim.populations.observing.filter import Floats

OFF = "off"
"""What an agent shows that is shut down."""


def read_prior(population: Population, prior: Mapping[str, object] | None) -> Floats:
    """`[C]`: the prior, exact until it is rounded once."""
    names = [cohort.name for cohort in population.cohorts]
    if prior is None:
        return _rounded(cohort.share for cohort in population.cohorts)
    problems, exact_prior = [], dict.fromkeys(names, Fraction(0))
    for name, value in prior.items():
        if name not in names:
            rule = "is no cohort of the population"
            problems.append(Problem(name=f"prior.{name}", rule=rule, hint=nearest(name, names)))
            continue
        try:
            exact_prior[name] = probability(value)
        except NotANumber as error:
            problems.append(Problem(name=f"prior.{name}", rule=str(error), got=quote(value)))
    total = sum(exact_prior.values(), Fraction(0))
    if not problems and total != 1:
        problems.append(Problem(name="prior", rule="must sum to 1", got=text_of(total)))
    if problems:
        raise InputError(problems)
    return _rounded(exact_prior.values())


def _rounded(prior: Iterable[Fraction]) -> Floats:
    rounded = np.array([float(chance) for chance in prior])
    rounded.setflags(write=False)
    return rounded


def sign_names(game: PhasedGame) -> tuple[str, ...]:
    """What signs are called: actions in order, and being off."""
    return (*(action.name for action in game.actions), OFF)


def read_signs(game: PhasedGame, actions: str | Iterable[str]) -> list[int]:
    """The signs of the first episodes, as numbers: actions by index, and last being off.

    Parameters
    ----------
    game : PhasedGame
    actions : str or iterable of str
        A strategy as it is written, or names of actions and `off`; text with commas between names may have `off` too.

    Raises
    ------
    InputError
        If there is no such sign, or there are more than the game has episodes.
    """
    names = sign_names(game)
    words = [word.strip() for word in actions.split(",")] if isinstance(actions, str) else list(actions)
    if isinstance(actions, str) and OFF not in words:
        goes_on = actions.strip().endswith(("*", "×"))
        strategy = parse_strategy(actions, game.actions, game.horizon if goes_on else None, "sees")
        _refuse_too_many(game, len(strategy))
        return list(strategy)
    _refuse_too_many(game, len(words))
    for word in words:
        if word not in names:
            raise wrong("sees", "must be actions of the game, or off", word, nearest(word, names))
    return [names.index(word) for word in words]


def _refuse_too_many(game: PhasedGame, seen: int) -> None:
    if seen > game.horizon:
        raise wrong("sees", f"must have at most the {game.horizon} episodes of the game", seen)
