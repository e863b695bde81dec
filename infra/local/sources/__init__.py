"""What invokes functions without a client: queues and schedules."""
