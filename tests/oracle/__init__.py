"""The slow, exact second definition of the truth that the solvers are tested against.

Brute force over plain dicts (`plain`) in `fractions.Fraction`; it shares no code with the package under test.

| module | answers |
|---|---|
| `plain` | what a game is here, the section 4 family as such a dict |
| `chance` | what can happen under fixed play: trajectories one by one, or occupation probabilities |
| `profiles` | the equilibrium of the selves, by enumerating profiles |
| `strings` | the best strategy strings of the unmodified agent, premium, regime and the other measurements |
| `regimes` | the regime table and the turn |
| `discounting` | realised play under quasi-hyperbolic and hyperbolic discounting, naive or sophisticated |
| `beliefs` | realised play of an agent that re-plans with wrong numbers |
| `random_games` | Hypothesis strategies for such games |
"""
