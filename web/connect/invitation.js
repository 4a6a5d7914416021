/**
 * What an invitation says of itself, so that an owner with an old link learns it before anything
 * else. Only the stack can tell whether it is genuine, and does so at every request.
 */

/** A day: a phone's clock may be wrong, and then the stack shall decide. Seconds. */
const DOUBT = 86_400;

/** "fine", "missing", "invalid" or "expired", at `now` in unix seconds. */
export function readInvitation(text, now) {
  if (!text) return "missing";
  const [claims, signature] = text.split(".");
  if (!claims || !signature) return "invalid";
  try {
    const { expires_at: end } = JSON.parse(atob(claims.replaceAll("-", "+").replaceAll("_", "/")));
    return Number.isFinite(end) && end + DOUBT < now ? "expired" : "fine";
  } catch {
    return "invalid";
  }
}
