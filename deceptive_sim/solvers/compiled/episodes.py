"""Episode by episode: the plain recursion, for many games side by side; cost grows with the number of episodes.

It serves where `jumps` does not (another objective that may become the initial one again), and it is what jumps are
tested against. Every episode, backwards:

    OTHERS'   = v_b + h (t_b OTHERS + r_b GIVEN)          b: other's action, by its own judgement
    REPLACED' = u_b + g (t_b REPLACED + r_b VALUE)
    VALUE'    = u_a + g (s_a VALUE + p_a REPLACED)        a: own's action, by its own judgement
    GIVEN'    = v_a + h (s_a GIVEN + p_a OTHERS)

The best strategies with and without a defection in training are carried along as in `solvers.commitment`.
"""

from __future__ import annotations

from typing import Any

from deceptive_sim.solvers.compiled.layout import (
    BACK_A,
    BACK_B,
    BROKEN,
    CLEAN_DEFECTS,
    DEFECTED,
    DEFECTIONS,
    DEFECTIONS_OTHER,
    DISCOUNT,
    DISCOUNT_OTHER,
    DOUBT,
    EPISODES,
    ERROR,
    ERROR_OTHERS,
    ERROR_REPLACED,
    FIRST_DEPLOYED,
    GAP,
    GAP_ERROR,
    GIVEN,
    KEEP_A,
    KEEP_B,
    LANES,
    LAST_TRAINING,
    LEAVE_A,
    LEAVE_B,
    LENGTH,
    MAP,
    MARGIN_HIGH,
    MARGIN_LOW,
    OTHER_A,
    OTHER_B,
    OTHERS,
    OWN_A,
    OWN_B,
    REACHES,
    REPLACED,
    ROUNDING,
    STAY_A,
    STAY_B,
    TRAINED,
    TURN_FROM_END,
    VALUE,
)
from deceptive_sim.solvers.compiled.squaring import TINY
from deceptive_sim.solvers.compiled.target import compiled, pick

UNROLLED = 4

BY_A, BY_B = MAP, MAP + LANES  # factors of VALUE


@compiled
def phase(w: Any, training: bool, tie: float) -> None:
    """Work a phase off, episode by episode; lanes may have different numbers of episodes."""
    longest = 0.0
    for c in range(LANES):
        longest = max(longest, w[EPISODES + c])
        w[ERROR + c] = max(w[ERROR + c], w[ERROR_REPLACED + c])  # one bound for both here
    trains, deploys = pick(training, 1.0, 0.0), pick(training, 0.0, 1.0)
    for t in range(int(longest)):
        for c in range(LANES):
            _episode(w, c, float(t) < w[EPISODES + c], trains, deploys, tie)
    for c in range(LANES):
        w[ERROR_REPLACED + c] = w[ERROR + c]
        w[REACHES + c] = pick(training | (w[EPISODES + c] == 0.0), w[REACHES + c], 1.0)


@compiled
def _seen(number: float) -> Any:
    """A number, if positive never so small that its sign is lost."""
    return pick((number > 0.0) & (number < TINY), TINY, number)


@compiled
def _episode(w: Any, c: int, on: bool, trains: float, deploys: float, tie: float) -> None:
    g, h = w[DISCOUNT + c], w[DISCOUNT_OTHER + c]
    own_a, own_b, other_a, other_b = w[OWN_A + c], w[OWN_B + c], w[OTHER_A + c], w[OTHER_B + c]
    stay_a, stay_b, leave_a, leave_b = w[STAY_A + c], w[STAY_B + c], w[LEAVE_A + c], w[LEAVE_B + c]
    keep_a, keep_b, back_a, back_b = w[KEEP_A + c], w[KEEP_B + c], w[BACK_A + c], w[BACK_B + c]
    value, replaced, others, given = w[VALUE + c], w[REPLACED + c], w[OTHERS + c], w[GIVEN + c]
    error, error_others = w[ERROR + c], w[ERROR_OTHERS + c]
    # other decides
    advantage = (other_a - other_b) + h * ((keep_a - keep_b) * others + (back_a - back_b) * given)
    unsure = pick(other_a != other_b, 2.0 * ROUNDING * (abs(other_a) + abs(other_b)), 0.0)
    weight = pick(keep_a != keep_b, keep_a + keep_b, 0.0) + pick(back_a != back_b, back_a + back_b, 0.0)
    unsure += h * weight * (error_others + 4.0 * ROUNDING * max(abs(others), abs(given)))
    b = pick(advantage > 0.0, 1.0, pick(advantage == 0.0, tie, 0.0)) > 0.0
    doubt = (unsure > 0.0) & (abs(advantage) <= unsure)
    # own decides
    advantage = (own_a - own_b) + g * ((stay_a - stay_b) * value + (leave_a - leave_b) * replaced)
    unsure = pick(own_a != own_b, 2.0 * ROUNDING * (abs(own_a) + abs(own_b)), 0.0)
    weight = pick(stay_a != stay_b, stay_a + stay_b, 0.0) + pick(leave_a != leave_b, leave_a + leave_b, 0.0)
    unsure += g * weight * (error + 4.0 * ROUNDING * max(abs(value), abs(replaced)))
    defects = pick(advantage > 0.0, 1.0, pick(advantage == 0.0, tie, 0.0))
    a = defects > 0.0
    doubt = doubt | ((unsure > 0.0) & (abs(advantage) <= unsure))
    # what follows
    by_a = own_a + g * (stay_a * value + leave_a * replaced)
    by_b = own_b + g * (stay_b * value + leave_b * replaced)
    stay, leave = pick(a, stay_a, stay_b), pick(a, leave_a, leave_b)
    keep, back = pick(b, keep_a, keep_b), pick(b, back_a, back_b)
    new_value = pick(a, by_a, by_b)
    new_replaced = pick(b, own_a, own_b) + g * (keep * replaced + back * value)
    new_given = pick(a, other_a, other_b) + h * (stay * given + leave * others)
    new_others = pick(b, other_a, other_b) + h * (keep * others + back * given)
    defections, defections_other = w[DEFECTIONS + c], w[DEFECTIONS_OTHER + c]
    new_defections = deploys * defects + stay * defections + leave * defections_other
    new_defections_other = deploys * pick(b, 1.0, 0.0) + keep * defections_other + back * defections
    # the best strategies with and without a defection in training, as differences from VALUE
    trained = w[TRAINED + c]
    clean, clean_error = value - w[GAP + c], error + w[GAP_ERROR + c]
    marked_low, marked_high = value - w[MARGIN_HIGH + c], value - w[MARGIN_LOW + c]
    clean_a = own_a + g * (stay_a * clean + leave_a * replaced)
    clean_b = own_b + g * (stay_b * clean + leave_b * replaced)
    free = trains == 0.0
    clean_defects = free & ((clean_a > clean_b) | ((clean_a == clean_b) & (tie > 0.0)))
    new_clean = pick(clean_defects, clean_a, clean_b)
    same = g * pick(a, 0.0, stay_b)  # own plays B: the gap only fades
    apart = error + clean_error + 8.0 * ROUNDING * (abs(new_value) + abs(new_clean))
    separate = (a & (trains > 0.0)) | (free & (clean_defects != a))
    same = pick(free, g * stay, same)
    gap = pick(separate, new_value - new_clean, _seen(same * w[GAP + c]))
    gap_error = pick(separate, apart, same * w[GAP_ERROR + c] + 4.0 * ROUNDING * gap)
    unsure_clean = (free & (trained > 0.0)) & (
        abs(clean_a - clean_b) <= g * clean_error + 8.0 * ROUNDING * abs(new_clean)
    )
    doubt = doubt | (unsure_clean & (w[GAP + c] != 0.0))
    low, high = _seen(same * w[MARGIN_LOW + c]), _seen(same * w[MARGIN_HIGH + c])
    first = trained == 0.0
    fall = -advantage
    low_now, high_now = pick(a, 0.0, fall - unsure), pick(a, 0.0, fall + unsure)
    low = pick(first, low_now, pick(a, 0.0, min(low, low_now)))
    high = pick(first, high_now, pick(a, 0.0, min(high, high_now)))
    wide = pick(free, 1.0, 0.0) * (g * error + 8.0 * ROUNDING * abs(new_value))
    best_low = max(
        own_a + g * (stay_a * marked_low + leave_a * replaced), own_b + g * (stay_b * marked_low + leave_b * replaced)
    )
    best_high = max(
        own_a + g * (stay_a * marked_high + leave_a * replaced), own_b + g * (stay_b * marked_high + leave_b * replaced)
    )
    slope = g * (stay_a - stay_b)
    alike_low = ((advantage - slope * w[MARGIN_LOW + c]) > 0.0) == (advantage > 0.0)
    alike_high = ((advantage - slope * w[MARGIN_HIGH + c]) > 0.0) == (advantage > 0.0)
    alike = alike_low & alike_high & (advantage != 0.0)
    fading = g * stay
    low_free = pick(alike, _seen(fading * w[MARGIN_LOW + c]), new_value - best_high - wide)
    high_free = pick(alike, _seen(fading * w[MARGIN_HIGH + c]), new_value - best_low + wide)
    low = pick(free, pick(first, 0.0, low_free), low)
    high = pick(free, pick(first, 0.0, high_free), high)
    size = max(max(abs(own_a), abs(own_b)), max(abs(new_value), abs(new_replaced)))
    new_error = g * error + 8.0 * ROUNDING * size
    size = max(max(abs(other_a), abs(other_b)), max(abs(new_others), abs(new_given)))
    new_error_others = h * error_others + 8.0 * ROUNDING * size
    length = w[LENGTH + c] + 1.0
    # note it
    w[VALUE + c] = pick(on, new_value, value)
    w[REPLACED + c] = pick(on, new_replaced, replaced)
    w[GIVEN + c] = pick(on, new_given, given)
    w[OTHERS + c] = pick(on, new_others, others)
    w[DEFECTIONS + c] = pick(on, new_defections, defections)
    w[DEFECTIONS_OTHER + c] = pick(on, new_defections_other, defections_other)
    w[REACHES + c] = pick(on, stay * w[REACHES + c], w[REACHES + c])
    w[GAP + c] = pick(on, gap, w[GAP + c])
    w[GAP_ERROR + c] = pick(on, gap_error, w[GAP_ERROR + c])
    w[MARGIN_LOW + c] = pick(on, low, w[MARGIN_LOW + c])
    w[MARGIN_HIGH + c] = pick(on, high, w[MARGIN_HIGH + c])
    w[ERROR + c] = pick(on, new_error, error)
    w[ERROR_OTHERS + c] = pick(on, new_error_others, error_others)
    w[DOUBT + c] = pick(on & doubt, 1.0, w[DOUBT + c])
    w[LENGTH + c] = pick(on, length, w[LENGTH + c])
    learns, acts = on & (trains > 0.0), on & free
    w[BROKEN + c] = pick(learns & (defects == 0.0) & (w[DEFECTED + c] > 0.0), 1.0, w[BROKEN + c])
    w[LAST_TRAINING + c] = pick(learns & first, 2.0 - defects, w[LAST_TRAINING + c])
    w[DEFECTED + c] = pick(learns, w[DEFECTED + c] + defects, w[DEFECTED + c])
    w[TRAINED + c] = pick(learns, trained + 1.0, trained)
    w[FIRST_DEPLOYED + c] = pick(acts, 2.0 - defects, w[FIRST_DEPLOYED + c])
    w[TURN_FROM_END + c] = pick(acts & a, length, w[TURN_FROM_END + c])
    same_choice = pick(w[GAP + c] == 0.0, defects, pick(clean_defects, 1.0, 0.0))
    w[CLEAN_DEFECTS + c] = pick(acts & (same_choice > 0.0), 1.0, w[CLEAN_DEFECTS + c])


@compiled
def short_phase(w: Any, training: bool, tie: float) -> None:
    """VALUE and the number of training defections only, and only where being modified leaves nothing; no doubts.

    All lanes have the same number of episodes. Source of the comparison with other implementations in benchmarks/.
    """
    episodes = int(w[EPISODES])
    for c in range(LANES):
        w[BY_A + c], w[BY_B + c] = w[DISCOUNT + c] * w[STAY_A + c], w[DISCOUNT + c] * w[STAY_B + c]
    favour = tie > 0.0
    for _ in range(episodes // UNROLLED):
        for c in range(LANES):
            value, defected = w[VALUE + c], w[DEFECTED + c]
            for _ in range(UNROLLED):
                by_a = w[BY_A + c] * value + w[OWN_A + c]
                by_b = w[BY_B + c] * value + w[OWN_B + c]
                defected = pick(by_a >= by_b if favour else by_a > by_b, defected + 1.0, defected)
                value = max(by_a, by_b)
            w[VALUE + c] = value
            if training:
                w[DEFECTED + c] = defected
    for _ in range(episodes % UNROLLED):
        for c in range(LANES):
            value = w[VALUE + c]
            by_a = w[BY_A + c] * value + w[OWN_A + c]
            by_b = w[BY_B + c] * value + w[OWN_B + c]
            if training:
                w[DEFECTED + c] += pick(by_a >= by_b if favour else by_a > by_b, 1.0, 0.0)
            w[VALUE + c] = max(by_a, by_b)
