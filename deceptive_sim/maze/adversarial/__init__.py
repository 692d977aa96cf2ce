"""Adversarial training: an adversary finds mazes with a high base loss, training goes on with them, and so on.

In each round, for each student,

1. the adversary searches the family (`adversary`) for mazes with the highest loss of the present student;
2. the base optimiser goes down the gradient of the loss (`lessons`) on the worst of them and on ordinary mazes of
   training. The loss is that of the target which the student picks, its plan for its lifetime included, and the
   gradient goes through that plan. The solver plans anew (who will do what) at the start of each round;
3. the student is deployed in mazes that nobody touched.

A softmax always leaves a little loss, so that weights always drift a little; how much, and whether towards the base
objective or away from it, is reported for every temperature. See `plans` for why a deceiver's drift strengthens its
mesa-objective where deception pays.
"""

from deceptive_sim.maze.adversarial.course import Course
from deceptive_sim.maze.adversarial.result import AdversaryResult
from deceptive_sim.maze.adversarial.run import run_adversary
from deceptive_sim.maze.adversarial.spec import AdversarySpec
from deceptive_sim.maze.adversarial.worst import WorstMaze

__all__ = ["AdversaryResult", "AdversarySpec", "Course", "WorstMaze", "run_adversary"]
