"""Gymnasium knows the environments once both packages are imported, in whichever order; neither imports the other."""

import subprocess
import sys

import pytest

MAKE = "print(gymnasium.make('DeceptiveSim/Maze-v0').unwrapped.spec.id)"


def printed_by(code: str) -> str:
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    return done.stdout + done.stderr


@pytest.mark.parametrize(
    "code",
    [
        f"import deceptive_sim, gymnasium; {MAKE}",
        *(
            pytest.param(code, marks=pytest.mark.slow)
            for code in (
                f"import gymnasium, deceptive_sim; {MAKE}",
                f"import deceptive_sim; import gymnasium.spaces; {MAKE}",
                "import gymnasium; print(gymnasium.make('deceptive_sim:DeceptiveSim/Maze-v0').unwrapped.spec.id)",
            )
        ),
    ],
)
def test_both_imported_is_enough(code: str) -> None:
    assert printed_by(code) == "DeceptiveSim/Maze-v0\n"


def test_the_package_alone_imports_no_gymnasium_and_waits_for_it() -> None:
    code = "import sys, deceptive_sim; print('gymnasium' in sys.modules, 'deceptive_sim.maze' in sys.modules)"
    assert printed_by(code) == "False False\n"


def test_a_package_that_is_missing_stays_missing_and_is_waited_for() -> None:
    code = (
        "import sys\n"
        "from deceptive_sim.core.importing import when_imported\n"
        "when_imported('nowhere_to_be_found', lambda: print('acted'))\n"
        "for _ in range(2):\n"
        "    try:\n"
        "        import nowhere_to_be_found\n"
        "    except ImportError as error:\n"
        "        print(error)\n"
        "import pathlib, tempfile\n"
        "with tempfile.TemporaryDirectory() as folder:\n"
        "    pathlib.Path(folder, 'nowhere_to_be_found.py').write_text('print(\"loaded\")')\n"
        "    sys.path.insert(0, folder)\n"
        "    import importlib; importlib.invalidate_caches()\n"
        "    import nowhere_to_be_found, nowhere_to_be_found\n"
    )
    missing = "No module named 'nowhere_to_be_found'\n"
    assert printed_by(code) == f"{missing}{missing}loaded\nacted\n"


@pytest.mark.slow
@pytest.mark.parametrize("observation", ["full", 7])
def test_wrappers_for_images_take_what_is_seen(observation: object) -> None:
    gymnasium = pytest.importorskip("gymnasium")
    env = gymnasium.make("deceptive_sim:DeceptiveSim/Maze-v0", observation=observation)
    grey = gymnasium.wrappers.GrayscaleObservation(env)
    seen, _ = grey.reset(seed=0)
    assert seen.shape == env.observation_space.shape[:2]
    assert grey.observation_space.contains(seen)
