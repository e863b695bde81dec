"""SMS.RU."""
