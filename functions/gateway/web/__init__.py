"""Pages that people use: their files, and what a browser is told about them."""
