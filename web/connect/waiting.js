/** The short views between agreement and import: Meta's window, a choice, and what went wrong. */

import { el, points, todo } from "./markup.js";
import { asMinutes, asNumber, inList, words } from "./words.js";

/**
 * While Meta takes `numbers` for nothing new: counts `seconds` down, then calls `over`. `other` is
 * for whoever has come to connect another number.
 */
export function earlyView({ numbers, seconds, over, other }) {
  const end = Date.now() + seconds * 1000;
  const clock = el("p", { class: "countdown", role: "timer" }, asMinutes(seconds));
  const tick = () => {
    const left = Math.ceil((end - Date.now()) / 1000);
    clock.textContent = asMinutes(Math.max(left, 0));
    if (left <= 0 || !clock.isConnected) clearInterval(ticking);
    if (left <= 0 && clock.isConnected) over();
  };
  const ticking = setInterval(tick, 1000);
  const names = numbers.map(({ display_number: digits }) => asNumber(digits));
  return el(
    "div",
    { class: "view" },
    el("h1", { tabindex: "-1" }, words.early.heading),
    el("p", { class: "lead" }, words.early.lead(inList(names), names.length)),
    el("div", { class: "card" }, clock, el("p", {}, words.early.then)),
    el(
      "p",
      { class: "buttons" },
      el("button", { type: "button", class: "secondary", onclick: other }, words.early.other),
    ),
  );
}

/** While Meta's window is open. */
export function signingView({ reopen, back }) {
  return el(
    "div",
    { class: "view" },
    el("h1", { tabindex: "-1" }, words.signing.heading),
    el("p", { class: "lead" }, words.signing.lead),
    el("div", { class: "card" }, points(words.ahead.steps, { ordered: true })),
    el(
      "div",
      { class: "card quiet" },
      el("h2", {}, words.signing.unseen),
      el("p", {}, words.signing.unseenHint),
      el(
        "p",
        { class: "buttons" },
        el("button", { type: "button", class: "secondary", onclick: reopen }, words.signing.reopen),
        el("button", { type: "button", class: "plain", onclick: back }, words.signing.back),
      ),
    ),
  );
}

/** While the stack takes Meta's code. */
export function securingView() {
  return el(
    "div",
    { class: "view" },
    el("h1", { tabindex: "-1" }, words.securing.heading),
    el("p", { class: "lead", role: "status" }, words.securing.lead),
    el("progress", { "aria-label": words.securing.heading }),
  );
}

/** When the account has several numbers in the app: `decide` gets the line that was picked. */
export function choiceView({ numbers, decide }) {
  const submit = (event) => {
    event.preventDefault();
    decide(new FormData(event.target).get("line"));
  };
  return el(
    "div",
    { class: "view" },
    el("h1", { tabindex: "-1" }, words.choose.heading),
    el("p", { class: "lead" }, words.choose.lead),
    el(
      "form",
      { class: "card choice", onsubmit: submit },
      numbers.map(({ line, display_number: digits }) =>
        el(
          "label",
          {},
          el("input", { type: "radio", name: "line", value: line, required: true }),
          asNumber(digits),
        ),
      ),
      el("button", { class: "primary" }, words.choose.go),
    ),
  );
}

/**
 * Why it did not go on. `reason` is { heading, lead, todo }, `again` is called to try again or is
 * null when that leads nowhere, `support` lists [label, value] pairs for whoever helps.
 */
export function stoppedView(reason, { again = null, support = [] } = {}) {
  const known = support.filter(([, value]) => value);
  return el(
    "div",
    { class: "view" },
    el("h1", { tabindex: "-1" }, reason.heading),
    el("p", { class: "lead" }, reason.lead),
    el("div", { class: "card" }, el("h2", {}, words.stopped.todo), todo(reason.todo)),
    again &&
      el(
        "p",
        { class: "buttons" },
        el("button", { type: "button", class: "primary", onclick: again }, words.stopped.again),
      ),
    known.length > 0
      ? el(
          "details",
          { class: "support" },
          el("summary", {}, words.stopped.support),
          el(
            "dl",
            {},
            known.flatMap(([label, value]) => [el("dt", {}, label), el("dd", {}, value)]),
          ),
        )
      : null,
  );
}
