/** The way from Meta’s yes to the last imported chat. */

export const progress = {
  progress: {
    heading: (number) => (number ? `Connecting ${number}` : "Connecting your number"),
    lead: "You can close this page and come back with the same link. The work goes on without it.",
    keepOpen: "Keep WhatsApp Business open on your phone",
    keepOpenHint: "Plug it in and leave the app on screen, with a good connection, until the bar is full.",
    steps: {
      subscribe: "Messages reach Tandem",
      read_line: "Your number is recognised",
      contacts: "Contacts are asked for",
      history: "Chats are asked for",
    },
    states: {
      pending: "waiting",
      running: "at work",
      done: "done",
      refused: "not possible",
      unknown: "no answer yet",
    },
    unknownHint:
      "We asked, but Meta’s answer was lost. Asking twice is not allowed, so we wait for what arrives.",
    stepsLabel: "The steps",
    bar: "Your chats",
    percent: (value) => `${value}%`,
    waiting: "Waiting for the first chats. This can take a few minutes.",
    arrived: (count) => (count === "1" ? "1 message so far" : `${count} messages so far`),
    phases: ["Last day", "Up to three months", "Up to six months"],
    until: (when, hours) => {
      if (hours === null) return `Meta takes these requests until ${when}.`;
      const left = hours < 1 ? "less than an hour" : hours === 1 ? "1 hour" : `${hours} hours`;
      return `Meta takes these requests until ${when}: ${left} left.`;
    },
    interrupted: "No connection at the moment. We keep trying; nothing is lost.",
    announced: (value) => `${value} percent of your chats have arrived`,
  },

  outcomes: {
    complete: {
      heading: (number) => `${number || "Your number"} is connected`,
      lead: "Meta says that it sent all your chats, and no part in between is missing. From now on every message is in both places.",
    },
    complete_with_gaps: {
      heading: "Connected, with a gap in the chats",
      lead: "Your number works in both places. Meta says it sent everything, but a part has not arrived. It may still come.",
    },
    declined: {
      heading: "Connected, without old chats",
      lead: "Your number works in both places from now on. The old chats were not shared in Meta’s window, so they stay on your phone.",
      todo: [
        "If that is what you wanted, you are done.",
        "To bring them in: disconnect in the app (Settings → Account → Business Platform), wait 15 minutes, ask us for a new invitation, and say yes to sharing.",
      ],
    },
    expired: {
      heading: "Connected, without old chats",
      lead: "Your number works in both places from now on. Meta takes the request for old chats only within a day of connecting, or has refused it.",
      todo: [
        "New messages are not affected.",
        "To bring the old chats in: disconnect in the app (Settings → Account → Business Platform), wait 15 minutes and ask us for a new invitation.",
      ],
    },
    connected: {
      heading: (number) => `${number || "Your number"} is connected`,
      lead: "It is not in use in the WhatsApp Business app, so there are no chats to bring over.",
    },
    deadline_near: {
      heading: "Meta has not taken our request yet",
      lead: "We keep asking for your chats. Meta takes the request only within a day of signing up.",
      todo: [
        "Open WhatsApp Business on your phone and leave it on screen.",
        "Ask us for help if this page has not changed in an hour.",
      ],
    },
    offboarded: {
      heading: "The connection is paused",
      lead: "Meta has paused it. This happens when the app has not been opened for a while or was moved to another phone.",
      todo: ["Open WhatsApp Business on your phone. It often connects again by itself."],
    },
    failed: {
      heading: "The number could not be connected",
      lead: "Meta refused a step that the connection cannot do without.",
      todo: ["Ask us for help and tell us the number.", "Nothing is lost in your app."],
    },
    removed: {
      heading: "The number has been disconnected",
      lead: "It was disconnected in the app or at Meta. Your chats remain on your phone.",
      todo: ["To connect again: wait 15 minutes and ask us for a new invitation."],
    },
    silent: {
      heading: "Nothing has arrived yet",
      lead: "Meta has accepted our request, but no chats have come so far. New messages already work.",
      todo: [
        "Open WhatsApp Business on your phone and leave it on screen.",
        "Check the phone’s internet connection.",
        "If nothing has come by tomorrow, disconnect in the app, wait 15 minutes and ask us for a new invitation.",
      ],
    },
    stalled: {
      heading: "The chats have paused",
      lead: "Some have arrived, but nothing new for a while.",
      todo: ["Open WhatsApp Business on your phone and leave it on screen."],
    },
    unknown: {
      heading: "Waiting for Meta",
      lead: "We asked for your chats, but Meta’s answer was lost. It may not be asked twice, so we wait for what arrives.",
      todo: ["Leave WhatsApp Business open on your phone."],
    },
  },

  certificate: {
    heading: "What has arrived",
    messages: (count) => (count === "1" ? "message" : "messages"),
    period: (from, to) => (from === to ? `from ${from}` : `from ${from} to ${to}`),
    proven: "What is proven",
    stored: (count) =>
      count === "1"
        ? "1 message was received and stored."
        : `${count} different messages were received and stored.`,
    whole: "Meta said that it sent everything.",
    partly: (value) => `Meta said that it sent ${value} % so far.`,
    gapless: (count) =>
      count === "1"
        ? "It came in one part, and that part is here."
        : `It came in ${count} numbered parts, and none is missing in between.`,
    gap: (count) =>
      count === "1"
        ? "1 numbered part in between is missing. It may still arrive."
        : `${count} numbered parts in between are missing. They may still arrive.`,
    placeholders: (count) =>
      `Photos and files among them: ${count}. Meta sends the recent ones afterwards; older ones stay on your phone.`,
    kept: (count) => `Entries that could not be read: ${count}. They are kept and shown to your team.`,
    unprovable: "What nobody can prove",
    phone: "Whether your phone handed every chat to Meta. Only the phone knows.",
    end: "Whether a part was lost after the last numbered one. Meta does not say how many there are.",
    after: "Whether a stretch of time without messages was empty or got lost whole.",
    wording: "The exact wording",
    signed: "Keep the signed certificate",
    signedHint: "A file that says the same, and more. Whoever gets it can check that nobody changed it.",
    next: "What now",
    todo: [
      "Open WhatsApp Business at least every 13 days.",
      "Link your computer or tablet again: in the app, Settings → Linked devices.",
      "Make sure a payment method is set at Meta before you send from Tandem.",
      "Ask us if you want the certificate as a page to print.",
    ],
  },
};
