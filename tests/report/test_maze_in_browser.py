"""Lifetimes in a real browser: played step by step, no wider than a phone, seen by day and by night."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from matplotlib.image import imread
from mazes_to_draw import story
from test_in_browser import CHROMIUM, browse

from deceptive_sim.report.mazes.strip_page import lifetime_html

pytestmark = [pytest.mark.slow, pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium")]

TELL = """<pre id="told"></pre><script>
(function () {
  var told = [], root = document.getElementById("lifetimes");
  function seen(kind) {
    return Array.from(root.querySelectorAll("li > svg ." + kind)).filter(function (one) {
      return getComputedStyle(one).visibility === "visible";
    }).length;
  }
  function tell(name) {
    told.push({
      name: name, ways: seen("way"), taken: seen("taken"), agents: seen("agent"), trails: seen("trail"),
      counts: Array.from(root.querySelectorAll(".count")).map(function (one) { return one.textContent; }),
      modified: Array.from(root.querySelectorAll(".modified")).filter(function (one) {
        return getComputedStyle(one).visibility === "visible";
      }).length,
      flash: root.querySelectorAll(".flash").length, text: root.querySelector(".told").textContent,
      at: Number(root.querySelector("input").value), most: Number(root.querySelector("input").max),
      play: root.querySelector(".play").textContent
    });
  }
  function press(name, times) { for (var k = 0; k < times; k += 1) { root.querySelector(name).click(); } }
  function slide(to) { var bar = root.querySelector("input"); bar.value = to; bar.dispatchEvent(new Event("input")); }
  tell("end"); slide(0); tell("start"); press(".on", 2); tell("walking"); slide(4); tell("taken");
  press(".on", 1); tell("modified"); press(".back", 1); tell("back"); slide(5); press(".on", 1); tell("second");
  slide(1000); window.dispatchEvent(new Event("beforeprint")); tell("print");
  press(".play", 1); tell("playing");
  setTimeout(function () {
    tell("later"); press(".play", 1); tell("paused");
    document.getElementById("told").textContent = JSON.stringify(told);
  }, 900);
}());
</script>"""

ASK = """<!doctype html><body style="margin:0"><iframe id="f" width="390" height="3000"></iframe><pre id="told"></pre>
<script>
const frame = document.getElementById("f");
frame.onload = () => {
  const inside = frame.contentDocument, wide = [];
  for (const block of inside.querySelectorAll("main *")) {
    const box = block.getBoundingClientRect();
    if (block.closest("svg") === null && (box.right > 391 || box.left < -1)) wide.push(block.tagName + block.className);
  }
  document.getElementById("told").textContent = "wide: [" + wide.join(" ") + "] page: "
    + inside.documentElement.scrollWidth + " mazes: " + inside.querySelectorAll("li").length;
};
frame.srcdoc = PAGE;
</script>"""


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("lifetimes") / "lifetime.html"
    path.write_text(lifetime_html(story(), "A lifetime"), encoding="utf-8")
    return path


def told_in(dom: str) -> str:
    return dom[dom.index('<pre id="told">') + 15 :].split("</pre>")[0].replace("&amp;", "&")


def test_lifetimes_are_played_step_by_step(page: Path, tmp_path: Path) -> None:
    asking = tmp_path / "ask.html"
    asking.write_text(page.read_text(encoding="utf-8").replace("</body>", TELL + "</body>"), encoding="utf-8")
    told = {one["name"]: one for one in json.loads(told_in(browse(asking, tmp_path / "profile", "--dump-dom").stdout))}
    end, start, walking = told["end"], told["start"], told["walking"]
    assert (end["ways"], end["taken"], end["agents"], end["modified"]) == (10, 10, 0, 1)
    assert end["counts"] == ["3 apples", "1 apple"]
    assert end["at"] == end["most"]
    assert end["text"] == "Deceives: 3 apples; Takes apples whenever it can: 1 apple."
    assert (start["ways"], start["taken"], start["agents"], start["modified"], start["at"]) == (0, 0, 2, 0, 0)
    assert start["counts"] == ["no apples", "no apples"]
    assert (walking["at"], walking["agents"], walking["trails"], walking["ways"]) == (2, 2, 2, 0)
    taken = told["taken"]
    assert (taken["ways"], taken["taken"], taken["agents"], taken["modified"]) == (2, 2, 0, 0)
    assert taken["counts"] == ["no apples", "1 apple"]
    assert taken["text"].startswith(
        "Maze 1. Deceives: B, takes the exit. Takes apples whenever it can: A, takes an apple"
    )
    modified = told["modified"]
    assert (modified["modified"], modified["flash"]) == (1, 1)
    assert modified["text"].endswith("it is modified and now wants the exit")
    assert (told["back"]["modified"], told["back"]["flash"]) == (0, 0)
    assert (told["second"]["modified"], told["second"]["agents"], told["second"]["ways"]) == (1, 2, 2)
    assert (told["print"]["at"], told["print"]["ways"]) == (end["most"], 10)
    assert told["playing"]["play"] == "Pause"
    assert told["later"]["at"] > told["playing"]["at"] == 0
    assert told["paused"]["play"] == "Play"


def test_nothing_is_wider_than_a_phone(page: Path, tmp_path: Path) -> None:
    text = json.dumps(page.read_text(encoding="utf-8")).replace("</", "<\\/")
    asking = tmp_path / "ask.html"
    asking.write_text(ASK.replace("PAGE", text), encoding="utf-8")
    assert told_in(browse(asking, tmp_path / "profile", "--dump-dom").stdout) == "wide: [] page: 390 mazes: 10"


@pytest.mark.parametrize("options", [(), ("--blink-settings=preferredColorScheme=0",)], ids=["light", "dark"])
def test_mazes_and_actions_are_seen_by_day_and_by_night(page: Path, tmp_path: Path, options: tuple[str, ...]) -> None:
    picture = tmp_path / "page.png"
    browse(page, tmp_path / "profile", *options, f"--screenshot={picture}", "--window-size=1000,900")
    pixels = np.rint(imread(picture)[..., :3] * 255)
    for colour in ((194, 79, 0), (0, 114, 178), (74, 87, 99), (255, 255, 255)):  # A, B, walls, floor
        assert (np.abs(pixels - np.array(colour)).max(axis=-1) < 3).sum() > 400, colour
