"""Ways to draw walls: each algorithm a module with a `GENERATOR`, many mazes at once."""
