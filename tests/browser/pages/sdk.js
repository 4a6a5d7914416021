// As much of Meta's SDK as a sign-up needs: one window, one callback, whatever comes first.
(() => {
  const origin = new URL(document.currentScript.src).origin;
  window.FB = {
    init(options) {
      window.FB.prepared = options;
    },
    login(callback, options) {
      window.FB.asked = options;
      const dialog = window.open(`${origin}/dialog.html`, "meta", "width=480,height=640");
      let done = false;
      const answer = (response) => {
        if (done) return;
        done = true;
        clearInterval(watch);
        callback(response);
      };
      const watch = setInterval(() => {
        if (!dialog || dialog.closed) answer({ authResponse: null, status: "unknown" });
      }, 50);
      window.addEventListener("message", ({ origin: from, data }) => {
        if (from === origin && data?.code)
          answer({ authResponse: { code: data.code }, status: "connected" });
      });
    },
  };
})();
