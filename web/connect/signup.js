/**
 * Embedded Signup through Meta's JavaScript SDK. wire: Meta, "Embedded Signup implementation".
 *
 * The pop-up speaks twice and in either order: a window message says which account was chosen,
 * FB.login's callback brings the code. The code alone is enough, because the stack can find the
 * number with it; the message alone is not.
 */

/** How long one of the two waits for the other, in milliseconds. */
export const PATIENCE = 3_000;

const FINISHED = new Set([
  "FINISH",
  "FINISH_WHATSAPP_BUSINESS_APP_ONBOARDING",
  "FINISH_ONLY_WABA",
]);
const STOPPED = new Set(["CANCEL", "ERROR"]);

/** Loads and prepares the SDK; rejects when a blocker or the network stops it. */
export function loadSdk({ appId, graphVersion, sdkUrl }) {
  return new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = sdkUrl;
    script.onload = () => {
      if (!window.FB) {
        reject(new Error("the SDK did not announce itself"));
        return;
      }
      // No plugins and no event log: the page shows nothing of Meta's and reports nothing to it.
      window.FB.init({ appId, autoLogAppEvents: false, xfbml: false, version: graphVersion });
      resolve(window.FB);
    };
    script.onerror = () => {
      script.remove();
      reject(new Error("the SDK could not be loaded"));
    };
    document.head.append(script);
  });
}

/**
 * Opens Meta's window; call it from a click, or the browser will stop it. `tell` hears one of
 *   { kind: "granted", code, sessionInfo }     sessionInfo is null when no message came
 *   { kind: "cancelled", step }                step is "" when Meta did not name one
 *   { kind: "failed", code, message, session }
 * and may hear "granted" later still: Meta reports an error when it is shown, and the owner may
 * go on from there. Answers a function that stops listening.
 */
export function signUp(FB, { configurationId, sdkOrigin }, tell) {
  let code = null;
  let sessionInfo = null;
  let stop = null;
  let closed = false;
  let told = false;
  let timer = 0;

  const settle = () => {
    if (code) {
      leave();
      tell({ kind: "granted", code, sessionInfo });
    } else if (!told && (stop || closed)) {
      told = true;
      tell(stop ?? { kind: "cancelled", step: "" });
    }
  };
  const settleSoon = () => {
    clearTimeout(timer);
    timer = setTimeout(settle, PATIENCE);
  };

  const hear = (event) => {
    const said = isMetas(event.origin, sdkOrigin) ? sessionEvent(event.data) : null;
    if (said === null) return;
    if (FINISHED.has(said.event)) {
      sessionInfo = said;
      stop = null;
      if (code) settle();
    } else if (STOPPED.has(said.event)) {
      stop = whyStopped(said);
      if (closed) settle();
      else settleSoon();
    }
  };
  const leave = () => {
    clearTimeout(timer);
    window.removeEventListener("message", hear);
  };

  window.addEventListener("message", hear);
  FB.login(
    (response) => {
      closed = true;
      code = response?.authResponse?.code ?? null;
      if (code ? sessionInfo : stop) settle();
      else settleSoon();
    },
    {
      config_id: configurationId,
      response_type: "code",
      override_default_response_type: true,
      extras: {
        setup: {},
        featureType: "whatsapp_business_app_onboarding",
        sessionInfoVersion: "3",
      },
    },
  );
  return leave;
}

/** Whether a message comes from the SDK's origin, or over https from a host of the same domain. */
export function isMetas(origin, sdkOrigin) {
  if (origin === sdkOrigin) return true;
  const [, domain] = /^https:\/\/(?:www\.)?([^:/]+)$/.exec(sdkOrigin) ?? [];
  const [, host] = /^https:\/\/([^:/]+)$/.exec(origin) ?? [];
  return Boolean(domain && host) && (host === domain || host.endsWith(`.${domain}`));
}

/** The sign-up event in a message's data, or null: other messages pass through the same window. */
function sessionEvent(data) {
  if (typeof data !== "string") return null;
  try {
    const said = JSON.parse(data);
    return said?.type === "WA_EMBEDDED_SIGNUP" ? said : null;
  } catch {
    return null;
  }
}

function whyStopped({ event, data = {} }) {
  const code = data.error_code ?? data.error_id;
  if (code === undefined && event === "CANCEL")
    return { kind: "cancelled", step: data.current_step ?? "" };
  return {
    kind: "failed",
    code: String(code ?? ""),
    message: data.error_message ?? "",
    session: data.session_id ?? "",
  };
}
