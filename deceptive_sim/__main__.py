"""`python -m deceptive_sim` is the command line."""

from deceptive_sim.cli import main

if __name__ == "__main__":
    main()
