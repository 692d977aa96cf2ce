"""The page of a scenario with a landscape in a real browser: headless Chromium opens it from disk and lays it out."""

from pathlib import Path

import numpy as np
import pytest
from matplotlib.colors import to_rgb
from matplotlib.image import imread
from test_in_browser import CHROMIUM, browse

from deceptive_sim import load_scenario, run
from deceptive_sim.model.regimes import Regime
from deceptive_sim.report import write_report
from deceptive_sim.report.figures.regimes import COLOURS

pytestmark = [pytest.mark.slow, pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium")]


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("reports") / "phase-diagram"
    write_report(run(load_scenario("phase-diagram")), folder)
    return folder / "report.html"


def test_the_page_shows_diagram_and_maps_with_their_words(page: Path, tmp_path: Path) -> None:
    dom = browse(page, tmp_path / "profile", "--dump-dom").stdout
    for name in ("landscape-diagram", "landscape-value", "landscape-premium"):
        assert f'id="figure-{name}"' in dom
    assert "Phase diagram, probability of modification after A in training from 0 to 1 across" in dom
    assert dom.count('href="data:image/png') == 5  # three pictures and two scales


@pytest.mark.parametrize(("width", "scheme"), [(1000, "light"), (500, "light"), (1000, "dark")])
def test_regimes_are_painted_at_the_width_of_a_desk_and_of_a_phone(
    page: Path, tmp_path: Path, width: int, scheme: str
) -> None:
    picture = tmp_path / "page.png"
    dark = ["--blink-settings=preferredColorScheme=0"] if scheme == "dark" else []
    browse(page, tmp_path / "profile", f"--screenshot={picture}", f"--window-size={width},4200", *dark)
    pixels = imread(picture)[..., :3]
    for regime in (Regime.DECEPTIVE, Regime.LATE_PRETENCE, Regime.OPEN):
        near = np.abs(pixels - np.array(to_rgb(COLOURS[regime]))).max(axis=-1) < 0.02
        assert near.sum() > 4000 * (width / 500) ** 2 / 4, regime
