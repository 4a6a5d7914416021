/** Leads the owner from the invitation to the certificate; each view knows nothing of the others. */

import { invitation, keepInAddress, onboardingInAddress } from "./address.js";
import { agreementView } from "./agreement.js";
import { Refused, begin, progressOf, settings } from "./backend.js";
import { follow } from "./follow.js";
import { readInvitation } from "./invitation.js";
import { isFinal } from "./outcome.js";
import { progressView } from "./progress.js";
import { refusalOf } from "./refusals.js";
import { loadSdk, signUp } from "./signup.js";
import { choiceView, securingView, signingView, stoppedView } from "./waiting.js";
import { drawFrame, show } from "./frame.js";
import { language, textsVersion, words } from "./words.js";

const agreed = new Map();
let facts = null;
let sdk = null;
let leaveSignUp = () => {};

function read() {
  show(
    "read",
    agreementView({
      agreed,
      prepare: async () => {
        facts ??= await settings();
        sdk ??= await loadSdk(facts);
      },
      go: sign,
    }),
  );
}

function sign() {
  leaveSignUp();
  leaveSignUp = signUp(sdk, facts, (outcome) => AFTER_SIGN_UP[outcome.kind](outcome));
  const back = () => {
    leaveSignUp();
    read();
  };
  show("sign", signingView({ reopen: sign, back }));
}

const AFTER_SIGN_UP = {
  granted: ({ code, sessionInfo }) => secure(code, sessionInfo),
  cancelled: ({ step }) => {
    const { at, ...reason } = words.cancelled;
    stop("sign", { ...reason, lead: [reason.lead, at[step]].filter(Boolean).join(" ") }, sign);
  },
  failed: ({ code, message, session }) => {
    const { stopped } = words;
    stop("sign", words.refusals[refusalOf(code)], sign, [
      [stopped.code, code],
      [stopped.said, message],
      [stopped.session, session],
    ]);
  },
};

async function secure(code, sessionInfo) {
  show("sign", securingView());
  try {
    const { onboarding } = await begin({
      invitation,
      code,
      session_info: sessionInfo,
      accepted: { texts: textsVersion, language, agreed_at: Object.fromEntries(agreed) },
    });
    keepInAddress(onboarding);
    bring(onboarding);
  } catch (problem) {
    explain(problem, { code, sessionInfo });
  }
}

/** The stack's stable words that have their own explanation. */
const INVITATION = {
  invitation_expired: "expired",
  invitation_used: "used",
  invitation_invalid: "invalid",
};
const NOT_STARTED = { 400: "late", 403: "notGranted", 410: "late" };

function explain(problem, { code, sessionInfo }) {
  if (!(problem instanceof Refused)) {
    stop("sign", words.notStarted.unreachable, sign);
  } else if (problem.code in INVITATION) {
    stop("sign", words.invitation[INVITATION[problem.code]]);
  } else if (problem.status === 409 && problem.body.numbers?.length > 0) {
    const choose = (line) =>
      secure(code, { ...sessionInfo, data: { ...sessionInfo?.data, phone_number_id: line } });
    show("sign", choiceView({ numbers: problem.body.numbers, choose }));
  } else {
    const reason = words.notStarted[NOT_STARTED[problem.status] ?? "notOurs"];
    stop("sign", reason, sign, [[words.stopped.said, problem.message]]);
  }
}

function bring(onboarding) {
  const { node, show: tell, interrupted } = progressView();
  show("bring", node);
  follow(() => progressOf(onboarding, invitation), {
    news: (progress) => {
      interrupted(false);
      const outcome = tell(progress);
      document.title = node.querySelector("h1").textContent;
      return isFinal(outcome);
    },
    trouble: (problem) => {
      if (problem instanceof Refused) stop("bring", reasonOf(problem));
      else interrupted(true);
    },
  });
}

const reasonOf = ({ code }) => words.invitation[INVITATION[code] ?? "invalid"];

function stop(stage, reason, again = null, support = []) {
  show(stage, stoppedView(reason, { again, support }));
}

function begins() {
  drawFrame();
  const verdict = readInvitation(invitation, Date.now() / 1000);
  if (verdict === "missing" || verdict === "invalid") stop("read", words.invitation[verdict]);
  else if (onboardingInAddress()) bring(onboardingInAddress());
  else if (verdict === "expired") stop("read", words.invitation.expired);
  else read();
}

begins();
