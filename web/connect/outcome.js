/**
 * What the progress of an onboarding means for its owner.
 *
 * The stack answers { display_number, state, code, todo, since, seconds_left, numbers,
 * steps: [{ step, state, why }], certificate, deadline_at }; `code` is the state of the import. What is absent is not known yet, and a word that this page does not
 * know changes nothing.
 */

/** Steps without which there is no connection. */
const VITAL = new Set(["subscribe", "read_line"]);

/** States of an import that have words of their own; with the others it goes on as it should. */
const TOLD = new Set([
  "complete",
  "complete_with_gaps",
  "declined",
  "expired",
  "silent",
  "stalled",
  "unknown",
]);

/** States in which Meta has not taken the request for the chats. */
const NOT_TAKEN = new Set(["not_requested", "requesting"]);

/** Seconds before the deadline from which the owner hears of it. */
const LAST_CALL = 6 * 3600;

/** Outcomes after which nothing more will change, so that nobody needs to ask again. */
const FINAL = new Set(["complete", "connected", "declined", "failed", "removed"]);

/** Seconds in which a part may still come after the last one: they come in any order. */
const STRAGGLING = 600;

/** Outcomes with which chats may still arrive. */
const MOVING = new Set([null, "deadline_near", "silent", "stalled", "unknown"]);

/** A name in `words.outcomes`, or null while all goes as it should. */
export function outcomeOf({ state, code, steps = [], seconds_left: left = null }) {
  if (state === "removed" || state === "offboarded") return state;
  if (steps.some((step) => VITAL.has(step.step) && step.state === "refused")) return "failed";
  if (TOLD.has(code)) return code;
  if (!NOT_TAKEN.has(code)) return null;
  if (left !== null && left <= LAST_CALL) return "deadline_near";
  const asked = steps.some((step) => step.step === "history");
  const under = steps.some((step) => step.state === "pending" || step.state === "running");
  return steps.length > 0 && !asked && !under ? "connected" : null;
}

/** Whether this outcome is the last one, and all that is told with it. */
export const isFinal = (outcome, { since }) =>
  FINAL.has(outcome) && (outcome !== "complete" || Date.now() / 1000 - since > STRAGGLING);

/** Whether the owner should still keep the app open. */
export const isMoving = (outcome) => MOVING.has(outcome);
