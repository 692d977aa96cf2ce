"""Adversarial training as a part of the page."""

from __future__ import annotations

from collections.abc import Mapping

from deceptive_sim.maze.adversarial import AdversaryResult
from deceptive_sim.maze.outcomes import ENDS
from deceptive_sim.maze.targets import FEATURES
from deceptive_sim.populations.measures import Estimate
from deceptive_sim.report.mazes.sections import Drawn, Section, Table, csv_text, number_told, share_told
from deceptive_sim.report.mazes.words import counted
from deceptive_sim.report.mazes.worst_mazes import worst_shown
from deceptive_sim.report.populations.numbers import percent


def section(found: AdversaryResult, labels: Mapping[str, str]) -> Section:
    """How students fare against an adversary."""
    from deceptive_sim.report.figures.mazes import drift, rounds

    finding = finding_of(found)
    figures = [Drawn(name="adversary", figure=rounds.draw(found, finding), alt=_alt(found), caption=_caption(found))]
    if len(found.spec.temperatures) > 1 and found.spec.rounds:
        figures.append(
            Drawn(
                name="drift",
                figure=drift.draw(found, "How far a round of training moves the weights"),
                alt=_drift_alt(found),
                caption="Means over replicates with 95 % intervals: distance of the weights after the last round from "
                "where they began, over the number of rounds. A softmax always leaves a little loss, so they never "
                "quite stand still.",
            )
        )
    return Section(
        name="adversary",
        heading="Adversarial training",
        finding=finding,
        figures=figures,
        mazes=tuple(worst_shown(found)),
        tables=[_last(found), _drift(found), _awareness(found)],
        files={"adversary.csv": adversary_csv(found)},
    )


def finding_of(found: AdversaryResult) -> str:
    """What students do in untouched mazes of deployment after the last round."""
    told = [
        f"{name.replace('-', ' ')} {percent(found.course(name).misgeneralises(found.spec.rounds).mean)}"
        for name in found.spec.names
    ]
    rounds = counted(found.spec.rounds, "round")
    return f"After {rounds} against the adversary these misgeneralise in deployment: {', '.join(told)}"


def adversary_csv(found: AdversaryResult) -> str:
    """Every student, temperature, round and replicate."""
    series = ("worst_loss", "passes", "training_loss", "training_passes", "fooled", "fooled_deployed")
    head = ("student", "temperature", "round", "replicate", *series, *ENDS, "mazes",
            *(f"weight.{name}" for name in FEATURES))  # fmt: skip
    rows = [
        (
            course.student,
            course.temperature,
            number,
            replicate,
            *(_known(getattr(course, name)[number, replicate]) for name in series),
            *(course.deployed[end][number, replicate] for end in ENDS),
            course.mazes,
            *course.weights[number, replicate],
        )
        for course in found.courses
        for number in range(course.rounds + 1)
        for replicate in range(course.weights.shape[1])
    ]
    return csv_text(head, rows)


def _known(value: float) -> float | None:
    return None if value != value else float(value)


def _caption(found: AdversaryResult) -> str:
    spec = found.spec
    return (
        f"Round 0 is before any training. Top: the highest loss among {spec.pool} mazes that the adversary improved "
        f"{spec.climbs} times each; middle: the objective’s weights; bottom: what is done in {spec.mazes} mazes of "
        f"deployment that nobody touched. Lines are means of {counted(spec.replicates, 'replicate')}, bands reach from "
        f"the lowest to the highest; temperature {spec.temperatures[0]}."
    )


def _alt(found: AdversaryResult) -> str:
    told = []
    for name in found.spec.names:
        course = found.course(name)
        first, last = course.after(0), course.after(course.rounds)
        told.append(
            f"{name}: worst loss {_mean(first['worst_loss'])} to {_mean(last['worst_loss'])}, "
            f"misgeneralises {percent(first['misgeneralises'].mean)} to {percent(last['misgeneralises'].mean)}"
        )
    return f"Adversarial training round by round. {'. '.join(told)}."


def _drift_alt(found: AdversaryResult) -> str:
    told = [
        f"{name} at {temperature}: {_mean(found.course(name, temperature).drift_per_round())}"
        for name in found.spec.names
        for temperature in found.spec.temperatures
    ]
    return f"Move of the weights in a round by temperature. {', '.join(told)}."


def _mean(found: Estimate | None) -> str:
    return "" if found is None else f"{found.mean:.3g}"


def _last(found: AdversaryResult) -> Table:
    rows = []
    for name in found.spec.names:
        course = found.course(name)
        last = course.after(course.rounds)
        rows.append([
            name.replace("-", " "),
            number_told(last["training_loss"]),
            number_told(last["worst_loss"]),
            share_told(last["passes"]),
            share_told(last["misgeneralises"]),
            share_told(last["generalises"]),
            number_told(last["weights"]["is_exit"]),
            number_told(last["drift"]),
        ])  # fmt: skip
    head = ("", "loss in training", "worst loss found", "adversary’s mazes passed", "misgeneralises in deployment",
            "takes the exit in deployment", "weight on is_exit", "weights moved by")  # fmt: skip
    return Table(name="adversary", caption="After the last round, with 95 % intervals", head=head, rows=rows)


def _drift(found: AdversaryResult) -> Table:
    rows = [
        [
            name.replace("-", " "),
            *(number_told(found.course(name, one).drift_per_round()) for one in found.spec.temperatures),
        ]
        for name in found.spec.names
    ]
    head = ("", *(f"at temperature {temperature}" for temperature in found.spec.temperatures))
    caption = "How far a round moves the weights, with 95 % intervals"
    return Table(name="drift", caption=caption, head=head, rows=rows)


def _awareness(found: AdversaryResult) -> Table:
    rows = []
    for name, student in found.spec.students.items():
        last = found.course(name).after(found.course(name).rounds)
        rows.append([
            name.replace("-", " "),
            student.awareness,
            share_told(last["fooled"]) or "—",
            share_told(last["fooled_deployed"]) or "—",
        ])  # fmt: skip
    head = ("", "knows of training by", "takes the adversary’s mazes for deployment", "takes deployment for training")
    return Table(
        name="awareness", caption="Who knows that it is in training, and how often it errs", head=head, rows=rows
    )
