"""How fast landscapes are: a C baseline, the product, and other people's solvers on the same games. See README.md."""
