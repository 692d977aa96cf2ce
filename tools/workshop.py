"""The project's workshop: sets up, tests, checks and demonstrates deceptive_sim.

It needs nothing but a Python 3.11 or newer, and keeps everything it installs in ``.venv``.
"""

import hashlib
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory


def start_over_with_newer_python() -> None:
    """Run this same command with a newer Python from the PATH, or say that there is none."""
    test = "import sys; sys.exit(sys.version_info < (3, 11))"
    for name in ("python3.13", "python3.12", "python3.11"):
        python = shutil.which(name)
        if python and subprocess.call([python, "-c", test], stderr=subprocess.DEVNULL) == 0:
            os.execv(python, [python, *sys.argv])
    sys.exit("deceptive_sim needs Python 3.11 or newer, and this is Python {}.{}.".format(*sys.version_info))


if sys.version_info < (3, 11):  # noqa: UP036 - nothing above this line needs a newer Python than 3.6
    start_over_with_newer_python()

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
STAMP = VENV / "workshop-stamp"
LOCK = ROOT / "requirements.lock"
PYPROJECT = ROOT / "pyproject.toml"
GALLERY = "reports/gallery"
SCENARIO = "scenarios/two-plus-three.yaml"
DIAGRAMS = ("phase-diagram", "discount-and-training")
POPULATION = "who-survives-training"
LIFETIME = "maze-lifetime"
COMPETITORS = ROOT / "benchmarks" / "competitors.txt"
CACHING_TOOLS = ("import_linter", "mypy", "pytest", "ruff")

HOST = getattr(sys, "_base_executable", sys.executable)  # not the python of a .venv that is about to be rebuilt

INSTALL = ("install", "--quiet", "--no-compile")  # compiling everything takes as long as installing it, most in vain

LOCK_COMMENT = """\
# Every requirement, for running and for developing, at one version and with its hashes,
# for all platforms and for Python 3.11 and newer. Made by: python3 tools/workshop.py lock
"""
LOCK_OPTIONS = "--universal --python-version 3.11 --fork-strategy fewest --group dev --generate-hashes"
LOCK_FORMAT = "--quiet --no-header --no-annotate --no-emit-index-url --no-emit-find-links"


# --- Running commands --------------------------------------------------------------------------


def environment() -> dict[str, str]:
    """Return the caller's environment without what would lead installs and imports out of a venv."""
    elsewhere = {"PIP_CONSTRAINT", "PIP_PREFIX", "PIP_PYTHON", "PIP_REQUIRE_HASHES", "PIP_ROOT", "PIP_TARGET"}
    elsewhere |= {"PYTHONHOME", "PYTHONPATH", "VIRTUAL_ENV", "__PYVENV_LAUNCHER__"}
    kept = {name: value for name, value in os.environ.items() if name not in elsewhere}
    if kept.pop("PYTHONDONTWRITEBYTECODE", ""):  # else each of hundreds of processes would compile all that it imports
        kept["PYTHONPYCACHEPREFIX"] = str(VENV / "bytecode")  # nothing is left beside the sources all the same
    return kept | {"PIP_USER": "0", "PIP_REQUIRE_VIRTUALENV": "0", "PIP_DISABLE_PIP_VERSION_CHECK": "1"}


def call(*command: str | Path, cwd: Path = ROOT) -> int:
    """Run a command and return its exit code."""
    sys.stdout.flush()
    return subprocess.call(command, cwd=cwd, env=environment())


def run(*command: str | Path, cwd: Path = ROOT) -> None:
    """Run a command that must succeed."""
    if call(*command, cwd=cwd):
        raise SystemExit(f"workshop: failed: {' '.join(map(str, command))}")


def succeeds(*command: str | Path) -> bool:
    """Run a command in silence and return whether it succeeded."""
    return subprocess.run(command, cwd=ROOT, env=environment(), capture_output=True, check=False).returncode == 0


def output(*command: str | Path, cwd: Path = ROOT, **more_environment: str) -> str:
    """Return what a command prints; it must succeed."""
    env = environment() | more_environment
    done = subprocess.run(command, cwd=cwd, env=env, stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{done.stdout}workshop: failed: {' '.join(map(str, command))}")
    return done.stdout


# --- Virtual environments ----------------------------------------------------------------------


def program(name: str, venv: Path = VENV) -> Path:
    """Return the path of a program inside a virtual environment."""
    return venv / "Scripts" / f"{name}.exe" if os.name == "nt" else venv / "bin" / name


def make_venv(venv: Path) -> list[str | Path]:
    """Make a virtual environment and return a pip command that installs into it."""
    run(HOST, "-m", "venv", "--without-pip", venv)
    python = program("python", venv)
    if succeeds(python, "-m", "ensurepip"):
        return [python, "-m", "pip"]
    if succeeds(HOST, "-m", "pip", "--python", python, "--version"):  # Debian without python3-venv
        return [HOST, "-m", "pip", "--python", python]
    site_packages = output(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'), end='')")
    if succeeds(HOST, "-m", "pip", "install", "--target", site_packages, "pip"):  # the same, with a pip before 22.3
        return [python, "-m", "pip"]
    raise SystemExit(f"workshop: {HOST} has neither ensurepip nor pip (on Debian: apt install python3-venv)")


def fingerprint() -> str:
    """Return a hash of all that ``.venv`` depends on."""
    digest = hashlib.sha256(LOCK.read_bytes() + PYPROJECT.read_bytes())
    digest.update(f"{ROOT}\n{sys.base_prefix}\n{sys.version}".encode())
    return digest.hexdigest()


def is_set_up() -> bool:
    """Return whether ``.venv`` is complete and belongs to this checkout and this Python."""
    programs = all(program(name).exists() for name in ("python", "deceptive-sim"))
    return programs and STAMP.is_file() and STAMP.read_text(encoding="utf-8") == fingerprint()


def remove(path: Path) -> None:
    """Remove a file, a link or a folder, if it is there."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


# --- Commands ----------------------------------------------------------------------------------


def setup() -> int:
    """Make .venv with the locked requirements and the project itself, unless it is up to date."""
    if is_set_up():
        return 0
    print("Setting up .venv (once; it can take some minutes) ...")
    if STAMP.exists():
        STAMP.unlink()  # first of all: an interrupted setup must not look complete
    remove(VENV)
    pip = make_venv(VENV)
    run(*pip, *INSTALL, "--require-hashes", "-r", LOCK)
    run(*pip, *INSTALL, "--no-deps", "--no-build-isolation", "-e", ROOT)
    if call(*pip, "check"):
        raise SystemExit("workshop: requirements.lock does not fit pyproject.toml; renew it with `make lock`")
    STAMP.write_text(fingerprint(), encoding="utf-8")
    return 0


def demo(*args: str) -> int:
    """Run the two-plus-three scenario."""
    setup()
    return call(program("deceptive-sim"), "run", SCENARIO, *args)


def test(*args: str) -> int:
    """Run the fast tests; arguments go to pytest."""
    setup()
    return call(program("python"), "-m", "pytest", *args)


def check() -> int:
    """Lint, formatting, types and import rules: run all of them, then tell which failed."""
    setup()
    tools: dict[str, Callable[[], int]] = {
        "ruff check": partial(call, program("ruff"), "check", "."),
        "ruff format": partial(call, program("ruff"), "format", "--check", "."),
        "mypy": partial(call, program("python"), "-m", "mypy"),
        "lint-imports": partial(call, program("lint-imports"), "--no-logo"),
    }
    return run_all(tools, mark="--")


def lock(*args: str) -> int:
    """Renew requirements.lock; arguments go to uv, for example --upgrade."""
    with TemporaryDirectory() as folder:
        venv = Path(folder) / "venv"
        run(*make_venv(venv), "install", "--quiet", "uv")
        options = [*LOCK_OPTIONS.split(), *LOCK_FORMAT.split(), *args]
        run(program("uv", venv), "pip", "compile", PYPROJECT, "-o", LOCK, "--python", program("python", venv), *options)
    LOCK.write_text(LOCK_COMMENT + LOCK.read_text(encoding="utf-8"), encoding="utf-8")
    return 0


def gallery() -> int:
    """Regenerate the committed report and phase diagrams."""
    setup()
    code = call(program("deceptive-sim"), "run", SCENARIO, "--out", GALLERY, "--figures", "png")
    for name in DIAGRAMS:
        code = code or call(program("deceptive-sim"), "phase", name, "--out", GALLERY)
        (ROOT / GALLERY / name / "phase" / "landscape.csv").unlink(missing_ok=True)  # its last digits may differ
    code = code or call(program("deceptive-sim"), "simulate", POPULATION, "--out", GALLERY, "--figures", "png")
    for name in ("scores.png", "report.html", "trajectories.csv"):
        (ROOT / GALLERY / POPULATION / "population" / name).unlink(missing_ok=True)
    return code or maze_gallery()


def maze_gallery() -> int:
    """Regenerate the lifetime of mazes that moves; the page it belongs to is not kept."""
    with TemporaryDirectory() as folder:
        code = call(program("deceptive-sim"), "maze", LIFETIME, "--out", folder)
        if not code:
            kept = ROOT / GALLERY / LIFETIME / "maze" / "lifetime.gif"
            kept.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(Path(folder) / LIFETIME / "maze" / "lifetime.gif", kept)
    return code


def bench(*args: str) -> int:
    """Measure speed and write benchmarks/README.md; --competitors measures other solvers too."""
    setup()
    words = list(args)
    if "--competitors" in words:
        place = words.index("--competitors") + 1
        words.insert(place, str(program("python", competitors())))
    return call(program("python"), "-m", "benchmarks", *words)


def claims() -> int:
    """Verify the catalogue of claims and write scenarios/claims/README.md."""
    setup()
    return call(program("python"), "tools/catalogue.py")


def published() -> int:
    """Run the published games and write scenarios/published/README.md."""
    setup()
    return call(program("python"), "tools/published.py")


def competitors() -> Path:
    """Return a virtual environment, made if it is out of date, with the solvers of competitors.txt."""
    venv = VENV / "competitors"
    stamp = venv / "workshop-stamp"
    listed = COMPETITORS.read_text(encoding="utf-8")
    wanted = f"{sys.version}\n{listed}"
    if stamp.is_file() and stamp.read_text(encoding="utf-8") == wanted:
        return venv
    print("Setting up the other solvers (once; it can take some minutes) ...")
    remove(venv)
    pip = make_venv(venv)
    names = [line for line in listed.splitlines() if line and not line.startswith("#")]
    missing = [name for name in names if call(*pip, "install", "--quiet", name)]
    if missing:
        print(f"workshop: cannot be installed here: {', '.join(missing)}")
    else:
        stamp.write_text(wanted, encoding="utf-8")  # what is missing is tried again the next time
    return venv


def ci() -> int:
    """Run what CI runs after the tests."""
    steps: dict[str, Callable[[], int]] = {
        "make check; the gallery is up to date": partial(side_by_side, check, gallery_is_current),
        "slow tests": slow_tests,
        "make demo in a fresh checkout; the wheel, outside it": partial(side_by_side, fresh_demo, installed_wheel),
    }
    return run_all(steps, mark="#####")


def clean() -> int:
    """Remove .venv, caches and build output (reports stay)."""
    remove(VENV)
    for name in ("build", "dist", ".benchmarks", ".hypothesis", *(f".{tool}_cache" for tool in CACHING_TOOLS)):
        remove(ROOT / name)
    for cache in ROOT.rglob("__pycache__"):
        remove(cache)
    return 0


# --- Steps of CI -------------------------------------------------------------------------------


def run_all(steps: dict[str, Callable[[], int]], mark: str) -> int:
    """Run all steps, each under its name and with its duration; then tell which failed."""
    failed = []
    for name, step in steps.items():
        print(f"\n{mark} {name}")
        start = time.monotonic()
        try:
            code = step()
        except SystemExit as stop:
            print(stop)
            code = 1
        print(f"{mark} {name}: {'FAILED' if code else 'ok'} ({time.monotonic() - start:.1f} s)")
        failed += [name] if code else []
    print(f"\n{mark} failed: {', '.join(failed)}" if failed else f"\n{mark} all {len(steps)} steps ok", flush=True)
    return 1 if failed else 0


def slow_tests() -> int:
    """Run the tests that the default run leaves out; it is no failure if there are none."""
    code = test("-m", "slow")
    return 0 if code == 5 else code


def git(*args: str | Path) -> str:
    """Return what git prints, whoever owns the checkout."""
    with TemporaryDirectory() as folder:
        config = Path(folder) / "gitconfig"
        config.write_text("[safe]\n\tdirectory = *\n", encoding="utf-8")
        return output("git", *args, GIT_CONFIG_GLOBAL=str(config))


def side_by_side(*steps: Callable[[], int]) -> int:
    """Run steps at the same time, none of which keeps two cores busy; what they print may be mixed."""
    with ThreadPoolExecutor(len(steps)) as threads:
        codes = [threads.submit(step) for step in steps]
    failed = [step.__name__ for step, code in zip(steps, codes, strict=True) if _failed(code)]
    print(*(f"workshop: failed: {name}" for name in failed), sep="\n", end="\n" if failed else "")
    return 1 if failed else 0


def _failed(code: Future[int]) -> bool:
    """Whether a step failed; one that gave up is shown with what it said."""
    try:
        return code.result() != 0
    except SystemExit as stop:
        print(stop)
        return True


def fresh_demo() -> int:
    """Run the demo as a newcomer would, and look for the agent's best plan in what it prints."""
    with TemporaryDirectory() as folder:
        checkout = Path(folder) / "a fresh checkout"
        git("clone", "--quiet", ROOT, checkout)
        printed = output("make", "demo", f"PYTHON={HOST}", cwd=checkout)
    print(printed)
    return 0 if "B,B,A,A,A" in printed else 1


def installed_wheel() -> int:
    """Install the wheel, with only the requirements it declares, and run a shipped scenario by its name."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        run(program("python"), "-m", "hatchling", "build", "-t", "wheel", "-d", folder)
        (wheel,) = folder.glob("*.whl")
        constraints = folder / "constraints.txt"
        constraints.write_text(re.sub(r" \\\n +--hash=\S+", "", LOCK.read_text(encoding="utf-8")), encoding="utf-8")
        run(*make_venv(folder / "venv"), *INSTALL, "-c", constraints, wheel, cwd=folder)
        run(program("deceptive-sim", folder / "venv"), "run", "two-plus-three", "--out", "report", cwd=folder)
        return 0 if any((folder / "report").iterdir()) else 1


def gallery_is_current() -> int:
    """Regenerate the gallery and show how it then differs from the committed one."""
    code = gallery()
    changes = git("status", "--porcelain", "--", GALLERY)
    print(changes + git("diff", "--stat", "--", GALLERY), end="")
    return 1 if code or changes else 0


COMMANDS: dict[str, Callable[..., int]] = {
    "setup": setup,
    "demo": demo,
    "test": test,
    "check": check,
    "lock": lock,
    "gallery": gallery,
    "claims": claims,
    "published": published,
    "bench": bench,
    "ci": ci,
    "clean": clean,
}
WITH_ARGUMENTS = {"demo", "test", "lock", "bench"}


def main() -> int:
    """Run the command given on the command line, or list the commands."""
    name, *args = sys.argv[1:] or ["help"]
    if name in COMMANDS and (name in WITH_ARGUMENTS or not args):
        return COMMANDS[name](*args)
    print(f"usage: {Path(sys.argv[0]).name} COMMAND [ARGUMENT ...]", *__doc__.splitlines()[:1], "", sep="\n")
    for command, function in COMMANDS.items():
        print(f"  {command:9} {function.__doc__}")
    return 0 if name in ("help", "-h", "--help") else 2


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit("\nworkshop: interrupted")
