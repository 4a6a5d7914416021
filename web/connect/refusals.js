/** Every no, by what the owner can do about it: Meta's in its window, and the stack's. */

import { Refused } from "./backend.js";
import { words } from "./words.js";

/** wire: Meta, "Embedded Signup errors". */
const METAS_CODES = {
  appTooOld: [4563015],
  otherPortfolio: [3441041],
  region: [3441042],
  moreUse: [3441045],
  notInApp: [2655095, 2655048],
  otherPartner: [2655093, 2494028, 2655049],
  disconnectFirst: [2655094, 3441049],
  pageElsewhere: [2655082],
  alreadyThere: [3441030],
  marketing: [3441047],
  restricted: [2655089, 3441040, 2388107],
  tooOften: [3441033, 3441046],
  accountLimit: [2388098, 2494067],
  wrongCode: [2593037, 2593039, 2494158],
};

const BY_CODE = new Map(
  Object.entries(METAS_CODES).flatMap(([name, codes]) => codes.map((code) => [String(code), name])),
);

/** The words for an error of Meta's window; a new one has words too. */
export const refusalOfMeta = (code) => words.refusals[BY_CODE.get(String(code)) ?? "unknown"];

/** With these, only a new invitation helps. */
const INVITATION = {
  invitation_expired: "expired",
  invitation_used: "used",
  invitation_invalid: "invalid",
};

const BEGIN_AGAIN = {
  code_expired: "late",
  gave_up: "late",
  held_by_another: "heldElsewhere",
  invalid: "broken",
  not_found: "lost",
  not_granted: "notGranted",
};

/** { reason, hopeless }: the words for what the stack said, and whether trying again leads nowhere. */
export function reasonOfStack(problem) {
  if (!(problem instanceof Refused))
    return { reason: words.notStarted.unreachable, hopeless: false };
  if (problem.code in INVITATION)
    return { reason: words.invitation[INVITATION[problem.code]], hopeless: true };
  return { reason: words.notStarted[BEGIN_AGAIN[problem.code] ?? "notOurs"], hopeless: false };
}
