/** What the owner reads and agrees to before anything happens. */

export const agreement = {
  read: {
    heading: "One number, in two places",
    lead: "Your number stays in the WhatsApp Business app and works in Tandem at the same time. It takes about ten minutes. Some things in your app will change, so please read these four points first.",
    count: (agreed, all) => (agreed === all ? `All ${all} agreed` : `${agreed} of ${all} agreed`),
    go: "Continue with Meta",
    preparing: "Loading Meta’s sign-up…",
    ready: "Opens a window of Meta.",
    unready:
      "Meta’s sign-up could not be loaded. An ad blocker or a private network may be stopping it. Allow facebook.com for this page, then try again.",
    again: "Try again",
    confirmed: "Agreed",
  },

  ahead: {
    heading: "What Meta will ask you",
    steps: [
      ["Sign in to Facebook", "As an admin of your business portfolio."],
      ["Connect your existing WhatsApp Business app", "Choose this, then enter your number."],
      ["Look at your phone", "Meta’s official account writes to you in the app. Tap Connect."],
      ["Share your chats", "Say yes to bring in your last six months. You are asked only once."],
      ["Type the code or scan the picture", "Meta shows you one or the other. Then finish."],
    ],
  },

  check: {
    heading: "Not sure? Check yourself",
    note: "Only for you: nothing of this is sent or kept.",
    version: "Which version does the app show?",
    versionHint: "In the app: Settings → Help → App info. For example 2.25.3.",
    admin: "Are you an admin of the business portfolio at Meta?",
    page: "Is a Facebook Page linked to your business?",
    use: "Has this number been used in the app for some weeks?",
    yes: "Yes",
    no: "No",
    unsure: "Not sure",
    fine: "Good.",
    versionFine: "That version is fine.",
    versionOld: "Please update WhatsApp Business first: it must be 2.24.17 or newer.",
    versionUnclear: "Write it as the app does: three numbers with dots between them.",
    adminNo:
      "Only an admin can finish. Ask the person who set up your business at Meta, or do this together.",
    adminUnsure:
      "Open business.facebook.com → Settings → People and look for your name under “Full control”.",
    pageNo: "You can go on. A linked Page makes Meta’s checks easier, so link one when you can.",
    pageUnsure: "You can go on. In the app it is under Settings → Facebook & Instagram.",
    useNo:
      "Meta may say no for now. It wants to see everyday use, and does not say for how long. Trying costs nothing.",
    useUnsure: "You can go on. If Meta wants to see more use, it will tell you.",
  },

  groups: {
    needs: {
      icon: "phone",
      heading: "What you need",
      lead: "With these ready it goes through in one go.",
      parts: [
        {
          tone: "stay",
          items: [
            [
              "WhatsApp Business 2.24.17 or newer",
              "With this number registered and in everyday use.",
            ],
            ["An admin’s sign-in at Meta", "For the business portfolio of your shop."],
            ["Your phone in your hand", "You confirm inside the app."],
            [
              "A region that Meta supports",
              "Most are. If yours is not, Meta says so before anything changes.",
            ],
            ["A linked Facebook Page", "Advised, but not required."],
          ],
        },
      ],
      confirm: "I have what is needed.",
    },
    changes: {
      icon: "swap",
      heading: "What changes in your app",
      lead: "While the number is connected, the app works a little differently.",
      parts: [
        {
          label: "Switched off",
          tone: "off",
          items: [
            ["Disappearing messages", "In all chats with one person."],
            ["View once and live location", "In all chats with one person."],
            ["Broadcast lists", "You can read the old ones, but not send to them."],
            [
              "Linked devices",
              "All are unlinked. You can link up to four again, but not WhatsApp for Windows or Wear OS.",
            ],
          ],
        },
        {
          label: "At risk",
          tone: "risk",
          items: [
            [
              "The Meta Verified badge",
              "If your number has one, Meta may take it away. Ask Meta first if you depend on it.",
            ],
          ],
        },
        {
          label: "Only in the app",
          tone: "stay",
          items: [
            ["Groups", "They stay as they are and are not copied to Tandem."],
            ["Calls, catalogue, status and labels", "They stay as they are too."],
          ],
        },
        {
          label: "From now on",
          tone: "stay",
          items: [
            [
              "Open the app at least every 13 days",
              "On your phone. Otherwise Meta disconnects the number.",
            ],
            ["Up to 20 messages a second", "Sent and received together: plenty for a shop."],
          ],
        },
      ],
      confirm: "I understand what changes in my app.",
    },
    costs: {
      icon: "coin",
      heading: "What is free and what costs money",
      lead: "Prices are Meta’s. They depend on the customer’s country and the kind of message.",
      parts: [
        {
          label: "Free",
          tone: "free",
          items: [
            ["Everything you send from the app", "As before."],
            ["Everything your customers send you", "Wherever you read it."],
            [
              "The first 1,000 replies from Tandem",
              "Delivered per number and month. Meta calls them service messages.",
            ],
          ],
        },
        {
          label: "Paid to Meta",
          tone: "paid",
          items: [
            [
              "Further replies from Tandem",
              "Since 1 October 2026 Meta charges for each one delivered.",
            ],
            ["Broadcasts and templates from Tandem", "Each one that is delivered."],
          ],
        },
        {
          label: "Needed at Meta",
          tone: "stay",
          items: [
            [
              "A payment method",
              "Without one, Meta stops delivering what Tandem sends. The app is not affected.",
            ],
          ],
        },
      ],
      confirm: "I understand what costs money.",
    },
    history: {
      icon: "history",
      heading: "What comes over, and what does not",
      lead: "Whether you share your chats is asked in Meta’s window, and only once.",
      parts: [
        {
          label: "Comes over",
          tone: "free",
          items: [
            ["Chats with one person", "From the last six months, both sides."],
            ["Your contacts", "As they are saved in WhatsApp."],
            ["Photos, voice notes and files", "From the last 14 days."],
          ],
        },
        {
          label: "Stays behind",
          tone: "off",
          items: [
            ["Groups", "And anything said in them."],
            ["Chats older than six months", "They remain on your phone."],
            ["Older photos and files", "You see that there was one, and find it on your phone."],
          ],
        },
      ],
      after: "Old messages never count as unread, and nothing is ever sent because of them.",
      confirm: "I understand what comes over.",
    },
  },
};
