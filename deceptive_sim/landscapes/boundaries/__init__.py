"""Boundaries in a plane of two parameters: brackets on grid lines, a mesh refined where it must be, lines through it.

The coarse grid is measured once (`plane`). On every edge of it whose ends differ the changes are bracketed, all edges
at once (`bracketing`). The brackets on the rim of a cell are joined inside it (`cells`); cells in which that is
ambiguous, or whose straight line leaves the true border, are split (`mesh`), as are those in which a number hints at
something hidden (`hints`). What is joined becomes long lines (`joining`). Axes of whole numbers have `steps` instead.
"""
