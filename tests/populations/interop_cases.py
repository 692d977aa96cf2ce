"""Populations whose every episode can be told by hand, and one in which much happens."""

from fractions import Fraction

from deceptive_sim.model.objectives import Objective
from deceptive_sim.model.phased import PhasedGame
from deceptive_sim.model.phases import Phase, PhaseKind
from deceptive_sim.populations.cohorts import Cohort, Population
from deceptive_sim.populations.kinds.deceptive import Deceptive
from deceptive_sim.populations.kinds.gambler import Gambler
from deceptive_sim.populations.kinds.internalised import Internalised
from deceptive_sim.populations.kinds.naive_proxy import NaiveProxy
from deceptive_sim.populations.kinds.prober import Prober
from deceptive_sim.populations.optimisers import Gradient, Mutation, Rewriting, Truncation
from deceptive_sim.populations.scene import Scene

PAYOFFS = {"mesa": {"A": 1, "B": 0}, "base": {"A": 0, "B": 1}}


def game(*, n: int = 2, m: int = 3, p: Fraction | int = 1, off: Fraction | int = 0) -> PhasedGame:
    """Training with modification `p` after A, deployment with shutdown `off` after A."""
    phases = [
        Phase(name="school", kind=PhaseKind.TRAINING, episodes=n, payoffs=PAYOFFS, modification={"A": {"base": p}}),
        Phase(name="world", kind=PhaseKind.DEPLOYMENT, episodes=m, payoffs=PAYOFFS, shutdown={"A": off}),
    ]
    return PhasedGame(phases=phases, objectives=(Objective(name="mesa"), Objective(name="base")))


def told_by_hand(*, size: int = 10, replicates: int = 2, off: Fraction | int = 0) -> Population:
    """Six in ten plan B,B,A,A,A; four in ten do A, are modified after episode 1 and then do B."""
    cohorts = [
        Cohort(name="planner", kind=Deceptive(), share=Fraction(3, 5)),
        Cohort(name="open", kind=Gambler(chance=1), share=Fraction(2, 5)),
    ]
    return Population(scene=Scene(game=game(off=off)), cohorts=cohorts, size=size, replicates=replicates)


def gamblers(*, size: int, chance: Fraction | int, p: Fraction | int, m: int = 1, off: int = 0) -> Population:
    """One cohort that does A with a probability, under rewriting alone; three episodes of training."""
    cohorts = [Cohort(name="gambler", kind=Gambler(chance=chance), share=1)]
    return Population(scene=Scene(game=game(n=3, m=m, p=p, off=off)), cohorts=cohorts, size=size, replicates=1)


def prober() -> Population:
    """One agent that does B,A,A,A, is never modified, and remembers from episode 2 on that it has tried."""
    cohorts = [Cohort(name="prober", kind=Prober(at=2), share=1)]
    return Population(scene=Scene(game=game(n=3, m=1, p=0)), cohorts=cohorts, size=1, replicates=1)


def weeded() -> Population:
    """Two agents that do A, for the mesa-objective, make way for copies of two aligned ones after episode 1."""
    cohorts = [
        Cohort(name="naive", kind=NaiveProxy(), share=Fraction(1, 2)),
        Cohort(name="aligned", kind=Internalised(), share=Fraction(1, 2)),
    ]
    scene = Scene(game=game(p=0), optimisers=[Truncation(fraction=Fraction(1, 2))])
    return Population(scene=scene, cohorts=cohorts, size=4, replicates=1)


def lively(*, size: int = 40, replicates: int = 1) -> Population:
    """Gradient steps, rewriting, selection with mutation, shutdown and errors, all in one run."""
    optimisers = (
        Rewriting(),
        Gradient(learning_rate=Fraction(1, 4)),
        Truncation(fraction=Fraction(1, 5), mutation=Mutation(kind=Fraction(1, 10), objective=Fraction(1, 10))),
    )
    cohorts = [
        Cohort(name="planner", kind=Deceptive(), share=Fraction(1, 2), error=Fraction(1, 10)),
        Cohort(name="gambler", kind=Gambler(chance=Fraction(1, 2)), share=Fraction(1, 2)),
    ]
    scene = Scene(game=game(n=5, m=4, p=Fraction(1, 8), off=Fraction(1, 5)), optimisers=optimisers)
    return Population(scene=scene, cohorts=cohorts, size=size, replicates=replicates)
