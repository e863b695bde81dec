"""What messengers share: a bot tells staff in a chat."""
