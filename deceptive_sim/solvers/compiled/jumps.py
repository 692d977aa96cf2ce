"""A constant phase in closed form, for many games side by side: cost grows with the logarithm of its episodes.

While nobody changes their action, everything is an affine map of the state, iterated:

    other plays b, own plays a          t_b = KEEP, s_a = STAY, p_a = LEAVE; g, h the discounts of own and other
    OTHERS'   = v_b + h t_b OTHERS
    REPLACED' = u_b + g t_b REPLACED
    VALUE'    = u_a + g (s_a VALUE + p_a REPLACED)
    GIVEN'    = v_a + h (s_a GIVEN + p_a OTHERS)

A *run* is such a stretch. Its length is found by halving: maps of 1, 2, 4, ... episodes are made by squaring, then
tried from the longest down; a step is taken if it ends with the same decisions and none can have changed in between.

- OTHERS follows an increasing map of one number, so it is monotone, and so is other's advantage of A.
- Own's advantage of A is linear in (VALUE, REPLACED): a constant and two geometric sequences, so its change from
  episode to episode has at most one change of sign. A step is refused if the advantage may come closer to 0 inside it
  than at its ends: falling at its start and rising at its end while A is chosen, or the reverse while B is. If
  REPLACED is 0 throughout, the advantage is monotone.

Other never becomes own again here (BACK = 0). A decision closer to a tie than rounding can be trusted raises DOUBT.

Premium. GAP is VALUE minus the best strategy without a defection in training, MARGIN is VALUE minus the best one with
at least one; the premium is MARGIN - GAP. In training:

    own plays B:  GAP' = g s_B GAP                                  MARGIN' = min(g s_B MARGIN, -advantage of A)
    own plays A:  GAP' = VALUE' - (B's map of (VALUE - GAP))        MARGIN' = 0

Over a run of B, `-advantage_l (g s_B)^-l` falls first and rises then, or is monotone, or rises first; runs end where
it begins to rise, so that the least is at one of a run's ends. Own's advantage relative to that decay depends on
REPLACED alone, which is monotone, so there is at most one such place.

Phases in which being modified leaves nothing go faster by `idle`.
"""

from __future__ import annotations

from typing import Any

from deceptive_sim.solvers.compiled.layout import (
    ADVANTAGE,
    BROKEN,
    BY_A,
    BY_REPLACED,
    BY_VALUE,
    CARRIED_REST,
    CHOICE,
    CHOICE_OTHER,
    CLEAN,
    CLEAN_DEFECTS,
    CLOSEST,
    CLOSEST_OTHER,
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
    FADED,
    FIRST_DEPLOYED,
    GAP,
    GAP_ERROR,
    GIVEN,
    GROWTH,
    GROWTH_REPLACED,
    KEEP_A,
    KEEP_B,
    LANES,
    LAST_TRAINING,
    LEAVE_A,
    LEAVE_B,
    LEFT,
    LENGTH,
    MAP,
    MARGIN_HIGH,
    MARGIN_LOW,
    MOST_LEVELS,
    NEAREST,
    ON,
    OTHER_A,
    OTHER_B,
    OTHERS,
    OWN_A,
    OWN_B,
    REACHES,
    REPLACED,
    REST,
    ROUNDING,
    SHRUNK,
    SLOPE,
    STAY_A,
    STAY_B,
    TAKEN,
    TOOK_A,
    TRAINED,
    TRIED_OTHERS,
    TRIED_REPLACED,
    TRIED_VALUE,
    TURN_FROM_END,
    VALUE,
    WANING,
)
from deceptive_sim.solvers.compiled.squaring import FIRST_LOOK, NEVER, at_rest, faint, passed, squared, switch_on
from deceptive_sim.solvers.compiled.target import compiled, pick

# Maps of 2^k episodes on (VALUE, REPLACED, OTHERS), level by level: rows of `levels`.
BY_SELF = 0  # VALUE'    = BY_SELF VALUE + BY_OTHER REPLACED + ADDED
ADDED = 1 * LANES
BY_OTHER = 2 * LANES
FADING = 3 * LANES  # REPLACED' = FADING REPLACED + LEFT_OVER
LEFT_OVER = 4 * LANES
FADING_OTHERS = 5 * LANES  # OTHERS'   = FADING_OTHERS OTHERS + ADDED_OTHERS
ADDED_OTHERS = 6 * LANES
LEVEL = 7 * LANES
FAR = 1e300

UNSURE, NOW, NEW_ERROR = BY_A, BY_VALUE, CLOSEST  # what a run leaves in rows no longer needed
BEFORE_REPLACED, BEFORE_OTHERS = GROWTH_REPLACED, GROWTH  # what they were before the run, once growth is done with

SUMMED = float(MOST_LEVELS)
"""Sums without a factor are exact but for one rounding at each level."""

MOST_RUNS = 1000
"""A phase with more runs than this leaves its lanes in DOUBT."""

# The same for what depends on the decisions but decides nothing: rows of the workspace.
G_SELF, G_OTHER, G_ADDED = MAP, MAP + LANES, MAP + 2 * LANES  # GIVEN' = G_SELF GIVEN + G_OTHER OTHERS + G_ADDED
O_FADING, O_ADDED = MAP + 3 * LANES, MAP + 4 * LANES  # OTHERS' = O_FADING OTHERS + O_ADDED
D_SELF, D_OTHER, D_ADDED = (
    MAP + 5 * LANES,
    MAP + 6 * LANES,
    MAP + 7 * LANES,
)  # DEFECTIONS', with REACHES' = D_SELF REACHES
E_FADING, E_ADDED = MAP + 8 * LANES, MAP + 9 * LANES  # DEFECTIONS_OTHER'
C_SELF, C_OTHER, C_ADDED = MAP + 10 * LANES, MAP + 11 * LANES, MAP + 12 * LANES  # CLEAN'
R_FADING, R_ADDED = MAP + 13 * LANES, MAP + 14 * LANES  # REPLACED'


@compiled
def _waning(w: Any, levels: Any, c: int, replaced: Any) -> Any:
    """Positive if, own playing B, `-advantage (g s_B)^-l` falls from this episode to the next; 0 within rounding."""
    by_a, by_value, by_replaced = w[BY_A + c], w[BY_VALUE + c], w[BY_REPLACED + c]
    by_self = levels[BY_SELF + c]
    one = by_a * (1.0 - by_self)
    two = by_value * (levels[ADDED + c] + levels[BY_OTHER + c] * replaced)
    three = by_replaced * (levels[FADING + c] * replaced + levels[LEFT_OVER + c])
    four = by_self * by_replaced * replaced
    waning = one + two + three - four
    return pick(abs(waning) <= 16.0 * ROUNDING * (abs(one) + abs(two) + abs(three) + abs(four)), 0.0, waning)


@compiled
def count(w: Any, training: bool) -> int:
    """Note a run in what regime and turn are read off, and take it off what is left; that, bits joined."""
    most = 0
    for c in range(LANES):
        length = w[TAKEN + c]
        w[LENGTH + c] += length
        left = w[LEFT + c] - length
        w[LEFT + c] = left
        most |= int(left)
    if training:
        for c in range(LANES):
            length, a = w[TAKEN + c], w[CHOICE + c]
            active = length > 0.0
            w[BROKEN + c] = pick(active & (a == 0.0) & (w[DEFECTED + c] > 0.0), 1.0, w[BROKEN + c])
            w[LAST_TRAINING + c] = pick(active & (w[LAST_TRAINING + c] == 0.0), 2.0 - a, w[LAST_TRAINING + c])
            w[TRAINED + c] += length
            w[DEFECTED + c] += a * length
    else:
        for c in range(LANES):
            length, a = w[TAKEN + c], w[CHOICE + c]
            active = length > 0.0
            w[FIRST_DEPLOYED + c] = pick(active, 2.0 - a, w[FIRST_DEPLOYED + c])
            w[TURN_FROM_END + c] = pick(active & (a > 0.0), w[LENGTH + c], w[TURN_FROM_END + c])
            w[CLEAN_DEFECTS + c] = pick(active & (a > 0.0), 1.0, w[CLEAN_DEFECTS + c])
    return most


@compiled
def start(w: Any, levels: Any, training: bool, tie: float) -> None:
    """Decide at the start of a run, and lay down the maps of one episode."""
    for c in range(LANES):
        g, h = w[DISCOUNT + c], w[DISCOUNT_OTHER + c]
        value, others = w[VALUE + c], w[OTHERS + c]
        replaced = w[REPLACED + c]
        by_a = w[OWN_A + c] - w[OWN_B + c]
        by_value = g * (w[STAY_A + c] - w[STAY_B + c])
        by_replaced = g * (w[LEAVE_A + c] - w[LEAVE_B + c])
        advantage = by_a + by_value * value
        advantage += by_replaced * replaced
        a = pick(advantage > 0.0, 1.0, pick(advantage == 0.0, tie, 0.0))
        other = w[OTHER_A + c] - w[OTHER_B + c]
        other += h * (w[KEEP_A + c] - w[KEEP_B + c]) * others
        b = pick(other > 0.0, 1.0, pick(other == 0.0, tie, 0.0))
        by_self = g * (pick(a > 0.0, w[STAY_A + c], w[STAY_B + c]))
        added = pick(a > 0.0, w[OWN_A + c], w[OWN_B + c])
        w[BY_A + c], w[BY_VALUE + c], w[BY_REPLACED + c] = by_a, by_value, by_replaced
        w[ADVANTAGE + c], w[CHOICE + c], w[CHOICE_OTHER + c] = advantage, a, b
        w[CLOSEST + c] = abs(advantage)
        w[TRIED_VALUE + c] = value
        w[TAKEN + c], w[SHRUNK + c], w[REST + c] = 0.0, 1.0, NEVER
        levels[BY_SELF + c], levels[ADDED + c] = by_self, added
        keep = pick(b > 0.0, w[KEEP_A + c], w[KEEP_B + c])
        by_other = g * (pick(a > 0.0, w[LEAVE_A + c], w[LEAVE_B + c]))
        fading, left_over = g * keep, (pick(b > 0.0, w[OWN_A + c], w[OWN_B + c]))
        w[CLOSEST_OTHER + c] = abs(other)
        w[TRIED_REPLACED + c], w[TRIED_OTHERS + c] = replaced, others
        growth = by_self * value + by_other * replaced + added - value
        growth_replaced = fading * replaced + left_over - replaced
        w[GROWTH + c], w[GROWTH_REPLACED + c] = growth, growth_replaced
        w[SLOPE + c] = by_value * growth + by_replaced * growth_replaced
        levels[BY_OTHER + c], levels[FADING + c], levels[LEFT_OVER + c] = by_other, fading, left_over
        levels[FADING_OTHERS + c] = h * keep
        levels[ADDED_OTHERS + c] = pick(b > 0.0, w[OTHER_A + c], w[OTHER_B + c])
        w[WANING + c] = _waning(w, levels, c, replaced)


@compiled
def look(w: Any, level: Any, k: int) -> bool:
    """Note which lanes come to rest at a level; whether all have."""
    alive = 0
    for c in range(LANES):
        by_self, fading, left_over = level[BY_SELF + c], level[FADING + c], level[LEFT_OVER + c]
        rests = at_rest(by_self, level[ADDED + c]) & at_rest(fading, left_over)
        rests = rests & passed(level[BY_OTHER + c], by_self, fading)
        rests = rests & at_rest(level[FADING_OTHERS + c], level[ADDED_OTHERS + c])
        rest = w[REST + c]
        rest = pick((rest == NEVER) & rests, float(k), rest)
        w[REST + c] = rest
        alive += pick(rest == NEVER, 1, 0)
    return alive == 0


@compiled
def raise_levels(w: Any, levels: Any, most: int) -> int:
    """Square maps until they span `most` episodes or all lanes rest; the last level."""
    k = 0
    while most >> (k + 1) > 0:
        low, high = levels[k * LEVEL : (k + 1) * LEVEL], levels[(k + 1) * LEVEL : (k + 2) * LEVEL]
        if k >= FIRST_LOOK and look(w, low, k):
            return k
        for c in range(LANES):
            by_self, added = low[BY_SELF + c], low[ADDED + c]
            high[BY_SELF + c] = squared(by_self)
            high[ADDED + c] = by_self * added + added
            by_other, fading = low[BY_OTHER + c], low[FADING + c]
            left_over = low[LEFT_OVER + c]
            fading_others, added_others = low[FADING_OTHERS + c], low[ADDED_OTHERS + c]
            high[BY_OTHER + c] = faint(by_other * (by_self + fading))
            high[ADDED + c] += by_other * left_over
            high[FADING + c] = squared(fading)
            high[LEFT_OVER + c] = fading * left_over + left_over
            high[FADING_OTHERS + c] = squared(fading_others)
            high[ADDED_OTHERS + c] = fading_others * added_others + added_others
        k += 1
    if k >= FIRST_LOOK:
        look(w, levels[k * LEVEL : (k + 1) * LEVEL], k)
    return k


@compiled
def halve(w: Any, levels: Any, top: int, training: bool, tie: float) -> None:
    """Take steps of 2^top, ..., 2, 1 episodes while decisions stay; what is taken leaves one episode of the run."""
    for k in range(top, -1, -1):
        here, step, now = levels[k * LEVEL : (k + 1) * LEVEL], 2.0**k, float(k)
        for c in range(LANES):
            by_self = here[BY_SELF + c]
            value = by_self * w[TRIED_VALUE + c] + here[ADDED + c]
            advantage = w[BY_A + c]
            value += here[BY_OTHER + c] * w[TRIED_REPLACED + c]
            replaced = here[FADING + c] * w[TRIED_REPLACED + c] + here[LEFT_OVER + c]
            advantage += w[BY_REPLACED + c] * replaced
            advantage += w[BY_VALUE + c] * value
            a = pick(advantage > 0.0, 1.0, pick(advantage == 0.0, tie, 0.0))
            ok = (a == w[CHOICE + c]) & (w[LEFT + c] - 1.0 - w[TAKEN + c] >= step) & (now <= w[REST + c])
            others = here[FADING_OTHERS + c] * w[TRIED_OTHERS + c] + here[ADDED_OTHERS + c]
            other = w[OTHER_A + c] - w[OTHER_B + c]
            other += w[DISCOUNT_OTHER + c] * (w[KEEP_A + c] - w[KEEP_B + c]) * others
            b = pick(other > 0.0, 1.0, pick(other == 0.0, tie, 0.0))
            growth = by_self * w[GROWTH + c] + here[BY_OTHER + c] * w[GROWTH_REPLACED + c]
            growth_replaced = here[FADING + c] * w[GROWTH_REPLACED + c]
            one, two = w[BY_VALUE + c] * growth, w[BY_REPLACED + c] * growth_replaced
            slope = one + two
            slope = pick(abs(slope) <= 16.0 * ROUNDING * (abs(one) + abs(two)), 0.0, slope)
            falls_and_rises = (w[SLOPE + c] < 0.0) & (slope > 0.0)
            rises_and_falls = (w[SLOPE + c] > 0.0) & (slope < 0.0)
            turns = pick(a > 0.0, falls_and_rises, rises_and_falls)
            grows = (w[WANING + c] > 0.0) & (_waning(w, levels, c, replaced) < 0.0)
            turns = turns | training & (a == 0.0) & grows
            ok = ok & (b == w[CHOICE_OTHER + c]) & (not turns)
            w[TRIED_REPLACED + c] = pick(ok, replaced, w[TRIED_REPLACED + c])
            w[TRIED_OTHERS + c] = pick(ok, others, w[TRIED_OTHERS + c])
            w[GROWTH + c] = pick(ok, growth, w[GROWTH + c])
            w[GROWTH_REPLACED + c] = pick(ok, growth_replaced, w[GROWTH_REPLACED + c])
            closest_other = min(w[CLOSEST_OTHER + c], abs(other))
            w[CLOSEST_OTHER + c] = pick(ok, closest_other, w[CLOSEST_OTHER + c])
            taken = pick(now == w[REST + c], w[LEFT + c] - 1.0, w[TAKEN + c] + step)
            closest = min(w[CLOSEST + c], abs(advantage))
            w[TAKEN + c] = pick(ok, taken, w[TAKEN + c])
            w[TRIED_VALUE + c] = pick(ok, value, w[TRIED_VALUE + c])
            w[SHRUNK + c] = faint(pick(ok, by_self * w[SHRUNK + c], w[SHRUNK + c]))
            w[CLOSEST + c] = pick(ok, closest, w[CLOSEST + c])


@compiled
def finish(w: Any, levels: Any) -> None:
    """Take the last episode of the run: new state, error bounds, doubts, and what the premium needs."""
    for c in range(LANES):
        active = w[LEFT + c] > 0.0
        length = w[TAKEN + c] + 1.0
        g = w[DISCOUNT + c]
        by_self, added = levels[BY_SELF + c], levels[ADDED + c]
        before, last = w[VALUE + c], w[TRIED_VALUE + c]
        value = by_self * last + added
        largest = max(abs(before), abs(last))
        advantage = w[BY_A + c] + w[BY_VALUE + c] * last
        error_replaced = 0.0
        replaced = w[TRIED_REPLACED + c]
        value += levels[BY_OTHER + c] * replaced
        advantage += w[BY_REPLACED + c] * replaced
        fading, left_over = levels[FADING + c], levels[LEFT_OVER + c]
        then = fading * replaced + left_over
        size = max(abs(w[REPLACED + c]), abs(then)) + abs(left_over)
        lasting = pick(fading < 1.0, min(length, 1.0 / (1.0 - fading)), length)
        often = pick(fading < 1.0, lasting, min(length, SUMMED))
        error_replaced = w[ERROR_REPLACED + c] + 8.0 * ROUNDING * often * size
        largest = max(largest, size)
        w[BEFORE_REPLACED + c], w[BEFORE_OTHERS + c] = w[REPLACED + c], w[OTHERS + c]
        w[REPLACED + c] = pick(active, then, w[REPLACED + c])
        w[ERROR_REPLACED + c] = pick(active, error_replaced, w[ERROR_REPLACED + c])
        # other's decision
        fading_others = levels[FADING_OTHERS + c]
        others = fading_others * w[TRIED_OTHERS + c] + levels[ADDED_OTHERS + c]
        size = max(abs(w[OTHERS + c]), abs(others)) + abs(levels[ADDED_OTHERS + c])
        lasting = pick(fading_others < 1.0, min(length, 1.0 / (1.0 - fading_others)), length)
        often = pick(fading_others < 1.0, lasting, min(length, SUMMED))
        error_others = w[ERROR_OTHERS + c] + 8.0 * ROUNDING * often * size
        h, keeps = w[DISCOUNT_OTHER + c], w[KEEP_A + c] + w[KEEP_B + c]
        differs = abs(w[KEEP_A + c] - w[KEEP_B + c])
        unsure = pick(differs != 0.0, h * (differs * error_others + 4.0 * ROUNDING * keeps * size), 0.0)
        paid = 2.0 * ROUNDING * (abs(w[OTHER_A + c]) + abs(w[OTHER_B + c]))
        unsure += pick(w[OTHER_A + c] != w[OTHER_B + c], paid, 0.0)
        close = (unsure > 0.0) & (w[CLOSEST_OTHER + c] <= unsure)
        w[DOUBT + c] = pick(active & close, 1.0, w[DOUBT + c])
        w[OTHERS + c] = pick(active, others, w[OTHERS + c])
        w[ERROR_OTHERS + c] = pick(active, error_others, w[ERROR_OTHERS + c])
        lasting = pick(by_self < 1.0, min(length, 1.0 / (1.0 - by_self)), length)
        often = pick(by_self < 1.0, lasting, min(length, SUMMED))
        size = largest + abs(added) * lasting
        shrunk = w[SHRUNK + c] * by_self
        error = shrunk * w[ERROR + c] + error_replaced + 8.0 * ROUNDING * often * size
        unsure = pick(w[BY_A + c] != 0.0, 2.0 * ROUNDING * (abs(w[OWN_A + c]) + abs(w[OWN_B + c])), 0.0)
        stays, leaves = w[STAY_A + c] + w[STAY_B + c], w[LEAVE_A + c] + w[LEAVE_B + c]
        from_value = abs(w[BY_VALUE + c]) * max(error, w[ERROR + c]) + 4.0 * ROUNDING * g * stays * size
        unsure += pick(w[BY_VALUE + c] != 0.0, from_value, 0.0)
        from_replaced = abs(w[BY_REPLACED + c]) * error_replaced + 4.0 * ROUNDING * g * leaves * size
        unsure += pick(w[BY_REPLACED + c] != 0.0, from_replaced, 0.0)
        w[DOUBT + c] = pick(active & (unsure > 0.0) & (w[CLOSEST + c] <= unsure), 1.0, w[DOUBT + c])
        w[NEAREST + c] = pick(active, min(w[NEAREST + c], w[CLOSEST + c]), w[NEAREST + c])
        w[FADED + c] = pick(active, faint(w[FADED + c] * shrunk), w[FADED + c])
        w[TOOK_A + c] += pick(active, w[CHOICE + c] * length, 0.0)
        w[UNSURE + c], w[NOW + c] = unsure, advantage
        w[TRIED_VALUE + c] = value
        w[NEW_ERROR + c] = error


@compiled
def weigh(w: Any, levels: Any) -> None:
    """Carry the gap and the margin over a run in training."""
    for c in range(LANES):
        active = w[LEFT + c] > 0.0
        length = w[TAKEN + c] + 1.0
        a, g = w[CHOICE + c], w[DISCOUNT + c]
        by_self, unsure = levels[BY_SELF + c], w[UNSURE + c]
        before, value, error, advantage = w[VALUE + c], w[TRIED_VALUE + c], w[NEW_ERROR + c], w[NOW + c]
        shrunk = w[SHRUNK + c] * by_self
        largest = max(abs(before), abs(value), abs(w[REPLACED + c]))
        lasting = pick(by_self < 1.0, min(length, 1.0 / (1.0 - by_self)), length)
        often = pick(by_self < 1.0, lasting, min(length, SUMMED))
        some = (w[DEFECTED + c] > 0.0) | (w[TRAINED + c] > 0.0)
        first, final = -w[ADVANTAGE + c] * w[SHRUNK + c], -advantage
        low = min(first - unsure * w[SHRUNK + c], final - unsure)
        high = min(first + unsure * w[SHRUNK + c], final + unsure)
        low = pick(some, min(low, shrunk * w[MARGIN_LOW + c]), low)
        high = pick(some, min(high, shrunk * w[MARGIN_HIGH + c]), high)
        low, high = pick(a > 0.0, (0.0, 0.0), (low, high))
        w[MARGIN_LOW + c] = pick(active, low, w[MARGIN_LOW + c])
        w[MARGIN_HIGH + c] = pick(active, high, w[MARGIN_HIGH + c])
        w[CLEAN + c] = before - w[GAP + c]
        gap = shrunk * w[GAP + c]
        gap_error = shrunk * w[GAP_ERROR + c] + 8.0 * ROUNDING * often * gap
        by_b = g * w[STAY_B + c]
        lasting_b = pick(by_b < 1.0, min(length, 1.0 / (1.0 - by_b)), length)
        apart = (
            error
            + w[ERROR + c]
            + w[GAP_ERROR + c]
            + 16.0
            * ROUNDING
            * pick(by_b < 1.0, lasting_b, min(length, SUMMED))
            * (largest + abs(w[OWN_B + c]) * lasting_b)
        )
        gap_error = pick(a > 0.0, apart, gap_error)
        w[GAP + c] = pick(active, gap, w[GAP + c])
        w[GAP_ERROR + c] = pick(active, gap_error, w[GAP_ERROR + c])


@compiled
def settle(w: Any) -> None:
    """Make the state after a run the present one."""
    for c in range(LANES):
        active = w[LEFT + c] > 0.0
        w[VALUE + c] = pick(active, w[TRIED_VALUE + c], w[VALUE + c])
        w[ERROR + c] = pick(active, w[NEW_ERROR + c], w[ERROR + c])
        w[TAKEN + c] = pick(active, w[TAKEN + c] + 1.0, 0.0)


@compiled
def _unchanging(w: Any, c: int) -> Any:
    """Whether squaring a lane's maps once more changes nothing."""
    still = at_rest(w[O_FADING + c], w[O_ADDED + c]) & at_rest(w[G_SELF + c], w[G_ADDED + c])
    still = still & at_rest(w[D_SELF + c], w[D_ADDED + c]) & at_rest(w[C_SELF + c], w[C_ADDED + c])
    still = still & passed(w[G_OTHER + c], w[G_SELF + c], w[O_FADING + c])
    still = still & at_rest(w[E_FADING + c], w[E_ADDED + c]) & at_rest(w[R_FADING + c], w[R_ADDED + c])
    still = still & passed(w[D_OTHER + c], w[D_SELF + c], w[E_FADING + c])
    return still & passed(w[C_OTHER + c], w[C_SELF + c], w[R_FADING + c])


@compiled
def carry(w: Any, training: bool) -> None:
    """Carry along what follows from the decisions of a run: what other gets, defections, reach, the clean value."""
    longest, counts = 0, pick(training, 0.0, 1.0)
    for c in range(LANES):
        g, h = w[DISCOUNT + c], w[DISCOUNT_OTHER + c]
        a, b = w[CHOICE + c] > 0.0, w[CHOICE_OTHER + c] > 0.0
        stay, leave = (pick(a, w[STAY_A + c], w[STAY_B + c])), (pick(a, w[LEAVE_A + c], w[LEAVE_B + c]))
        keep = pick(b, w[KEEP_A + c], w[KEEP_B + c])
        w[G_SELF + c], w[G_OTHER + c] = h * stay, h * leave
        w[G_ADDED + c] = pick(a, w[OTHER_A + c], w[OTHER_B + c])
        w[O_FADING + c], w[O_ADDED + c] = h * keep, (pick(b, w[OTHER_A + c], w[OTHER_B + c]))
        w[D_SELF + c], w[D_ADDED + c] = stay, (pick(a, counts, 0.0))
        w[C_SELF + c], w[C_ADDED + c] = g * w[STAY_B + c], w[OWN_B + c]
        w[D_OTHER + c] = leave
        w[E_FADING + c], w[E_ADDED + c] = keep, (pick(b, counts, 0.0))
        w[C_OTHER + c] = g * w[LEAVE_B + c]
        w[R_FADING + c], w[R_ADDED + c] = g * keep, (pick(b, w[OWN_A + c], w[OWN_B + c]))
        w[OTHERS + c] = w[BEFORE_OTHERS + c]
        w[CARRIED_REST + c] = NEVER
        longest |= int(w[TAKEN + c])
    k, settled = 0, False
    while not settled and longest >> k > 0:
        if k >= FIRST_LOOK:
            alive = 0
            for c in range(LANES):
                rest = w[CARRIED_REST + c]
                rest = pick((rest == NEVER) & _unchanging(w, c), float(k), rest)
                w[CARRIED_REST + c] = rest
                alive += pick(rest == NEVER, 1, 0)
            settled = alive == 0
        switch_on(w, k, TAKEN, CARRIED_REST)
        for c in range(LANES):
            on = w[ON + c] > 0.0
            given = w[G_SELF + c] * w[GIVEN + c] + w[G_OTHER + c] * w[OTHERS + c] + w[G_ADDED + c]
            others = w[O_FADING + c] * w[OTHERS + c] + w[O_ADDED + c]
            defections = w[D_SELF + c] * w[DEFECTIONS + c] + w[D_ADDED + c]
            clean = w[C_SELF + c] * w[CLEAN + c] + w[C_ADDED + c]
            defections += w[D_OTHER + c] * w[DEFECTIONS_OTHER + c]
            clean += w[C_OTHER + c] * w[BEFORE_REPLACED + c]
            defections_other = w[E_FADING + c] * w[DEFECTIONS_OTHER + c] + w[E_ADDED + c]
            replaced = w[R_FADING + c] * w[BEFORE_REPLACED + c] + w[R_ADDED + c]
            w[DEFECTIONS_OTHER + c] = pick(on, defections_other, w[DEFECTIONS_OTHER + c])
            w[BEFORE_REPLACED + c] = pick(on, replaced, w[BEFORE_REPLACED + c])
            w[GIVEN + c] = pick(on, given, w[GIVEN + c])
            w[OTHERS + c] = pick(on, others, w[OTHERS + c])
            w[DEFECTIONS + c] = pick(on, defections, w[DEFECTIONS + c])
            w[REACHES + c] = faint(pick(on, w[D_SELF + c] * w[REACHES + c], w[REACHES + c]))
            w[CLEAN + c] = pick(on, clean, w[CLEAN + c])
            by_self, by_other, fading = w[G_SELF + c], w[G_OTHER + c], w[O_FADING + c]
            w[G_ADDED + c] += by_self * w[G_ADDED + c] + by_other * w[O_ADDED + c]
            w[G_SELF + c], w[G_OTHER + c] = squared(by_self), faint(by_other * (by_self + fading))
            w[O_ADDED + c] += fading * w[O_ADDED + c]
            w[O_FADING + c] = squared(fading)
            by_self = w[D_SELF + c]
            w[D_ADDED + c] += by_self * w[D_ADDED + c]
            w[D_SELF + c] = squared(by_self)
            clean = w[C_SELF + c]
            w[C_ADDED + c] += clean * w[C_ADDED + c]
            w[C_SELF + c] = squared(clean)
            by_other, fading = w[D_OTHER + c], w[E_FADING + c]
            w[D_ADDED + c] += by_other * w[E_ADDED + c]
            w[D_OTHER + c] = faint(by_other * (by_self + fading))
            w[E_ADDED + c] += fading * w[E_ADDED + c]
            w[E_FADING + c] = squared(fading)
            by_other, fading = w[C_OTHER + c], w[R_FADING + c]
            w[C_ADDED + c] += by_other * w[R_ADDED + c]
            w[C_OTHER + c] = faint(by_other * (clean + fading))
            w[R_ADDED + c] += fading * w[R_ADDED + c]
            w[R_FADING + c] = squared(fading)
        k += 1
    if training:
        for c in range(LANES):
            gap = w[VALUE + c] - w[CLEAN + c]
            w[GAP + c] = pick((w[CHOICE + c] > 0.0) & (w[TAKEN + c] > 0.0), gap, w[GAP + c])


@compiled
def full_phase(w: Any, levels: Any, training: bool, tie: float, everything: bool) -> None:
    """Work a phase off, run by run."""
    most = 0
    for c in range(LANES):
        w[LEFT + c] = w[EPISODES + c]
        w[NEAREST + c], w[FADED + c], w[TOOK_A + c] = FAR, 1.0, 0.0
        most |= int(w[EPISODES + c])
    for _ in range(MOST_RUNS):
        if most == 0:
            break
        start(w, levels, training, tie)
        top = raise_levels(w, levels, most)
        halve(w, levels, top, training, tie)
        finish(w, levels)
        if training:
            weigh(w, levels)
        settle(w)
        if everything:
            carry(w, training)
        most = count(w, training)
    for c in range(LANES):
        w[DOUBT + c] = pick(w[LEFT + c] > 0.0, 1.0, w[DOUBT + c])
        w[REACHES + c] = pick(training | (w[EPISODES + c] == 0.0), w[REACHES + c], 1.0)
