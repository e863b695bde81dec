"""Systems that a shop notifies: each folder is one."""
