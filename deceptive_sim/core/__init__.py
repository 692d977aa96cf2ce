"""What everything stands on: errors with positions, exact numbers, parameter paths, seeds, progress, files, JSON."""
