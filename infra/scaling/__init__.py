"""What breaks first when studios book more: parts with their limits, and a simulation of what waits where."""
