"""Statements about games: a small language, a ladder of search and proof, and verdicts.

Nothing here knows scenarios: a claim is held against `Situations`, a function from parameters to a game and an agent.
"""
