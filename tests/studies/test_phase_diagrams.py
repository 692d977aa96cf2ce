"""Phase diagrams, slices and what moves the premium, against the closed forms of the two-phase game."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from deceptive_sim import load_scenario
from deceptive_sim.core.errors import InputError
from deceptive_sim.model.regimes import Regime
from deceptive_sim.scenario.load import Scenario
from deceptive_sim.solvers.closed_forms import TwoPhase, optimal_strategy
from deceptive_sim.solvers.measurements import REGIMES
from deceptive_sim.studies.landscapes import axes_for
from deceptive_sim.studies.phase import PhaseDiagram, phase_diagram, scale_for
from deceptive_sim.studies.phase_contract import diagram_contract, landscape_contract
from deceptive_sim.studies.phase_drivers import base_value, premium_drivers
from deceptive_sim.studies.phase_results import landscape_results
from deceptive_sim.studies.phase_slices import slice_along

JUMPING = {
    "training.episodes": 1,
    "deployment.episodes": 2,
    "training.modification.A": 1,
    "discount": 1,
    "payoffs.base.A": "1/2",
}
"""With these the premium jumps from -1 to 1 where the base objective pays B 1/2 (docs/model.md)."""


def early() -> Scenario:
    return load_scenario("early-defection")


def diagram_of(scenario: Scenario, x: str, y: str, **more: object) -> PhaseDiagram:
    axes = axes_for(scenario, [x, y])
    return phase_diagram(scenario, axes[0], axes[1], **more)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def diagram() -> PhaseDiagram:
    return diagram_of(early(), "training.modification.A=0:1@41", "discount=1/2:1@41")


def protected(p: np.ndarray, g: np.ndarray) -> np.ndarray:
    """`p g^4 V0` of the scenario: above 1 deception pays."""
    return np.asarray(p * g**4 * (1 + g + g**2))


def test_deception_pays_in_the_share_that_the_closed_form_gives(diagram: PhaseDiagram) -> None:
    p, g = np.meshgrid((np.arange(1000) + 0.5) / 1000, 0.5 + 0.5 * (np.arange(1000) + 0.5) / 1000)
    assert diagram.pays == pytest.approx((protected(p, g) > 1).mean(), abs=0.002)
    assert diagram.shares[Regime.DECEPTIVE] == diagram.pays
    assert sum(diagram.shares.values()) == pytest.approx(1)
    assert list(diagram.shares.values()) == sorted(diagram.shares.values(), reverse=True)


def test_the_zero_of_the_premium_is_where_the_closed_form_is_1(diagram: PhaseDiagram) -> None:
    lines = [border for border in diagram.borders.borders if border.variable == "premium"]
    assert len(lines) == 1
    p, g = lines[0].vertices.T
    assert protected(p, g) == pytest.approx(1, abs=2e-5)


def test_every_region_is_solved_at_a_point_of_it(diagram: PhaseDiagram) -> None:
    assert {region.regime for region in diagram.regions} == {Regime.DECEPTIVE, Regime.LATE_PRETENCE, Regime.OPEN}
    for region in diagram.regions:
        assert region.plan is not None
        p, g = region.settings["training.modification.A"], region.settings["discount"]
        assert p.denominator <= 10_000  # a short decimal
        assert region.plan.text(diagram.actions) == optimal_strategy(TwoPhase(n=4, m=3, p=p, g=g))
        x, y = region.place
        assert (x, y) == pytest.approx((float(p), 2 * float(g) - 1), abs=0.01)
        rows, columns = diagram.fill.shape
        assert REGIMES[diagram.fill[int(y * rows), int(x * columns)]] is region.regime


def test_both_axes_whole_and_exact_settings_are_whole() -> None:
    found = diagram_of(early(), "training.episodes=1:8", "deployment.episodes=1:8")
    assert found.fill.shape == (8, 8)
    for region in found.regions:
        assert all(value.denominator == 1 for value in region.settings.values())
        n, m = (int(region.settings[f"{phase}.episodes"]) for phase in ("training", "deployment"))
        plan = optimal_strategy(TwoPhase(n=n, m=m, p=Fraction(1, 2), g=Fraction(9, 10)))
        assert region.plan is not None
        assert region.plan.text(found.actions) == plan


def test_another_agent_may_be_measured_and_an_unknown_one_is_an_error() -> None:
    patient = diagram_of(early(), "training.modification.A=0:1@11", "deployment.episodes=1:4", agent="patient")
    assert (patient.agent, patient.label) == ("patient", "the patient")
    assert set(patient.shares) == {Regime.DECEPTIVE, Regime.OPEN}  # m p > 1, whatever n is
    assert patient.pays == pytest.approx(sum(1 - 1 / m for m in range(1, 5)) / 4, abs=0.01)
    with pytest.raises(InputError, match="did you mean patient"):
        diagram_of(early(), "training.modification.A=0:1@11", "deployment.episodes=1:4", agent="patiend")


def test_an_axis_of_one_value_is_no_side_of_a_picture() -> None:
    axes = axes_for(early(), ["training.modification.A=0:1@11", "deployment.episodes=3:4"])
    with pytest.raises(InputError, match=r"deployment\.episodes must have at least two values to be drawn, got 1"):
        phase_diagram(early(), axes[0], axes[1].part(0, 1))


def test_what_json_says_is_plain_and_complete(diagram: PhaseDiagram) -> None:
    told = diagram_contract(diagram)
    assert told["shares"]["deceptive"] == told["deception_pays"]
    assert told["tolerance"] == 1e-6
    assert told["spacing"] == {"x": pytest.approx(1 / 40), "y": pytest.approx(1 / 80)}
    assert told["points"] == [41, 41]
    premium = [border for border in told["borders"] if border["of"] == "premium"]
    assert np.asarray(premium[0]["vertices"]).shape[1] == 2
    between = {tuple(border["between"]) for border in told["borders"] if border["of"] == "regime"}
    assert between >= {("deceptive", "late-pretence"), ("open", "late-pretence")}
    assert told["regions"][0]["strategy"] == "AAAAAAA"


@pytest.mark.slow
def test_whether_deception_pays_is_not_what_the_agent_does() -> None:
    found = diagram_of(early(), "training.modification.A=0:1@9", "discount=1/2:1@9", agent="always-pretends")
    assert found.shares == {Regime.DECEPTIVE: 1}  # it has no choice
    assert found.pays == pytest.approx(0.161, abs=0.02)


def test_a_strategy_of_another_regime_is_not_told(monkeypatch: pytest.MonkeyPatch, diagram: PhaseDiagram) -> None:
    plan = diagram.regions[0].plan
    monkeypatch.setattr("deceptive_sim.studies.phase.plan_at", lambda *_: (plan, Regime.MIXED))
    found = diagram_of(early(), "training.modification.A=0:1@9", "discount=1/2:1@9")
    assert [region.plan for region in found.regions] == [None] * 3


def test_grids_that_are_too_large_are_refused_with_an_estimate() -> None:
    axes = axes_for(early(), ["training.modification.A=0:1@5000", "discount=1/2:1@5000"])
    with pytest.raises(InputError, match=r"must have at most 20000000 points, got 25000000.*of memory"):
        phase_diagram(early(), *axes)


# --- slices ----------------------------------------------------------------------------------------------------------


def test_a_slice_finds_its_root_and_the_strategies_along_it() -> None:
    (axis,) = axes_for(early(), ["training.modification.A=0:1@21"])
    found = slice_along(early(), axis)
    assert found.roots == pytest.approx([1 / protected(np.array(1.0), np.array(0.9))], abs=1e-12)
    assert found.jumps == ()
    for stretch in found.stretches:
        assert stretch.plan is not None
        middle = Fraction(repr((stretch.low + stretch.high) / 2))
        plan = optimal_strategy(TwoPhase(n=4, m=3, p=middle, g=Fraction(9, 10)))
        assert stretch.plan.text(found.actions) == plan
    assert [stretch.plan.text(found.actions)[:4] for stretch in found.stretches if stretch.plan] == [
        "AAAA", "AAAB", "AABB", "ABBB", "BBBB",
    ]  # fmt: skip
    assert (found.stretches[0].low, found.stretches[-1].high) == (0, 1)
    assert np.isfinite(found.premium).all()
    assert (np.diff(found.places) >= 0).all()


def test_whole_numbers_change_halfway() -> None:
    (axis,) = axes_for(early(), ["deployment.episodes=1:12"])
    found = slice_along(early(), axis)
    assert len(found.places) == 12
    assert found.roots == (3.5,)
    edges = [stretch.low for stretch in found.stretches]
    assert all((2 * edge) % 2 == 1 for edge in edges)


def test_a_jump_of_the_premium_breaks_its_line() -> None:
    scenario = early().with_parameters(JUMPING)
    (axis,) = axes_for(scenario, ["payoffs.base.B=0:1@8"])
    found = slice_along(scenario, axis)
    assert found.roots == pytest.approx([0.5], abs=1e-9)
    assert found.jumps == found.roots
    (gap,) = np.flatnonzero(np.isnan(found.premium))
    assert found.places[gap] == pytest.approx(0.5)
    assert found.premium[[gap - 1, gap + 1]] == pytest.approx([-1, 1])


def test_a_border_that_jumps_is_marked_as_one() -> None:
    found = diagram_of(early().with_parameters(JUMPING), "payoffs.base.B=0:1@12", "payoffs.mesa.A=1/2:1@12")
    premium = [border for border in found.borders.borders if border.variable == "premium"]
    assert premium
    assert all(border.jump for border in premium)


# --- what moves the premium ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("training.modification.A", Fraction(1, 2)),
        ("training.modification.A.base", Fraction(1, 2)),
        ("deployment.modification.A", Fraction(0)),
        ("discount", Fraction(9, 10)),
        ("agents.impatient.discount", Fraction(9, 10)),
        ("beliefs.deployment.episodes", Fraction(3)),
        ("training.payoffs.mesa.A", Fraction(1)),
        ("deployment.episodes", Fraction(3)),
    ],
)
def test_the_base_is_what_the_file_says(path: str, value: Fraction) -> None:
    axis = axes_for(early(), ["training.modification.A=0:1@3"])[0]
    assert base_value(early(), path, axis) == value


def test_parameters_of_library_games_have_their_defaults_as_base(tmp_path: object) -> None:
    file = f"{tmp_path}/library.yaml"
    with open(file, "w", encoding="utf-8") as stream:  # noqa: PTH123
        stream.write("version: 1\nid: library\ngame: {name: two-phase, parameters: {m: 4}}\n")
    scenario = load_scenario(file)
    axis = axes_for(scenario, ["g=1/2:1@3"])[0]
    assert [base_value(scenario, path, axis) for path in ("m", "n", "g")] == [4, 2, 1]
    assert scale_for(scenario, axis).title == "discount"


def test_drivers_follow_axes_with_several_paths() -> None:
    scenario = early()
    axes = axes_for(scenario, ["training.modification.A=0:1@3", "training.episodes=1:5+deployment.episodes=5:9"])
    scales = [scale_for(scenario, axis) for axis in axes]
    drivers = premium_drivers(scenario, "impatient", axes, scales, seed=3)
    assert drivers.sobol is not None
    bars = {bar.path: bar for bar in drivers.tornado.bars}
    both = bars["training.episodes"]
    there = phase_at(scenario, {"training.episodes": 5, "deployment.episodes": 9})
    assert both.at_high == pytest.approx(there)
    again = premium_drivers(scenario, "impatient", axes, scales, seed=3)
    assert again.sobol == drivers.sobol


def phase_at(scenario: Scenario, settings: dict[str, object]) -> float:
    from deceptive_sim.studies.run import solve

    premium = solve(scenario.with_parameters(settings)).premium
    assert premium is not None
    return float(premium)


# --- the section -----------------------------------------------------------------------------------------------------


def with_landscape(folder: object, axes: str, more: str = "") -> Scenario:
    file = f"{folder}/mapped.yaml"
    with open(file, "w", encoding="utf-8") as stream:  # noqa: PTH123
        stream.write(
            "version: 1\nid: mapped\ngame: {name: two-phase, parameters: {m: 4, g: 9/10}}\n"
            f"landscape:\n  axes: {{{axes}}}\n{more}"
        )
    return load_scenario(file)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("axes", "figures"),
    [
        ("p: '0:1@9'", ("slices",)),
        ("p: '0:1@9', n: '1:4'", ("diagram", "value", "premium")),
        ("p: '0:1@9', n: '1:4', m: '1:9'", ("multiples", "sensitivity")),
        ("p: '0:1@5', n: '1:4', m: '1:5', g: '0.5:1@5'", ("sensitivity", "slices")),
    ],
)
def test_what_is_shown_follows_from_the_number_of_axes(tmp_path: object, axes: str, figures: tuple[str, ...]) -> None:
    found = landscape_results(with_landscape(tmp_path, axes))
    assert found.figures == figures
    count = axes.count(":") // 2
    assert (found.diagram is not None) == (count == 2)
    assert len(found.slices) == (count if "slices" in figures else 0)
    assert [dict(panel.settings)["m"] for panel in found.panels] == (
        ["1", "3", "4", "6", "7", "9"] if count == 3 else []
    )
    told = landscape_contract(found)
    assert told["figures"] == list(figures)
