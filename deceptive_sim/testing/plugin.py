"""A pytest plugin: every claim of every scenario file that pytest comes across is a test.

    pytest scenarios/                                 each claim is searched for counterexamples
    pytest scenarios/ --claims-proofs -k deployment   and proved, where its id or file speaks of deployment

A claim passes if its verdict is what its file expects, fails with the verdict in words otherwise, and is skipped if
nothing could be decided. The plugin is loaded in every run of pytest in its environment, so nothing is imported here:
YAML files are looked at as bytes, and only one that has `version`, `game` and `claims` at its outermost level is read.
"""

from __future__ import annotations

import argparse
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pytest

    from deceptive_sim.testing.claim_items import ClaimsFile

SUFFIXES = (".yaml", ".yml")
MOST_BYTES = 1_000_000
"""The longest scenario file there can be; longer files are none."""

MOST_DIGITS = 18

_KEY = rb"""(?m)^(?:\xef\xbb\xbf)?["']?%s["']?[ \t]*:(?:[ \t]|$)"""
_KEYS = tuple(re.compile(_KEY % key) for key in (b"claims", b"game", b"version"))


INSTALLED = "deceptive-sim"
"""What the plugin is called if it is found as installed; otherwise by the name of this module."""


def pytest_plugin_registered(plugin: object, manager: pytest.PytestPluginManager) -> None:
    """Let the plugin be asked for by `-p` or `pytest_plugins` where it is installed, too: it is taken once."""
    if plugin is sys.modules.get(__name__):
        manager.set_blocked(INSTALLED if manager.get_name(plugin) == __name__ else __name__)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Options for the claims of scenario files; each may stand in the configuration as well."""
    group = parser.getgroup("claims", "claims of deceptive-sim scenario files")
    group.addoption(
        "--claims-proofs",
        action=argparse.BooleanOptionalAction,
        default=None,
        help="prove claims where no counterexample is found (ini: claims_proofs, default: no)",
    )
    group.addoption(
        "--claims-tries",
        metavar="N",
        type=whole,
        default=None,
        help="cases that the search decides exactly for each claim (ini: claims_tries)",
    )
    group.addoption(
        "--claims-seed",
        metavar="SEED",
        type=whole,
        default=None,
        help="seed of the search for counterexamples (ini: claims_seed)",
    )
    parser.addini("claims_proofs", "prove claims where no counterexample is found", type="bool", default=False)
    parser.addini("claims_tries", "cases that the search decides exactly for each claim", default="")
    parser.addini("claims_seed", "seed of the search for counterexamples", default="")


def whole(text: str) -> int:
    """A whole number, 0 or more, as an option says it."""
    if not (text.isascii() and text.isdecimal() and len(text) <= MOST_DIGITS):
        raise argparse.ArgumentTypeError(f"must be a whole number, 0 or more, got {text[:60]!r}")
    return int(text)


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> ClaimsFile | None:
    """A scenario file with claims; every other file is left alone."""
    if not has_claims(file_path):
        return None
    from deceptive_sim.testing.claim_items import ClaimsFile

    return ClaimsFile.from_parent(parent, path=file_path)


def has_claims(path: Path) -> bool:
    """Whether a file looks like a scenario with claims. Reads bytes only, and never raises."""
    if path.suffix not in SUFFIXES:
        return False
    try:
        if not path.is_file() or path.stat().st_size > MOST_BYTES:
            return False
        content = path.read_bytes()
    except OSError:
        return False
    if b"\0" in content:
        return False
    lines = content.replace(b"\r", b"\n")
    return all(key.search(lines) for key in _KEYS)
