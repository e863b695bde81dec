"""How a message is written: in which words, to whom, and with what the gateway is asked for at the last moment."""
