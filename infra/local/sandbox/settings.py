"""What the command line may set."""

import argparse
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")


@dataclass(frozen=True)
class Settings:
    """The sandbox's settings; its credentials guard nothing and are public."""

    port: int
    state: Path
    webhook_url: str
    host: str
    public_url: str
    shop_name: str
    yookassa_shop_id: str
    yookassa_key: str
    tkassa_terminal: str
    tkassa_password: str
    sber_user: str
    sber_password: str
    sber_token: str
    sber_callback_key: str
    smsru_api_id: str
    telegram_token: str
    bitrix24_code: str
    amocrm_token: str
    log_level: str


def parse(arguments: Sequence[str] | None = None) -> Settings:
    """Settings from the command line; ends the program with a clear message if they make no sense."""
    values = vars(_parser().parse_args(arguments))
    values["public_url"] = (values["public_url"] or f"http://127.0.0.1:{values['port']}").rstrip("/")
    values["webhook_url"] = values["webhook_url"].rstrip("/")
    values["log_level"] = values["log_level"].upper()
    return Settings(**values)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("python -m infra.local.sandbox", description=__doc__)
    parser.add_argument("--port", type=int, default=5090)
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on")
    parser.add_argument("--public-url", help="the sandbox's address in links, if not http://127.0.0.1:<port>")
    parser.add_argument("--state", type=Path, required=True, help="directory that keeps payments, webhooks, messages")
    parser.add_argument("--webhook-url", required=True, help="webhooks go to <webhook-url>/<gateway>")
    parser.add_argument("--shop-name", default="Cyclorama", help="name on the pay page")
    parser.add_argument("--yookassa-shop-id", default="100500")
    parser.add_argument("--yookassa-key", default="test_cyclorama")
    parser.add_argument("--tkassa-terminal", default="CycloramaDEMO")
    parser.add_argument("--tkassa-password", default="cyclorama")
    parser.add_argument("--sber-user", default="cyclorama-api")
    parser.add_argument("--sber-password", default="cyclorama")
    parser.add_argument("--sber-token", default="cyclorama-token", help="the old interface takes it for a password")
    parser.add_argument("--sber-callback-key", default="cyclorama-callback", help="signs the old interface's callbacks")
    parser.add_argument("--smsru-api-id", default="cyclorama")
    parser.add_argument("--telegram-token", default="100500:cyclorama")
    parser.add_argument("--bitrix24-code", default="cyclorama", help="the secret part of the webhook's address")
    parser.add_argument("--amocrm-token", default="cyclorama")
    level = os.environ.get("LOG_LEVEL", "INFO").upper()
    parser.add_argument("--log-level", type=str.upper, choices=LEVELS, default=level if level in LEVELS else "INFO")
    return parser
