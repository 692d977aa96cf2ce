"""The language of claims: one tree, read exactly, over many cases at once, or as formulas."""
