// The schedule of some days, as it is now. Desks ask for its stamp alone, again and again; only another stamp is worth
// asking for the schedule. One loop: nothing is asked before the last answer has come.

import { useEffect, useRef, useState } from "../base/preact.js";
import * as words from "../base/words.js";

const LIVE = 1000;
const LONGEST = 60_000;
// Names, and what somebody did before, are not in the stamp.
const STALE = 300_000;

export function useSchedule(session, date, days = 1) {
  const [state, setState] = useState({});
  const loop = useRef(null);
  useEffect(() => {
    const query = { from: date, to: words.daysOn(date, days) };
    loop.current = follow(session, query, (news) => setState((last) => ({ ...(news.problem ? last : {}), ...news, date, days })));
    return loop.current.end;
  }, [date, days]);
  const shown = state.date === date && state.days === days ? state : {};
  return [shown, () => loop.current?.look(true)];
}

function follow(session, query, onNews) {
  let timer = null;
  let asking = null;
  let over = false;
  let again = false;
  let pause = LIVE;
  let known = {};

  async function ask(whole) {
    const { stamp } = await session.call("GET", "v1/schedule/stamp", { query });
    const fresh = stamp === known.stamp && performance.now() - known.at < STALE;
    if (fresh && !whole) return;
    const schedule = await all(session, query);
    known = { stamp, at: performance.now() };
    if (!over) onNews({ problem: null, ...schedule });
  }

  async function turn(whole) {
    try {
      await ask(whole);
      pause = LIVE;
    } catch (problem) {
      pause = Math.min(pause * 2, LONGEST);
      if (!over) onNews({ problem });
    }
  }

  // Whoever asks while an answer is on its way gets another look after it.
  async function look(whole = false) {
    clearTimeout(timer);
    if (asking) return void (again ||= whole);
    asking = turn(whole);
    await asking;
    asking = null;
    if (over) return;
    if (again) {
      again = false;
      return look(true);
    }
    // Nobody looks at a hidden page; it asks as soon as somebody does.
    if (!document.hidden) timer = setTimeout(look, pause);
  }

  const seen = () => !document.hidden && look();
  document.addEventListener("visibilitychange", seen);
  look();
  const end = () => {
    over = true;
    clearTimeout(timer);
    document.removeEventListener("visibilitychange", seen);
  };
  return { look, end };
}

async function all(session, query) {
  const whole = await session.call("GET", "v1/schedule", { query });
  for (let cursor = whole.next_cursor; cursor; ) {
    const page = await session.call("GET", "v1/schedule", { query: { ...query, cursor } });
    whole.data.push(...page.data);
    cursor = page.next_cursor;
  }
  return whole;
}
