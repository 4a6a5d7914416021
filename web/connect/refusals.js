/** Meta's sign-up errors by what the owner can do. wire: Meta, "Embedded Signup errors". */

const CODES = {
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
  Object.entries(CODES).flatMap(([name, codes]) => codes.map((code) => [String(code), name])),
);

/** The name under which `words.refusals` explains a code of Meta's; "unknown" for a new one. */
export const refusalOf = (code) => BY_CODE.get(String(code)) ?? "unknown";
