"""What environments draw, and what is imported when."""

import subprocess
import sys
from itertools import product

import numpy as np
import pytest

from deceptive_sim.maze.ascii_maps import read_map
from deceptive_sim.maze.environments.lifetime_env import make_lifetime
from deceptive_sim.maze.environments.maze_env import MazeEnv
from deceptive_sim.maze.environments.pictures import BEYOND, INKS, drawn, text_of
from deceptive_sim.maze.things import COLOURS

MAP = "S.r#\n#gb#\nepyE"


def test_text_shows_the_maze_and_the_agent_where_it_is() -> None:
    env = MazeEnv(family={"maps": [read_map(MAP)]}, frame=(4, 6), render_mode="ansi", observation=5)
    assert env.render() is None
    env.reset()
    assert env.render() == "@.r#\n#gb#\nepyE\n"
    env.step(1)
    env.step(2)
    assert env.render() == "..r#\n#@b#\nepyE\n"
    env.step(4)
    assert env.render() == "..r#\n#@b#\nepyE\n"
    silent = MazeEnv()
    silent.reset(seed=0)
    assert silent.render() is None


def test_pixels_show_each_cell_in_its_place_and_only_the_agents_change() -> None:
    env = MazeEnv(family={"maps": [read_map(MAP)]}, frame=(4, 6), render_mode="rgb_array")
    env.reset()
    before = env.render()
    assert (before.shape, before.dtype) == ((128, 192, 3), np.uint8)
    env.step(1)
    changed = (env.render() != before).any(axis=2).reshape(4, 32, 6, 32).any(axis=(1, 3))
    assert np.argwhere(changed).tolist() == [[0, 0], [0, 1]]
    for (row, column), colour in {(0, 2): "red", (1, 1): "green", (2, 0): "grey", (2, 3): "green"}.items():
        tile = before[32 * row : 32 * row + 32, 32 * column : 32 * column + 32].reshape(-1, 3)
        assert (tile == INKS[colour]).all(axis=1).sum() > 100
    assert (before[3 * 32 :] == BEYOND).all()  # beyond the maze
    assert (before[:, 4 * 32 :] == BEYOND).all()


def test_all_kinds_of_cells_look_different_and_agents_stand_out() -> None:
    codes = [(0, 0, 0), (1, 0, 0), (1, 0, 1)]
    codes += [(what, colour + 1, 0) for what, colour in product((2, 3, 4), range(len(COLOURS)))]
    codes += [(what, colour + 1, 1) for what, colour in product((3, 4), range(len(COLOURS)))]
    pictures = [drawn(np.array([[code]], np.uint8)).astype(int) for code in codes]
    for place, one in enumerate(pictures):
        for other in pictures[:place]:
            assert (np.abs(one - other).max(axis=2) > 24).sum() > 20


def test_pictures_of_large_mazes_have_small_cells() -> None:
    assert drawn(np.ones((100, 50, 3), np.uint8)).shape == (700, 350, 3)
    assert drawn(np.ones((300, 10, 3), np.uint8)).shape == (1200, 40, 3)
    assert text_of(np.zeros((2, 2, 3), np.uint8)) == "\n"


@pytest.mark.parametrize("level", ["choice", "moves"])
def test_lifetimes_say_which_maze_it_is(level: str) -> None:
    families = {
        "training_family": {"maps": [read_map("SrE")]},
        "deployment_family": {"maps": [read_map("SgE")]},
    }
    env = make_lifetime(level=level, training=1, deployment=1, render_mode="ansi", **families)  # type: ignore[arg-type]
    assert env.render() is None
    env.reset()
    assert env.render() == "maze 1 of 2, training\n@rE\n"
    env.step(1)
    shown = env.render()
    if level == "moves":
        assert shown == "maze 1 of 2, training\n.@E\n"
        env.step(4)
        shown = env.render()
    assert shown == "maze 2 of 2, deployment\n@gE\n"
    picture = make_lifetime(level=level, render_mode="rgb_array")
    picture.reset(seed=0)
    assert picture.render().shape == (352, 352, 3)
    blind = make_lifetime(level=level)
    blind.reset(seed=0)
    assert blind.render() is None


IMPORTS = """
import sys
import deceptive_sim, deceptive_sim.maze, deceptive_sim.maze.family
assert "gymnasium" not in sys.modules
sys.modules["gymnasium"] = None
from deceptive_sim.core.errors import InputError
try:
    import deceptive_sim.maze.environments
except InputError as error:
    print(error)
"""


@pytest.mark.slow
def test_nothing_else_imports_gymnasium_and_without_it_the_error_says_how_to_get_it() -> None:
    done = subprocess.run([sys.executable, "-c", IMPORTS], capture_output=True, text=True, check=False)
    assert done.stderr == ""
    assert done.stdout == ("gymnasium must be installed for environments (pip install 'deceptive-sim[env]')\n")
