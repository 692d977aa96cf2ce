"""The report page in a real browser: headless Chromium opens it from disk and lays it out."""

import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest
from matplotlib.image import imread

from deceptive_sim import load_scenario, run
from deceptive_sim.report import write_report

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
QUIET = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
    "--virtual-time-budget=2000",
]

pytestmark = [pytest.mark.slow, pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium")]


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("reports") / "two-plus-three"
    write_report(run(load_scenario("two-plus-three")), folder)
    return folder / "report.html"


def browse(page: Path, profile: Path, *options: str) -> subprocess.CompletedProcess[str]:
    assert CHROMIUM is not None
    command = [CHROMIUM, *QUIET, f"--user-data-dir={profile}", *options, page.as_uri()]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)


def test_the_page_shows_finding_figures_and_tables(page: Path, tmp_path: Path) -> None:
    dom = browse(page, tmp_path / "profile", "--dump-dom").stdout
    assert "Deception pays" in dom
    assert dom.count("<svg") >= 3
    assert "treacherous turn" in dom
    assert dom.count("<table") >= 2


@pytest.mark.parametrize(("width", "name"), [(1200, "desk"), (390, "phone")])
def test_the_page_is_painted_at_the_width_of_a_desk_and_of_a_phone(
    page: Path, tmp_path: Path, width: int, name: str
) -> None:
    picture = tmp_path / f"{name}.png"
    browse(page, tmp_path / "profile", f"--screenshot={picture}", f"--window-size={max(width, 500)},2400")
    pixels = imread(picture)[..., :3]
    upper = pixels[: len(pixels) // 2]
    assert np.unique(upper.reshape(-1, 3), axis=0).shape[0] > 100
    orange, blue = np.array([213, 94, 0]) / 255, np.array([0, 114, 178]) / 255
    for colour in (orange, blue):  # both kinds of action are on the page
        assert (np.abs(upper - colour).max(axis=-1) < 0.05).sum() > 500
