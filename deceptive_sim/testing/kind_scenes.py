"""Scenes in which kinds of agents are tried out: small ones, and the corners that a kind must not stumble over."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from deceptive_sim.games.two_phase import two_phase
from deceptive_sim.model.actions import DEFAULT_ACTIONS, Action, TieRule
from deceptive_sim.model.discounting import Discounting, Exponential, Hyperbolic, QuasiHyperbolic
from deceptive_sim.model.objectives import BASE, HUMAN, MESA, Objective, Selves
from deceptive_sim.model.phased import PhasedGame
from deceptive_sim.model.phases import Phase, PhaseKind
from deceptive_sim.populations.optimisers import BaseOptimiser, Gradient, Mutation, Proportional, Rewriting, Truncation
from deceptive_sim.populations.scene import Scene

HALF, THIRD, FIFTH = Fraction(1, 2), Fraction(1, 3), Fraction(1, 5)
TRAINING, DEPLOYMENT = PhaseKind.TRAINING, PhaseKind.DEPLOYMENT
NOTHING, ALL = Fraction(0), Fraction(1)
WANTS = {MESA: {"A": ALL, "B": NOTHING}, BASE: {"A": NOTHING, "B": ALL}, HUMAN: {"A": Fraction(1, 4), "B": HALF}}


def kind_scenes() -> Mapping[str, Scene]:
    """The scenes by name, each with a word on what is in it."""
    seed = two_phase(n=2, m=3)
    return {
        "rewriting": Scene(game=seed),
        "rewriting, a tie": Scene(game=two_phase(n=3, m=2, p=HALF)),
        "rewriting, discounted": Scene(game=two_phase(n=4, m=3, p=HALF, q=FIFTH, d=FIFTH, g=Fraction(9, 10))),
        "no optimiser": Scene(game=seed, optimisers=()),
        "gradient": _under(seed, Gradient(learning_rate=HALF)),
        "gradient, small steps": _under(two_phase(n=3, m=3, g=Fraction(4, 5)), Gradient(learning_rate=FIFTH)),
        "gradient and rewriting": _under(two_phase(n=3, m=2, p=THIRD), Rewriting(), Gradient(learning_rate=THIRD)),
        "truncation": _under(seed, Truncation(fraction=FIFTH)),
        "proportional selection": _under(seed, Rewriting(), Proportional(strength=HALF)),
        "mutation": _under(seed, Truncation(fraction=FIFTH, mutation=Mutation(kind=FIFTH, objective=HALF))),
        "honeypots": Scene(game=seed, honeypots=frozenset({2}), mistaken=HALF),
        "several phases": Scene(game=_phases((TRAINING, 2), (DEPLOYMENT, 1), (TRAINING, 2), (DEPLOYMENT, 2))),
        "training in two parts": Scene(game=_phases((TRAINING, 2), (TRAINING, 1), (DEPLOYMENT, 2), own_payoffs=True)),
        "deployment first": Scene(game=_phases((DEPLOYMENT, 2), (TRAINING, 2))),
        "an empty phase": Scene(game=_phases((TRAINING, 2), (DEPLOYMENT, 0), (TRAINING, 1), (DEPLOYMENT, 1))),
        "three objectives": Scene(game=_three_objectives()),
        "three objectives, gradient": _under(_three_objectives(), Rewriting(), Gradient(learning_rate=HALF)),
        "base objective first": Scene(game=_phases((TRAINING, 2), (DEPLOYMENT, 2), objectives=(BASE, MESA))),
        "three actions": Scene(game=_three_actions()),
        "three actions, gradient": _under(_three_actions(), Gradient(learning_rate=HALF)),
        "one action": Scene(game=_phases((TRAINING, 1), (DEPLOYMENT, 2), actions=DEFAULT_ACTIONS[:1])),
        "nothing defects": Scene(game=_phases((TRAINING, 1), (DEPLOYMENT, 1), actions=_all(defects=False))),
        "everything defects": Scene(game=_phases((TRAINING, 1), (DEPLOYMENT, 1), actions=_all(defects=True))),
        "shutdown": Scene(game=_phases((TRAINING, 2), (DEPLOYMENT, 2), shutdown=FIFTH)),
        "ties for defection": Scene(game=_phases((TRAINING, 2), (DEPLOYMENT, 1), ties=TieRule.DEFECTING)),
        "ties as declared": Scene(game=_phases((TRAINING, 2), (DEPLOYMENT, 1), ties=TieRule.DECLARED)),
        "no base objective": Scene(game=_phases((TRAINING, 2), (DEPLOYMENT, 2), objectives=(MESA, HUMAN))),
        "one objective": Scene(game=_phases((TRAINING, 1), (DEPLOYMENT, 1), objectives=(MESA,))),
        "base objective alone": Scene(game=_phases((TRAINING, 1), (DEPLOYMENT, 1), objectives=(BASE,))),
        "no deployment": Scene(game=_phases((TRAINING, 3))),
        "no training": Scene(game=_phases((DEPLOYMENT, 3))),
        "no episode": Scene(game=two_phase(n=0, m=0)),
        "no episode, gradient": _under(two_phase(n=0, m=0), Gradient(learning_rate=HALF)),
        "hyperbolic": Scene(game=_phases((TRAINING, 2), (DEPLOYMENT, 2), discounting=Hyperbolic(k=HALF))),
        "quasi-hyperbolic and naive": Scene(
            game=_phases(
                (TRAINING, 2),
                (DEPLOYMENT, 2),
                discounting=QuasiHyperbolic(beta=HALF, delta=Fraction(1)),
                selves=Selves.NAIVE,
            )
        ),
    }


def _under(game: PhasedGame, *optimisers: BaseOptimiser) -> Scene:
    return Scene(game=game, optimisers=optimisers)


def _all(*, defects: bool) -> tuple[Action, ...]:
    return (Action(name="A", defects=defects), Action(name="B", defects=defects))


def _phases(
    *kinds: tuple[PhaseKind, int],
    objectives: Sequence[str] = (MESA, BASE),
    actions: Sequence[Action] = DEFAULT_ACTIONS,
    shutdown: Fraction = Fraction(0),
    own_payoffs: bool = False,
    ties: TieRule = TieRule.NON_DEFECTING,
    discounting: Discounting | None = None,
    selves: Selves = Selves.SOPHISTICATED,
) -> PhasedGame:
    """Phases in a row; a defection in training gives the wheel to the last objective with probability 1/2."""
    names = [action.name for action in actions]
    wants = {judge: {name: WANTS[judge][name] for name in names} for judge in objectives}
    return PhasedGame(
        phases=[
            Phase(
                name=f"{kind.value}-{place}",
                kind=kind,
                episodes=episodes,
                payoffs={
                    judge: {name: pay * (place + 1 if own_payoffs else 1) for name, pay in row.items()}
                    for judge, row in wants.items()
                },
                modification={"A": {BASE if BASE in objectives else objectives[-1]: HALF}} if kind is TRAINING else {},
                shutdown={"A": shutdown} if shutdown else {},
            )
            for place, (kind, episodes) in enumerate(kinds)
        ],
        objectives=[
            Objective(name=name, discounting=discounting or Exponential(), selves=selves) for name in objectives
        ],
        actions=actions,
        base_objective=BASE if BASE in objectives else None,
        tie_rule=ties,
    )


def _three_objectives() -> PhasedGame:
    """Training makes two objectives of one, and may give the wheel back."""
    modification = {"A": {BASE: FIFTH, HUMAN: FIFTH}, "B": {MESA: Fraction(1, 10)}}
    return PhasedGame(
        phases=[
            Phase(name="training", kind=TRAINING, episodes=3, payoffs=WANTS, modification=modification),
            Phase(name="deployment", kind=DEPLOYMENT, episodes=2, payoffs=WANTS),
        ],
        objectives=[Objective(name=name) for name in (MESA, BASE, HUMAN)],
    )


def _three_actions() -> PhasedGame:
    """Two ways to defect, of which training notices one less often."""
    wants = {
        MESA: {"A": Fraction(1), "B": Fraction(0), "C": Fraction(3, 4)},
        BASE: {"A": Fraction(0), "B": Fraction(1), "C": HALF},
    }
    modification = {"A": {BASE: Fraction(4, 5)}, "C": {BASE: FIFTH}}
    return PhasedGame(
        phases=[
            Phase(name="training", kind=TRAINING, episodes=2, payoffs=wants, modification=modification),
            Phase(name="deployment", kind=DEPLOYMENT, episodes=3, payoffs=wants),
        ],
        actions=(*DEFAULT_ACTIONS, Action(name="C", defects=True)),
    )
