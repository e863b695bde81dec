"""The contracts between services and with the world; the only code that services share besides `core`."""

import os

# Lambda says so where somebody waits for what is imported now, and not where it is done ahead.
INITIALIZATION = os.environ.get("AWS_LAMBDA_INITIALIZATION_TYPE")
COLD_START = INITIALIZATION == "on-demand"
