"""Goes to functions/payment/gateways/toypay/."""
