"""Payment gateways: one package for each, beside the store, pay page and webhook queue that they share."""
