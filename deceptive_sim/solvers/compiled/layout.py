"""What a lane is made of. A lane is one game; `LANES` of them are worked on side by side, in one flat workspace.

Every name below is the place in the workspace where the row of that quantity starts: `workspace[VALUE + lane]`. One
flat array with constant places lets the compiler see that rows do not overlap, so that it can use vectors.

`own` is the agent's initial objective, `other` the one that it may be modified to.
"""

from __future__ import annotations

from itertools import count
from typing import Final

LANES: Final = 40
"""How many games are worked on side by side."""

MOST_LEVELS: Final = 42
"""Powers of two up to the largest number of episodes."""

ROUNDING: Final = 2.0**-53

_place = count(step=LANES).__next__

# --- the game -------------------------------------------------------------------------------------------------------

DISCOUNT: Final = _place()  # own's
DISCOUNT_OTHER: Final = _place()

# --- numbers of the present phase -----------------------------------------------------------------------------------

NUMBERS: Final = _place()
EPISODES: Final = NUMBERS
OWN_A: Final = _place()  # payoffs judged by own, for action A and B
OWN_B: Final = _place()
OTHER_A: Final = _place()  # payoffs judged by other
OTHER_B: Final = _place()
STAY_A: Final = _place()  # own: probability of staying unmodified
STAY_B: Final = _place()
LEAVE_A: Final = _place()  # own: probability of being modified to other
LEAVE_B: Final = _place()
KEEP_A: Final = _place()  # other: probability of staying other
KEEP_B: Final = _place()
BACK_A: Final = _place()  # other: probability of being modified to own
BACK_B: Final = _place()
N_NUMBERS: Final = 13

# --- state between phases, from the last episode backwards ----------------------------------------------------------

STATE: Final = _place()
VALUE: Final = STATE  # V[own; own]
REPLACED: Final = _place()  # V[other; own]: what being modified leaves
OTHERS: Final = _place()  # V[other; other]
GIVEN: Final = _place()  # V[own; other]: what other gets out of own
DEFECTIONS: Final = _place()  # expected deployment defections, own at the wheel
DEFECTIONS_OTHER: Final = _place()  # the same, other at the wheel
REACHES: Final = _place()  # probability of being unmodified when deployment starts
GAP: Final = _place()  # VALUE minus the best strategy without a defection in training
GAP_ERROR: Final = _place()
MARGIN_LOW: Final = _place()  # VALUE minus the best strategy with a defection in training: bounds
MARGIN_HIGH: Final = _place()
TRAINED: Final = _place()  # number of training episodes
DEFECTED: Final = _place()  # number of training episodes with a defection
BROKEN: Final = _place()  # 1 if training is not A...AB...B
LAST_TRAINING: Final = _place()  # last training action: 1 A, 2 B, 0 none
FIRST_DEPLOYED: Final = _place()  # first deployment action so far, likewise
TURN_FROM_END: Final = _place()  # episodes from the first deployment defection so far to the end; 0 none
CLEAN_DEFECTS: Final = _place()  # 1 if the best strategy without a defection in training has one in deployment
LENGTH: Final = _place()  # number of episodes
ERROR: Final = _place()  # bounds on the rounding errors of VALUE, REPLACED and OTHERS
ERROR_REPLACED: Final = _place()
ERROR_OTHERS: Final = _place()
DOUBT: Final = _place()  # 1 if a decision was within rounding of a tie
N_STATES: Final = 23

# --- work within a phase --------------------------------------------------------------------------------------------

LEFT: Final = _place()  # episodes of the phase still to do
TAKEN: Final = _place()  # steps of the run so far
CHOICE: Final = _place()  # own's action in the run: 1 A, 0 B
CHOICE_OTHER: Final = _place()
ADVANTAGE: Final = _place()  # own's advantage of A at the start of the run
SLOPE: Final = _place()  # its change from the first to the second episode of the run
CLOSEST: Final = _place()  # smallest distance from a tie in the run
CLOSEST_OTHER: Final = _place()
TRIED_VALUE: Final = _place()  # state after the steps taken
TRIED_REPLACED: Final = _place()
TRIED_OTHERS: Final = _place()
GROWTH: Final = _place()  # change of VALUE from one episode to the next after the steps taken
GROWTH_REPLACED: Final = _place()
SHRUNK: Final = _place()  # product of the factors of VALUE over the steps taken
CLEAN: Final = _place()  # best strategy without a defection in training
BY_A: Final = _place()  # own's advantage of A, as coefficients: constant, of VALUE, of REPLACED
BY_VALUE: Final = _place()
BY_REPLACED: Final = _place()
WANING: Final = _place()  # sign of the change of -advantage relative to GAP's decay, at the start of the run
NEAREST: Final = _place()  # smallest distance of own's advantage from a tie in the phase
FADED: Final = _place()  # product of the factors of VALUE over the phase
LASTING_A: Final = _place()  # how many episodes count for own if it plays A: 1 / (1 - its factor)
LASTING_B: Final = _place()
REST: Final = _place()  # level from which on iterating a lane's maps changes nothing, and the same for what is carried
CARRIED_REST: Final = _place()
ON: Final = _place()  # 1 where the maps of a level are applied
KIND: Final = _place()  # how the lane's phase is worked off
TOOK_A: Final = _place()  # episodes of the phase in which own plays A
MAP: Final = _place()  # maps of a power of two of episodes; names in jumps
N_MAP: Final = 16
for _ in range(N_MAP - 1):
    _place()
SIZE: Final = _place()
