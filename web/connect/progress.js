/** The last view: how far the onboarding has come, up to the certificate of the import. */

import { certificateCard } from "./certificate.js";
import { el, icon, todo, unbroken } from "./markup.js";
import { isMoving, outcomeOf } from "./outcome.js";
import { asHour, asNumber, inDigits, words } from "./words.js";

/** Every so many per cent a reader hears how far the import has come. */
const ANNOUNCED = 10;

/**
 * The view, which ends with a link to `signed`, and the functions that keep it true: `show(progress)` after every answer, which
 * returns the outcome's name or null, and `interrupted(yes)` while there is no connection.
 */
export function progressView(signed) {
  const place = (name, attributes = {}) => el("div", { class: name, ...attributes });
  const slots = {
    head: place("head"),
    trouble: place("trouble", { role: "status" }),
    open: place("open"),
    certificate: place("arrived"),
    arriving: place("arriving"),
    steps: place("steps"),
  };
  const spoken = el("p", { class: "unseen", role: "status" });
  const shown = {};
  const fill = (name, facts, build) => {
    const key = JSON.stringify(facts);
    if (shown[name] === key) return;
    shown[name] = key;
    slots[name].replaceChildren(...[build()].flat().filter(Boolean));
  };
  let heard = "";
  const say = (text) => {
    if (text !== heard) spoken.textContent = text;
    heard = text;
  };

  const show = (progress) => {
    const outcome = outcomeOf(progress);
    const { certificate } = progress;
    const number = asNumber(progress.display_number);
    const moving = isMoving(outcome);
    fill("head", [outcome, number], () => head(outcome, number));
    fill("open", moving, () => moving && keepOpen());
    fill("arriving", [moving, certificate], () => moving && arriving(certificate));
    fill("certificate", [outcome, certificate], () =>
      ["complete", "complete_with_gaps"].includes(outcome)
        ? certificateCard(certificate, signed, progress.display_number)
        : null,
    );
    const left = hoursLeft(progress);
    fill("steps", [progress.steps, progress.deadline_at, left, moving], () =>
      progress.steps?.length > 0 && (moving || outcome === "failed") ? steps(progress) : null,
    );
    say(spokenOf(outcome, certificate, number));
    document.title = `${slots.head.querySelector("h1").textContent} · ${words.brand}`;
    return outcome;
  };
  const interrupted = (yes) => {
    slots.trouble.textContent = yes ? words.progress.interrupted : "";
  };
  fill("head", ["", ""], () => head(null, ""));
  return { node: el("div", { class: "view" }, Object.values(slots), spoken), show, interrupted };
}

const SEALED = new Set(["complete", "connected"]);

function head(outcome, number) {
  const said = words.outcomes[outcome] ?? words.progress;
  const heading = typeof said.heading === "function" ? said.heading(number) : said.heading;
  return [
    SEALED.has(outcome) ? el("span", { class: "seal" }, icon("check")) : null,
    el("h1", { tabindex: "-1" }, unbroken(heading, number)),
    el("p", { class: "lead" }, said.lead),
    said.todo
      ? el("div", { class: "card" }, el("h2", {}, words.stopped.todo), todo(said.todo))
      : null,
  ];
}

function keepOpen() {
  return el(
    "div",
    { class: "notice" },
    icon("phone"),
    el(
      "p",
      {},
      el("strong", {}, words.progress.keepOpen),
      el("span", { class: "remark" }, words.progress.keepOpenHint),
    ),
  );
}

function arriving(certificate) {
  const value = certificate?.progress ?? 0;
  const count = certificate?.messages ?? 0;
  return el(
    "section",
    { class: "card", "aria-labelledby": "import" },
    el(
      "div",
      { class: "measure" },
      el("h2", { id: "import" }, words.progress.bar),
      count > 0 ? el("span", { class: "percent" }, words.progress.percent(value)) : null,
    ),
    count > 0
      ? el("progress", { max: "100", value: String(value), "aria-labelledby": "import" })
      : el("progress", { "aria-labelledby": "import" }),
    el(
      "p",
      { class: "count" },
      count > 0 ? words.progress.arrived(inDigits(count)) : words.progress.waiting,
    ),
    count > 0 ? phases(certificate.phases ?? []) : null,
  );
}

function phases(known) {
  return el(
    "dl",
    { class: "phases" },
    words.progress.phases.map((name, place) => {
      const found = known.find(({ phase }) => phase === place);
      return el(
        "div",
        {},
        el("dt", {}, name),
        el("dd", {}, found ? inDigits(found.messages) : "–"),
      );
    }),
  );
}

/** States in which the stack's own sentence is worth reading. */
const EXPLAINED = new Set(["pending", "refused"]);
const DRAWINGS = { done: "check", refused: "cross", unknown: "alert" };

/** Whole hours in which Meta still takes a request; null when that decides nothing. */
function hoursLeft({ seconds_left: left = null }) {
  return left === null ? null : Math.max(Math.floor(left / 3600), 0);
}

function steps(progress) {
  const { steps: known = [], deadline_at: deadline } = progress;
  const unclear = known.some(({ state }) => state === "unknown");
  const open = known.some(({ state }) => state === "pending" || state === "running");
  return el(
    "section",
    { class: "card", "aria-labelledby": "steps" },
    el("h2", { id: "steps", class: "unseen" }, words.progress.stepsLabel),
    el(
      "ol",
      { class: "steplist" },
      known.map(({ step, state, why }) =>
        el(
          "li",
          { "data-state": state },
          icon(DRAWINGS[state] ?? "dot"),
          el(
            "span",
            {},
            words.progress.steps[step] ?? step,
            why && EXPLAINED.has(state) ? el("span", { class: "remark" }, why) : null,
          ),
          el("span", { class: "state" }, words.progress.states[state] ?? state),
        ),
      ),
    ),
    unclear ? el("p", { class: "note" }, words.progress.unknownHint) : null,
    deadline && (open || unclear)
      ? el("p", { class: "note" }, words.progress.until(asHour(deadline), hoursLeft(progress)))
      : null,
  );
}

/** Only what is worth an interruption: a new outcome, and every tenth of the way. */
function spokenOf(outcome, certificate, number) {
  const said = words.outcomes[outcome]?.heading;
  if (said) return typeof said === "function" ? said(number) : said;
  const tenth = Math.floor((certificate?.progress ?? 0) / ANNOUNCED) * ANNOUNCED;
  return tenth > 0 ? words.progress.announced(tenth) : "";
}
