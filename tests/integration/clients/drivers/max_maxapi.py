"""`maxapi`: subscribes a bot, writes to a chat, and reads what the chat's owner does."""

import asyncio
import json
import secrets
from urllib.request import Request, urlopen
from uuid import uuid4

from maxapi import Bot
from maxapi.exceptions.max import InvalidToken, MaxApiError
from maxapi.methods.types.getted_updates import get_update_model
from shop import BASE, PATIENCE_SECONDS, notices, report

CHAT = 1 + secrets.randbelow(10**9)


def act(**deed: object) -> None:
    request = Request(f"{BASE}/_sandbox/bots/max", json.dumps({"chat": CHAT, **deed}).encode(), method="POST")
    urlopen(request, timeout=PATIENCE_SECONDS).close()


def bot_of(token: str) -> Bot:
    made = Bot(token)
    made.set_api_url(f"{BASE}/max")
    return made


async def fault(deed: object) -> object:
    try:
        return await deed
    except (MaxApiError, InvalidToken) as error:
        return getattr(error, "code", type(error).__name__)


async def main() -> None:
    bot, stranger, receiver = bot_of("cyclorama-max-token"), bot_of("guess"), f"maxapi-{uuid4().hex[:8]}"
    me = await bot.get_me()
    unknown = await fault(bot.send_message(chat_id=CHAT, text="nobody began this chat"))
    url = f"{BASE}/hooks/{receiver}"
    subscribed = await bot.subscribe_webhook(url, secret="s3cret-s3cret")
    act(start="abc")
    started = await get_update_model(json.loads(notices(receiver, "abc")[0]), bot)
    sent = await bot.send_message(chat_id=CHAT, text="<b>Бронь</b> подтверждена", format="html")
    hooks = [each.url for each in (await bot.get_subscriptions()).subscriptions]
    act(stop=True)
    stopped = await fault(bot.send_message(chat_id=CHAT, text="too late"))
    gone = await bot.unsubscribe_webhook(url)
    denied = await fault(stranger.get_me())
    report(
        bot=me.is_bot,
        hooked=(subscribed.success, url in hooks, gone.success),
        started=(started.chat_id == CHAT, started.payload),
        sent=sent.message.body.text,
        faults=[str(unknown), str(stopped), str(denied)],
    )
    await bot.close_session()
    await stranger.close_session()


asyncio.run(main())
