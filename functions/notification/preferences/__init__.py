"""Which messages people want: what may be left, by kind and channel, and the links that leave it."""
