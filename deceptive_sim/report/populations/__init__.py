"""Tables, words and a page of a simulated population."""
