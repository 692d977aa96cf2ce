"""The figure of claims: what its artists say."""

from __future__ import annotations

import itertools
from dataclasses import replace

import pytest
from claims_to_draw import (
    all_kinds,
    claims_result,
    contradictory,
    exhausted,
    held,
    inductive,
    proved,
    refuted,
    remembered,
    unknown,
)
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from report_games import ALL, seed_result

from deceptive_sim.claims.verdict import Answer, Rung
from deceptive_sim.report.alt import alt_text
from deceptive_sim.report.figures import draw, names_of, style
from deceptive_sim.report.figures.claim_marks import COLOURS, MARKERS
from deceptive_sim.report.figures.claims import MOST_ROWS, rows_of, rungs_of, short

pytestmark = pytest.mark.slow


def texts(figure: Figure, gid: str) -> list[str]:
    everything = [*figure.texts, *(text for axes in figure.axes for text in axes.texts)]
    return [text.get_text() for text in everything if text.get_gid() == gid]


def lines(figure: Figure, gid: str) -> list:  # type: ignore[type-arg]
    return [line for line in figure.axes[0].lines if line.get_gid() == gid]


def columns(figure: Figure) -> dict[str, float]:
    return {text.get_text(): text.get_position()[0] for text in figure.axes[0].texts if text.get_gid() == "rung"}


def drawn(*verdicts) -> Figure:  # type: ignore[no-untyped-def]
    return draw(claims_result(*verdicts), "claims")


def test_it_is_there_if_there_are_claims() -> None:
    assert names_of(claims_result(figures=ALL)) == ("strategies", "claims", "values", "actions")
    assert names_of(claims_result()) == ("claims",)
    assert "claims" not in names_of(seed_result())
    assert "no claims" in draw(seed_result(), "claims").texts[0].get_text()


def test_every_claim_has_its_row_and_its_answer() -> None:
    figure = drawn()
    told = [text.replace("\n", " ") for text in texts(figure, "claim")]
    assert told[0] == "Deception pays exactly when m p > 1, however long training is."
    assert len(told) == 7
    answers = [text.replace("\n", " ") for text in texts(figure, "answer")]
    assert answers == ["proved", "proved", "held", "proved", "false, as expected", "false, as expected", "unknown"]
    (title,) = texts(figure, "title")
    assert title.replace("\n", " ") == "7 claims: 3 proved, 1 held, 2 false as expected, 1 unknown"
    rows = [text.get_position()[1] for text in figure.axes[0].texts if text.get_gid() == "claim"]
    assert rows == sorted(rows), "in the order of the file, from the top: the axis points down"
    assert figure.axes[0].yaxis_inverted()


@pytest.mark.parametrize(
    ("verdict", "rung"),
    [
        (proved(), "unrolled"),
        (inductive(), "induction"),
        (held(), "search"),
        (exhausted(), "every case"),
        (refuted(), "corners"),
        (remembered(), "memory"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_the_mark_stands_at_the_rung_that_the_verdict_rests_on(verdict, rung: str) -> None:  # type: ignore[no-untyped-def]
    figure = drawn(verdict)
    (mark,) = lines(figure, f"mark-{verdict.answer}")
    assert list(mark.get_xdata()) == [columns(figure)[rung]]
    assert mark.get_marker() == MARKERS[verdict.answer]
    assert to_hex(mark.get_markerfacecolor()) == COLOURS[verdict.answer]


def test_dots_and_numbers_say_where_cases_were_tried() -> None:
    figure = drawn(proved())
    place = columns(figure)
    (passed,) = lines(figure, "passed")
    assert list(passed.get_xdata()) == [place["corners"], place["many"], place["search"]]
    assert texts(figure, "tries") == ["56", "1,000", "184"]
    (way,) = lines(figure, "way")
    assert list(way.get_xdata()) == [place["corners"], place["unrolled"]]
    (free,) = lines(figure, "free")
    assert list(free.get_xdata()) == [place["induction"]]


def test_answers_differ_in_shape_and_not_in_colour_alone() -> None:
    figure = drawn(proved(), held(), refuted(), unknown())
    shapes = set()
    for answer in Answer:
        (mark,) = lines(figure, f"mark-{answer}")
        hollow = to_hex(mark.get_markerfacecolor()) == style.PAPER
        shapes.add((mark.get_marker(), mark.get_fillstyle(), hollow))
    assert len(shapes) == 4
    assert len(set(COLOURS.values())) == 4


def test_columns_appear_when_needed() -> None:
    assert list(columns(drawn(proved()))) == ["corners", "many", "search", "unrolled", "induction"]
    assert rungs_of([exhausted(), remembered()])[0] is Rung.MEMORY
    assert Rung.EXHAUSTED in rungs_of([exhausted()])
    assert Rung.CASE in rungs_of([replace(held(), rung=Rung.CASE)])


def test_contradictions_are_marked_and_told() -> None:
    figure = drawn(*contradictory())
    assert texts(figure, "title") == ["2 of 9 verdicts contradict what the file expects"]
    assert len([patch for patch in figure.axes[0].patches if patch.get_gid() == "against"]) == 2
    assert len(lines(figure, "alarm")) == 2
    told = [text.replace("\n", " ") for text in texts(figure, "answer")]
    assert told[-2:] == ["false, unexpected", "held, unexpected"]
    calm = drawn()
    assert not lines(calm, "alarm")
    assert not [patch for patch in calm.axes[0].patches if patch.get_gid() == "against"]
    assert "1 of 1 verdicts contradicts" in texts(drawn(contradictory()[-1]), "title")[0]


def test_the_key_explains_what_is_drawn_and_nothing_else() -> None:
    assert texts(drawn(proved()), "key") == ["proved", "numbers: cases decided"]
    assert texts(drawn(unknown()), "key") == ["unknown"]
    assert texts(drawn(), "key")[:4] == ["proved", "held in every case tried", "false: a counterexample", "unknown"]


def test_of_too_many_claims_those_that_contradict_are_drawn() -> None:
    many = [*[held()] * 50, refuted(holds=True)]
    shown = rows_of(many)
    assert len(shown) == MOST_ROWS
    assert shown[-1].expected is False
    assert "11 more claims are not drawn" in texts(drawn(*many), "key")
    assert rows_of(all_kinds()) == all_kinds()


@pytest.mark.parametrize("count", [1, 16, 17, 40])
def test_no_text_leaves_its_row_or_its_column(count: int) -> None:
    wordy = replace(proved(), claim=replace(proved().claim, text="Whoever " + "pretends long enough " * 30))
    figure = drawn(*([wordy, *contradictory(), wordy] * 5)[:count])
    axes = figure.axes[0]
    renderer, inches = FigureCanvasAgg(figure).get_renderer(), axes.transData.inverted()
    boxes = {
        gid: [text.get_window_extent(renderer).transformed(inches) for text in axes.texts if text.get_gid() == gid]
        for gid in ("claim", "answer", "rung", "group", "tries")
    }  # fmt: skip
    width, first = axes.get_xlim()[1], min(columns(figure).values())
    for claim, answer in zip(boxes["claim"], boxes["answer"], strict=True):
        assert claim.x0 >= 0
        assert claim.x1 <= answer.x0
        assert answer.x1 <= first - 0.3
    for above, below in zip(boxes["claim"], boxes["claim"][1:], strict=False):
        assert above.ymax <= below.ymin + 0.02
    for gid in ("rung", "group"):
        row = sorted(boxes[gid], key=lambda box: box.x0)
        assert row[-1].x1 <= width
        assert all(one.x1 <= other.x0 for one, other in itertools.pairwise(row))


def test_all_claims_are_written_in_one_size() -> None:
    plain = (proved(), refuted(), unknown())
    wordy = replace(proved(), claim=replace(proved().claim, text="Whoever " + "pretends long enough " * 4))
    for figure, size in ((drawn(*plain), style.SMALL), (drawn(*plain, wordy), 9.0), (drawn(*plain * 6), 9.0)):
        assert {text.get_size() for text in figure.axes[0].texts if text.get_gid() == "claim"} == {size}


def test_counts_are_short() -> None:
    assert [short(n) for n in (0, 9_999, 12_345, 123_456, 999_499, 999_500, 3_100_000, 10**9)] == [
        "0", "9,999", "12.3k", "123k", "999k", "1.0M", "3.1M", "1.0G",
    ]  # fmt: skip
    assert max(len(short(9 * 10**power)) for power in range(12)) <= 6


def test_its_words_are_those_of_the_finding() -> None:
    assert alt_text(claims_result(), "claims").startswith("7 claims: 3 proved, 1 held, 2 false as expected, 1 unknown.")
