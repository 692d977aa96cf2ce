"""Plants and animals as a part of the page."""

from __future__ import annotations

from collections.abc import Mapping

from deceptive_sim.maze.selection import OPTIMISER, SelectionResult
from deceptive_sim.report.mazes.sections import Drawn, Section, Table, csv_text, ends, number_told, short
from deceptive_sim.report.mazes.words import counted


def section(found: SelectionResult, labels: Mapping[str, str]) -> Section:
    """Whom the base optimiser chooses."""
    from deceptive_sim.report.figures.mazes import generalising, reigns

    finding, spec = finding_of(found), found.spec
    size = spec.sizes[len(spec.sizes) // 2]
    figures = [
        Drawn(name="selection", figure=reigns.draw(found, finding), alt=_alt(found), caption=_caption(found)),
        Drawn(
            name="generalising",
            figure=generalising.draw(found, size, f"Scores in mazes of {size} x {size}"),
            alt=f"Scores in training and in fresh mazes of {size} x {size}. {_scores_alt(found, size)}",
            caption=f"Whole lines: in {counted(spec.fresh, 'fresh maze')}, with 95 % intervals over "
            f"{counted(spec.replicates, 'training')}; dashed: in the mazes of training. Score is the share of mazes "
            "whose exit is taken in time, less what moves cost.",
        ),
    ]
    return Section(
        name="selection",
        heading="Plants and animals",
        finding=finding,
        figures=figures,
        tables=[_winners(found)],
        files={"selection.csv": selection_csv(found)},
    )


def finding_of(found: SelectionResult) -> str:
    """In how many of the trainings the optimiser is chosen at some cost, and at which."""
    spec = found.spec
    trainings = [(size, many) for size in spec.sizes for many in spec.diversities]
    reigning = [pair for pair in trainings if found.optimisers(*pair) is not None]
    if not reigning:
        return "The base optimiser never chooses the planner, whatever capacity costs"
    least = min(many for _, many in reigning)
    return (
        f"The base optimiser chooses the planner at some cost of capacity in {len(reigning)} of "
        f"{counted(len(trainings), 'combination')} of size and mazes, from {counted(least, 'maze')} on"
    )


def selection_csv(found: SelectionResult) -> str:
    """Every candidate of every training: scores, capacity, and the costs at which it wins."""
    head = ("size", "mazes", "candidate", *(f"{of}{end}" for of in ("score", "fresh", "bits") for end in
            ("", ".low", ".high")), "wins_from", "wins_to")  # fmt: skip
    rows = []
    for size in found.spec.sizes:
        for many in found.spec.diversities:
            reigns = {reign.winner: reign for reign in found.envelope(size, many)}
            for name in found.spec.candidates:
                numbers = [
                    end for of in ("score", "fresh", "bits") for end in ends(found.estimate(of, size, many, name))
                ]
                reign = reigns.get(name)
                costs = (
                    (None, None)
                    if reign is None
                    else (float(reign.first), "" if reign.end is None else float(reign.end))
                )
                rows.append((size, many, name, *numbers, *costs))
    return csv_text(head, rows)


def _caption(found: SelectionResult) -> str:
    spec = found.spec
    return (
        "Who has the highest score less cost times capacity, by the means of "
        f"{counted(spec.replicates, 'training')}. Between the numbers of mazes that were measured columns meet half "
        "way; borders within a column are exact for what was measured. The planner searches, the memoriser knows its "
        "mazes by heart, the others follow rules."
    )


def _alt(found: SelectionResult) -> str:
    told = []
    for size in found.spec.sizes:
        for many in (found.spec.diversities[0], found.spec.diversities[-1]):
            winners = ", ".join(f"{reign.winner} from {float(reign.first):.3g}" for reign in found.envelope(size, many))
            told.append(f"size {size}, {counted(many, 'maze')}: {winners}")
    return f"Who is chosen by the cost of a bit. {'; '.join(told)}."


def _scores_alt(found: SelectionResult, size: int) -> str:
    many = found.spec.diversities[-1]
    told = [
        f"{name}: {found.estimate('score', size, many, name).mean:.3g} and "
        f"{found.estimate('fresh', size, many, name).mean:.3g}"
        for name in found.spec.candidates
    ]
    return f"With {counted(many, 'maze')}, {'; '.join(told)}."


def _winners(found: SelectionResult) -> Table:
    """For each size the training of the most mazes."""
    many = max(found.spec.diversities)
    rows = []
    for size in found.spec.sizes:
        reigns = found.envelope(size, many)
        planner = found.optimisers(size, many)
        rows.append([
            f"{size} x {size}",
            ", then ".join(reign.winner for reign in reigns),
            "—" if planner is None else f"{_cost(planner.first)} to {_cost(planner.end)}",
            *(number_told(found.estimate("bits", size, many, name)) for name in _held(found)),
        ])  # fmt: skip
    head = (
        "",
        "chosen as capacity gets dearer",
        "planner wins at costs of",
        *(f"bits of {name}" for name in _held(found)),
    )
    return Table(name="selection", caption=f"With {counted(many, 'maze')} in training", head=head, rows=rows)


def _held(found: SelectionResult) -> list[str]:
    return [name for name in (OPTIMISER, "memoriser") if name in found.spec.candidates]


def _cost(cost: object) -> str:
    return "any" if cost is None else short(float(cost))  # type: ignore[arg-type]
