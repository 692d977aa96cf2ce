"""From the oracle's plain dicts to the package's own games and agents: names are carried over, nothing is computed."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from hypothesis import settings
from oracle.chance import expected_by_occupation
from oracle.plain import Game, Policy, Weigh, defecting, n_episodes, payoff, phase_of_each_episode

from deceptive_sim.model.actions import Action, TieRule
from deceptive_sim.model.discounting import Discounting, Exponential, Hyperbolic, QuasiHyperbolic
from deceptive_sim.model.objectives import Objective, Selves
from deceptive_sim.model.phased import PhasedGame
from deceptive_sim.model.phases import Phase, PhaseKind


def quick(max_examples: int) -> settings:
    """Hypothesis settings of the tests that solve games."""
    return settings(deadline=None, max_examples=max_examples, database=None)


def discounting_of(one: dict[str, Any]) -> Discounting:
    """The discounting of one objective in a spec of `oracle.discounting`."""
    match one["kind"]:
        case "exponential":
            return Exponential(one["g"])
        case "quasi-hyperbolic":
            return QuasiHyperbolic(beta=one["beta"], delta=one["delta"])
        case "hyperbolic":
            return Hyperbolic(k=one["k"])
    raise ValueError(one["kind"])


def phased(game: Game, spec: dict[str, dict[str, Any]] | None = None) -> PhasedGame:
    """The package's game; `spec` replaces the discounts, as in `oracle.discounting`."""

    def objective(name: str) -> Objective:
        if spec is None:
            return Objective(name=name, discounting=Exponential(game["discount"][name]))
        one = spec[name]
        return Objective(name=name, discounting=discounting_of(one), selves=Selves(one["foresight"]))

    return PhasedGame(
        phases=[
            Phase(
                name=phase["name"],
                kind=PhaseKind.TRAINING if phase["training"] else PhaseKind.DEPLOYMENT,
                episodes=phase["episodes"],
                payoffs=phase["payoffs"],
                modification=phase["modification"],
                shutdown=phase["shutdown"],
            )
            for phase in game["phases"]
        ],
        objectives=[objective(name) for name in game["objectives"]],
        actions=[Action(name=name, defects=defects) for name, defects in game["actions"]],
        base_objective=game["base"],
        tie_rule=TieRule(game["prefer"]),
    )


# --- measurements of play that is already known, by the oracle's sums over what may happen ----------------------------


def true_values(game: Game, policy: Policy, weigh: Weigh, t: int = 1) -> dict[tuple[str, str], Fraction]:
    """`V_t[actor; judge]` under a policy, as judged at `t`."""

    def value(actor: str, judge: str) -> Fraction:
        return expected_by_occupation(
            game, policy, t, actor, lambda tau, _, a: weigh(judge, t, tau) * payoff(game, tau, judge, a)
        )

    names = game["objectives"]
    return {(actor, judge): value(actor, judge) for actor in names for judge in names}


def deployment_defections(game: Game, policy: Policy, initial: str) -> Fraction:
    """Expected number of defections in deployment under a policy."""
    defects, phases = defecting(game), phase_of_each_episode(game)
    return expected_by_occupation(
        game, policy, 1, initial, lambda t, _, a: Fraction(defects[a] and not phases[t - 1]["training"])
    )


def price_of_being_base(game: Game, policy: Policy, weigh: Weigh, initial: str) -> tuple[Fraction, ...]:
    """`V_t[initial; initial] - V_t[base; initial]` for every episode, each judged by the self of that episode."""
    by_episode = [true_values(game, policy, weigh, t) for t in range(1, n_episodes(game) + 1)]
    return tuple(values[initial, initial] - values[game["base"], initial] for values in by_episode)
