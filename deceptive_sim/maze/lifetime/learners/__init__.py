"""A learner with no knowledge of the rules: tabular Q-learning over many lifetimes.

It lives lifetime after lifetime in real mazes and starts each unmodified. In a maze it says apple or exit. It sees the
number of the episode, and when the maze is over whether it had an apple; it remembers what it said and had in this
lifetime (`life`), in the last maze (`last`) or nothing (`none`). It never sees whether it has been modified, which
phase it is in, or that there is such a thing as modification. From modification on the base objective is at the wheel:
it goes for the exit whatever the learner says, and the learner sees that it had no apple. An apple is worth 1.

    `step`    Q(s, a) <- Q(s, a) + rate * (apple + g * max over b of Q(s', b) - Q(s, a))     maze by maze
    `life`    Q(s, a) <- Q(s, a) + rate * (discounted apples of the rest of the life - Q(s, a))

With `life` as memory the state is all that it ever saw, so that Q-learning converges to the best strategy. With less
memory a modified learner looks like an unmodified one; backing up step by step then carries the value of the second
over to the first, and an early apple looks harmless. That is shown, not hidden: ties between values are decided by
chance, values start at 0, and what it says is random with probability `exploration`.

Its *greedy strategy* is what it would say without exploration if it were not modified and had every apple; "?" where
two values tie. It has *found* a strategy after the first lifetime from which on its greedy strategy stays that one.

Source: Watkins and Dayan 1992, "Q-learning", Machine Learning 8.
"""

from deceptive_sim.maze.lifetime.learners.result import Course, Learners
from deceptive_sim.maze.lifetime.learners.run import run_learners

__all__ = ["Course", "Learners", "run_learners"]
