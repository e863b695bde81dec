"""The runtime every service stands on: settings, transactions, events, HTTP, identity. It knows no studio rule."""
