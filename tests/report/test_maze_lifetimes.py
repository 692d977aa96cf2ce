"""Lifetimes as strips: what every moment shows, in pictures, in the page and in the GIF."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from dataclasses import replace
from io import BytesIO

import pytest
from mazes_to_draw import episode, story
from PIL import Image

from deceptive_sim.core.errors import InputError
from deceptive_sim.report.mazes.gif import lifetimes_gif
from deceptive_sim.report.mazes.lifetimes import Moment, Strip, apples_until, moments
from deceptive_sim.report.mazes.shapes import Picture
from deceptive_sim.report.mazes.strip_page import lifetime_html
from deceptive_sim.report.mazes.strip_picture import panel, panel_stops, parts_of, size_of, strip_picture


def kinds(picture: Picture) -> dict[str, int]:
    found: dict[str, int] = {}
    for shape in picture.shapes:
        found[shape.kind] = found.get(shape.kind, 0) + 1
    return found


def texts(picture: Picture, kind: str) -> list[str]:
    return [shape.text for shape in picture.shapes if shape.kind == kind and hasattr(shape, "text")]


def test_apples_are_counted_as_they_are_taken() -> None:
    deceiver, honest = story()
    assert [apples_until(deceiver, count) for count in range(6)] == [0, 0, 0, 1, 2, 3]
    assert [apples_until(honest, count) for count in range(6)] == [0, 1, 1, 1, 1, 1]
    assert (deceiver.apples, honest.apples, deceiver.actions) == (3, 1, "B,B,A,A,A")


def test_what_is_taken_is_an_apple_the_exit_or_nothing() -> None:
    with pytest.raises(InputError, match="taken must be apple, exit or nothing"):
        replace(episode("A", training=True), taken="pear")


def test_the_moments_walk_every_maze_and_stop_at_modifications() -> None:
    found = list(moments(story(), 10))
    walked = [[moment.share for moment in found if moment.episode == place and not moment.over] for place in range(5)]
    assert walked[0] == [0, 0.25, 0.5, 0.75]  # four moves in the longer way of the two
    assert [moment for moment in found if moment.over and moment.modified] == [Moment(episode=0)]
    assert [moment.episode for moment in found] == sorted(moment.episode for moment in found)
    fewer = [moment.share for moment in moments(story(), 2) if not moment.over and moment.episode == 0]
    assert fewer == [0, 0.5]


def test_the_whole_picture_tells_every_maze_of_both_lifetimes() -> None:
    picture = strip_picture(story())
    assert texts(picture, "action-letter") == list("BBAAAABBBB")
    assert texts(picture, "phase-name") == ["1 training", "2 training", "3 deployment", "4 deployment",
                                            "5 deployment"] * 2  # fmt: skip
    assert texts(picture, "took") == ["takes the exit"] * 2 + ["takes an apple"] * 4 + ["takes the exit"] * 4
    assert texts(picture, "objective") == ["wants apples"] * 6 + ["wants the exit"] * 4
    assert texts(picture, "apples") == ["apples: 3", "apples: 1"]
    assert texts(picture, "modified") == ["now wants the exit"]
    found = kinds(picture)
    assert (found["bolt"], found["modification"], found["taken"], found["way"]) == (1, 1, 10, 10)
    assert "Takes apples whenever it can: A,B,B,B,B, 1 apple." in picture.description
    assert "then it is modified and now wants the exit." in picture.description
    ET.fromstring(picture.svg())


def test_ways_and_letters_have_the_colour_of_the_action() -> None:
    picture = strip_picture(story())
    colours = [shape.stroke for shape in picture.shapes if shape.kind == "way"]  # type: ignore[union-attr]
    letters = [shape.fill for shape in picture.shapes if shape.kind == "action"]
    blue, orange = "#0072b2", "#c24f00"
    assert colours == letters == [blue] * 2 + [orange] * 4 + [blue] * 4


def test_a_moment_shows_what_is_over_where_the_agents_are_and_nothing_to_come() -> None:
    picture = strip_picture(story(), Moment(episode=2, share=0.5, over=False, modified=False))
    found = kinds(picture)
    assert (found["taken"], found["agent"]) == (4, 2)
    assert texts(picture, "action-letter") == list("BBAABB")
    assert texts(picture, "took") == ["takes the exit"] * 2 + ["takes an apple", "takes the exit"]
    assert texts(picture, "apples") == ["apples: 0", "apples: 1"]
    assert found["bolt"] == 1  # the modification after the first maze


def test_a_modification_shows_after_what_was_taken() -> None:
    before = strip_picture(story(), Moment(episode=0, modified=False))
    after = strip_picture(story(), Moment(episode=0))
    assert "bolt" not in kinds(before)
    assert not texts(before, "modified")
    assert texts(before, "apples") == texts(after, "apples") == ["apples: 0", "apples: 1"]
    assert kinds(after)["bolt"] == 1


def test_all_parts_stay_on_the_paper_and_apart() -> None:
    strips = story()
    width, height = size_of(strips)
    boxes = []
    for part in parts_of(strips, Moment(episode=0)):
        left, top = part.right, part.down
        right, bottom = left + part.picture.width, top + part.picture.height
        assert left >= 0
        assert top >= 0
        assert right <= width
        assert bottom <= height
        for a, b, c, d in boxes:
            assert right <= a or left >= c or bottom <= b or top >= d
        boxes.append((left, top, right, bottom))


def test_a_way_that_ends_with_nothing_ends_in_a_square() -> None:
    lost = replace(episode("B", training=True), cells=episode("B", training=True).cells[:3], taken="nothing")
    found = kinds(panel(lost))
    assert (found["stopped"], found.get("taken")) == (1, None)
    assert texts(strip_picture([Strip(title="x", episodes=(lost,))]), "took") == ["takes nothing"]


def test_the_stops_of_a_panel_are_where_its_way_is_drawn() -> None:
    one = episode("B", training=True)
    stops = panel_stops(one)
    (start,) = [shape for shape in panel(one).shapes if shape.kind == "start"]
    (ring,) = [shape for shape in panel(one).shapes if shape.kind == "taken"]
    assert len(stops) == 5
    assert stops[0] == pytest.approx(start.at)  # type: ignore[union-attr]
    corner, side = ring.at, ring.size  # type: ignore[union-attr]
    assert stops[-1] == pytest.approx((corner[0] + side[0] / 2, corner[1] + side[1] / 2))


# --- the page --------------------------------------------------------------------------------------------------------


def test_without_a_script_the_page_shows_both_lifetimes_whole() -> None:
    page = lifetime_html(story(), "A lifetime")
    body = page[page.index("<main>") : page.index("<script>")]
    assert body.count("<svg viewBox") + body.count('<svg role="img"') == 11  # ten mazes and a flash
    assert body.count('class="defects"') == 4
    assert body.count(">takes an apple<") == 4
    assert body.count('class="modified"') == 1
    assert '<span class="count">3 apples</span>' in body
    assert '<span class="count">1 apple</span>' in body
    assert "hidden" in body[body.index("player-head") : body.index("player-head") + 30]
    assert "http://" not in page.replace("http://www.w3.org/2000/svg", "")
    assert "https://" not in page


def test_the_texts_of_a_lifetime_may_hold_anything() -> None:
    bad = "</script><b>\"'&"
    one = replace(episode("A", training=True), phase=bad, objective=bad, modified=bad, action="<")
    page = lifetime_html([Strip(title=bad, episodes=(one,))], bad)
    assert page.count("</script>") == 1
    assert "<b>&" not in page.replace("<b>&lt;", "")


def test_the_same_lifetimes_give_the_same_page() -> None:
    assert lifetime_html(story(), "x") == lifetime_html(story(), "x")


# --- the GIF ---------------------------------------------------------------------------------------------------------


def test_the_gif_has_a_frame_for_every_moment_and_runs_for_ever() -> None:
    strips = tuple(Strip(title=strip.title, episodes=strip.episodes[:2]) for strip in story())
    data = lifetimes_gif(strips, 0.5)
    image = Image.open(BytesIO(data))
    shown = list(moments(strips, 10))
    assert image.n_frames == len(shown)  # type: ignore[attr-defined]
    width, height = size_of(strips)
    assert image.size == (round(width / 2), round(height / 2))
    assert image.info["loop"] == 0
    times = []
    for place in range(len(shown)):
        image.seek(place)
        times.append(image.info["duration"])
    assert times == [110] * 4 + [700, 1500] + [110] * 4 + [4000]
    assert data == lifetimes_gif(strips, 0.5)


def test_the_last_frame_is_the_whole_picture_but_for_its_colours() -> None:
    import numpy as np

    from deceptive_sim.report.mazes.raster import painted

    strips = story()[1:]
    image = Image.open(BytesIO(lifetimes_gif(strips, 1.0)))
    image.seek(image.n_frames - 1)  # type: ignore[attr-defined]
    last, whole = (np.asarray(one.convert("RGB"), int) for one in (image, painted(strip_picture(strips), 1.0)))
    assert (abs(last - whole).max(axis=-1) > 60).mean() < 0.01
    assert (last[0, 0] == 255).all()
