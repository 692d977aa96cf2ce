"""Proofs with z3: for all real parameters at each number of episodes, and by induction for all of them."""
