"""Settings of the migrator."""

import json

from sqlalchemy import make_url

from core.secrets import resolve
from core.settings import CoreSettings


class MigratorSettings(CoreSettings):
    """How the owner of all schemas signs in."""

    database_secret: str = ""
    """JSON `{"username", "password"}` as RDS stores it, or a reference; empty uses `DATABASE_URL` as it is."""

    def signed_in(self) -> "MigratorSettings":
        """With the name and password of the secret in the URL; looked up at every start, for RDS rotates them."""
        if not self.database_secret:
            return self
        secret = json.loads(resolve(self.database_secret))
        url = make_url(self.database_url).set(username=secret["username"], password=secret["password"])
        return self.model_copy(update={"database_url": url.render_as_string(hide_password=False)})
