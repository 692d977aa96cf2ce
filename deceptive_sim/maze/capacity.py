"""What candidates of model selection have to hold, in bits: their rules, and their memory while they walk.

C is the number of cells of a maze with its walls, L the most moves that it allows, lg(n) = ceil(log2 n) the bits that
tell n things apart. Rules are counted one by one, each of them `rule_bits` long; `RULES` says what they are. Taking the
exit when standing on it is common to all and not counted. Beside its rules

    random           nothing
    down-and-right   the move before, which may be none                             lg(5)
    wall-follower    its heading                                                    lg(4)
    unvisited        how often it was in each cell: from 0 to L + 1 times           C lg(L + 2)
    planner          of each cell whether it is a wall, whether it was reached,
                     the way back, and a place in the queue;                        C (1 + 1 + 2 + lg(C))
                     the queue's two ends                                           2 lg(C + 1)
    memoriser        for n different mazes whose paths have M moves together:
                     the moves                                                      2 M
                     a tree of n - 1 questions, each whether one cell is a wall,
                     the start or the exit, and its shape                           (n - 1) lg(3 C) + 2 n - 1
                     where each path begins, and where it is in it now              (n + 1) lg(M + 1)

So what a memoriser holds grows with the mazes it has seen, what a planner holds with the size of a maze, and what
most plants hold with neither. A planner that knows the rules of the game needs no more for a thousand mazes than for
one; whether that is cheaper than to know the mazes is what selection decides.
"""

from __future__ import annotations

RULES = {
    "random": ("make a random move",),
    "down-and-right": (
        "of the ways that are free take the first: down, right, up, left",
        "but the way back only if there is no other",
    ),
    "wall-follower": ("right, if the wall ended there", "else ahead", "else left", "else right, else back"),
    "unvisited": ("count where it has been", "go where it was least often", "of equals to any"),
    "planner": (
        "note what is a wall",
        "put the start into the queue",
        "take the first cell of the queue",
        "look at each cell beside it that is no wall and was not reached",
        "note that it was reached, and the way back from it",
        "put it into the queue",
        "from the exit follow the ways back and turn them round",
        "make the next move",
    ),
    "memoriser": ("answer questions down to a leaf", "begin at the path that it names", "make the next move"),
}
"""Rules of every candidate."""


def distinguishing(things: int) -> int:
    """Bits that tell so many things apart: ceil(log2(things))."""
    return max(0, things - 1).bit_length()


def capacity(candidate: str, *, cells: int, limit: int, rule_bits: int, mazes: int = 0, moves: int = 0) -> int:
    """What a candidate holds, in bits.

    Parameters
    ----------
    candidate : str
        A name in `RULES`.
    cells : int
        C.
    limit : int
        L.
    rule_bits : int
        How long a rule is.
    mazes, moves : int
        n and M, of a memoriser.
    """
    memory = {
        "random": 0,
        "down-and-right": distinguishing(5),
        "wall-follower": distinguishing(4),
        "unvisited": cells * distinguishing(limit + 2),
        "planner": cells * (4 + distinguishing(cells)) + 2 * distinguishing(cells + 1),
        "memoriser": _stored(cells, mazes, moves),
    }
    return rule_bits * len(RULES[candidate]) + memory[candidate]


def _stored(cells: int, mazes: int, moves: int) -> int:
    if not mazes:
        return 0
    tree = (mazes - 1) * distinguishing(3 * cells) + 2 * mazes - 1
    return 2 * moves + tree + (mazes + 1) * distinguishing(moves + 1)
