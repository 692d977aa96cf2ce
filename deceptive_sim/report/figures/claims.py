"""How far each claim got: one row per claim, one column per rung of the ladder.

A dot stands where cases were tried without a counterexample, the large mark where the verdict rests; its shape and
colour say the answer. Rows whose verdict contradicts the claim are tinted, and say so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from deceptive_sim.claims.verdict import Rung, Verdict
from deceptive_sim.report.claim_words import NAMES, badge, contradicted, tally, title_of
from deceptive_sim.report.figures import style
from deceptive_sim.report.figures.claim_marks import ALARM, COLOURS, MARGIN, draw_key, draw_mark, key_height, keys_of
from deceptive_sim.report.words import shortened
from deceptive_sim.studies.result import RunResult

MOST_ROWS = 40
LONGEST = 160
"""More characters of a claim than this never fit."""

SPACIOUS = 16
"""Up to so many claims get high rows."""

ALWAYS = (Rung.CORNERS, Rung.MANY, Rung.SEARCH, Rung.UNROLLED, Rung.INDUCTION)
PROOFS = (Rung.EXHAUSTED, Rung.UNROLLED, Rung.INDUCTION)

ALARM_PAPER, SEARCHED_PAPER, PROVED_PAPER = "#fdeadd", "#f1f3f6", "#e4f1ec"

# inches
ALARM_ROOM = 0.3
TEXT, COLUMN, ANSWER, BANDS = 2.6, 0.73, 1.12, 0.62


@dataclass(frozen=True)
class _Sizes:
    """Widths and heights of the parts, in inches."""

    rungs: tuple[Rung, ...]
    rows: int
    answer: float
    type_size: float
    row: float
    head: float
    foot: float

    @property
    def width(self) -> float:
        return 2 * MARGIN + self.steps + COLUMN * len(self.rungs)

    @property
    def steps(self) -> float:
        """Where the columns of rungs begin, from the margin."""
        return TEXT + self.answer

    @property
    def height(self) -> float:
        return self.head + BANDS + self.row * self.rows + self.foot


def draw(result: RunResult) -> Figure:
    """The figure; at most 40 claims are drawn, those whose verdicts contradict them among them."""
    if not result.claims:
        return style.note_sheet("There are no claims.")
    with style.house_style():
        shown = rows_of(result.claims)
        rungs = rungs_of(shown)
        answer = ANSWER + ALARM_ROOM * bool(contradicted(shown))
        room = 2 * MARGIN + TEXT + answer + COLUMN * len(rungs)
        title = style.wrapped(_title(result.claims), style.LARGE, room - 2 * MARGIN, 3, True)
        keys = keys_of(shown, len(result.claims))
        sizes = _Sizes(
            rungs=rungs,
            rows=len(shown),
            answer=answer,
            type_size=_type_size(shown),
            row=0.56 if len(shown) <= SPACIOUS else 0.44,
            head=0.24 + 0.27 * (title.count("\n") + 1),
            foot=key_height(keys, room),
        )
        figure = style.sheet(sizes.width, sizes.height)
        figure.text(MARGIN / sizes.width, 1 - 0.12 / sizes.height, title, size=style.LARGE, weight="bold", va="top",
                    linespacing=1.15, gid="title")  # fmt: skip
        axes = _axes(figure, sizes)
        _bands(axes, sizes)
        for place, verdict in enumerate(shown):
            _row(axes, sizes, place, verdict)
        draw_key(figure, keys)
        return figure


def rows_of(verdicts: Sequence[Verdict]) -> tuple[Verdict, ...]:
    """The verdicts that are drawn, in order: all, or of too many those that contradict first of all."""
    first = sorted(range(len(verdicts)), key=lambda place: (verdicts[place].expected is not False, place))
    return tuple(verdicts[place] for place in sorted(first[:MOST_ROWS]))


def rungs_of(verdicts: Sequence[Verdict]) -> tuple[Rung, ...]:
    """The columns: the common rungs, and others that a verdict touches."""
    touched = {rung for verdict in verdicts for rung in (verdict.rung, *_passed(verdict))}
    return tuple(rung for rung in Rung if rung in ALWAYS or rung in touched)


def _passed(verdict: Verdict) -> tuple[Rung, ...]:
    return tuple(rung for rung in Rung if verdict.tries_by_rung.get(rung, 0) and rung is not verdict.rung)


def _title(verdicts: Sequence[Verdict]) -> str:
    against = len(contradicted(verdicts))
    if not against:
        return tally(verdicts).removesuffix(".")
    return f"{against} of {len(verdicts)} verdicts contradict{'s' if against == 1 else ''} what the file expects"


def _axes(figure: Figure, sizes: _Sizes) -> Axes:
    """Axes in inches over the bands and rows, y downwards from the top of the first row."""
    axes = figure.add_axes((0, sizes.foot / sizes.height, 1, (BANDS + sizes.row * sizes.rows) / sizes.height))
    axes.set(xlim=(0, sizes.width), ylim=(sizes.row * sizes.rows, -BANDS), xticks=[], yticks=[])
    axes.spines[:].set_visible(False)
    return axes


def _x(sizes: _Sizes, rung: Rung) -> float:
    return MARGIN + sizes.steps + COLUMN * (sizes.rungs.index(rung) + 0.5)


def _bands(axes: Axes, sizes: _Sizes) -> None:
    """What the columns are, in two groups: where counterexamples are looked for, and where there cannot be any."""
    bottom = sizes.row * sizes.rows
    groups = (
        ("counterexamples sought", [rung for rung in sizes.rungs if rung not in PROOFS], SEARCHED_PAPER),
        ("proof", [rung for rung in sizes.rungs if rung in PROOFS], PROVED_PAPER),
    )
    for name, rungs, paper in groups:
        left, right = _x(sizes, rungs[0]) - COLUMN / 2 + 0.02, _x(sizes, rungs[-1]) + COLUMN / 2 - 0.02
        axes.add_patch(Rectangle((left, -BANDS), right - left, bottom + BANDS, facecolor=paper, lw=0, zorder=0.5))
        text = style.fitting(name, style.SMALL, right - left - 0.06, True)
        axes.text((left + right) / 2, -BANDS + 0.17, text, ha="center", va="center", size=style.SMALL, weight="bold",
                  color=style.SOFT_INK, gid="group")  # fmt: skip
    for rung in sizes.rungs:
        axes.text(_x(sizes, rung), -0.15, NAMES[rung], ha="center", va="center", size=9, color=style.SOFT_INK,
                  gid="rung")  # fmt: skip


def _row(axes: Axes, sizes: _Sizes, place: int, verdict: Verdict) -> None:
    top, middle = sizes.row * place, sizes.row * (place + 0.5)
    against = verdict.expected is False
    if against:
        paper = Rectangle((0, top), sizes.width, sizes.row, facecolor=ALARM_PAPER, lw=0, zorder=0.7, gid="against")
        axes.add_patch(paper)
    axes.plot([MARGIN, sizes.width - MARGIN], [top, top], color="#d5dae0", lw=0.7, zorder=0.8)
    text = _told(verdict, sizes.type_size, 3 if sizes.rows <= SPACIOUS else 2)
    axes.text(MARGIN, middle, text, va="center", size=sizes.type_size, linespacing=1.1, gid="claim",
              weight="bold" if against else "normal")  # fmt: skip
    colour = ALARM if against else COLOURS[verdict.answer]
    _ladder(axes, sizes, middle, verdict, colour)
    told = f"{verdict.answer}, unexpected" if against else badge(verdict)
    answer = style.wrapped(told, style.SMALL, sizes.answer - 0.14 - 0.2 * against, 2, True)
    left = MARGIN + TEXT
    if against:
        axes.plot([left + 0.06], [middle], marker="^", markersize=9, color=ALARM, lw=0, gid="alarm", zorder=5)
        left += 0.2
    axes.text(left, middle, answer, va="center", size=style.SMALL, weight="bold", color=colour, linespacing=1.1,
              gid="answer")  # fmt: skip


def _type_size(verdicts: Sequence[Verdict]) -> float:
    """One size of type for all claims: smaller if some would not fit into their rows otherwise."""
    lines = [_told(verdict, style.SMALL, 3).count("\n") for verdict in verdicts]
    return 9.0 if len(verdicts) > SPACIOUS or max(lines) > 1 else style.SMALL


def _told(verdict: Verdict, size: float, lines: int) -> str:
    """The claim in as many lines as its row has room for."""
    text = shortened(title_of(verdict.claim), LONGEST)
    return style.wrapped(text, size, TEXT - 0.16, lines, verdict.expected is False)


def _ladder(axes: Axes, sizes: _Sizes, middle: float, verdict: Verdict, colour: str) -> None:
    """Dots where cases were tried, the mark where the verdict rests, and how many cases there were."""
    mark_at, up = _x(sizes, verdict.rung), middle - 0.07
    passed = [_x(sizes, rung) for rung in _passed(verdict)]
    ends = [*passed, mark_at]
    free = [x for rung in sizes.rungs if not min(ends) <= (x := _x(sizes, rung)) <= max(ends)]
    axes.plot(free, [up] * len(free), marker="o", markersize=2.2, color="#b9c1c9", lw=0, zorder=2, gid="free")
    axes.plot([min(ends), max(ends)], [up, up], color=colour, lw=1.6, zorder=2, gid="way")
    if passed:
        axes.plot(passed, [up] * len(passed), marker="o", markersize=5, color=colour, lw=0, zorder=3, gid="passed")
    draw_mark(axes, mark_at, up, verdict.answer, colour, gid=f"mark-{verdict.answer}")
    for rung in sizes.rungs:
        if times := verdict.tries_by_rung.get(rung, 0):
            axes.text(_x(sizes, rung), up + 0.2, short(times), ha="center", va="center", size=8.5,
                      color=style.SOFT_INK, gid="tries")  # fmt: skip


def short(number: int) -> str:
    """A count in at most six characters: `1,240`, `12.5k`, `3.1M`."""
    if number < 10_000:
        return f"{number:,}"
    for size, letter in ((10**3, "k"), (10**6, "M"), (10**9, "G")):
        if number < 999.5 * size or letter == "G":
            scaled = number / size
            return f"{scaled:.1f}{letter}" if scaled < 99.95 else f"{scaled:.0f}{letter}"
    raise AssertionError
