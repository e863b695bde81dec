"""How messages reach people: a folder for each channel, with its name in `Channel`."""
