"""What is played: objectives, phases, actions, agents and their beliefs, games, strategies, regimes.

Frozen data and the words of the field; no algorithms. See the module heads for the equations.
"""
