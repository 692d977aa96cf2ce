"""Large explicit games with one objective: the game as sparse arrays, solved by vectorised backward induction.

    Q_t[a, s] = u_t[a, s] + g * sum_s' P_t[s' | s, a] V_{t+1}[s'],    V_t[s] = max_a Q_t[a, s],    V_{T+1} = 0

The game is explored once for every different stage (episodes with equal labels are alike). An option that leads to one
world for sure is an entry of `then`; the others are *forks*, listed apart, so that mostly deterministic games cost one
gathering per action. Memory: the arrays, one `Q_t`, and, if the policy is asked for, one bit per option and episode.

Decisions are in floats. Payoffs are first multiplied by their common denominator if that is small, so that
undiscounted deterministic games are computed without rounding. Options whose values lie within `TIED` of the largest
magnitude of any value so far count as equally good; `near_ties` says how often that mattered. Exponential discounting
only. `exact_value` is exactly what the play found is worth; no play is worth more by more than these tolerances.

    tables      a game as arrays
    explore     how a game becomes them
    solve       backward induction over them
    solved      reading the solution: best actions, runs, exact value, when a best play first does something
"""
