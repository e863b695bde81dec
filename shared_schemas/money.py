"""Arithmetic of kopecks that more than one service needs."""

from collections.abc import Sequence


def spread(weights: Sequence[int], total: int) -> list[int]:
    """`total` in parts proportional to `weights`, to the kopeck; what rounding left goes to the largest remainders."""
    whole = sum(weights)
    parts = [weight * total // whole for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda i: (-(weights[i] * total % whole), i))
    for i in by_remainder[: total - sum(parts)]:
        parts[i] += 1
    return parts
