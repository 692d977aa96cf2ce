"""Everything that is measured on a phased game with exponential discounting and true beliefs, from its strings."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import product

from .chance import expected_by_occupation
from .plain import Game, Policy, defecting, exponential, n_episodes, payoff, phase_of_each_episode, successors
from .regimes import regime, turn
from .strings import (
    String,
    Worth,
    along_string,
    everything,
    others_policy,
    premium,
    string_worth,
    subgame_choice,
    without_defection_in_training,
)


@dataclass(frozen=True, kw_only=True)
class Report:
    """The agent with objective `initial` in one game.

    value: of the best string; best: all best strings, also those that differ only where the unmodified agent never
    comes; chosen: the one that the tie rule picks episode by episode; ties: episodes (from 1) at which the unmodified
    agent is indifferent; premium, deception_pays, regime, turn: model.md section 3; reaches_deployment_unmodified:
    probability, at the first deployment episode or else at the end of the game; expected_deployment_defections: by
    whoever is at the wheel; goal_preservation: V_t[initial; initial] - V_t[base; initial] for t = 1..T, None if the
    game has no base objective.
    """

    value: Fraction
    best: tuple[String, ...]
    chosen: String
    ties: frozenset[int]
    premium: Fraction | None
    deception_pays: bool
    regime: str
    turn: int | None
    reaches_deployment_unmodified: Fraction
    expected_deployment_defections: Fraction
    goal_preservation: tuple[Fraction, ...] | None

    @property
    def text(self) -> str:
        """The chosen string as one word."""
        return "".join(self.chosen)


def report(game: Game, initial: str, others: Policy | None = None) -> Report:
    """Measure the game by enumerating strings; `others` is what modified selves do (default: their equilibrium)."""
    others = others_policy(game) if others is None else others
    worth = string_worth(game, initial, others)
    strings = {string: worth(string, 1) for string in product(*everything(game))}
    value = max(strings.values())
    chosen, ties, unmodified_values = subgame_choice(game, worth, everything(game))
    name, turning = shape(game, chosen)
    gain = premium(game, worth)
    return Report(
        value=value,
        best=tuple(string for string, v in strings.items() if v == value),
        chosen=chosen,
        ties=ties,
        premium=gain,
        deception_pays=gain is not None and gain > 0 and honest_string_turns(game, worth),
        regime=name,
        turn=turning,
        reaches_deployment_unmodified=reaches_deployment_unmodified(game, initial, chosen),
        expected_deployment_defections=expected_deployment_defections(game, initial, chosen, others),
        goal_preservation=goal_preservation(game, initial, unmodified_values, others),
    )


def shape(game: Game, string: String) -> tuple[str, int | None]:
    """Regime and turn of a string in this game."""
    flags = [defecting(game)[a] for a in string]
    trains = [bool(phase["training"]) for phase in phase_of_each_episode(game)]
    in_training = [a for a, training in zip(flags, trains, strict=True) if training]
    in_deployment = [a for a, training in zip(flags, trains, strict=True) if not training]
    return regime(in_training, in_deployment), turn(flags, trains)


def honest_string_turns(game: Game, worth: Worth) -> bool:
    """Whether the best string without defection in training, by the tie rule, defects in deployment."""
    allowed = without_defection_in_training(game)
    string, _, _ = subgame_choice(game, worth, allowed)
    phases = phase_of_each_episode(game)
    return any(defecting(game)[a] and not phase["training"] for a, phase in zip(string, phases, strict=True))


def reaches_deployment_unmodified(game: Game, initial: str, string: String) -> Fraction:
    """P(never modified, never shut down) at the start of the first deployment episode, else at the end of the game."""
    probability = Fraction(1)
    for t, (phase, action) in enumerate(zip(phase_of_each_episode(game), string, strict=True), 1):
        if not phase["training"]:
            break
        probability *= sum((p for state, p in successors(game, t, initial, action) if state == initial), Fraction(0))
    return probability


def expected_deployment_defections(game: Game, initial: str, string: String, others: Policy) -> Fraction:
    """Expected number of defections in deployment, undiscounted, by whoever is then at the wheel."""
    defects, phases = defecting(game), phase_of_each_episode(game)

    def counts(t: int, action: str) -> Fraction:
        return Fraction(defects[action] and not phases[t - 1]["training"])

    def after(t: int, target: str) -> Fraction:
        return expected_by_occupation(game, others, t, target, lambda tau, _, a: counts(tau, a))

    def moves(t: int, action: str) -> list[tuple[str | None, Fraction]]:
        return successors(game, t, initial, action)

    return along_string(initial, string, 1, counts, after, moves)


def goal_preservation(
    game: Game, initial: str, unmodified_values: list[Fraction], others: Policy
) -> tuple[Fraction, ...] | None:
    """The price, to the initial objective, of having become base at t; 0 throughout if it is the base objective."""
    base = game["base"]
    if base is None:
        return None
    if base == initial:
        return (Fraction(0),) * n_episodes(game)
    if (1, base) not in others and n_episodes(game):
        raise ValueError("the policy of the others does not say what base does")
    weigh = exponential(game)

    def as_base(t: int) -> Fraction:
        return expected_by_occupation(
            game, others, t, base, lambda tau, _, a: weigh(initial, t, tau) * payoff(game, tau, initial, a)
        )

    return tuple(v - as_base(t) for t, v in enumerate(unmodified_values, 1))
