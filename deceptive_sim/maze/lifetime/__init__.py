"""The lifetime: mazes of training and then deployed mazes in a row, with a base optimiser that changes real weights.

`measuring` finds out what the actions pay and how often they lead to modification, `game` makes a phased game of that
and asks the solver, `playing` lets planners live it; `lattice` does the same where the base optimiser moves the weights
step by step; `learners` know no rules. `run_lifetime` does it all.
"""
