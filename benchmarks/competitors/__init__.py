"""Other people's solvers on the same games, each used the fastest sensible way that it offers.

The games are Markov decision processes with two states, unmodified and modified; modified is absorbing and pays 0.
Action A comes first, so that ties count as A. Every module has

    PACKAGE     what is installed, as in competitors.txt
    WHOLE       whether it is fast enough for all cells of the standard work, or gets a sample
    prepare     a diagram to a function without arguments that solves it anew and answers; what needs to be done only
                once for any number of cells (compiling, building a parametric model) is done here and not timed
"""
