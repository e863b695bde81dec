"""The recipes of CONTRIBUTING, played: a toy is added to a copy of the tree, as a person would add it."""
