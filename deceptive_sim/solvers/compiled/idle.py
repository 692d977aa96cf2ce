"""A constant phase in closed form where being modified leaves nothing: the fast case of `jumps`.

The other objective is *idle* in a phase if own gets nothing from what it does, it never defects where that counts, and
it chooses the same throughout; and if what shuts the game down does not depend on the action. Then

    VALUE'  = u_a + g s_a VALUE                                     OTHERS' = v_b + h t OTHERS
    Y'      = v_a - v_b + h s_a Y,  where Y = GIVEN - OTHERS        (s_a + p_a = t)

VALUE follows an increasing map of one number, so it is monotone, and own changes its action at most once in a phase: a
first run is found by halving as in `jumps`, the second one takes what is left, and the advantage is nearest to a tie at
one of a run's ends. A map is applied L times by squaring:
the maps of 1, 2, 4, ... episodes commute, so those that make up L may be applied in any order.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from deceptive_sim.solvers.compiled.layout import (
    ADVANTAGE,
    BROKEN,
    BY_A,
    BY_VALUE,
    CARRIED_REST,
    CHOICE,
    CLEAN,
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
    LASTING_A,
    LASTING_B,
    LEAVE_A,
    LEAVE_B,
    LEFT,
    LENGTH,
    MAP,
    MARGIN_HIGH,
    MARGIN_LOW,
    MOST_LEVELS,
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
    STAY_A,
    STAY_B,
    TAKEN,
    TRAINED,
    TRIED_VALUE,
    TURN_FROM_END,
    VALUE,
)
from deceptive_sim.solvers.compiled.squaring import (
    FIRST_LOOK,
    NEVER,
    TINY,
    at_rest,
    squared,
)
from deceptive_sim.solvers.compiled.target import compiled, pick

# Maps of 2^k episodes on VALUE, level by level: rows of `levels`.
BY_SELF, ADDED, LEVEL = 0, LANES, 2 * LANES

FAR = 1e300

SUMMED = float(MOST_LEVELS)
"""Sums without a factor are exact but for one rounding at each level."""

PULL, PULL_ERROR, SURE = MAP + 11 * LANES, MAP + 12 * LANES, MAP + 13 * LANES

# Maps of the run: rows of the workspace.
V_SELF, V_ADDED = MAP, MAP + LANES
Y_SELF, Y_ADDED = MAP + 2 * LANES, MAP + 3 * LANES
D_SELF, D_ADDED = MAP + 4 * LANES, MAP + 5 * LANES  # of DEFECTIONS, and of REACHES without what is added
C_SELF, C_ADDED = MAP + 6 * LANES, MAP + 7 * LANES
RUN_SELF, RUN_ADDED = MAP + 8 * LANES, MAP + 9 * LANES  # the run's map of VALUE, one episode
WHOLE = MAP + 10 * LANES  # episodes of the run


@compiled
def idles(w: Any, c: int, training: bool) -> Any:
    """Whether the other objective is idle in the present phase, in a lane."""
    keep, other_a, other_b = w[KEEP_A + c], w[OTHER_A + c], w[OTHER_B + c]
    uneven = abs(w[STAY_A + c] + w[LEAVE_A + c] - keep) > 4.0 * ROUNDING
    uneven = uneven | (abs(w[STAY_B + c] + w[LEAVE_B + c] - keep) > 4.0 * ROUNDING) | (keep != w[KEEP_B + c])
    leaves = (other_a >= other_b) & (w[OWN_A + c] != 0.0) | (other_a <= other_b) & (w[OWN_B + c] != 0.0)
    counts = (w[DEFECTIONS_OTHER + c] != 0.0) | (other_a >= other_b) & (not training)
    left = (w[REPLACED + c] != 0.0) | (w[ERROR_REPLACED + c] != 0.0)
    return (w[EPISODES + c] == 0.0) | (not (uneven | leaves | counts | left))


@compiled
def _pull(by_self_a: Any, by_self_b: Any, own_a: Any, own_b: Any) -> Any:
    """The pull on own's advantage of A, and its rounding error.

    From an episode to the one before it, advantage' = factor advantage + pull, with the factor of the action taken.
    """
    pull = own_a * (1.0 - by_self_b) - own_b * (1.0 - by_self_a)
    error = pick(by_self_b < 1.0, abs(own_a), 0.0) + pick(by_self_a < 1.0, abs(own_b), 0.0)
    return pull, 4.0 * ROUNDING * error


@compiled
def _sure(pull: Any, error: Any, by_self: Any) -> Any:
    """1 if the advantage keeps its sign for ever, however close to a tie it comes; the pull is taken towards that sign.

    It must not point the other way, nor may the advantage be gone after one episode.
    """
    return pick((pull >= error) & ((by_self > 0.0) | (pull > 0.0)), 1.0, 0.0)


@compiled
def begin(w: Any, levels: Any, tie: float, everything: bool) -> int:
    """Decide in the last episode of the phase and lay down the first run's map; the most episodes, bits joined."""
    most = 0
    for c in range(LANES):
        g, value, left = w[DISCOUNT + c], w[VALUE + c], w[EPISODES + c]
        by_self_a, by_self_b = g * w[STAY_A + c], g * w[STAY_B + c]
        by_a, by_value = w[OWN_A + c] - w[OWN_B + c], by_self_a - by_self_b
        advantage = by_a + by_value * value
        a = pick(advantage > 0.0, 1.0, pick(advantage == 0.0, tie, 0.0))
        by_self, added = pick(a > 0.0, by_self_a, by_self_b), pick(a > 0.0, w[OWN_A + c], w[OWN_B + c])
        levels[BY_SELF + c], levels[ADDED + c] = by_self, added
        w[RUN_SELF + c], w[RUN_ADDED + c] = by_self, added
        w[BY_A + c], w[BY_VALUE + c], w[ADVANTAGE + c] = by_a, by_value, advantage
        w[CHOICE + c], w[LEFT + c], w[TAKEN + c] = a, left, pick(left > 0.0, 0.0, -1.0)
        w[TRIED_VALUE + c], w[SHRUNK + c], w[CLEAN + c], w[REST + c] = value, 1.0, value - w[GAP + c], NEVER
        w[PULL + c], w[PULL_ERROR + c] = _pull(by_self_a, by_self_b, w[OWN_A + c], w[OWN_B + c])
        w[SURE + c] = _sure(pick(a > 0.0, 1.0, -1.0) * w[PULL + c], w[PULL_ERROR + c], by_self)
        w[LASTING_A + c] = pick(by_self_a < 1.0, 1.0 / (1.0 - by_self_a), left)
        w[LASTING_B + c] = pick(by_self_b < 1.0, 1.0 / (1.0 - by_self_b), left)
        most |= int(left)
    if everything:
        for c in range(LANES):
            w[GIVEN + c] -= w[OTHERS + c]
    return most


@compiled
def _due(w: Any, c: int, k: int, now: float) -> Any:
    """Whether a lane's run takes level `k`; the level at which it rests stands for all that is left."""
    bits, rest = int(w[WHOLE + c]) >> k, w[CARRIED_REST + c]
    return pick(now == rest, bits > 0, (bits & 1) > 0) & (now <= rest)


@compiled
def _look(w: Any, level: Any, k: int) -> bool:
    """Note which lanes come to rest at a level; whether all have."""
    alive = 0
    for c in range(LANES):
        rest = w[REST + c]
        rest = pick((rest == NEVER) & at_rest(level[BY_SELF + c], level[ADDED + c]), float(k), rest)
        w[REST + c] = rest
        alive += pick(rest == NEVER, 1, 0)
    return alive == 0


@compiled
def raise_levels(w: Any, levels: Any, most: int) -> int:
    """Square maps until they span `most` episodes or all lanes rest; the last level."""
    k = 0
    while most >> (k + 1) > 0:
        low, high = levels[k * LEVEL : (k + 1) * LEVEL], levels[(k + 1) * LEVEL : (k + 2) * LEVEL]
        if k >= FIRST_LOOK and _look(w, low, k):
            return k
        for c in range(LANES):
            by_self, added = low[BY_SELF + c], low[ADDED + c]
            high[BY_SELF + c] = squared(by_self)
            high[ADDED + c] = by_self * added + added
        k += 1
    if k >= FIRST_LOOK:
        _look(w, levels[k * LEVEL : (k + 1) * LEVEL], k)
    return k


@compiled
def halve(w: Any, levels: Any, top: int, tie: float) -> None:
    """Take steps of 2^top, ..., 2, 1 episodes while own's action stays; what is taken leaves one episode of the run."""
    for k in range(top, -1, -1):
        here, step, now = levels[k * LEVEL : (k + 1) * LEVEL], 2.0**k, float(k)
        if k < FIRST_LOOK:
            for c in range(LANES):
                taken, rest = w[TAKEN + c], w[LEFT + c] - 1.0
                ok = _stays(w, here, c, tie) & (taken + step <= rest)
                w[TAKEN + c] = pick(ok, taken + step, taken)
                _step(w, here, c, ok)
        else:
            for c in range(LANES):
                taken, rest, level = w[TAKEN + c], w[LEFT + c] - 1.0, w[REST + c]
                ok = _stays(w, here, c, tie) & (taken + step <= rest) & (now <= level)
                w[TAKEN + c] = pick(ok, pick(now == level, rest, taken + step), taken)
                _step(w, here, c, ok)


@compiled
def _stays(w: Any, level: Any, c: int, tie: float) -> Any:
    """Whether own's action is the same after the episodes of a level."""
    value = level[BY_SELF + c] * w[TRIED_VALUE + c] + level[ADDED + c]
    advantage = w[BY_A + c] + w[BY_VALUE + c] * value
    same = pick(advantage > 0.0, 1.0, pick(advantage == 0.0, tie, 0.0)) == w[CHOICE + c]
    return same | (w[SURE + c] > 0.0)


@compiled
def _step(w: Any, level: Any, c: int, ok: Any) -> None:
    by_self = level[BY_SELF + c]
    value = by_self * w[TRIED_VALUE + c] + level[ADDED + c]
    w[TRIED_VALUE + c] = pick(ok, value, w[TRIED_VALUE + c])
    w[SHRUNK + c] = pick(ok, max(by_self * w[SHRUNK + c], TINY), w[SHRUNK + c])


def _finished(second: bool) -> Callable[..., int]:
    """The end of a run: one build for the first run of a phase, one for the second."""

    @compiled
    def finish(w: Any, training: bool, everything: bool) -> int:
        """Close a run and make ready for the next one, in which own does the other thing; what is left, bits joined."""
        left_over = 0
        for c in range(LANES):
            left, a, g, shrunk = w[LEFT + c], w[CHOICE + c], w[DISCOUNT + c], w[SHRUNK + c]
            active, defects = left > 0.0, a > 0.0
            length = w[TAKEN + c] + 1.0
            by_self, added = w[RUN_SELF + c], w[RUN_ADDED + c]
            before, last = w[VALUE + c], w[TRIED_VALUE + c]
            by_a, by_value = w[BY_A + c], w[BY_VALUE + c]
            if second:  # VALUE has gone the whole way; from a tie on, own's advantage only grows
                value, advantage = last, FAR
                whole = pick(by_self == 0.0, pick(length > 0.0, 0.0, 1.0), shrunk)
                shrunk = pick(by_self == 0.0, pick(length > 1.0, 0.0, 1.0), shrunk / max(by_self, TINY))
            else:
                value, advantage = by_self * last + added, by_a + by_value * last
                shrunk = pick((by_self == 0.0) & (length > 1.0), 0.0, shrunk)
                whole = shrunk * by_self
            lasting = min(length, pick(defects, w[LASTING_A + c], w[LASTING_B + c]))
            size = max(abs(before), abs(last)) + abs(added) * lasting
            old_error = w[ERROR + c]
            often = pick(by_self < 1.0, lasting, min(length, SUMMED))
            error = whole * old_error + 8.0 * ROUNDING * often * size
            unsure = pick(by_a != 0.0, 2.0 * ROUNDING * (abs(w[OWN_A + c]) + abs(w[OWN_B + c])), 0.0)
            weight = 4.0 * ROUNDING * g * (w[STAY_A + c] + w[STAY_B + c])
            unsure += pick(by_value != 0.0, abs(by_value) * max(error, old_error) + weight * size, 0.0)
            nearest = abs(w[ADVANTAGE + c])
            nearest = pick(w[SURE + c] > 0.0, nearest, min(nearest, abs(advantage)))
            doubt = active & (unsure > 0.0) & (nearest <= unsure)
            w[DOUBT + c] = pick(doubt, 1.0, w[DOUBT + c])
            w[VALUE + c], w[ERROR + c] = pick(active, value, before), pick(active, error, old_error)
            if everything and training:
                first, final = -w[ADVANTAGE + c] * shrunk, pick(second, FAR, -advantage)
                low, high = min(first - unsure * shrunk, final - unsure), min(first + unsure * shrunk, final + unsure)
                some = w[TRAINED + c] > 0.0
                low = pick(defects, 0.0, pick(some, min(low, whole * w[MARGIN_LOW + c]), low))
                high = pick(defects, 0.0, pick(some, min(high, whole * w[MARGIN_HIGH + c]), high))
                w[MARGIN_LOW + c] = pick(active, low, w[MARGIN_LOW + c])
                w[MARGIN_HIGH + c] = pick(active, high, w[MARGIN_HIGH + c])
                lasting_b = min(length, w[LASTING_B + c])
                often_b = pick(g * w[STAY_B + c] < 1.0, lasting_b, min(length, SUMMED))
                apart = error + old_error + w[GAP_ERROR + c]
                apart += 16.0 * ROUNDING * often_b * (abs(before) + abs(last) + abs(w[OWN_B + c]) * lasting_b)
                gap = pick(defects, value - w[CLEAN + c], whole * w[GAP + c])
                fading = whole * (w[GAP_ERROR + c] + 8.0 * ROUNDING * lasting * w[GAP + c])
                w[GAP_ERROR + c] = pick(active, pick(defects, apart, fading), w[GAP_ERROR + c])
                gap = pick(active, gap, w[GAP + c])
                w[GAP + c], w[CLEAN + c] = gap, value - gap
            length = pick(active, length, 0.0)
            total = w[LENGTH + c] + length
            w[LENGTH + c] = total
            if training:
                w[BROKEN + c] = pick(active & (a == 0.0) & (w[DEFECTED + c] > 0.0), 1.0, w[BROKEN + c])
                w[LAST_TRAINING + c] = pick(active & (w[LAST_TRAINING + c] == 0.0), 2.0 - a, w[LAST_TRAINING + c])
                w[TRAINED + c] += length
                w[DEFECTED + c] += a * length
            else:
                w[FIRST_DEPLOYED + c] = pick(active, 2.0 - a, w[FIRST_DEPLOYED + c])
                w[TURN_FROM_END + c] = pick(active & defects, total, w[TURN_FROM_END + c])
                w[CLEAN_DEFECTS + c] = pick(active & defects, 1.0, w[CLEAN_DEFECTS + c])
            left -= length
            w[LEFT + c] = left
            if not second:
                advantage = by_a + by_value * value
                w[TAKEN + c], w[SHRUNK + c], w[TRIED_VALUE + c] = left - 1.0, 1.0, value
                w[CHOICE + c], w[ADVANTAGE + c] = 1.0 - a, advantage
                w[RUN_SELF + c] = g * pick(defects, w[STAY_B + c], w[STAY_A + c])
                w[RUN_ADDED + c] = pick(defects, w[OWN_B + c], w[OWN_A + c])
                w[SURE + c] = _sure(pick(defects, -1.0, 1.0) * w[PULL + c], w[PULL_ERROR + c], w[RUN_SELF + c])
            left_over |= int(left)
        return left_over

    return finish


_finish_first, _finish_second = _finished(second=False), _finished(second=True)


@compiled
def _all_rest(w: Any, by_self: int, added: int, k: int) -> bool:
    """Note which lanes' maps, in two rows, come to rest at a level; whether all have."""
    factors, sums, rests, alive = w[by_self : by_self + LANES], w[added : added + LANES], w[CARRIED_REST:], 0
    for c in range(LANES):
        rest = pick((rests[c] == NEVER) & at_rest(factors[c], sums[c]), float(k), rests[c])
        rests[c] = rest
        alive += pick(rest == NEVER, 1, 0)
    return alive == 0


@compiled
def carry_lane(w: Any, c: int, on: Any) -> None:
    """Apply a level's map to VALUE in a lane, and square it."""
    by_self, added = w[V_SELF + c], w[V_ADDED + c]
    w[TRIED_VALUE + c] = pick(on, by_self * w[TRIED_VALUE + c] + added, w[TRIED_VALUE + c])
    w[SHRUNK + c] = pick(on, max(by_self * w[SHRUNK + c], TINY), w[SHRUNK + c])
    w[V_ADDED + c], w[V_SELF + c] = by_self * added + added, squared(by_self)


@compiled
def carry_value(w: Any, most: int) -> None:
    """VALUE alone, over the second run."""
    k, settled = 0, False
    while not settled and most >> k > 0:
        settled = k >= FIRST_LOOK and _all_rest(w, V_SELF, V_ADDED, k)
        now = float(k)
        if k < FIRST_LOOK:
            for c in range(LANES):
                carry_lane(w, c, (int(w[WHOLE + c]) >> k) & 1 > 0)
        else:
            for c in range(LANES):
                carry_lane(w, c, _due(w, c, k, now))
        k += 1


def _carried(second: bool) -> Callable[..., None]:
    """What follows from a run is carried along: build one for the first run, one for the second with VALUE itself."""

    @compiled
    def lay(w: Any) -> int:
        most = 0
        for c in range(LANES):
            h, defects = w[DISCOUNT_OTHER + c], w[CHOICE + c] > 0.0
            stay = pick(defects, w[STAY_A + c], w[STAY_B + c])
            picked = max(w[OTHER_A + c], w[OTHER_B + c])
            w[Y_SELF + c], w[Y_ADDED + c] = h * stay, pick(defects, w[OTHER_A + c], w[OTHER_B + c]) - picked
            w[D_SELF + c], w[D_ADDED + c] = stay, pick(defects, 1.0, 0.0)
            w[C_SELF + c], w[C_ADDED + c] = w[DISCOUNT + c] * w[STAY_B + c], w[OWN_B + c]
            if second:
                w[V_SELF + c], w[V_ADDED + c] = w[RUN_SELF + c], w[RUN_ADDED + c]
            w[WHOLE + c], w[CARRIED_REST + c] = w[TAKEN + c] + 1.0, NEVER
            most |= int(w[TAKEN + c] + 1.0)
        return most

    @compiled
    def learn(w: Any, c: int, on: Any) -> None:
        """Apply a level's maps to a lane in training, and square them."""
        by_self, added = w[Y_SELF + c], w[Y_ADDED + c]
        w[GIVEN + c] = pick(on, by_self * w[GIVEN + c] + added, w[GIVEN + c])
        w[Y_ADDED + c], w[Y_SELF + c] = by_self * added + added, squared(by_self)
        by_self, added = w[C_SELF + c], w[C_ADDED + c]
        w[CLEAN + c] = pick(on, by_self * w[CLEAN + c] + added, w[CLEAN + c])
        w[C_ADDED + c], w[C_SELF + c] = by_self * added + added, squared(by_self)
        by_self = w[D_SELF + c]
        w[DEFECTIONS + c] = pick(on, by_self * w[DEFECTIONS + c], w[DEFECTIONS + c])
        w[REACHES + c] = pick(on, by_self * w[REACHES + c], w[REACHES + c])
        w[D_SELF + c] = squared(by_self)
        if second:
            carry_lane(w, c, on)

    @compiled
    def act(w: Any, c: int, on: Any) -> None:
        """The same in deployment."""
        by_self, added = w[Y_SELF + c], w[Y_ADDED + c]
        w[GIVEN + c] = pick(on, by_self * w[GIVEN + c] + added, w[GIVEN + c])
        w[Y_ADDED + c], w[Y_SELF + c] = by_self * added + added, squared(by_self)
        by_self, added = w[D_SELF + c], w[D_ADDED + c]
        w[DEFECTIONS + c] = pick(on, by_self * w[DEFECTIONS + c] + added, w[DEFECTIONS + c])
        w[D_ADDED + c], w[D_SELF + c] = by_self * added + added, squared(by_self)
        if second:
            carry_lane(w, c, on)

    @compiled
    def look(w: Any, training: bool, k: int) -> bool:
        alive = 0
        for c in range(LANES):
            rests = at_rest(w[Y_SELF + c], w[Y_ADDED + c]) & at_rest(w[D_SELF + c], pick(training, 0.0, w[D_ADDED + c]))
            rests = rests & ((not training) | at_rest(w[C_SELF + c], w[C_ADDED + c]))
            if second:
                rests = rests & at_rest(w[V_SELF + c], w[V_ADDED + c])
            rest = w[CARRIED_REST + c]
            rest = pick((rest == NEVER) & rests, float(k), rest)
            w[CARRIED_REST + c] = rest
            alive += pick(rest == NEVER, 1, 0)
        return alive == 0

    @compiled
    def carry(w: Any, training: bool, everything: bool) -> None:
        most, k, settled = lay(w), 0, False
        if second and not everything:
            carry_value(w, most)
            return
        while not settled and most >> k > 0:
            settled = k >= FIRST_LOOK and look(w, training, k)
            now = float(k)
            if training and k < FIRST_LOOK:
                for c in range(LANES):
                    learn(w, c, (int(w[WHOLE + c]) >> k) & 1 > 0)
            elif training:
                for c in range(LANES):
                    learn(w, c, _due(w, c, k, now))
            elif k < FIRST_LOOK:
                for c in range(LANES):
                    act(w, c, (int(w[WHOLE + c]) >> k) & 1 > 0)
            else:
                for c in range(LANES):
                    act(w, c, _due(w, c, k, now))
            k += 1

    return carry


_carry_first, _carry_second = _carried(second=False), _carried(second=True)


@compiled
def others(w: Any) -> None:
    """OTHERS over the whole phase, and GIVEN with it."""
    most = 0
    for c in range(LANES):
        w[Y_SELF + c] = w[DISCOUNT_OTHER + c] * w[KEEP_A + c]
        w[Y_ADDED + c] = max(w[OTHER_A + c], w[OTHER_B + c])
        w[CARRIED_REST + c], w[WHOLE + c], w[TRIED_VALUE + c] = NEVER, w[EPISODES + c], abs(w[OTHERS + c])
        most |= int(w[EPISODES + c])
    k, settled = 0, False
    while not settled and most >> k > 0:
        settled = k >= FIRST_LOOK and _all_rest(w, Y_SELF, Y_ADDED, k)
        now = float(k)
        for c in range(LANES):
            by_self, added = w[Y_SELF + c], w[Y_ADDED + c]
            w[OTHERS + c] = pick(_due(w, c, k, now), by_self * w[OTHERS + c] + added, w[OTHERS + c])
            w[Y_ADDED + c], w[Y_SELF + c] = by_self * added + added, squared(by_self)
        k += 1
    for c in range(LANES):
        w[GIVEN + c] += w[OTHERS + c]
        factor, added, episodes = (
            w[DISCOUNT_OTHER + c] * w[KEEP_A + c],
            max(w[OTHER_A + c], w[OTHER_B + c]),
            w[EPISODES + c],
        )
        lasting = pick(factor < 1.0, min(episodes, 1.0 / (1.0 - factor)), episodes)
        size = max(w[TRIED_VALUE + c], abs(w[OTHERS + c])) + abs(added)
        w[ERROR_OTHERS + c] += 8.0 * ROUNDING * pick(factor < 1.0, lasting, min(episodes, SUMMED)) * size


@compiled
def idle_phase(w: Any, levels: Any, training: bool, tie: float, everything: bool, moves: bool) -> None:
    """Work a phase off in which the other objective is idle.

    OTHERS is kept up if it is wanted or may decide anything in another phase (`moves`).
    """
    most = begin(w, levels, tie, everything)
    if most == 0:
        if everything or moves:
            others(w)
        return
    top = raise_levels(w, levels, most)
    halve(w, levels, top, tie)
    if everything:
        _carry_first(w, training, everything)
    if _finish_first(w, training, everything) > 0:
        _carry_second(w, training, everything)
        _finish_second(w, training, everything)
    if everything or moves:
        others(w)
    for c in range(LANES):
        w[REACHES + c] = pick(training | (w[EPISODES + c] == 0.0), w[REACHES + c], 1.0)
