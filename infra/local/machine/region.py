"""The account and the region that everything on this machine belongs to."""

ACCOUNT = "000000000000"
REGION = "us-east-1"
