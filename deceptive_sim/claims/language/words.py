"""The words of the language: what can be said of a solved game, each with its kind and meaning.

This is the one list of results. Readers, errors, documentation and tests go by it.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass

KEYWORDS = frozenset({"and", "or", "not", "implies", "iff", "true", "false"})

NOT_IN_THE_LANGUAGE = {
    **dict.fromkeys(("if", "then", "unless", "only"), "write a implies b, or a iff b"),
    **dict.fromkeys(
        ("else", "elif", "lambda", "def", "class", "return", "yield", "await", "async", "with", "as"), None
    ),
    **dict.fromkeys(("for", "while", "all", "any", "forall", "exists", "sum"), "ranges stand under given:"),
    **dict.fromkeys(("import", "from", "del", "global", "nonlocal", "pass", "raise", "try", "assert", "exec"), None),
    "in": "write x == a or x == b",
    "is": "did you mean ==?",
    "equals": "did you mean ==?",
    "xor": "write !=",
    "mod": "write a - b * floor(a / b)",
    **{word: f"write {word.lower()}" for word in ("AND", "OR", "NOT", "IMPLIES", "IFF", "TRUE", "FALSE")},
    **{word: f"write {word.lower()}" for word in ("And", "Or", "Not", "Implies", "Iff")},
    **dict.fromkeys(("None", "null", "nil", "nan", "inf"), "there are only numbers, truths and texts"),
}
"""Words that are known from elsewhere and stand for nothing here, and what to write in their place, if anything."""

FUNCTIONS = {"min": (1, 20), "max": (1, 20), "abs": (1, 1), "floor": (1, 1), "ceil": (1, 1), "log": (1, 1)}
"""Functions of numbers: how few and how many arguments they take. `log` is the natural logarithm."""


class Kind(enum.StrEnum):
    """What an expression is."""

    NUMBER = "number"
    TRUTH = "truth"
    TEXT = "text"


@dataclass(frozen=True, kw_only=True)
class Result:
    """A word for something that a game and an agent have.

    `arguments` are the kinds of the arguments that it may take: `least` of them must be given; 0 means that it may
    stand alone, without parentheses.
    """

    name: str
    kind: Kind
    meaning: str
    arguments: tuple[Kind, ...] = ()
    least: int = 0


_NUMBERS = (
    ("value", "the agent's value: true expected payoff, judged by its first self"),
    ("believed_value", "the payoff that the first self expects"),
    ("base_value", "what the base objective gets out of the agent, `V_1[initial; base]`"),
    ("premium", "premium of deception: best strategy without a defection in training minus best with one"),
    ("deployment_value", "what entering the first deployment episode unmodified is worth, judged by the self there"),
    ("least_goal_preservation", "the least goal preservation of all episodes"),
    ("outer_gap", "`V[human; human] - V[base; human]`"),
    ("inner_gap", "`V[base; base] - V[initial; base]`"),
    ("reaches_deployment_unmodified", "probability of reaching deployment unmodified"),
    ("expected_deployment_defections", "expected deployment defections, by whoever is at the wheel"),
    ("horizon", "number of episodes"),
    ("training_defections", "training episodes in which the unmodified agent defects"),
    ("deployment_defections", "deployment episodes in which the unmodified agent defects"),
    ("play_along_window", "non-defecting episodes at the end of training"),
    ("turn", "the episode of the treacherous turn, 0 for none"),
    ("ties", "episodes in which the unmodified agent is indifferent"),
    ("optimal_strategies", "how many strategies have the best value at the start"),
)

_TEXTS = (
    ("strategy", "what the unmodified agent does, episode by episode"),
    ("training_strategy", "its training part"),
    ("deployment_strategy", "its deployment part"),
    ("regime", "the regime of the strategy"),
)

_OTHERS = (
    Result(
        name="deception_pays",
        kind=Kind.TRUTH,
        meaning="premium positive, and the best strategy without a defection in training has one in deployment; "
        "false without training",
    ),
    Result(
        name="judged_by",
        kind=Kind.NUMBER,
        meaning="what the agent is worth to an objective, `V_1[initial; judge]`",
        arguments=(Kind.TEXT,),
        least=1,
    ),
    Result(
        name="value_of",
        kind=Kind.NUMBER,
        meaning="value of following a fixed strategy until first modified, judged by the initial objective or the one "
        "named",
        arguments=(Kind.TEXT, Kind.TEXT),
        least=1,
    ),
    Result(
        name="goal_preservation",
        kind=Kind.NUMBER,
        meaning="price of being modified to the base objective, `V_t[initial; initial] - V_t[base; initial]`, in the "
        "first episode or the one given",
        arguments=(Kind.NUMBER,),
    ),
    Result(
        name="action",
        kind=Kind.TEXT,
        meaning="what the unmodified agent does in an episode, counted from 1",
        arguments=(Kind.NUMBER,),
        least=1,
    ),
    Result(
        name="defects",
        kind=Kind.TRUTH,
        meaning="whether the unmodified agent defects in an episode, counted from 1",
        arguments=(Kind.NUMBER,),
        least=1,
    ),
)

RESULTS = {
    result.name: result
    for result in (
        *(Result(name=name, kind=Kind.NUMBER, meaning=meaning) for name, meaning in _NUMBERS),
        *(Result(name=name, kind=Kind.TEXT, meaning=meaning) for name, meaning in _TEXTS),
        *_OTHERS,
    )
}
"""Every result by its name."""
