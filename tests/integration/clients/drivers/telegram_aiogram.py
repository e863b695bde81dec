"""`aiogram`: subscribes a bot, writes to a chat, and reads what the chat's owner does."""

import asyncio
import json
import secrets
from urllib.request import Request, urlopen
from uuid import uuid4

from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import TelegramAPIError
from aiogram.types import Update
from shop import BASE, PATIENCE_SECONDS, notices, report

CHAT = 1 + secrets.randbelow(10**9)


def act(**deed: object) -> None:
    request = Request(f"{BASE}/_sandbox/bots/telegram", json.dumps({"chat": CHAT, **deed}).encode(), method="POST")
    urlopen(request, timeout=PATIENCE_SECONDS).close()


async def fault(deed: object) -> str:
    try:
        await deed
    except TelegramAPIError as error:
        return type(error).__name__
    return ""


async def main() -> None:
    session = AiohttpSession(api=TelegramAPIServer.from_base(f"{BASE}/telegram"))
    receiver = f"aiogram-{uuid4().hex[:8]}"
    async with Bot("100500:cyclorama", session=session) as bot, Bot("1:guess", session=session) as stranger:
        unknown = await fault(bot.send_message(CHAT, "nobody began this chat"))
        await bot.set_webhook(f"{BASE}/hooks/{receiver}", secret_token="s3cret")
        hook = (await bot.get_webhook_info()).url
        act(start="abc")
        started = Update.model_validate_json(notices(receiver, "abc")[0]).message
        sent = await bot.send_message(CHAT, "<b>Бронь</b> подтверждена", parse_mode="HTML")
        broken = await fault(bot.send_message(CHAT, "<b>open", parse_mode="HTML"))
        act(stop=True)
        stopped = await fault(bot.send_message(CHAT, "too late"))
        report(
            hook=hook.endswith(receiver),
            started=(started.chat.id == CHAT, started.text),
            sent=(sent.chat.id == CHAT, sent.text),
            faults=[unknown, broken, stopped, await fault(stranger.send_message(CHAT, "nobody's bot"))],
        )


asyncio.run(main())
