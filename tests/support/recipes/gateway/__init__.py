"""A gateway as the recipe of docs/gateways.md makes it, to be put into a copy of the tree."""
