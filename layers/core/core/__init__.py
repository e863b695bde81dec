"""The runtime that every service uses: settings, transactions, events, HTTP, identity. It has no studio rules."""
