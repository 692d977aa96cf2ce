"""The compiled kernel: phased games with two objectives, many at once.

Imported only when used: it needs numba, whose first call compiles and whose later ones read the compiled code from a
cache on disk.

    target     how numba compiles
    layout     what a lane is made of: numbers of a phase, state between phases
    jumps      whole phases in closed form: cost does not depend on the number of episodes
    episodes   the same episode by episode: any phased game with two objectives
    blocks     from grids to lanes and back
"""
