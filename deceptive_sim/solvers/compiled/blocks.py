"""From grids to lanes and back: blocks of `LANES` neighbouring games are filled, worked off and written out."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path
from typing import Any

from deceptive_sim.solvers.compiled import episodes, idle, jumps
from deceptive_sim.solvers.compiled.layout import (
    BACK_A,
    BACK_B,
    BROKEN,
    CLEAN_DEFECTS,
    CLOSEST,
    CLOSEST_OTHER,
    DEFECTED,
    DEFECTIONS,
    DISCOUNT,
    DOUBT,
    EPISODES,
    ERROR,
    FADED,
    FIRST_DEPLOYED,
    GAP,
    GAP_ERROR,
    GIVEN,
    KIND,
    LANES,
    LAST_TRAINING,
    LEFT,
    LENGTH,
    MARGIN_HIGH,
    MARGIN_LOW,
    N_NUMBERS,
    N_STATES,
    NEAREST,
    NUMBERS,
    REACHES,
    SIZE,
    STATE,
    STAY_A,
    STAY_B,
    TOOK_A,
    TRAINED,
    TURN_FROM_END,
    VALUE,
)
from deceptive_sim.solvers.compiled.target import compiled, kept, pick

JUMPS, EPISODE_BY_EPISODE, SHORT = 0, 1, 2
"""Ways to work a phase off."""

COMPLIANT, DECEPTIVE, DELAYED, OPEN, LATE_PRETENCE, REFORMED, MIXED, UNCONSTRAINED = map(float, range(8))
"""Codes of the regimes: their places in `model.regimes.Regime`."""

IDLE, FULL, PLAIN = 0, 1, 2
"""Kinds of lanes: `idle`, `jumps`, `episodes`."""

CLEAN_APART, MARKED_APART = CLOSEST, CLOSEST_OTHER
RESULTS = LEFT  # rows of work within a phase, no longer needed
FLOATS, WHOLE, CODES = 5, 2, 3
"""How many results are floats, whole numbers and codes; in this order, in the rows from RESULTS on."""

_full_phase, _idle_phase, _idles = jumps.full_phase, idle.idle_phase, idle.idles
_episodes, _short = episodes.phase, episodes.short_phase


@compiled
def _lay(rows: Any, pool: Any, starts: Any, steps: Any) -> None:
    """The rows of a line of the grid as its first game has them: most are the same for all games of the line."""
    for row in range(len(rows)):
        number = pool[starts[row]]
        for c in range(LANES):
            rows[row, c] = number


@compiled
def _vary(w: Any, to: int, pool: Any, starts: Any, steps: Any, first: int, used: int) -> None:
    """Those rows of a block that differ from game to game; lanes beyond the last repeat it."""
    for row in range(steps.size):
        if steps[row] != 0:
            part, target = pool[starts[row] + first : starts[row] + first + used], w[to + row * LANES :]
            for c in range(used):
                target[c] = part[c]
            for c in range(used, LANES):
                target[c] = part[used - 1]


@compiled
def _copy(w: Any, to: int, source: Any) -> None:
    """Rows as laid out for the line."""
    target = w[to : to + source.size]
    for i in range(source.size):
        target[i] = source[i]


@compiled
def _put(rows: Any, out: Any, place: int, step: int, used: int) -> None:
    """Rows of a block to where its games stand in the results; a result that is not wanted is empty."""
    for row in range(len(out)):
        if out[row].size > 0 and step == 1:
            part = out[row][place : place + used]
            for c in range(used):
                part[c] = rows[row, c]
        elif out[row].size > 0:
            apart = out[row][place : place + used * step : step]
            for c in range(used):
                apart[c] = rows[row, c]


@compiled
def _put_codes(rows: Any, out: Any, place: int, step: int, used: int) -> None:
    """As `_put`, for small whole numbers."""
    for row in range(len(out)):
        if out[row].size > 0 and step == 1:
            part = out[row][place : place + used]
            for c in range(used):
                part[c] = int(rows[row, c])
        elif out[row].size > 0:
            apart = out[row][place : place + used * step : step]
            for c in range(used):
                apart[c] = int(rows[row, c])


@compiled
def _sort(w: Any, training: bool, everything: bool) -> tuple[int, int, int]:
    """How each lane's phase is to be worked off, by its own numbers alone; how many lanes there are of each kind."""
    n_idle, n_full, n_plain = 0, 0, 0
    for c in range(LANES):
        plain = (w[BACK_A + c] != 0.0) | (w[BACK_B + c] != 0.0)
        apart = everything & (not training) & (w[TRAINED + c] > 0.0)
        idle = _idles(w, c, training) & (not apart) & (not plain)
        kind = pick(plain, PLAIN, pick(idle, IDLE, FULL))
        w[KIND + c] = kind
        n_idle += pick(kind == IDLE, 1, 0)
        n_full += pick(kind == FULL, 1, 0)
        n_plain += pick(kind == PLAIN, 1, 0)
    return n_idle, n_full, n_plain


@compiled
def _jump(w: Any, levels: Any, spare: Any, training: bool, tie: float, everything: bool, moves: bool) -> None:
    """One phase, each lane in its way. If they differ, all lanes go every way, and each keeps what is its own."""
    n_idle, n_full, n_plain = _sort(w, training, everything)
    mixed = max(n_idle, max(n_full, n_plain)) < LANES
    before, result = spare[2 * SIZE : 3 * SIZE], spare[3 * SIZE :]
    if mixed:
        for i in range(SIZE):
            before[i], result[i] = w[i], w[i]
    for kind in range(3):
        if (kind == IDLE and n_idle == 0) or (kind == FULL and n_full == 0) or (kind == PLAIN and n_plain == 0):
            continue
        if mixed:
            for i in range(SIZE):
                w[i] = before[i]
        if kind == IDLE:
            _idle_phase(w, levels, training, tie, everything, moves)
        elif kind == FULL:
            _jump_apart(w, levels, spare, training, tie, everything)
        else:
            _episodes(w, training, tie)
        if mixed:
            for row in range(N_STATES):
                have = result[STATE + row * LANES : STATE + (row + 1) * LANES]
                found = w[STATE + row * LANES : STATE + (row + 1) * LANES]
                for c in range(LANES):
                    have[c] = pick(before[KIND + c] == float(kind), found[c], have[c])
    if mixed:
        for i in range(STATE, STATE + N_STATES * LANES):
            w[i] = result[i]


@compiled
def _jump_apart(w: Any, levels: Any, spare: Any, training: bool, tie: float, everything: bool) -> None:
    """A phase in which being modified leaves something.

    In a deployment phase before a training, the best strategies with and without a defection in training may choose
    otherwise than own does; they are then worked off as well, on copies.
    """
    trained = 0
    for c in range(LANES):
        trained += pick(w[TRAINED + c] > 0.0, 1, 0)
    apart = everything and not training and trained > 0
    clean, marked = spare[:SIZE], spare[SIZE : 2 * SIZE]
    if apart:
        for i in range(SIZE):
            clean[i], marked[i] = w[i], w[i]
    for turn in range(3 if apart else 1):
        if turn == 1 and not _set_apart(w, clean, marked):
            return
        work = w if turn == 0 else spare[(turn - 1) * SIZE : turn * SIZE]
        _full_phase(work, levels, training, tie, everything and turn == 0)
    if apart:
        _compare(w, clean, marked)


@compiled
def _set_apart(w: Any, clean: Any, marked: Any) -> bool:
    """After own has been worked off: fade the differences, prepare the copies; whether any lane needs them.

    As long as the difference of their values cannot turn own's advantage of A, they choose as own does, and the
    differences fade as the value of staying unmodified does.
    """
    apart = 0
    for c in range(LANES):
        slope = abs(w[DISCOUNT + c] * (w[STAY_A + c] - w[STAY_B + c]))
        between = (w[TRAINED + c] > 0.0) & (w[EPISODES + c] > 0.0)
        gap, high = slope * (w[GAP + c] + w[GAP_ERROR + c]), slope * w[MARGIN_HIGH + c]
        clean_apart = between & (gap > 0.5 * w[NEAREST + c])
        marked_apart = between & (high > 0.5 * w[NEAREST + c])
        apart += pick(clean_apart | marked_apart, 1, 0)
        clean[VALUE + c] -= w[GAP + c]
        clean[ERROR + c] += w[GAP_ERROR + c]
        marked[VALUE + c] -= 0.5 * (w[MARGIN_LOW + c] + w[MARGIN_HIGH + c])
        marked[ERROR + c] += 0.5 * (w[MARGIN_HIGH + c] - w[MARGIN_LOW + c])
        w[CLEAN_APART + c], w[MARKED_APART + c] = pick(clean_apart, 1.0, 0.0), pick(marked_apart, 1.0, 0.0)
        faded = pick(between, w[FADED + c], 1.0)
        w[GAP + c] *= faded
        w[GAP_ERROR + c] *= faded
        w[MARGIN_LOW + c] *= faded
        w[MARGIN_HIGH + c] *= faded
    return apart > 0


@compiled
def _compare(w: Any, clean: Any, marked: Any) -> None:
    """Where a copy really chose otherwise than own, take the difference of the values."""
    for c in range(LANES):
        changes = (w[TOOK_A + c] != 0.0) & (w[TOOK_A + c] != w[EPISODES + c])
        differs = (w[CLEAN_APART + c] > 0.0) & ((clean[TOOK_A + c] != w[TOOK_A + c]) | changes)
        w[CLEAN_DEFECTS + c] = pick(differs, clean[CLEAN_DEFECTS + c], w[CLEAN_DEFECTS + c])
        doubt = max(w[DOUBT + c], clean[DOUBT + c])
        w[DOUBT + c] = pick(w[CLEAN_APART + c] > 0.0, doubt, w[DOUBT + c])
        w[GAP_ERROR + c] = pick(differs, w[ERROR + c] + clean[ERROR + c], w[GAP_ERROR + c])
        w[GAP + c] = pick(differs, w[VALUE + c] - clean[VALUE + c], w[GAP + c])
        differs = (w[MARKED_APART + c] > 0.0) & ((marked[TOOK_A + c] != w[TOOK_A + c]) | changes)
        margin, error = w[VALUE + c] - marked[VALUE + c], w[ERROR + c] + marked[ERROR + c]
        w[MARGIN_LOW + c] = pick(differs, margin - error, w[MARGIN_LOW + c])
        w[MARGIN_HIGH + c] = pick(differs, margin + error, w[MARGIN_HIGH + c])


@compiled
def _conclude(w: Any, everything: bool) -> None:
    """The results of every lane, read off its state; on regimes see `model.regimes`."""
    for c in range(LANES):
        trained, defected, first = w[TRAINED + c], w[DEFECTED + c], w[FIRST_DEPLOYED + c]
        from_end, gap = w[TURN_FROM_END + c], w[GAP + c]
        low, high, gap_error = w[MARGIN_LOW + c], w[MARGIN_HIGH + c], w[GAP_ERROR + c]
        some, honest = from_end > 0.0, defected == 0.0
        untrained = pick(some, UNCONSTRAINED, COMPLIANT)
        clean = pick(some, pick(first == 1.0, DECEPTIVE, DELAYED), COMPLIANT)
        other = pick(some, pick(w[BROKEN + c] == 0.0, LATE_PRETENCE, MIXED), REFORMED)
        marked = pick(defected == trained, OPEN, other)
        turn = pick(some & (w[LAST_TRAINING + c] == 2.0), w[LENGTH + c] - from_end + 1.0, 0.0)
        premium = 0.5 * (low + high) - gap
        low, high = low - gap - gap_error, high - gap + gap_error
        unclear = everything & (trained > 0.0) & (low <= 0.0) & (high >= 0.0) & ((low != 0.0) | (high != 0.0))
        pays = (premium > 0.0) & (trained > 0.0) & (w[CLEAN_DEFECTS + c] > 0.0)
        doubt = pick(unclear, 1.0, w[DOUBT + c])
        w[RESULTS + c] = w[VALUE + c]
        w[RESULTS + LANES + c] = w[GIVEN + c]
        w[RESULTS + 2 * LANES + c] = premium
        w[RESULTS + 3 * LANES + c] = w[REACHES + c]
        w[RESULTS + 4 * LANES + c] = w[DEFECTIONS + c]
        w[RESULTS + 5 * LANES + c] = defected
        w[RESULTS + 6 * LANES + c] = turn
        w[RESULTS + 7 * LANES + c] = pick(trained == 0.0, untrained, pick(honest, clean, marked))
        w[RESULTS + 8 * LANES + c] = pick(pays, 1.0, 0.0)
        w[RESULTS + 9 * LANES + c] = doubt


@compiled
def _work_off(
    w: Any, levels: Any, spare: Any, way: int, training: bool, tie: float, everything: bool, moves: bool
) -> None:
    if way == JUMPS:
        _jump(w, levels, spare, training, tie, everything, moves)
    elif way == EPISODE_BY_EPISODE:
        _episodes(w, training, tie)
    else:
        _short(w, training, tie)


def _stamp() -> int:
    """A number that changes with the kernel's source: compiled code is kept on disk by it."""
    sources = sorted(Path(__file__).parent.glob("*.py"))
    digest = hashlib.sha256(b"".join(source.read_bytes() for source in sources)).hexdigest()
    return int(digest[:12], 16) + 1


@cache
def stage() -> Any:
    """The function that works off some phases on a part of a grid; compiled at its first call."""
    stamp = _stamp()

    @kept
    def run(
        w: Any,
        levels: Any,
        spare: Any,
        flat: Any,
        pool: Any,
        starts: Any,
        steps: Any,
        n_lanes: int,
        trainings: Any,
        setting: Any,
        begin: int,
        end: int,
        states: Any,
        places: Any,
        place_step: int,
        numbers: Any,
        counts: Any,
        codes: Any,
    ) -> None:
        if stamp == 0:
            return
        way, everything, last, moves = setting[0], setting[1] != 0, setting[2] != 0, setting[4] != 0
        tie = float(setting[3])
        rows = w.reshape(SIZE // LANES, LANES)
        results = rows[RESULTS // LANES : RESULTS // LANES + FLOATS + WHOLE + CODES]
        per_row = (n_lanes + LANES - 1) // LANES
        n_rows = 2 + N_STATES + trainings.size * N_NUMBERS
        laid = flat.reshape(n_rows, LANES)
        state_rows, before = flat[2 * LANES : (2 + N_STATES) * LANES], -1
        for block in range(begin, end):
            outer, first = block // per_row, block % per_row * LANES
            used = min(LANES, n_lanes - first)
            start = starts[outer]
            if outer != before:
                _lay(laid, pool, start, steps)
                _copy(w, DISCOUNT, flat[: 2 * LANES])
            _copy(w, STATE, state_rows)
            _vary(w, DISCOUNT, pool, start, steps[:2], first, used)
            _vary(w, STATE, pool, start[2:], steps[2 : 2 + N_STATES], first, used)
            for f in range(trainings.size):
                column = 2 + N_STATES + f * N_NUMBERS
                if outer != before or trainings.size > 1:
                    _copy(w, NUMBERS, flat[column * LANES : (column + N_NUMBERS) * LANES])
                _vary(w, NUMBERS, pool, start[column:], steps[column : column + N_NUMBERS], first, used)
                _work_off(w, levels, spare, way, trainings[f] != 0, tie, everything, moves)
            before = outer
            if last:
                place = places[outer] + first * place_step
                _conclude(w, everything)
                _put(results, numbers, place, place_step, used)
                _put(results[FLOATS:], counts, place, place_step, used)
                _put_codes(results[FLOATS + WHOLE :], codes, place, place_step, used)
            else:
                place = outer * n_lanes + first
                for row in range(N_STATES):
                    part, state = states[row, place : place + used], rows[STATE // LANES + row]
                    for c in range(used):
                        part[c] = state[c]

    return run
