"""Functions executed as Lambda does: real runtime processes behind a Runtime API of our own."""
