"""Run in a copy of the tree, with a database of its own: what the toys do there, told as JSON."""
