/**
 * What the progress of an onboarding means for its owner.
 *
 * The stack answers { display_number, state, code, todo, steps: [{ step, state, why }], numbers,
 * certificate, deadline_at }. What is absent is not known yet, and a word that this page does not
 * know changes nothing.
 */

/** Steps without which there is no connection. */
const VITAL = new Set(["subscribe", "read_line"]);

/** Codes of an import that have words of their own; with the others it goes on as it should. */
const TOLD = new Set([
  "complete",
  "connected",
  "deadline_near",
  "declined",
  "incomplete",
  "refused",
  "silent",
  "stalled",
]);

/** Outcomes after which nothing more will change, so that nobody needs to ask again. */
const FINAL = new Set(["complete", "connected", "declined", "failed", "refused", "removed"]);

/** Outcomes with which chats may still arrive. */
const MOVING = new Set([null, "deadline_near", "silent", "stalled", "unknown"]);

/** A name in `words.outcomes`, or null while all goes as it should. */
export function outcomeOf({ state, code, steps = [] }) {
  if (state === "removed" || state === "offboarded") return state;
  if (steps.some((step) => VITAL.has(step.step) && step.state === "refused")) return "failed";
  if (TOLD.has(code)) return code;
  const history = steps.find((step) => step.step === "history");
  return history?.state === "unknown" && code !== "receiving" ? "unknown" : null;
}

/** Whether this outcome is the last one. */
export const isFinal = (outcome) => FINAL.has(outcome);

/** Whether the owner should still keep the app open. */
export const isMoving = (outcome) => MOVING.has(outcome);
