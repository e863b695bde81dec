// How components ask the API and show what became of it.

import { useEffect, useRef, useState } from "./preact.js";
import { newKey } from "./api.js";

// Asks again when what it depends on has changed; an answer that came too late is dropped.
export function useAnswer(ask, dependsOn) {
  const [state, setState] = useState({});
  const [round, setRound] = useState(0);
  useEffect(() => {
    let current = true;
    setState((last) => ({ ...last, loading: true, problem: null }));
    ask().then(
      (answer) => current && setState({ answer }),
      (problem) => current && setState({ problem }),
    );
    return () => (current = false);
  }, [...dependsOn, round]);
  return [state, () => setRound((last) => last + 1)];
}

// What somebody is typing, once they pause.
export function useSettled(value, pause = 250) {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    if (value === settled) return undefined;
    const timer = setTimeout(() => setSettled(value), pause);
    return () => clearTimeout(timer);
  }, [value]);
  return settled;
}

// `send(request, body)` runs one change at a time; the same change keeps its key until the API has done or refused it:
// a service that was too busy to answer may have done it all the same.
export function useChange(onDone) {
  const [state, setState] = useState({});
  const attempt = useRef({});
  async function send(request, body) {
    const same = JSON.stringify(body ?? null);
    if (attempt.current.same !== same) attempt.current = { same, key: newKey() };
    setState({ busy: true });
    try {
      const answer = await request(attempt.current.key);
      attempt.current = {};
      setState({});
      onDone(answer);
    } catch (problem) {
      if (problem.status < 500) attempt.current = {};
      setState({ problem });
    }
  }
  return [state, send];
}
