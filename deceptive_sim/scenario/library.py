"""The scenarios that ship with the package, and how a name becomes a file."""

from __future__ import annotations

from pathlib import Path

from deceptive_sim.core.errors import InputError, Problem, nearest

SUFFIXES = (".yaml", ".yml")


def scenario_folder() -> Path:
    """Where the shipped scenarios are: inside the installed package, or beside it in a checkout."""
    package = Path(__file__).resolve().parent.parent
    inside = package / "_scenarios"
    return inside if inside.is_dir() else package.parent / "scenarios"


def shipped_scenarios() -> dict[str, Path]:
    """The shipped scenarios: id (the file's name without suffix, with its folder if any) to file."""
    folder = scenario_folder()
    files = sorted(path for path in folder.rglob("*.yaml")) if folder.is_dir() else []
    return {path.relative_to(folder).with_suffix("").as_posix(): path for path in files}


def find_scenario(source: str | Path) -> Path:
    """The file that a path or the id of a shipped scenario means."""
    path = Path(source)
    name = str(source)
    try:  # what ships is listed only if it matters: that takes longer than to read a file
        found = bool(name) and path.exists() and not (path.is_dir() and name in shipped_scenarios())
    except (OSError, ValueError):
        found = False
    if found:
        return path
    shipped = shipped_scenarios()
    for word in (name, name.removeprefix("scenarios/")):
        for suffix in ("", *SUFFIXES):
            if word.removesuffix(suffix) in shipped:
                return shipped[word.removesuffix(suffix)]
    rule = "is neither a file nor a scenario that ships with the package"
    raise InputError(Problem(name=name or "a file without a name", rule=rule, hint=nearest(path.stem, shipped)))


def files_of(source: str | Path) -> tuple[Path, ...] | None:
    """The scenario files in a folder, or in a folder of shipped scenarios by its name; None if it is no folder."""
    path, name = Path(source), str(source).removeprefix("scenarios/").strip("/")
    try:
        if path.is_dir() and str(source) not in shipped_scenarios():
            return tuple(sorted(file for file in path.rglob("*") if file.suffix in SUFFIXES and file.is_file()))
        if path.exists():
            return None
    except (OSError, ValueError):
        return None
    inside = tuple(file for id_, file in shipped_scenarios().items() if name and id_.startswith(f"{name}/"))
    return inside or None
