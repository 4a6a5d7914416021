/* A stand-in for Meta's JavaScript SDK: enough of `FB` to go through Embedded Signup.
 * FB.login opens the dialog in a pop-up. Two things come back, independently, as with the real one:
 * the session message (a window `message` event, posted by the dialog as a JSON string),
 * and the code (given to the callback of FB.login). */
(() => {
  "use strict";

  const origin = new URL(document.currentScript.src).origin;
  const LOGIN = "simulated_login?";
  let settings = null;

  function dialogAddress(options) {
    const address = new URL("/dialog", origin);
    address.searchParams.set("app_id", settings.appId ?? "");
    address.searchParams.set("config_id", options.config_id ?? "");
    address.searchParams.set("extras", JSON.stringify(options.extras ?? {}));
    address.searchParams.set("opener", window.location.origin);
    return address.href;
  }

  function answer(code) {
    return code
      ? { status: "connected", authResponse: { code, userID: null, expiresIn: null } }
      : { status: "unknown", authResponse: null };
  }

  function login(callback, options = {}) {
    if (settings === null) throw new Error("FB.login() called before FB.init()");
    if (options.response_type !== "code" || !options.override_default_response_type) {
      throw new Error("Embedded Signup needs response_type 'code' and its override");
    }
    const popup = window.open(dialogAddress(options), "simulated_signup", "width=560,height=720");
    let watch = 0;
    let answered = false;

    function finish(code) {
      answered = true;
      window.clearInterval(watch);
      window.removeEventListener("message", listen);
      callback(answer(code));
    }

    function listen(event) {
      // The source is null once the pop-up is gone; what it said before still counts.
      if (event.origin !== origin || (event.source && event.source !== popup)) return;
      if (typeof event.data !== "string" || !event.data.startsWith(LOGIN)) return;
      finish(new URLSearchParams(event.data.slice(LOGIN.length)).get("code"));
    }

    if (popup === null) {
      callback(answer(null));
      return;
    }
    window.addEventListener("message", listen);
    watch = window.setInterval(() => {
      if (!popup.closed) return;
      window.clearInterval(watch);
      window.setTimeout(() => answered || finish(null), 300);
    }, 300);
  }

  window.FB = {
    init(given) {
      settings = { ...given };
    },
    login,
    getLoginStatus(callback) {
      callback(answer(null));
    },
    AppEvents: { logPageView() {} },
  };
  if (typeof window.fbAsyncInit === "function") window.fbAsyncInit();
})();
