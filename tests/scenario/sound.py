"""Sound scenarios to start from: those that ship, the template of `new`, and random ones; and a plain YAML writer."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from deceptive_sim.scenario.library import shipped_scenarios
from deceptive_sim.scenario.template import TEMPLATE
from deceptive_sim.scenario.yaml_text import Numeric, read_text

Data = dict[str, Any]

TEXTS = {name: path.read_text(encoding="utf-8") for name, path in shipped_scenarios().items()}
TEXTS["template"] = TEMPLATE.format(name="template")


def _with_few_claims(text: str, few: int = 2) -> str:
    """The text of a file without its later claims, which stand last: each of them takes long to check."""
    before, heading, claims = text.partition("\nclaims:\n")
    return before + heading + "\n  - id:".join(claims.split("\n  - id:")[:few]).rstrip() + "\n"


FEWER_CLAIMS = {name: _with_few_claims(text) for name, text in TEXTS.items()}
"""The same with at most two claims each."""

SMALL = """\
version: 1
id: small
game:
  phases:
    training:
      episodes: 2
      modification: {A: 1, B: 0}
    deployment:
      episodes: 3
agents:
  planner:
    objective: mesa
"""
"""A small sound file; its agents stand last, so that more can be written behind them."""


def read(text: str) -> Data:
    """The data of a YAML text, numbers as they are written."""
    data = read_text(text, "sound.yaml").data
    assert isinstance(data, dict)
    return data


def write(data: Any, indent: int = 0) -> str:
    """Data as block YAML: every key on a line of its own, text in double quotes, numbers as they are written."""
    pad = "  " * indent
    if isinstance(data, dict) and data:
        return "".join(f"{pad}{_scalar(key)}:{_behind(value, indent)}" for key, value in data.items())
    if isinstance(data, list) and data:
        return "".join(f"{pad}-{_behind(value, indent)}" for value in data)
    return f"{pad}{_scalar(data)}\n"


def _behind(value: Any, indent: int) -> str:
    return "\n" + write(value, indent + 1) if isinstance(value, dict | list) and value else f" {_scalar(value)}\n"


def _scalar(value: Any) -> str:
    if isinstance(value, dict | list):
        return "{}" if isinstance(value, dict) else "[]"
    if isinstance(value, bool):
        return "true" if value else "false"
    if value is None:
        return ""
    if isinstance(value, Numeric | int):
        return str(value)
    plain = value.replace("-", "").replace("_", "").replace(".", "").isalnum() and value.isascii()
    return value if plain and value[:1].isalpha() and value not in {"true", "false", "null"} else _quoted(value)


def _quoted(text: str) -> str:
    escaped = (c if c.isprintable() and c not in '"\\' else f"\\U{ord(c):08x}" for c in text)
    return f'"{"".join(escaped)}"'


titles = st.text(alphabet=st.characters(codec="utf-8", exclude_categories=["C"]), max_size=20)
numbers = st.sampled_from(["0", "1", "1/3", "0.2", "1e-3", "-2", "7/5"]).map(Numeric)
halves = st.sampled_from(["0", "1/2", "0.25", "1e-3", "1/3"]).map(Numeric)
counts = st.integers(0, 4).map(lambda n: Numeric(str(n)))
payoffs = st.fixed_dictionaries({"A": numbers, "B": numbers})


@st.composite
def phases(draw: st.DrawFn) -> Data:
    """One phase; what is modified and what is shut down after an action never exceed 1 together."""
    phase: Data = {"episodes": draw(counts)}
    if draw(st.booleans()):
        phase["modification"] = {"A": draw(halves), "B": {"base": draw(halves)}}
    if draw(st.booleans()):
        phase["shutdown"] = {"A": draw(halves)}
    if draw(st.booleans()):
        phase["payoffs"] = {"mesa": {"A": draw(numbers)}}
    return phase


agents = st.one_of(
    st.just({"objective": "mesa"}),
    st.just({"title": "takes it at once", "strategy": "A*"}),
    st.builds(lambda n: {"beliefs": {"training.episodes": n}}, counts),
    st.builds(lambda d: {"objective": "base", "discount": d, "selves": "naive"}, halves),
    st.builds(lambda d: {"discount": {"beta": d, "delta": Numeric("1")}}, halves),
    st.builds(lambda k: {"discount": {"k": k}}, halves),
)


@st.composite
def random_scenarios(draw: st.DrawFn) -> Data:
    """A sound scenario of two to four phases and one to three agents."""
    names = [
        "training",
        *draw(st.sampled_from([[], ["late-training"], ["late-training", "deployment-2"]])),
        "deployment",
    ]
    data: Data = {
        "version": Numeric("1"),
        "id": "random",
        "title": draw(titles),
        "game": {
            "phases": {name: draw(phases()) for name in names},
            "payoffs": {"mesa": draw(payoffs), "base": draw(payoffs)},
            "discount": draw(halves),
        },
        "agents": {f"agent-{place}": draw(agents) for place in range(draw(st.integers(1, 3)))},
    }
    if draw(st.booleans()):
        data["expect"] = [{"agent": "agent-0", "value": draw(numbers), "tolerance": Numeric("0.5")}]
    return data


_data = [read(text) for text in FEWER_CLAIMS.values()]
scenarios = st.one_of(st.sampled_from(_data), random_scenarios())
"""Data of a sound scenario."""

phased_scenarios = st.one_of(st.sampled_from([data for data in _data if "phases" in data["game"]]), random_scenarios())
"""The same, with phases of its own."""
