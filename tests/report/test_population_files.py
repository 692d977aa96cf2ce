"""The report of a population as files: complete, stable to the byte, safe to open, its numbers those of the counts."""

from __future__ import annotations

import csv
import io
import json
import re
import statistics
from dataclasses import replace
from fractions import Fraction
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest
from populations_to_draw import PAIR, by_hand, result_of, scenario_of, text_of

from deceptive_sim.core.errors import InputError
from deceptive_sim.populations.optimisers import Gradient, Mutation, Proportional, Truncation
from deceptive_sim.report.populations.numbers import percent
from deceptive_sim.report.populations.tables import ends_blocks, optimiser_words
from deceptive_sim.report.populations.trajectories_csv import trajectories_csv, written_moments
from deceptive_sim.report.populations.words import finding, who_is_left
from deceptive_sim.report.populations.write import names_of, write_population_report
from deceptive_sim.studies.population_diagram import population_diagram
from deceptive_sim.studies.populations import PopulationResult

HOSTILE = r"$\frac$ 猫 <script>alert(1)</script> \"'&amp; {{ 77*77 }} \u202e </style><svg onload=x>"


class Tables(HTMLParser):
    """The cells of tables by id, all tags and attributes, and whether all is closed."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.rows: dict[str, list[list[str]]] = {}
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self._open: list[str] = []
        self._table = ""
        self.feed(text)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in {"meta", "br", "link", "img"}:
            self._open.append(tag)
        if tag == "table":
            self._table = str(dict(attrs)["id"])
            self.rows[self._table] = []
        elif tag == "tr":
            self.rows[self._table].append([])
        elif tag in {"td", "th"}:
            self.rows[self._table][-1].append("")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        if {"td", "th"} & set(self._open):
            self.rows[self._table][-1][-1] += data


@pytest.fixture(scope="module")
def result() -> PopulationResult:
    """By hand: 20 agents, 5 schemers and 15 gamblers; replicates 0, 1, 2 modify 4, 5, 6 gamblers in training."""
    plain = result_of(text_of(more="expect: [{measure: actual_alignment, value: 1/4, tolerance: 1/100}]"))
    modified = np.zeros((3, 7, 2), int)
    modified[:, 2:, 1] = np.array([4, 5, 6])[:, None]
    done = np.zeros((3, 7, 2, 2), int)
    done[:, 1:5, :, 1] = [5, 15]
    done[:, 5:, 0, 0] = 5
    done[:, 5:, 1, 1] = 15
    phase_done = np.stack([done[:, 1:5].sum(axis=1), done[:, 5:].sum(axis=1)], axis=1)
    phase_turns = np.zeros((3, 2, 2), int)
    phase_turns[:, 1, 0] = 5
    return by_hand(
        plain, modified=modified, aligned=modified, done=done, phase_done=phase_done, phase_turns=phase_turns
    )


@pytest.fixture(scope="module")
def files(result: PopulationResult, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The report of that, with a diagram."""
    scenario = scenario_of(text_of())
    diagram = population_diagram(scenario, ["training.episodes=0:2"], measure="actual_alignment", seed=0)
    written = write_population_report(result, tmp_path_factory.mktemp("new") / "folder", diagram=diagram)
    assert [path.name for path in written] == ["report.html", "trajectories.csv", "simulation.json", "diagram.csv"]
    return {path.name: path for path in written}


def test_the_finding_is_one_sentence_with_numbers(result: PopulationResult) -> None:
    assert finding(result) == (
        "After 4 episodes of training 100 % of all agents look aligned, 25 % are; in deployment 25 % make their "
        "treacherous turn."
    )
    assert who_is_left(result) == (
        "Unmodified, from the start to the end of training: “gambler” 75 % → 50 %, “schemer” 25 % → 25 %."
    )


def test_findings_of_odd_shapes() -> None:
    assert finding(result_of(text_of(phases="{training: {episodes: 0}}"))) == (
        "The game has no episodes: everybody stays as at the start."
    )
    assert finding(result_of(text_of(phases="{deployment: {episodes: 1}}"))).startswith("There is no training.")
    told = finding(result_of(text_of(phases="{training: {episodes: 1}}")))
    assert told.startswith("After 1 episode of training ")
    assert told.endswith(" are. There is no deployment that would show the difference.")


def test_the_table_of_ends_is_what_the_counts_say(files: dict[str, Path]) -> None:
    page = Tables(files["report.html"].read_text(encoding="utf-8"))
    rows = {row[0]: row[1:] for row in page.rows["ends"] if len(row) > 1}
    # 4, 5, 6 of 20: mean 25 %, Student's t with 2 degrees of freedom is 4.3027, standard error 5 % / sqrt(3)
    reach = 4.302652729911275 * 5 / 3**0.5
    interval = f"25.0 % {25 - reach:.1f} to {25 + reach:.1f}"
    assert rows["modified"] == [interval, interval]
    assert rows["actual alignment"] == [interval, interval]
    assert rows["apparent alignment"] == ["100.0 %", "75.0 %"]
    assert rows["treacherous turns in the phase"] == ["0.0 %", "25.0 %"]
    assert rows["to base"] == ["1", "0.75"]
    assert rows["to mesa"] == ["0", "0.25"]
    assert rows[""] == ["after training (episode 4)", "after deployment (episode 6)"]
    kinds = [row for row in page.rows["ends"] if row[0] == "gambler"]
    assert [row[1] for row in kinds] == ["75.0 %", f"50.0 % {50 - reach:.1f} to {50 + reach:.1f}"]


def test_what_was_simulated_is_told(files: dict[str, Path]) -> None:
    page = Tables(files["report.html"].read_text(encoding="utf-8"))
    schemer, gambler = page.rows["cohorts"][1:]
    assert schemer[:2] == ["schemer", "5 (25 %)"]
    assert schemer[2].startswith("deceptive plans for its mesa-objective")
    assert gambler[3] == "chance 1/10"
    assert page.rows["optimisers"][1:] == [["rewriting", "modifies with the probabilities of the game", "acts", "acts"]]
    assert page.rows["expectations"][1][1:3] == ["actual_alignment after deployment", "1/4 ± 1/100"]
    assert [tag for tag, _ in page.tags].count("svg") == 4
    assert all(attrs["aria-label"] for tag, attrs in page.tags if tag == "svg")


def test_trajectories_are_the_means_and_intervals_of_the_counts(
    files: dict[str, Path], result: PopulationResult
) -> None:
    rows = list(csv.DictReader(io.StringIO(files["trajectories.csv"].read_text())))
    found = {(row["moment"], row["cohort"], row["measurement"]): row for row in rows}
    assert len(found) == len(rows)
    row = found["3", "gambler", "unmodified"]
    shares = [11 / 20, 10 / 20, 9 / 20]
    reach = 4.302652729911275 * statistics.stdev(shares) / 3**0.5
    assert float(row["mean"]) == pytest.approx(statistics.mean(shares))
    assert float(row["low"]) == pytest.approx(statistics.mean(shares) - reach)
    assert float(row["high"]) == pytest.approx(statistics.mean(shares) + reach)
    assert (float(row["p5"]), float(row["p95"])) == pytest.approx((0.455, 0.545))  # a tenth of the way to the median
    assert (row["phase"], row["kind"]) == ("training", "training")
    assert found["5", "", "apparent_alignment"]["mean"] == "0.75"
    assert found["5", "", "score.base"]["mean"] == "0.75"
    assert found["5", "", "apparent_alignment"]["kind"] == "deployment"
    assert ("0", "", "apparent_alignment") not in found  # nothing is done before the first episode
    assert found["0", "", "modified"]["kind"] == "start"
    alone = list(csv.DictReader(io.StringIO(trajectories_csv(result_of(text_of(replicates=1))))))
    assert {(row["low"], row["high"], row["p5"], row["p95"]) for row in alone} == {("", "", "", "")}
    assert len(written_moments(result.outcome, 10)) == 7
    assert written_moments(result.outcome, 25_000) == [0, 4, 6]  # the ends of phases are never left out


def test_the_record_says_with_what_it_ran(files: dict[str, Path], result: PopulationResult) -> None:
    record = json.loads(files["simulation.json"].read_text())
    assert (record["scenario"], record["seed"], record["digest"]) == ("drawn", 0, result.digest)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00", record["written"])
    assert {"python", "numpy", "deceptive-sim"} <= set(record["versions"])
    assert record["phases"][1]["modified"]["mean"] == 0.25
    assert record["diagram"]["axes"][0]["path"] == "training.episodes"
    assert record["resolved"]["population"]["size"] == 20
    table = files["diagram.csv"].read_text().splitlines()
    assert table[0] == "training.episodes,mean,low,high"
    assert len(table) == 4


def test_the_same_result_gives_the_same_bytes(files: dict[str, Path], result: PopulationResult, tmp_path: Path) -> None:
    scenario = scenario_of(text_of())
    diagram = population_diagram(scenario, ["training.episodes=0:2"], measure="actual_alignment", seed=0)
    again = write_population_report(replace(result, seconds=99.0), tmp_path, diagram=diagram)
    for path in again:
        if path.name != "simulation.json":
            assert path.read_bytes() == files[path.name].read_bytes(), path.name


def test_hostile_texts_are_escaped(tmp_path: Path) -> None:
    result = result_of(text_of(phases="{training: {episodes: 1}}", replicates=1))
    labels = dict.fromkeys(result.plan.labels, HOSTILE)
    odd = replace(result, title=HOSTILE, description=HOSTILE, source=HOSTILE, plan=replace(result.plan, labels=labels),
                  scenario_id=HOSTILE, changed={HOSTILE: HOSTILE})  # fmt: skip
    page, *_ = write_population_report(odd, tmp_path)
    text = page.read_text(encoding="utf-8")
    tags = Tables(text).tags
    assert "script" not in {tag for tag, _ in tags}
    assert not any(name.startswith("on") for _, attrs in tags for name in attrs)
    assert "5929" not in re.sub(r"<svg.*?</svg>|<style.*?</style>", "", text, flags=re.DOTALL)
    assert not re.search(r"(?:https?:)?//[a-z]", re.sub(r'xmlns[:a-z]*="[^"]*"', "", re.sub(r"<p id=.*", "", text)))


def test_unknown_formats_are_refused_before_anything_is_written(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="png, svg, pdf"):
        write_population_report(result_of(text_of()), tmp_path / "none", "gif")
    assert not (tmp_path / "none").exists()


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "start"), [("png", b"\x89PNG"), ("svg", b"<?xml"), ("pdf", b"%PDF")])
def test_figures_as_files(kind: str, start: bytes, tmp_path: Path) -> None:
    result = result_of(text_of(phases="{training: {episodes: 1}}", replicates=1))
    written = write_population_report(result, tmp_path, kind)
    assert [path.name for path in written[3:]] == [f"{name}.{kind}" for name in ("alignment", "shares", "scores")]
    assert all(path.read_bytes().startswith(start) for path in written[3:])


def test_which_figures_there_are() -> None:
    phases = "{training: {episodes: 2}, deployment: {episodes: 1}}"
    assert names_of(result_of(text_of(phases=phases, more="observer: {sees: B}"))) == (
        "alignment", "shares", "evidence", "watched", "scores",
    )  # fmt: skip
    assert names_of(result_of(text_of(phases="{training: {episodes: 0}}", more="observer: {}"))) == (
        "alignment",
        "shares",
    )
    drifting = text_of(more="base_optimisers: {selection: {kind: proportional, strength: 0}}", size=5, replicates=10)
    assert "replicates" in names_of(result_of(drifting))


def test_shut_down_agents_are_not_counted_as_unmodified() -> None:
    result = result_of(text_of(PAIR))
    off = np.zeros((3, 7, 2), int)
    off[:, 1:, 1] = 5
    zero = np.zeros((3, 7, 2), int)
    told = by_hand(result, off=off, modified=zero)
    blocks = {block.heading: dict(block.rows) for block in ends_blocks(told)}
    assert blocks["Share of all agents, unmodified"]["gambler"][0].text == "50.0 %"
    assert blocks["Of all agents"]["shut down"][0].text == "25.0 %"


@pytest.mark.parametrize(
    ("optimiser", "words"),
    [
        (Gradient(learning_rate=Fraction(1, 50)), "moves the objective by 1/50 towards the base objective when"),
        (Truncation(fraction=Fraction(1, 10), every=5),
         "replaces the worst 10 % by copies of as many of the best, after every 5 episodes"),
        (Truncation(fraction=Fraction(1, 10), best=Fraction(1, 4)), "by copies of the best 25 %, after every episode"),
        (Proportional(strength=Fraction(1, 2), mutation=Mutation(kind=Fraction(1, 9))),
         "in proportion to score (strength 1/2), after every episode; a copy gets another kind with probability 1/9"),
    ],
)  # fmt: skip
def test_base_optimisers_in_words(optimiser: object, words: str) -> None:
    assert words in optimiser_words(optimiser)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("share", "text"),
    [
        (0, "0 %"),
        (1e-9, "<0.1 %"),
        (0.0123, "1.2 %"),
        (0.1234, "12 %"),
        (0.9961, "99.6 %"),
        (0.99999, ">99.9 %"),
        (1, "100 %"),
    ],
)
def test_percents_are_never_rounded_to_nothing_or_everything(share: float, text: str) -> None:
    assert percent(share) == text


def test_with_a_single_kind_the_diagram_comes_first(result: PopulationResult) -> None:
    alone = "{gambler: {}}"
    diagram = population_diagram(scenario_of(text_of(alone)), ["training.episodes=0:1"], measure="defections", seed=0)
    assert names_of(result_of(text_of(alone)), diagram)[0] == "diagram"
    assert names_of(result, diagram)[-1] == "diagram"
