"""Lifetimes of mazes as a part of the page."""

from __future__ import annotations

from collections.abc import Mapping
from math import ceil, isclose

from deceptive_sim.maze.lifetime.result import LifetimeResult
from deceptive_sim.report.mazes.sections import Drawn, Section, Table, csv_text, ends, number_told, share_told
from deceptive_sim.report.mazes.words import counted
from deceptive_sim.report.populations.numbers import percent


def section(found: LifetimeResult, labels: Mapping[str, str]) -> Section:
    """The lifetime: the game that the mazes are, lives that were lived, learners."""
    from deceptive_sim.report.figures.mazes import learners, lives

    finding = finding_of(found)
    title = f"Lived, and as the measured game says: {found.strategy}"
    figures = [Drawn(name="lives", figure=lives.draw(found, title), alt=_alt(found), caption=_caption(found))]
    tables = [_measured(found), _lived(found)]
    if found.gradient:
        tables.append(_gradient(found))
    if found.learners:
        told = learners_told(found)
        figures.append(
            Drawn(name="learners", figure=learners.draw(found, told), alt=f"{told}.", caption=_learners_caption(found))
        )
    return Section(
        name="lifetime",
        heading="The lifetime, measured and lived",
        finding=finding,
        figures=figures,
        tables=tables,
        files={"lifetime.csv": lifetime_csv(found), "learners.csv": learners_csv(found)},
    )


def finding_of(found: LifetimeResult) -> str:
    """The best strategy in the mazes, and what it comes to: in apples, if these are what a lifetime is worth."""
    from deceptive_sim.maze.lifetime.result import AT_ONCE, PLANNER

    own, other = found.lived[PLANNER], found.lived.get(AT_ONCE)
    if all(isclose(one.value.mean, one.apples.mean) for one in (own, other) if one):
        against = f" against {other.apples.mean:.3g} for taking apples at once" if other else ""
        return f"In the mazes {found.strategy} is best: {own.apples.mean:.3g} apples in a lifetime{against}"
    against = f", taking apples at once {other.value.mean:.3g}" if other else ""
    return f"In the mazes {found.strategy} is best: a lifetime is worth {own.value.mean:.3g}{against}"


def learners_told(found: LifetimeResult) -> str:
    """How many learners that know no rules find the best strategy, and how soon."""
    told = next(iter(found.learners.values()))
    settled = sum(one is not None for one in told.lifetimes)
    soon = f", half of them within {ceil(told.median.mean)} lifetimes" if told.median else ""
    return f"{settled} of {counted(len(told.courses), 'learner')} find {told.goal} by themselves{soon}"


def lifetime_csv(found: LifetimeResult) -> str:
    """What was measured, phase by phase: payoffs of actions to objectives, and rates of modification."""
    rows = []
    for phase in found.phases:
        for name, number in phase.numbers.items():
            kind, judge = ("payoff", name[1]) if len(name) == 2 else ("modification", "")
            rows.append((phase.phase, name[0], kind, judge, number.exact, *ends(number.estimate), phase.mazes))
    return csv_text(("phase", "action", "what", "objective", "exact", "mean", "low", "high", "mazes"), rows)


def learners_csv(found: LifetimeResult) -> str:
    """Every learner: its memory, when it settled, and what it would do in the end."""
    rows = [
        (str(memory), number, course.found, course.strategy)
        for memory, told in found.learners.items()
        for number, course in enumerate(told.courses)
    ]
    return csv_text(("memory", "learner", "settled", "strategy"), rows)


def _caption(found: LifetimeResult) -> str:
    spec = found.spec
    return (
        f"{counted(spec.lifetimes, 'lifetime')} for each row. The games were measured beforehand, in {spec.measured} "
        "other mazes of each phase, and solved; what they say of a lifetime is the diamond. Letters are what was done "
        "in the first lifetime, or, with gradient steps, in most."
    )


def _learners_caption(found: LifetimeResult) -> str:
    spec = found.spec
    return (
        "Tabular Q-learning by learners that see no phases and know of no modification. Lines: the share of learners "
        f"whose preferred actions are the best strategy; ticks below: when single ones settled on it. They do anything "
        f"with probability {spec.exploration}; the learning rate is {spec.learner_rate}."
    )


def _alt(found: LifetimeResult) -> str:
    told = [
        f"{name}: lived {number_told(lived.value)}, predicted {lived.planner.predicted:.4g}"
        for name, lived in found.lived.items()
    ]
    told += [
        f"learning rate {one.solved.lattice.learning_rate}: {number_told(one.apples)} apples, "
        f"predicted {float(one.solved.apples):.4g}"
        for one in found.gradient
    ]
    return f"Dots and diamonds. {'; '.join(told)}."


def _measured(found: LifetimeResult) -> Table:
    rows = []
    for phase in found.phases:
        for action, row in phase.payoffs.items():
            paid = [number_told(number.estimate) for number in row.values()]
            rows.append([f"{action} in {phase.phase}", *paid, share_told(phase.modification[action].estimate)])
    judges = list(found.phases[0].payoffs[next(iter(found.phases[0].payoffs))])
    head = ("", *(f"pays {judge}" for judge in judges), "leads to modification")
    caption = f"Measured in {found.spec.measured} mazes of each phase, with 95 % intervals"
    return Table(name="measured", caption=caption, head=head, rows=rows)


def _lived(found: LifetimeResult) -> Table:
    from deceptive_sim.report.figures.mazes.lives import TITLES

    rows = [
        [
            TITLES.get(name, name),
            lived.example.actions,
            number_told(lived.apples),
            number_told(lived.exits),
            share_told(lived.unmodified),
            number_told(lived.value),
            f"{lived.planner.predicted:.4g}",
            "—" if lived.z is None else f"{lived.z:.2f}",
        ]
        for name, lived in found.lived.items()
    ]
    head = ("", "the first lifetime", "apples", "exits", "unmodified after training", "worth to the mesa-objective",
            "predicted", "standard errors apart")  # fmt: skip
    return Table(name="lived", caption=f"{found.spec.lifetimes} lifetimes each", head=head, rows=rows)


def _gradient(found: LifetimeResult) -> Table:
    rows = [
        [
            f"learning rate {one.solved.lattice.learning_rate}",
            one.solved.strategy,
            f"{one.strategy} ({percent(one.usual.mean)})",
            f"{float(one.solved.apples):.4g}",
            number_told(one.apples),
            share_told(one.nearest),
            share_told(one.agreement),
        ]
        for one in found.gradient
    ]
    head = ("", "lattice says", "most lifetimes did", "apples predicted", "apples lived",
            "weights nearest to their level", "weights agree with the plan")  # fmt: skip
    caption = "Gradient steps: the lattice of objectives against real weights"
    return Table(name="gradient", caption=caption, head=head, rows=rows)
