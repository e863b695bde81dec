"""Companies that take messages and bring them to people: a folder each."""
