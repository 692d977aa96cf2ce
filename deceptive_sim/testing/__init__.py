"""For tests: random games, agents and scenario files; a suite that any game can be held against; a pytest plugin.

    numbers      fractions, probabilities, shares, discountings       Hypothesis strategies, exact and simple first
    phased       phased_games, two_phase_games, believed_games        sound games, small and full of ties
    finite       finite_games, TableGame                              any game of the `Game` protocol, with world states
    players      agents, strategies                                   who plays a game
    files        scenario_files, scenario_text                        scenario files as text
    expressions  claim_texts                                          claims that can be read, most of them false
    conformance  check_game, ConformanceError                         does a game keep the protocol, is it solved right?
    kinds        check_kind, KindError                                does a kind of agent keep the laws of all kinds?
    kind_scenes  kind_scenes                                          small scenes and corners to try a kind in
    plugin       for pytest                                           every claim of every scenario file is a test

Every strategy is sound by construction: nothing that it draws is refused, and nothing is drawn again. Examples shrink
to the seed game of the model page, or to less: fewer phases and episodes, zeros and ones, a planner with true beliefs.

Everything is imported when first asked for: Hypothesis takes a while.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from deceptive_sim.testing.conformance import BrokenRule, Conformance, ConformanceError, check_game
    from deceptive_sim.testing.expressions import claim_texts
    from deceptive_sim.testing.files import scenario_files, scenario_text
    from deceptive_sim.testing.finite import finite_games
    from deceptive_sim.testing.kind_scenes import kind_scenes
    from deceptive_sim.testing.kinds import KindConformance, KindError, check_kind
    from deceptive_sim.testing.numbers import discountings, fractions, probabilities, shares
    from deceptive_sim.testing.phased import believed_games, phased_games, two_phase_games
    from deceptive_sim.testing.players import agents, strategies
    from deceptive_sim.testing.table_game import Table, TableGame

_HOMES = {
    "BrokenRule": "conformance",
    "Conformance": "conformance",
    "ConformanceError": "conformance",
    "KindConformance": "kinds",
    "KindError": "kinds",
    "Table": "table_game",
    "TableGame": "table_game",
    "agents": "players",
    "believed_games": "phased",
    "check_game": "conformance",
    "check_kind": "kinds",
    "claim_texts": "expressions",
    "discountings": "numbers",
    "finite_games": "finite",
    "fractions": "numbers",
    "kind_scenes": "kind_scenes",
    "phased_games": "phased",
    "probabilities": "numbers",
    "scenario_files": "files",
    "scenario_text": "files",
    "shares": "numbers",
    "strategies": "players",
    "two_phase_games": "phased",
}

__all__ = [
    "BrokenRule",
    "Conformance",
    "ConformanceError",
    "KindConformance",
    "KindError",
    "Table",
    "TableGame",
    "agents",
    "believed_games",
    "check_game",
    "check_kind",
    "claim_texts",
    "discountings",
    "finite_games",
    "fractions",
    "kind_scenes",
    "phased_games",
    "probabilities",
    "scenario_files",
    "scenario_text",
    "shares",
    "strategies",
    "two_phase_games",
]


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        from importlib import import_module

        return getattr(import_module(f"deceptive_sim.testing.{_HOMES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
