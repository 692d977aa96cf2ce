"""Proofs with z3: for all real parameters at each number of episodes, and by induction for all of them.

| module | what it does |
|---|---|
| `polynomials`, `quantities` | numbers of games in terms of variables |
| `boards`, `casts`, `scenes` | a phased game, an agent in it, and all games of a claim, in such numbers |
| `steps` | the one recursion, on numbers of any kind |
| `outcomes` | what a finished recursion says, by the words of the language |
| `predicted` | the same in one case, to be compared with the solvers |
| `paths`, `ranges` | comparisons that fork, names for what they leave, bounds and samples |
| `prover`, `readings` | questions to z3, and claims as formulas |
| `learning` | comparisons of values that are proved on the way |
| `unrolled` | proofs play by play |
| `walks`, `long_outcomes` | games whose numbers of episodes are variables |
| `keeping`, `samples` | facts to try in inductions, and cases that thin them out |
| `induction` | proofs for all numbers of episodes |

z3 is imported when a proof is asked for.
"""

from deceptive_sim.claims.proof.induction import prove_by_induction
from deceptive_sim.claims.proof.predicted import predicted
from deceptive_sim.claims.proof.prover import z3_version
from deceptive_sim.claims.proof.result import Attempt, Outcome
from deceptive_sim.claims.proof.unrolled import prove_unrolled

__all__ = ["Attempt", "Outcome", "predicted", "prove_by_induction", "prove_unrolled", "z3_version"]
