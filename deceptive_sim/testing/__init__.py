"""For tests of games and scenarios, ours and yours: Hypothesis strategies, a conformance suite, a pytest plugin."""
