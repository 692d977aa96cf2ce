"""A block of replicates at work: drawn agent by agent or by numbers alone, selected, and written down in a ledger."""
