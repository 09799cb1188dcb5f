// Asks again and again while the tab is seen, and says when the Broker gives no answer.

import { NoAnswer } from './api.js';
import { setData, setShown, setText } from './dom.js';

const hiddenWait = 30;
const mostWait = 10;
const notice = document.getElementById('connection');

/** Says calmly that no answer came, or takes that back where nothing is wrong. */
function sayConnection(trouble) {
  setShown(notice, trouble !== undefined);
  setData(notice, 'kind', trouble?.kind ?? '');
  setText(notice, trouble ? `${trouble.message} This page goes on by itself.` : '');
}

/**
 * Calls `ask(signal)` until `stop` is called; it answers the seconds to wait before the next time.
 * `now` asks at once.
 */
export function poll(ask) {
  const leaving = new AbortController();
  let timer;
  let asking = false;
  let misses = 0;

  async function turn() {
    if (asking) return;
    asking = true;
    clearTimeout(timer);
    let wait;
    try {
      wait = await ask(leaving.signal);
      misses = 0;
      if (!leaving.signal.aborted) sayConnection();
    } catch (error) {
      if (leaving.signal.aborted) return;
      misses += 1;
      wait = Math.min((error.waitSeconds ?? mostWait) * misses, mostWait);
      if (error instanceof NoAnswer) sayConnection(error);
      else reportError(error);
    } finally {
      asking = false;
    }
    if (leaving.signal.aborted) return;
    timer = setTimeout(turn, 1000 * (document.hidden ? Math.max(wait, hiddenWait) : wait));
  }

  const seen = () => {
    if (!document.hidden) turn();
  };
  document.addEventListener('visibilitychange', seen);
  turn();
  return {
    now: turn,
    stop() {
      leaving.abort();
      clearTimeout(timer);
      document.removeEventListener('visibilitychange', seen);
      sayConnection();
    },
  };
}
