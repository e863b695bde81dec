"""Deploys a stack to AWS: what must be there is looked at first, and each step may be taken again."""
