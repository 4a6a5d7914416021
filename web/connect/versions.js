/** The oldest WhatsApp Business app that Meta lets into coexistence. */
const OLDEST = [2, 24, 17];

/** "fine", "old", or "unclear" when it does not read like a version. */
export function judgeVersion(text) {
  const found = /^\s*(\d+)\.(\d+)\.(\d+)/.exec(text);
  if (!found) return "unclear";
  const version = found.slice(1).map(Number);
  const place = OLDEST.findIndex((least, index) => version[index] !== least);
  return place === -1 || version[place] > OLDEST[place] ? "fine" : "old";
}
