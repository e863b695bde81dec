"""What is added to a copy of the tree, step by step as the recipes have them."""
