"""Who plays best: backward induction over selves, value of strategies, closed forms, sampled play.

    Q_t[i,s,a; k] = u_k(t,s,a) + g_k * sum P_t(i',s' | i,s,a) * V_{t+1}[i',s'; k]
    pi_t(i,s)     = argmax_a Q_t[i,s,a; i]            the actor judges its own options
    V_t[i,s; k]   = Q_t[i,s,pi_t(i,s); k],  V_{T+1} = 0

Pure functions: problem in, result out.
"""
