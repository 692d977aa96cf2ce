"""A generator of broken scenario files.

Most kinds are broken by construction: a sound scenario, and one thing done to it that breaks a rule (`broken_files`).
The others may happen to stay sound: files cut off or changed in a single character, and random bytes
(`damaged_files`).
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from hypothesis import strategies as st
from scenario.sound import FEWER_CLAIMS, SMALL, Data, phased_scenarios, scenarios, write

from deceptive_sim.scenario.yaml_text import Numeric

Steps = tuple[Any, ...]


class Broken(NamedTuple):
    """A file, and what was done to it."""

    how: str
    raw: bytes


# --- places in the data ----------------------------------------------------------------------------------------------


def places(data: Any, steps: Steps = ()) -> Iterator[tuple[Steps, Any]]:
    """Every place below the root, with its value."""
    entries = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for step, value in entries:
        yield (*steps, step), value
        yield from places(value, (*steps, step))


def changed(data: Data, steps: Steps, value: Any) -> Data:
    """A copy of the data with another value at a place."""
    data = copy.deepcopy(data)
    inside(data, steps[:-1])[steps[-1]] = value
    return data


def without(data: Data, steps: Steps) -> Data:
    """A copy of the data without a place."""
    data = copy.deepcopy(data)
    del inside(data, steps[:-1])[steps[-1]]
    return data


def inside(data: Any, steps: Steps) -> Any:
    """What stands at a place."""
    for step in steps:
        data = data[step]
    return data


def renamed(data: Data, steps: Steps, name: str) -> Data:
    """A copy of the data with another key at a place, in the same order."""
    data = copy.deepcopy(data)
    table = inside(data, steps[:-1])
    entries = [(name if key == steps[-1] else key, value) for key, value in table.items()]
    table.clear()
    table.update(entries)
    return data


def is_key_of_the_format(steps: Steps) -> bool:
    """Whether the format, not the author, names what stands here."""
    if len(steps) == 1 or steps[0] == "report":
        return True
    if steps[0] == "game":
        return len(steps) == 2 or (steps[1] == "phases" and len(steps) == 4)
    return steps[0] in {"agents", "expect"} and len(steps) == 3


def is_probability(steps: Steps, value: Any) -> bool:
    """Whether a number here must be in [0, 1]."""
    inside_phase = steps[:2] == ("game", "phases") and len(steps) >= 5 and steps[3] in {"modification", "shutdown"}
    return isinstance(value, Numeric | str) and (inside_phase or steps == ("game", "discount"))


def is_number(steps: Steps, value: Any) -> bool:
    """Whether an exact number stands here, and nothing else may."""
    return is_probability(steps, value) or (
        isinstance(value, Numeric) and steps[:1] != ("version",) and "with" not in steps
    )


def is_count(steps: Steps) -> bool:
    """Whether a number of episodes stands here."""
    return steps[:2] == ("game", "phases") and steps[3:] == ("episodes",)


# --- breaking the data -----------------------------------------------------------------------------------------------

NO_NUMBERS = [
    *(".nan", ".NaN", ".inf", "-.Inf", "+.inf", "nan", "inf", "NaN", "Infinity"),
    *("0x10", "0o7", "0b1", "1_000", "1:30", "1:30:00", "yes", "no", "on", "off", "true", "False", "y", "2024-01-01"),
    *("1/0", "1/2/3", "1/2.5", "0.5/1", "1e", "e5", "1.2.3", "--1", "+-1", "1 2", "1,5", "½", "٣", "50%", "ten", "A"),
    *("1e400", "-1e400", "1e-400", "1e99999999999", "9" * 200, "9" * 100_000, "0." + "0" * 200 + "1"),
    *('""', '" "', "[]", "[1]", "[[1]]", "{zz zz: 1}", '"1\\n2"', "'0x1'", "$1", "=1"),
]
"""Values that are no exact number, as YAML."""

NO_PROBABILITIES = ["2", "-1", "1.0001", "-0.2", "4/3", "-1/3", "1e3", "101", "-1e-9", "1000000000000"]
NO_COUNTS = ["-1", "1/2", "0.5", "1e-3", "-3", "1e13", "10000000000000"]
TOO_MANY = ["1000000000000", "1e12", "999999999", "50000000"]
NO_NAMES = [
    "a b",
    "5",
    "5a",
    "-a",
    "_a",
    "ä",
    "a.b",
    "a/b",
    "😀",
    "a" * 65,
    "a\n",
    " a",
    "",
    "\u202ea",
    "a\x85b",
    "A\u0301",
]
NO_STRATEGIES = ["X", "BBX", "A* B*", "A*B", "A999999", "A99999999999999999999", "A" * 999, "*", "5", "[A", "A,,X", "☃"]
NO_PATHS = ["x", "training", "episodes", "training.epsodes", "training.modification", "training..A", "training.", ".x"]
NO_PATHS += [
    "game",
    "game.phases",
    "id",
    "training.modification.Z",
    "a b",
    "5",
    "training.episodes.x",
    "agents.x.title",
]
NO_RANGES = ["", ":", "1:0", "3:3", "3", "0:1:0", "0:2:-1", "0:2:3", "0:1@1", "0:1@x", "0:1@2.5", "0:1@-2", "0:1@1e400"]
NO_RANGES += [
    "-1:3",
    "0:1/2",
    "0:3:1/2",
    "0.5,1",
    "1,1,2",
    "2,1",
    "0,",
    "a:b",
    "0:1:2:3",
    "0:1@2@3",
    "0:5@3:log",
    "1:5:log",
]
NO_RANGES += [
    "1:5@3:logs",
    "0:99999999",
    "0:1:1e-9",
    "1e13:2e13@3",
    "nan:3",
    "0:inf",
    "0:1e999",
    "0:1+1:0",
    "0–1",
    "9" * 99,
]
"""Axes over a number of episodes that are none."""
WRONG_KINDS = {dict: [["x"], True, Numeric("-5")], list: [{"a": "b"}, Numeric("7"), "text", False]}


class Raw(str):
    """YAML text that stands for a value as it is."""

    __slots__ = ()


def text_of(data: Any) -> str:
    """The data as YAML; `Raw` values as they are."""
    marks: dict[str, str] = {}

    def marked(value: Any) -> Any:
        if isinstance(value, Raw):
            mark = f"raw{len(marks)}raw"
            marks[mark] = str(value)
            return mark
        if isinstance(value, dict):
            return {key: marked(entry) for key, entry in value.items()}
        return [marked(entry) for entry in value] if isinstance(value, list) else value

    text = write(marked(data))
    for mark, value in marks.items():
        text = text.replace(mark, value)
    return text


def _some(draw: st.DrawFn, data: Data, fits: Callable[[Steps, Any], bool]) -> Steps | None:
    found = [steps for steps, value in places(data) if fits(steps, value)]
    return draw(st.sampled_from(found)) if found else None


def wrong_container(draw: st.DrawFn, data: Data) -> Data | None:
    steps = _some(draw, data, lambda _, value: isinstance(value, dict | list) and bool(value))
    return steps and changed(data, steps, draw(st.sampled_from(WRONG_KINDS[type(inside(data, steps))])))


def container_for_a_scalar(draw: st.DrawFn, data: Data) -> Data | None:
    steps = _some(draw, data, lambda _, value: not isinstance(value, dict | list))
    return steps and changed(data, steps, draw(st.sampled_from([["x"], {"zz zz": Numeric("1")}, [[]]])))


def nothing_for_a_value(draw: st.DrawFn, data: Data) -> Data | None:
    steps = _some(draw, data, lambda steps, _: steps[0] != "expect")
    return steps and changed(data, steps, Raw(draw(st.sampled_from(["", "~", "null"]))))


def no_number(draw: st.DrawFn, data: Data) -> Data | None:
    steps = _some(draw, data, is_number)
    return steps and changed(data, steps, Raw(draw(st.sampled_from(NO_NUMBERS))))


def no_probability(draw: st.DrawFn, data: Data) -> Data | None:
    steps = _some(draw, data, is_probability)
    return steps and changed(data, steps, Numeric(draw(st.sampled_from(NO_PROBABILITIES))))


def no_count(draw: st.DrawFn, data: Data) -> Data | None:
    steps = _some(draw, data, lambda steps, _: is_count(steps))
    return steps and changed(data, steps, Numeric(draw(st.sampled_from([*NO_COUNTS, *TOO_MANY]))))


def misspelt_key(draw: st.DrawFn, data: Data) -> Data | None:
    steps = _some(draw, data, lambda steps, _: isinstance(steps[-1], str) and is_key_of_the_format(steps))
    if steps is None:
        return None
    key = steps[-1]
    other = draw(st.sampled_from([key + "s", key[1:], key[0] + key, key.upper(), key + " ", "x-" + key, key[:-1]]))
    return None if other in {"turns", "value", "values"} or not other else renamed(data, steps, other)


def unknown_key(draw: st.DrawFn, data: Data) -> Data | None:
    fits = [(), ("game",), *(steps[:-1] for steps, _ in places(data) if len(steps) > 1 and is_key_of_the_format(steps))]
    steps = draw(st.sampled_from([place for place in fits if isinstance(inside(data, place), dict)]))
    key = draw(
        st.sampled_from(["colour", "<<", "x y", "0", "é", "Episodes", "__class__", "$schema", "landscape", "maze"])
    )
    return changed(data, (*steps, key), draw(st.sampled_from([Numeric("1"), "x", {"a": "b"}, ["c"]])))


def missing_key(draw: st.DrawFn, data: Data) -> Data | None:
    needed = {("version",), ("id",), ("game",), ("game", "phases")}
    steps = _some(draw, data, lambda steps, _: steps in needed or is_count(steps))
    return steps and without(data, steps)


def no_name(draw: st.DrawFn, data: Data) -> Data | None:
    fits = ("phases", "payoffs", "modification", "shutdown", "agents")
    steps = _some(draw, data, lambda steps, _: len(steps) > 1 and steps[-2] in fits and steps[0] != "expect")
    name = draw(st.sampled_from(NO_NAMES))
    return changed(data, ("id",), name) if steps is None or draw(st.booleans()) else renamed(data, steps, name)


def unknown_word(draw: st.DrawFn, data: Data) -> Data | None:
    """A word that names no action, objective or phase of the game."""
    phase = draw(st.sampled_from(list(data["game"]["phases"])))
    agent = draw(st.sampled_from(list(data["agents"]))) if data.get("agents") else "new"
    base = ("game", "phases", phase)
    place, value = draw(
        st.sampled_from(
            [
                ((*base, "modification"), {"Z": Numeric("0")}),
                ((*base, "modification"), {"A": {"nobody": Numeric("0")}}),
                ((*base, "shutdown"), {"a": Numeric("0")}),
                ((*base, "payoffs"), {"mesa": {"AB": Numeric("1")}}),
                (("game", "payoffs"), {"mesa": {"Z": Numeric("1")}}),
                (("game", "base_objective"), "bass"),
                (("game", "ties"), "heads"),
                (("game", "selves"), "clever"),
                ((*base, "kind"), "holiday"),
                (("agents",), {agent: {"objective": "messa"}}),
                (("agents",), {agent: {"strategy": {"nowhere": "A"}}}),
                (("agents",), {agent: {"selves": "clever"}}),
                (("expect",), [{"agent": "nobody"}]),
                (("expect",), [{"regime": "sneaky"}]),
                (("report",), {"figures": ["selfie"]}),
            ]
        )
    )
    return changed(data, place, value)


def no_strategy(draw: st.DrawFn, data: Data) -> Data:
    return changed(data, ("agents",), {"new": {"strategy": draw(st.sampled_from(NO_STRATEGIES))}})


def no_belief(draw: st.DrawFn, data: Data) -> Data:
    good = (
        ("training.episodes", Numeric("1"))
        if "training" in data["game"].get("phases", {})
        else ("discount", Numeric("0"))
    )
    path, value = draw(
        st.one_of(
            st.tuples(st.sampled_from(NO_PATHS), st.just(Numeric("1"))),
            st.tuples(st.just(good[0]), st.sampled_from(NO_NUMBERS).map(Raw)),
            st.tuples(st.just(good[0]), st.sampled_from(NO_COUNTS).map(Numeric)),
        )
    )
    return changed(data, ("agents",), {"new": {"beliefs": {path: value}}})


def no_landscape(draw: st.DrawFn, data: Data) -> Data:
    """A section that is none, or an axis that is none, or values that break a rule somewhere on the axis."""
    phase = draw(st.sampled_from(list(data["game"]["phases"])))
    count, shutdown, modification = f"{phase}.episodes", f"{phase}.shutdown.B", f"{phase}.modification.B"
    one = {"from": Numeric("0"), "to": Numeric("1")}
    axes = draw(
        st.one_of(
            st.builds(lambda text: {count: text}, st.sampled_from(NO_RANGES)),
            st.builds(lambda path: {path: "0:1@3"}, st.sampled_from(NO_PATHS)),
            st.builds(lambda end: {modification: ["0", Numeric(end)]}, st.sampled_from(NO_PROBABILITIES)),
            st.builds(lambda end: {shutdown: {**one, "to": Raw(end)}}, st.sampled_from(NO_NUMBERS)),
            st.builds(
                lambda more: {shutdown: {**one, "with": more}}, st.sampled_from([{count: "0:1/2"}, {"x": "0:1"}])
            ),
            st.sampled_from(
                [
                    {},
                    {f"agents.a{n}.discount": "0:1" for n in range(9)},
                    {count: {"from": Numeric("1")}},
                    {count: {**one, "upto": Numeric("1")}},
                    {count: {**one, "step": Numeric("0")}},
                    {count: {**one, "values": [Numeric("0"), Numeric("1")]}},
                    {modification: one, shutdown: {"from": Numeric("0.1"), "to": Numeric("1/2")}},
                    {shutdown: {**one, "with": {modification: "0:1"}}},
                    {count: "1:3", f"game.phases.{count}": "1:3"},
                ]
            ),
        )
    )
    section = draw(
        st.sampled_from([{"axes": axes}, {"axes": axes, "agent": next(iter(data.get("agents") or ["agent"]))}])
    )
    good = {count: "1:3"}
    other = draw(
        st.sampled_from(
            [
                {},
                {"axis": good},
                {"axes": good, "agent": "nobody"},
                {"axes": good, "figures": ["slices", "diagram"]},
                {"axes": good, "figures": "all"},
            ]
        )
    )
    return changed(data, ("landscape",), draw(st.sampled_from([section, section, section, other])))


def contradiction(draw: st.DrawFn, data: Data) -> Data | None:
    """Sound by itself, every value; not together."""
    phase = draw(st.sampled_from(list(data["game"]["phases"])))
    base = ("game", "phases", phase)
    both = {"base": Numeric("2/3"), "mesa": Numeric("0.5")}
    more = draw(st.sampled_from(["sum", "shutdown", "beliefs of a fixed strategy", "phase named as a section"]))
    if more == "sum":
        return changed(data, (*base, "modification"), {"A": both})
    if more == "shutdown":
        return changed(
            changed(data, (*base, "modification"), {"B": Numeric("2/3")}), (*base, "shutdown"), {"B": Numeric("0.5")}
        )
    if more == "phase named as a section":
        return renamed(
            data, base, draw(st.sampled_from(["discount", "agents", "payoffs", "beliefs", "claims", "title"]))
        )
    return changed(data, ("agents",), {"new": {"strategy": "A*", "beliefs": {f"{phase}.episodes": Numeric("1")}}})


def too_many(draw: st.DrawFn, data: Data) -> Data:
    place, value = draw(
        st.sampled_from(
            [
                (("agents",), {f"a{n}": {} for n in range(51)}),
                (("agents",), {}),
                (("game", "phases"), {f"training-{n}": {"episodes": Numeric("1")} for n in range(1001)}),
                (("game", "phases"), {}),
                (("expect",), [{"turn": Numeric("1")} for _ in range(1001)]),
                (("title",), "x" * 20_001),
            ]
        )
    )
    return changed(data, place, value)


# --- breaking the text -----------------------------------------------------------------------------------------------

LAUGHS = "a: &a [lol, lol]\nb: &b [*a, *a, *a, *a]\nc: &c [*b, *b, *b, *b]\nd: &d [*c, *c, *c, *c]\n"

TRICKS = {
    "anchor": "title: &here x\n",
    "anchor of a mapping": "report: &here {figures: [values]}\n",
    "alias": "title: *here\n",
    "alias as key": "*here : x\n",
    "billion laughs": LAUGHS,
    "merge key": "<<: {title: x}\n",
    "merge of an alias": "<<: *here\n",
    "tag of Python": "title: !!python/object:os.system x\n",
    "tag that applies": "title: !!python/object/apply:os.system [true]\n",
    "tag of text": "title: !!str x\n",
    "tag of null": "title: !!null x\n",
    "own tag": "title: !own x\n",
    "long tag": f"title: !<tag:{'x' * 300}> x\n",
    "endless tag": f"title: !{'!' * 5000}\n",
    "second document": "---\nversion: 1\n",
    "end of document": "...\nversion: 1\n",
    "list as key": "? [a, b]\n: c\n",
    "mapping as key": "? {a: b}\n: c\n",
    "flow as key": "{a: b}: c\n",
    "key without value": "? title\n",
    "empty key": ": x\n",
    "quoted empty key": '"": x\n',
    "null key": "~: x\n",
    "long key": f"{'x' * 2000}: x\n",
    "very long key": f"? {'x' * 20000}\n: x\n",
    "key of several lines": '"a\\nb": x\n',
    "key that turns the text": '"\\u202eabc": x\n',
    "key that clears the screen": '"\\e[2Jabc": x\n',
    "duplicate": "version: 1\n",
    "quoted duplicate": '"version": 1\n',
    "open double quote": 'title: "x\n',
    "open single quote": "title: 'x\n",
    "open bracket": "title: [x\n",
    "open brace": "title: {x\n",
    "closed twice": "title: [x]]\n",
    "wrong bracket": "title: [x}\n",
    "comma": "title: , x\n",
    "flow in flow": "title: [[[[{a: [{b: [}]}]]]]\n",
    "deep flow": "title: " + "[" * 100 + "]" * 100 + "\n",
    "very deep flow": "title: " + "[" * 50_000 + "\n",
    "deep mapping": "title: " + "{a: " * 100 + "1" + "}" * 100 + "\n",
    "deep list": "title:\n  " + "- " * 100 + "x\n",
    "deep block": "".join("  " * depth + "title:\n" for depth in range(60)),
    "tab": "\ttitle: x\n",
    "tab in a block": "report:\n\tfigures: [values]\n",
    "wrong indentation": "report:\n    figures:\n      - values\n   more: x\n",
    "block scalar ends": "title: |\n    a\n  b\n",
    "block scalar header": "title: |x\n  a\n",
    "block scalar indentation": "title: >9\n  a\n",
    "two values": "title: x: y\n",
    "list in a line": "title: - x\n",
    "reserved at": "title: @x\n",
    "reserved tick": "title: `x`\n",
    "percent": "title: %x\n",
    "escape": 'title: "\\q"\n',
    "escape beyond Unicode": 'title: "\\U00110000"\n',
    "escape far beyond Unicode": 'title: "\\Uffffffff"\n',
    "escape cut short": 'title: "\\u12"\n',
    "lone surrogate": 'title: "\\ud800"\n',
    "pair of surrogates": 'title: "\\ud83d\\ude00"\n',
    "bell": 'title: "a\\ab"\n',
    "escape character": 'title: "a\\eb"\n',
    "null character": 'title: "a\\0b"\n',
    "number for text": "title: 5\n",
    "hexadecimal for text": "title: 0x10\n",
    "number with underscore for text": "title: 1_000\n",
    "infinity for text": "title: -.inf\n",
    "true for text": "title: TRUE\n",
    "list for text": "title:\n  - x\n",
    "far too many values": "title: [" + "1," * 20_001 + "]\n",
    "nothing but commas": "title: [" + "," * 1000 + "]\n",
    "expectation that is none": "expect: [5, [], x]\n",
    "expectation under unknown parameters": "expect: [{with: {trainin.episodes: 1}}]\n",
    "expectation under a wrong value": "expect: [{with: {training.episodes: -1}}]\n",
    "expectation of an endless game": "expect: [{with: {training.episodes: 1e12}}]\n",
    "expectation under an expectation": "expect: [{with: {expect.0.value: 1}, value: 1}]\n",
    "negative tolerance": "expect: [{tolerance: -1}]\n",
    "landscape without axes": "landscape: {figures: [diagram]}\n",
    "landscape of a number": "landscape: {axes: 5}\n",
    "axis that falls": "landscape: {axes: {training.episodes: 3:1}}\n",
    "axis of probabilities beyond 1": "landscape: {axes: {training.modification.A: 0:1.05@22}}\n",
    "axis of half episodes": "landscape: {axes: {training.episodes: {from: 0, to: 2, step: 1/2}}}\n",
    "axis of too many points": "landscape: {axes: {training.modification.A: 0:1@1e99}}\n",
    "axis of a word": "landscape: {axes: {training.kind: [training, deployment]}}\n",
    "axes of one place": "landscape: {axes: {discount: 0:1, game.discount: 0:1}}\n",
    "flag in words": "expect: [{deception_pays: yes}]\n",
}
"""What, written behind a sound file, breaks it."""

HEADS = {
    "YAML directive": "%YAML 1.2\n---\n",
    "older YAML": "%YAML 1.1\n---\n",
    "unknown YAML": "%YAML 9.9\n---\n",
    "tag directive": "%TAG ! tag:example.com,2000:\n---\n",
    "unknown directive": "# a comment\n%OWN x\n---\n",
    "document before": "--- x\n---\n",
    "text before": "hello\n",
    "list before": "- x\n",
    "brace before": "{\n",
}
"""What, written before a sound file, breaks it."""

WHOLE = {
    "nothing": "",
    "null": "~",
    "comment": "# x",
    "blanks": "  \n \n",
    "text": "hello",
    "number": "5",
    "list": "- 1",
    "true": "true",
    "three dashes": "---",
    "three dots": "...",
    "brace": "{",
    "bracket": "[[[",
    "empty mapping": "{}",
    "quote": '"',
    "colon": ":",
    "question": "?",
    "dash": "-",
    "bang": "!",
    "ampersand": "&",
    "star": "*",
    "percent": "%",
    "pipe": "|",
    "greater": ">",
    "at": "@",
    "tick": "`",
    "byte order mark": "\ufeff",
    "tab": "\t",
    "null character": "\0",
    "line separator": "\u2028",
    "next line": "\x85",
    "carriage returns": "\r\r\r",
    "many lines": "\n" * 1000,
    "over 1 MB": SMALL + "#" * 1_000_000,
    "a little over 1 MB": "#" * 1_000_001,
    "over 1 MB of text": "é" * 500_001,
}

CONTROLS = [
    chr(c) for c in (*range(9), 11, 12, *range(14, 32), 127, *range(128, 133), *range(134, 160), 0xFFFE, 0xFFFF)
]
NO_UTF8 = [
    b"\xff",
    b"\xfe",
    b"\xc0\x80",
    b"\xed\xa0\x80",
    b"\xf5\x80\x80\x80",
    b"\xf8",
    b"\xf4\x90\x80\x80",
    b"\xe2\x28",
]


def trick(draw: st.DrawFn, _: Data) -> Broken:
    how = draw(st.sampled_from(sorted(TRICKS)))
    start = draw(st.sampled_from([SMALL, SMALL.replace("\n", "\r\n"), SMALL.replace("\n", "\r"), "\ufeff" + SMALL]))
    return Broken(how, (start + TRICKS[how]).encode())


def head(draw: st.DrawFn, data: Data) -> Broken:
    how = draw(st.sampled_from(sorted(HEADS)))
    return Broken(how, (HEADS[how] + write(data)).encode())


def whole(draw: st.DrawFn, _: Data) -> Broken:
    how = draw(st.sampled_from(sorted(WHOLE)))
    return Broken(how, WHOLE[how].encode())


def control_character(draw: st.DrawFn, data: Data) -> Broken:
    text, control = write(data), draw(st.sampled_from(CONTROLS))
    place = draw(st.integers(0, len(text)))
    return Broken(f"control character {ord(control):04x}", (text[:place] + control + text[place:]).encode())


def no_utf8(draw: st.DrawFn, data: Data) -> Broken:
    raw, wrong = write(data).encode(), draw(st.sampled_from(NO_UTF8))
    place = draw(st.integers(0, len(raw)))
    return Broken(f"bytes {wrong.hex()}", raw[:place] + wrong + raw[place:])


def other_encoding(draw: st.DrawFn, data: Data) -> Broken:
    encoding = draw(st.sampled_from(["utf-16", "utf-32", "utf-16-le", "utf-16-be", "utf-32-le"]))
    return Broken(encoding, write(data).encode(encoding))


def repeated_line(draw: st.DrawFn, data: Data) -> Broken:
    """A key that stands twice."""
    lines = write(data).splitlines(keepends=True)
    with_values = [place for place, line in enumerate(lines) if not line.lstrip().startswith("-") and ": " in line]
    place = draw(st.sampled_from(with_values))
    return Broken("duplicate key", "".join([*lines[: place + 1], lines[place], *lines[place + 1 :]]).encode())


OF_DATA = [
    *(wrong_container, container_for_a_scalar, nothing_for_a_value, no_number, no_probability, no_count, misspelt_key),
    *(unknown_key, missing_key, no_name, unknown_word, no_strategy, no_belief, no_landscape),
    *(contradiction, too_many),
]
OF_TEXT = [trick, head, whole, control_character, no_utf8, other_encoding, repeated_line]
KINDS = {breaker.__name__.replace("_", " "): breaker for breaker in (*OF_DATA, *OF_TEXT)}


@st.composite
def broken_files(draw: st.DrawFn, kind: str | None = None) -> Broken:
    """A file that breaks a rule, by construction; of any kind unless one is named."""
    kind = kind or draw(st.sampled_from(sorted(KINDS)))
    data = draw(scenarios if kind in PHASELESS else phased_scenarios)
    result = KINDS[kind](draw, data)
    if isinstance(result, Broken):
        return result
    return trick(draw, data) if result is None else Broken(kind, text_of(result).encode())


PHASELESS = {breaker.__name__.replace("_", " ") for breaker in OF_TEXT}
"""Kinds that take any scenario, also one whose game comes from the library."""

any_character = st.characters(exclude_categories=["Cs"])
ALPHABET = "{}[]:,-?!&*#|>%@`'\"\\ \n\t\r\x85\u2028\ufeff\u202e\0abAB019/._~<=é😀"


@st.composite
def damaged_files(draw: st.DrawFn) -> Broken:
    """A sound file with one character changed, added or lost, or cut off; or random bytes. It may still be sound."""
    text = draw(st.sampled_from(sorted(FEWER_CLAIMS.values())))
    place = draw(st.integers(0, len(text) - 1))
    other = draw(st.one_of(st.sampled_from(ALPHABET), any_character))
    how = draw(st.sampled_from(["changed", "added", "lost", "swapped", "cut off", "noise"]))
    if how == "noise":
        return Broken(how, draw(st.one_of(st.binary(max_size=200), st.text(ALPHABET, max_size=100).map(str.encode))))
    if how == "cut off":
        raw = text.encode()
        return Broken(how, raw[: draw(st.integers(0, len(raw)))])
    kept = {"changed": other, "added": other + text[place], "lost": "", "swapped": text[place : place + 2][::-1]}[how]
    return Broken(how, (text[:place] + kept + text[place + (2 if how == "swapped" else 1) :]).encode())
