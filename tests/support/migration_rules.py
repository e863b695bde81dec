"""What a migration may do to tables that are in use."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

# Tables that never grow beyond what people type in: reading or changing all of one takes no time.
SMALL = {"booking.add_ons", "booking.calendar_feeds", "booking.external_calendars", "booking.halls", "booking.policies",
         "booking.promo_codes", "booking.tariff_versions", "integration.connectors", "integration.report_rebuilds",
         "integration.webhook_subscriptions"}  # fmt: skip
VOLATILE = r"gen_random_uuid|uuidv|clock_timestamp|random\(|nextval|generated"
RULES: dict[str, str] = {
    r"\badd column\b(?!.*\bdefault\b).*\bnot null\b": "a column that must not be empty needs a constant default",
    rf"\badd column\b.*\b({VOLATILE})": "a default that differs by row rewrites the table",
    r"\badd column\b.*\b(unique|primary key|references)\b": "the constraint of a new column comes by online.constraint",
    r"\bset not null\b": "use online.not_null, which reads the table without its heaviest lock",
    r"\balter column \w+ (set data )?type\b": "a changed type rewrites the table: add a column instead",
    r"\badd (constraint|unique|primary key|foreign key|check|exclude)\b": "use online.constraint",
    r"\bvalidate constraint\b": "use online.constraint",
    r"\bcreate (unique )?index\b": "use online.index",
    r"\bdrop index\b": "use online.drop_index",
    r"^(with\b.*)?\b(update|delete from) (?!.*\blimit\b)": "use online.batches",
    r"^insert into\b.*\bselect\b.*\bfrom [a-z_]+\.": "use online.batches",
    r"^(lock|truncate|cluster|vacuum|reindex)\b": "it keeps everybody out",
    r"\balter table \S+ (rename|drop column)|^drop table\b": "functions of the release before still need it",
}
REPEATABLE = r"\bif (not )?exists\b|\bor replace\b|^(grant|revoke|comment|alter table \S+ alter column)"


@dataclass
class Recorder:
    """Stands for `op` and `online`: remembers what a migration asks for."""

    calls: list[tuple[str, tuple[Any, ...]]] = field(default_factory=list)

    def __getattr__(self, name: str) -> Any:
        return lambda *args, **named: self.calls.append((name, (*args, *named.values())))


def recorded(path: Path) -> tuple[Recorder, Recorder]:
    """What `upgrade` of a migration asks of Alembic, and of the online helpers."""
    specification = spec_from_file_location(path.stem, path)
    assert specification and specification.loader
    module = module_from_spec(specification)
    specification.loader.exec_module(module)
    plain, online = Recorder(), Recorder()
    vars(module).update(op=plain, online=online)
    module.upgrade()
    return plain, online


def faults(plain: Recorder, online: Recorder) -> list[str]:
    """Why a migration cannot be let loose on a database in use; nothing if it can."""
    found = [f"op.{name}: write it as SQL" for name, _ in plain.calls if name != "execute"]
    if plain.calls and online.calls:
        found.append("what runs in a transaction and what does not are two migrations")
    within = [each for name, args in plain.calls if name == "execute" for each in statements(str(args[0]))]
    found += _broken(within)
    for name, args in online.calls:
        if name == "columns":
            found += _broken([_plain(f"alter table {args[0]} add column {each}") for each in args[1:]])
        elif name == "run":
            found += _broken(again := statements(args[0]))
            found += [f"it cannot be repeated: {each}" for each in again if not re.search(REPEATABLE, each)]
        elif name == "batches" and ":size" not in args[0]:
            found.append("a batch has a :size")
    return found


def statements(script: str) -> list[str]:
    """In lower case and on one line each; the bodies of functions are left out, for they do not run."""
    bodies = re.sub(r"(?is)(create (?:or replace )?function.*?)\$\$.*?\$\$", r"\1''", script)
    without_comments = re.sub(r"--[^\n]*", "", bodies)
    return [plain for each in without_comments.split(";") if (plain := _plain(each))]


def _plain(statement: str) -> str:
    return re.sub(r"\s+", " ", statement).strip().lower()


def _broken(script: list[str]) -> Iterator[str]:
    new = {match[1] for each in script if (match := re.match(r"create table (?:if not exists )?(\S+)", each))}
    for statement in script:
        if any(re.search(rf"(?<![\w.]){re.escape(table)}(?![\w.])", statement) for table in new | SMALL):
            continue
        yield from (f"{why}: {statement}" for rule, why in RULES.items() if _breaks(rule, statement))


def _breaks(rule: str, statement: str) -> bool:
    """Each added column by itself: the default of one says nothing of another."""
    parts = re.split(r",(?= add )", statement) if "add column" in rule else [statement]
    return any(re.search(rule, part) for part in parts)
