"""Brings the database of the first argument to the newest revision."""

import sys

from core.postgres.database import create_database
from migrator.app import migrate
from tests.support.database import ServiceSettings

if __name__ == "__main__":
    migrate(create_database(ServiceSettings("migrator", sys.argv[1])))
