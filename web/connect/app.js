/** Leads the owner from the invitation to the certificate; each view knows nothing of the others. */

import { invitation, keepInAddress, onboardingInAddress } from "./address.js";
import { agreementView } from "./agreement.js";
import { Refused, begin, certificateOf, mayBegin, progressOf, settings } from "./backend.js";
import { follow } from "./follow.js";
import { drawFrame, show } from "./frame.js";
import { readInvitation } from "./invitation.js";
import { forget, recall, remember } from "./memory.js";
import { isFinal } from "./outcome.js";
import { progressView } from "./progress.js";
import { reasonOfStack, refusalOfMeta } from "./refusals.js";
import { loadSdk, signUp } from "./signup.js";
import { choiceView, earlyView, securingView, signingView, stoppedView } from "./waiting.js";
import { language, textsVersion, words } from "./words.js";

const agreed = new Map();
let facts = null;
let sdk = null;
let leaveSignUp = () => {};
let anotherNumber = false;

function read() {
  const prepare = async () => {
    facts ??= await settings();
    sdk ??= await loadSdk(facts);
    await askFirst();
  };
  show("read", agreementView({ agreed, prepare, go: sign }));
}

/** Whoever may not go to Meta's window now is told so before it is opened. */
async function askFirst() {
  try {
    await mayBegin(invitation);
  } catch (problem) {
    if (!(problem instanceof Refused)) return; // Nothing is known, so nothing is in the way.
    if (problem.code !== "wait_after_removal") giveUp("read", problem);
    else if (!anotherNumber) wait(problem.body);
  }
}

function wait({ numbers, seconds_left: seconds }) {
  const other = () => {
    anotherNumber = true;
    read();
  };
  show("read", earlyView({ numbers, seconds, over: read, other }));
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
  granted: ({ code, sessionInfo }) =>
    secure({
      invitation,
      code,
      session_info: sessionInfo,
      accepted: { texts: textsVersion, language, agreed_at: Object.fromEntries(agreed) },
    }),
  cancelled: ({ step }) => {
    const { at, lead, ...reason } = words.cancelled;
    stop("sign", { ...reason, lead: [lead, at[step]].filter(Boolean).join(" ") }, { again: sign });
  },
  failed: ({ code, message, session }) => {
    const { stopped } = words;
    const support = [
      [stopped.code, code],
      [stopped.said, message],
      [stopped.session, session],
    ];
    // Meta may want a number disconnected first, and then it has to wait: that is asked anew.
    stop("sign", refusalOfMeta(code), { again: read, support });
  },
};

async function secure(request) {
  remember(invitation, { request });
  show("sign", securingView());
  try {
    const { onboarding } = await begin(request);
    remember(invitation, { onboarding });
    bring(onboarding);
  } catch (problem) {
    if (problem.code === "which_number") choose(problem.body.numbers, request);
    else giveUp("sign", problem);
  }
}

/** Which of several numbers: the same code again, with the answer where Meta leaves it out. */
function choose(numbers, request) {
  const decide = (line) => {
    const { session_info: said } = request;
    secure({ ...request, session_info: { ...said, data: { ...said?.data, phone_number_id: line } } });
  };
  show("sign", choiceView({ numbers, decide }));
}

function bring(onboarding) {
  keepInAddress(onboarding);
  const { node, show: tell, interrupted } = progressView(certificateOf(onboarding, invitation));
  show("bring", node);
  follow(() => progressOf(onboarding, invitation), {
    news: (progress) => {
      interrupted(false);
      if (progress.state === "refused") {
        giveUp("bring", new Refused(0, { code: progress.code, message: progress.todo }));
        return true;
      }
      const { request } = recall(invitation);
      if (progress.numbers?.length > 0 && request) {
        choose(progress.numbers, request);
        return true;
      }
      if (progress.line && request) remember(invitation, { request: undefined });
      return isFinal(tell(progress), progress);
    },
    trouble: (problem) => {
      if (problem instanceof Refused) giveUp("bring", problem);
      else interrupted(true);
    },
  });
}

/** The way ends here; what was begun is over, and a new try begins with the four points. */
function giveUp(stage, problem) {
  forget();
  keepInAddress("");
  const { reason, hopeless } = reasonOfStack(problem);
  const again = sdk ? sign : read;
  const support = [[words.stopped.answer, problem.message]];
  stop(stage, reason, { again: hopeless ? null : again, support });
}

function stop(stage, reason, more = {}) {
  show(stage, stoppedView(reason, more));
}

function arrive() {
  drawFrame();
  const verdict = readInvitation(invitation, Date.now() / 1000);
  const { request, onboarding } = recall(invitation);
  const begun = onboardingInAddress() || onboarding;
  if (verdict === "missing" || verdict === "invalid") stop("read", words.invitation[verdict]);
  else if (begun) bring(begun);
  else if (request) secure(request);
  else if (verdict === "expired") stop("read", words.invitation.expired);
  else {
    read();
    askFirst();
  }
}

arrive();
