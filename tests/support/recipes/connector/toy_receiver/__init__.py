"""The toy's other side."""
