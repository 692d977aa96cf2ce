"""Studies: every section of a scenario carried out and joined into one result, its expectations checked."""
