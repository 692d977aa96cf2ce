"""Many agents at once: kinds, base optimisers that modify and select, measurements, and what an observer can tell."""
