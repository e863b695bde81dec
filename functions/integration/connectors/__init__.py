"""The ways out to other systems, one module each; `wiring_connectors.py` lists them."""
