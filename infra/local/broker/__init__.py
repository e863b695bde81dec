"""The hot half of the local broker: ministack keeps the queues, and these serve what is asked of them all the time."""
