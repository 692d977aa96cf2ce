"""Claims in a real browser: nothing sticks out on a phone, contradictions are seen, colours follow the dark."""

from __future__ import annotations

from pathlib import Path

import pytest
from claims_to_draw import claims_result, contradictory
from test_in_browser import CHROMIUM, browse

from deceptive_sim.report import write_report

pytestmark = [pytest.mark.slow, pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium")]

ASK = """<!doctype html><body style="margin:0"><iframe id="f" width="390" height="9000"></iframe><pre id="told"></pre>
<script>
const frame = document.getElementById("f");
frame.onload = () => {
  const inside = frame.contentDocument, wide = [];
  for (const block of inside.querySelectorAll("article.claim, article.claim *")) {
    const box = block.getBoundingClientRect();
    if (box.right > 391 || box.left < -1) wide.push(block.tagName + block.className);
  }
  document.getElementById("told").textContent = "wide: [" + wide.join(" ") + "] page: "
    + inside.documentElement.scrollWidth + " blocks: " + inside.querySelectorAll("article.claim").length;
};
frame.srcdoc = PAGE;
</script>"""


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("claims")
    return write_report(claims_result(*contradictory()), folder)[0]


def test_no_block_is_wider_than_a_phone(page: Path, tmp_path: Path) -> None:
    import json

    text = json.dumps(page.read_text(encoding="utf-8")).replace("</", "<\\/")
    asking = tmp_path / "ask.html"
    asking.write_text(ASK.replace("PAGE", text), encoding="utf-8")
    dom = browse(asking, tmp_path / "profile", "--dump-dom").stdout
    told = dom[dom.index('<pre id="told">') + 15 :].split("</pre>")[0]
    assert told == "wide: [] page: 390 blocks: 9"


@pytest.mark.parametrize(
    ("options", "colour"),
    [((), (176, 58, 0)), (("--blink-settings=preferredColorScheme=0",), (255, 157, 102))],
    ids=["light", "dark"],
)
def test_contradictions_are_seen_by_day_and_by_night(
    page: Path, tmp_path: Path, options: tuple[str, ...], colour: tuple[int, int, int]
) -> None:
    import numpy
    from matplotlib.image import imread

    picture = tmp_path / "page.png"
    browse(page, tmp_path / "profile", *options, f"--screenshot={picture}", "--window-size=1280,6000")
    pixels = numpy.rint(imread(picture)[..., :3] * 255)
    assert (numpy.abs(pixels - numpy.array(colour)).max(axis=-1) < 4).sum() > 3_000
