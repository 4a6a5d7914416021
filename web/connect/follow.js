/** Asking again and again how far it has come, politely: rarer with time, silent when unseen. */

import { Unreachable } from "./backend.js";

/** Until so many seconds after the start, a pause of so many seconds between two questions. */
const RHYTHM = [
  [60, 2],
  [600, 5],
  [Infinity, 15],
];
const LONGEST = 60;

/**
 * Calls `ask` until `news` answers true, which means that nothing more will change. `trouble`
 * hears of every failed question: Unreachable is asked again, anything else ends it.
 */
export function follow(ask, { news, trouble }) {
  const begun = Date.now();
  let failures = 0;
  let timer = 0;
  let asking = false;
  let over = false;

  const turn = async () => {
    if (asking || over) return;
    clearTimeout(timer);
    asking = true;
    let pause = rhythm(begun);
    try {
      over = news(await ask());
      failures = 0;
    } catch (problem) {
      failures += 1;
      over = !(problem instanceof Unreachable);
      pause = Math.max(problem.after ?? 0, Math.min(pause * 2 ** failures, LONGEST));
      trouble(problem);
    }
    asking = false;
    if (over) document.removeEventListener("visibilitychange", seen);
    else if (!document.hidden) timer = setTimeout(turn, pause * 1000);
  };
  const seen = () => {
    if (document.hidden) clearTimeout(timer);
    else turn();
  };

  document.addEventListener("visibilitychange", seen);
  turn();
}

function rhythm(begun) {
  const elapsed = (Date.now() - begun) / 1000;
  return RHYTHM.find(([until]) => elapsed < until)[1];
}
