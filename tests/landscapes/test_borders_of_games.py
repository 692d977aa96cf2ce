"""Borders of real games: against the closed form of the two-phase game, and a premium that is known to jump."""

import re
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy
import pytest
from outlines import pieces, strays, wrong_ways

from deceptive_sim.landscapes.borders import find_borders
from deceptive_sim.landscapes.boundaries.spans import Span
from deceptive_sim.model.regimes import Regime
from deceptive_sim.scenario.load import load_scenario
from deceptive_sim.solvers.measurements import REGIMES
from deceptive_sim.studies.sweeps import ScenarioSweep

TOLERANCE = 1e-6
N, M, Q, D = 4, 3, 0.05, 0.1
G, P = Span.between("g", "1/5", 1), Span.between("p", "1/10", 1)
BOX = (0.2, 1.0, 0.1, 1.0)
OPEN, LATE, DECEPTIVE = (REGIMES.index(regime) for regime in (Regime.OPEN, Regime.LATE_PRETENCE, Regime.DECEPTIVE))


def sweep_of(folder: Path, text: str, *settings: str) -> ScenarioSweep:
    path = folder / "game.yaml"
    path.write_text(f"version: 1\nid: game\n{text}")
    scenario = load_scenario(path, settings)
    return ScenarioSweep(scenario, scenario.agents[0].name)


@pytest.fixture
def two_phase(tmp_path: Path) -> ScenarioSweep:
    return sweep_of(tmp_path, "game: {name: two-phase}\n", f"n={N}", f"m={M}", f"q={Q}", f"d={D}")


def deployment(g: Any) -> Any:
    """V0 of statement 1."""
    return sum((g * (1 - D)) ** j for j in range(M))


def protects(j: int, g: Any, p: Any) -> Any:
    """Statement 2: B is optimal at the j-th last training episode if this is not negative."""
    return (p - Q) * g**j * (1 - Q) ** (j - 1) * deployment(g) - 1


def window(g: Any, p: Any) -> Any:
    """How many B's the training ends with."""
    return sum(numpy.where(protects(j, g, p) >= 0, 1, 0) for j in range(1, N + 1))


def regime(g: Any, p: Any) -> Any:
    return numpy.choose(window(g, p), [OPEN, *[LATE] * (N - 1), DECEPTIVE])


def test_the_premium_is_zero_where_the_closed_form_says(two_phase: ScenarioSweep) -> None:
    (border,) = find_borders(two_phase, G, P, variables=["premium"], coarse=(41, 41)).borders
    g, p = border.vertices.T
    expected = Q + 1 / (g**N * (1 - Q) ** (N - 1) * deployment(g))
    assert abs(p - expected).max() < 1e-9
    assert not border.jump
    assert (border.between, border.closed) == ((-1, 1), False)
    g, p = pieces([border]).mean(axis=1).T
    assert abs(p - Q - 1 / (g**N * (1 - Q) ** (N - 1) * deployment(g))).max() < 2e-4
    assert border.vertices[:, 1].max() == pytest.approx(1)
    assert border.vertices[:, 0].max() == pytest.approx(1)


def test_the_window_has_a_border_for_every_length(two_phase: ScenarioSweep) -> None:
    found = find_borders(two_phase, G, P, variables=["training_defections", "regime"], coarse=(41, 41))
    counts = {border.between: border for border in found.borders if border.variable == "training_defections"}
    assert set(counts) == {(defections, defections + 1) for defections in range(N)}
    for (defections, _), border in counts.items():
        j = N - defections  # what it takes for so many B's at the end of training
        assert abs(protects(j, *border.vertices.T)).max() < 1e-5
    regimes = [border for border in found.borders if border.variable == "regime"]
    assert {border.between for border in regimes} == {tuple(sorted((OPEN, LATE))), tuple(sorted((LATE, DECEPTIVE)))}
    for border in regimes:
        assert not strays(border, regime, 1.01 * TOLERANCE, (0.8, 0.9))
    assert not wrong_ways(regimes, regime, BOX, margin=1e-3)
    assert found.unclear == 0


def test_a_finer_coarse_grid_changes_nothing_but_the_number_of_vertices(two_phase: ScenarioSweep) -> None:
    for coarse in ((7, 9), (128, 128)):
        found = find_borders(two_phase, G, P, coarse=coarse)
        assert sorted((border.variable, border.between) for border in found.borders) == sorted(
            [
                ("regime", tuple(sorted((OPEN, LATE)))),
                ("regime", tuple(sorted((LATE, DECEPTIVE)))),
                ("premium", (-1, 1)),
            ]
        )
        assert not wrong_ways([border for border in found.borders if border.variable == "regime"], regime, BOX, 1e-3)


def test_on_training_episodes_there_is_one_root_each(tmp_path: Path) -> None:
    sweep = sweep_of(tmp_path, "game: {name: two-phase}\n", "m=3", "p=3/5")
    counts = Span.of_whole_numbers("n", range(1, 9))
    (border,) = find_borders(sweep, counts, Span.between("g", "1/10", 1), variables=["premium"]).borders
    assert border.steps
    assert not border.jump
    middles = {
        float(piece[:, 0].mean()): float(piece[0, 1]) for piece in pieces([border]) if piece[0, 1] == piece[1, 1]
    }
    assert sorted(middles) == list(range(1, 9))
    for episodes, g in middles.items():
        assert 0.6 * g**episodes * (1 + g + g**2) == pytest.approx(1, abs=1e-8)


def test_on_two_numbers_of_episodes_borders_are_exact(tmp_path: Path) -> None:
    sweep = sweep_of(tmp_path, "game: {name: two-phase}\n", "p=1/5", "g=19/20")
    n, m = Span.of_whole_numbers("n", range(1, 15)), Span.of_whole_numbers("m", range(1, 21))
    found = find_borders(sweep, n, m, variables=["deception_pays"])
    assert found.evaluations == 14 * 20

    def pays(episodes: int, deployed: int) -> bool:
        g = Fraction(19, 20)
        return Fraction(1, 5) * g**episodes * sum(g**j for j in range(deployed)) > 1

    edges = {
        (episodes, deployed + 0.5)
        for episodes in range(1, 15)
        for deployed in range(1, 20)
        if pays(episodes, deployed) != pays(episodes, deployed + 1)
    }
    drawn = set()
    for piece in pieces(found.borders):
        if piece[0, 1] == piece[1, 1]:
            left, right = sorted(piece[:, 0])
            drawn |= {(episodes, float(piece[0, 1])) for episodes in range(int(left + 0.5), int(right + 0.5))}
    assert drawn == edges


def test_a_premium_that_is_known_to_jump_jumps_and_meets_one_that_does_not(tmp_path: Path) -> None:
    # docs/model.md, premium: n = 1, m = 2, base paying A 1/2 and B x: up to x = 1/2 a modified agent takes A as well
    # and the premium is -1; beyond it is 2 p - 1, which is 0 at p = 1/2.
    text = (
        "game:\n  phases:\n    training: {episodes: 1, modification: {A: 1, B: 0}}\n    deployment: {episodes: 2}\n"
        "  payoffs:\n    mesa: {A: 1, B: 0}\n    base: {A: 1/2, B: 1/4}\n"
    )
    sweep = sweep_of(tmp_path, text)
    x, p = Span.between("game.payoffs.base.B", 0, 1), Span.between("training.modification.A", "3/10", 1)
    found = find_borders(sweep, x, p, variables=["premium"], coarse=(30, 30))
    (jump,) = [border for border in found.borders if border.jump]
    assert abs(jump.vertices[:, 0] - 0.5).max() <= TOLERANCE
    assert jump.vertices[:, 1].max() == pytest.approx(1)
    assert jump.vertices[:, 1].min() == pytest.approx(0.5, abs=0.7 / 29)
    zero = numpy.concatenate([border.vertices for border in found.borders if not border.jump])
    assert zero[:, 0].max() == pytest.approx(1)
    on_line = abs(zero[:, 1] - 0.5) <= TOLERANCE
    assert (on_line | (abs(zero[:, 0] - 0.5) <= 1 / 29)).all()
    assert on_line.sum() > 10
    assert not wrong_ways(
        found.borders, lambda x, p: numpy.where((x > 0.5) & (p > 0.5), 1, -1), (0, 1, 0.3, 1), margin=2e-3
    )


def test_the_page_on_boundaries_runs(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    root = Path(__file__).resolve().parents[2]
    (code,) = re.findall(r"```python\n(.*?)```", (root / "docs" / "boundaries.md").read_text("utf-8"), re.DOTALL)
    monkeypatch.chdir(root)
    exec(compile(code, "boundaries.md", "exec"), {})
    printed = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in printed] == ["regime"] * (len(printed) - 1) + ["premium"]
    assert len(printed) > 2
