"""The records of the CRMs, in the state file."""

import json
from typing import Any

from infra.sandbox.database import Database


class Records:
    """The records of one CRM, by kind; ids are whole numbers and never given twice."""

    def __init__(self, database: Database, crm: str) -> None:
        self._database = database
        self._crm = crm

    def add(self, kind: str, document: dict[str, Any]) -> int:
        statement = "INSERT INTO crm_records (crm, kind, document) VALUES (?, ?, ?)"
        return int(self._database.execute(statement, (self._crm, kind, json.dumps(document))).lastrowid or 0)

    def get(self, kind: str, record_id: int) -> dict[str, Any] | None:
        row = self._database.execute(
            "SELECT document FROM crm_records WHERE crm = ? AND kind = ? AND id = ?", (self._crm, kind, record_id)
        ).fetchone()
        return {**json.loads(row["document"]), "id": record_id} if row else None

    def all(self, kind: str) -> list[dict[str, Any]]:
        """The oldest first."""
        rows = self._database.execute(
            "SELECT id, document FROM crm_records WHERE crm = ? AND kind = ? ORDER BY id", (self._crm, kind)
        )
        return [{**json.loads(row["document"]), "id": row["id"]} for row in rows.fetchall()]

    def save(self, kind: str, record_id: int, document: dict[str, Any]) -> None:
        kept = json.dumps({name: value for name, value in document.items() if name != "id"})
        statement = "UPDATE crm_records SET document = ? WHERE crm = ? AND kind = ? AND id = ?"
        self._database.execute(statement, (kept, self._crm, kind, record_id))

    def remove(self, kind: str, record_id: int) -> bool:
        statement = "DELETE FROM crm_records WHERE crm = ? AND kind = ? AND id = ?"
        return self._database.execute(statement, (self._crm, kind, record_id)).rowcount == 1
