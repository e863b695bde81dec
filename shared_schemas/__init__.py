"""The contracts between services and with the world; the only code that services share besides `core`."""
