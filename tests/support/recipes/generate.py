"""Writes generated files anew in one process; the names are those of modules with a `main()`."""

import sys
from importlib import import_module


def main() -> None:
    names = sys.argv[1:]
    # They have options of their own.
    del sys.argv[1:]
    for name in names:
        import_module(f"infra.{name}").main()


if __name__ == "__main__":
    main()
