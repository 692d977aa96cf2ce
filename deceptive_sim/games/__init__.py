"""A library of published and textbook games, one per file, each a few dozen lines on top of `model/`."""
