"""The contracts between services and with the world; the only code that services share besides `core`."""

import os

# Lambda says so where somebody waits for what is imported now, and not where it is done ahead.
COLD_START = os.environ.get("AWS_LAMBDA_INITIALIZATION_TYPE") == "on-demand"
