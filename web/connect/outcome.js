/**
 * What the progress of an onboarding means for the owner.
 *
 * The stack answers { display_number, state, steps: [{ step, state }], certificate, deadline_at,
 * silent, stalled }; the certificate is null before the chats were asked for. What is absent is not
 * known yet, and a word that this page does not know changes nothing.
 */

/** Steps without which there is no connection. */
const VITAL = new Set(["subscribe", "read_line"]);
const GONE = new Set(["offboarded", "removed"]);

/** Names after which nothing more will change, so that nobody needs to ask again. */
const FINAL = new Set(["complete", "declined", "refused", "failed", "removed"]);

/** A name in `words.outcomes`, or null while the import goes on as it should. */
export function outcomeOf({ state, steps = [], certificate, silent, stalled }) {
  const stands = Object.fromEntries(steps.map((step) => [step.step, step.state]));
  const verdict = certificate?.verdict ?? "nothing_yet";
  if (GONE.has(state)) return "removed";
  if (steps.some((step) => VITAL.has(step.step) && step.state === "refused")) return "failed";
  if (["complete", "incomplete", "declined"].includes(verdict)) return verdict;
  if (verdict === "receiving") return stalled ? "stalled" : null;
  if (stands.history === "refused") return "refused";
  if (stands.history === "unknown") return "unknown";
  return silent ? "silent" : null;
}

/** Whether this outcome is the last one. */
export const isFinal = (outcome) => FINAL.has(outcome);

/** Whether the number already works at both ends. */
export const isConnected = (outcome) => !["failed", "removed"].includes(outcome);
