"""The connectors to other systems. Each is a folder that declares all that it needs, found by its name."""
