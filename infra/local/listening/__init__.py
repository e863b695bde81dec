"""Shows the webhooks of the running system as they go out, and passes them on to a program that is being written."""
