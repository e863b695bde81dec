"""The front doors: API Gateway's REST API with its authoriser and throttling, and function URLs."""
