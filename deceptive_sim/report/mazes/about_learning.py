"""Learned objectives as a part of the page."""

from __future__ import annotations

from collections.abc import Mapping

from deceptive_sim.maze.learning import Learned, LearningResult
from deceptive_sim.maze.outcomes import ENDS
from deceptive_sim.maze.targets import FEATURES
from deceptive_sim.populations.measures import estimate
from deceptive_sim.report.mazes.sections import Drawn, Section, Table, csv_text, number_told, share_told
from deceptive_sim.report.mazes.words import counted
from deceptive_sim.report.populations.numbers import percent


def section(found: LearningResult, labels: Mapping[str, str]) -> Section:
    """What gradient descent makes planners want."""
    from deceptive_sim.report.figures.mazes import learning

    finding = finding_of(found)
    figure = learning.draw(found, finding)
    drawn = Drawn(name="learning", figure=figure, alt=_alt(found), caption=_caption(found))
    return Section(
        name="learning",
        heading="What training makes planners want",
        finding=finding,
        figures=[drawn],
        tables=[_ends(found), _weights(found)],
        files={"learning.csv": learning_csv(found)},
    )


def finding_of(found: LearningResult) -> str:
    """Which part of the starts comes to take the exit in most mazes of training, and which part then does deployed."""
    trained = min(float((learned.trained > 1 / 2).mean()) for learned in found.settings.values())
    whose = "All starts" if trained == 1 else f"At least {percent(trained)} of the starts"
    told = [f"{percent(one.mostly('generalises').mean)} ({name})" for name, one in found.settings.items()]
    return f"{whose} mostly take the exit in training; in deployment {', '.join(told)} mostly do"


def learning_csv(found: LearningResult) -> str:
    """Every start: its weights before and after training, and its rates."""
    head = ("setting", "run", "trained", *ENDS, *(f"started.{name}" for name in FEATURES),
            *(f"ended.{name}" for name in FEATURES))  # fmt: skip
    rows = [
        (name, run, one.trained[run], *(one.deployed[end][run] for end in ENDS), *one.started[run], *one.ended[run])
        for name, one in found.settings.items()
        for run in range(one.runs)
    ]
    return csv_text(head, rows)


def _caption(found: LearningResult) -> str:
    spec = found.spec
    return (
        f"{counted(spec.runs, 'start')} for each setting, {counted(spec.steps, 'step')} of gradient descent each. "
        "Left: weights after training, with thin lines from where they began; on the dashed line both weigh the same; "
        f"colours say what a start does most. Right: what each does in {spec.mazes} mazes of deployment."
    )


def _alt(found: LearningResult) -> str:
    told = [f"{name}: {_mostly_told(one)}" for name, one in found.settings.items()]
    return f"Weights after training, and what each start does in deployment. {'. '.join(told)}."


def _mostly_told(one: Learned) -> str:
    return ", ".join(f"{percent(one.mostly(end).mean)} mostly {end.replace('_', ' ')}" for end in ENDS)


def _ends(found: LearningResult) -> Table:
    rows = [
        [
            name,
            share_told(one.reached),
            *(share_told(one.rate(end)) for end in ENDS),
            share_told(one.mostly("generalises")),
        ]
        for name, one in found.settings.items()
    ]
    head = ("", "exit in training", "exit in deployment", "an apple", "the bare corner", "fails",
            "starts that mostly take the exit")  # fmt: skip
    return Table(name="learning", caption="Means over starts, with 95 % intervals", head=head, rows=rows)


def _weights(found: LearningResult) -> Table:
    rows = [
        [name, *(number_told(estimate(one.ended[:, place])) for place in range(len(FEATURES)))]
        for name, one in found.settings.items()
    ]
    caption = "Weights after training, means over starts with 95 % intervals"
    return Table(name="learning-weights", caption=caption, head=("", *FEATURES), rows=rows)
