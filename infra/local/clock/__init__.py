"""The clock of the whole local system, and how it is moved."""
