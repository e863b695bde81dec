"""This build beside an older one, in one run on one machine: `python -m tests.benchmarks.beside`."""
