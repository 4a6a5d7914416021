/**
 * What the page asks of the stack. Addresses are relative to the page, because a stage may put a
 * path before it.
 *
 *   GET  onboarding?invitation=…                    may Meta's window be opened now?
 *   POST onboarding                                 begins; the same code again is the same one
 *   GET  onboarding/<id>?invitation=…               how far it has come
 *   GET  onboarding/<id>/certificate?invitation=…   what is proven of the import, signed
 */

/** Milliseconds: how long one answer may take, and the pauses between tries to hand a code over. */
const PATIENCE = 30_000;
const PAUSES = [500, 1_500, 4_000, 10_000];

/** The stack said no. `code` is its stable word, `status` the HTTP status, `body` all it said. */
export class Refused extends Error {
  constructor(status, body) {
    const error = body?.error ?? body ?? {};
    super(error.message ?? `HTTP ${status}`);
    this.status = status;
    this.code = error.code ?? "";
    this.body = body ?? {};
  }
}

/** No answer, or one that says to ask again; `after` is seconds to wait when the stack named any. */
export class Unreachable extends Error {
  constructor(message, after = 0) {
    super(message);
    this.after = after;
  }
}

/** The facts the stack was deployed with: appId, configurationId, graphVersion, sdkUrl, sdkOrigin. */
export const settings = () => ask(new URL("./settings.json", import.meta.url));

/** Refused while the invitation, or Meta, does not let its holder begin. */
export const mayBegin = (invitation) => ask(invited("onboarding", invitation));

/** How far the onboarding has come. */
export const progressOf = (onboarding, invitation) =>
  ask(invited(`onboarding/${encodeURIComponent(onboarding)}`, invitation));

/** Where the signed certificate of the onboarding's import is to be had. */
export const certificateOf = (onboarding, invitation) =>
  invited(`onboarding/${encodeURIComponent(onboarding)}/certificate`, invitation);

const invited = (path, invitation) =>
  new URL(`${path}?${new URLSearchParams({ invitation })}`, document.baseURI);

/**
 * Hands Meta's code over and answers { onboarding, line, display_number }. The code lives for 30
 * seconds, so the first try goes out at once; the stack knows a code it has seen, so that an
 * answer lost on the way can be asked for again. Refused is final.
 */
export async function begin(request) {
  const post = () =>
    ask(new URL("onboarding", document.baseURI), {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(request),
    });
  for (const pause of PAUSES) {
    try {
      return await post();
    } catch (problem) {
      if (!(problem instanceof Unreachable)) throw problem;
      await new Promise((resume) => setTimeout(resume, pause));
    }
  }
  return post();
}

async function ask(url, options = {}) {
  const response = await reach(url, options);
  const body = await response.json().catch(() => null);
  if (response.status === 429 || response.status >= 500)
    throw new Unreachable(`HTTP ${response.status}`, Number(response.headers.get("retry-after")));
  if (!response.ok) throw new Refused(response.status, body);
  if (body === null) throw new Unreachable("the answer was no JSON");
  return body;
}

async function reach(url, options) {
  try {
    return await fetch(url, {
      cache: "no-store",
      signal: AbortSignal.timeout(PATIENCE),
      ...options,
    });
  } catch (problem) {
    throw new Unreachable(String(problem));
  }
}
