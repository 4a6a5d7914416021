/** Why it did not go on, and what to do about it. */

export const reasons = {
  cancelled: {
    heading: "Not connected yet",
    lead: "Meta’s window was closed before the end. Nothing has changed in your app.",
    todo: [
      "When you are ready, open the window again and go through to its last step.",
      "If no window opened, allow pop-ups for this page.",
    ],
    at: {
      BUSINESS_ACCOUNT_SELECTION: "You were choosing your business portfolio.",
      WABA_PHONE_PROFILE_PICKER: "You were choosing the account and the number.",
      WHATSAPP_BUSINESS_PROFILE_SETUP: "You were filling in the business profile.",
      PHONE_NUMBER_SETUP: "You were entering your number.",
      PHONE_NUMBER_VERIFICATION: "You were confirming your number.",
      PERMISSIONS: "You were looking at the permissions.",
    },
  },

  refusals: {
    appTooOld: {
      heading: "Your app is too old",
      lead: "Meta needs a newer WhatsApp Business on your phone.",
      todo: ["Update WhatsApp Business from your phone’s app store.", "Open it once, then try again."],
    },
    otherPortfolio: {
      heading: "The number belongs to another portfolio",
      lead: "At Meta, this number is tied to a different business portfolio.",
      todo: [
        "Sign in as an admin of that portfolio and try again,",
        "or let its admin remove the number there first.",
      ],
    },
    region: {
      heading: "Meta does not allow this region yet",
      lead: "For numbers of this country, Meta does not offer to use the app and Tandem together.",
      todo: ["Nothing has changed in your app.", "Ask us to tell you when Meta opens your region."],
    },
    moreUse: {
      heading: "Meta wants to see more use first",
      lead: "The number has not been active enough in the app. Meta does not say how much is enough.",
      todo: [
        "Use the app with your customers as usual for some more days.",
        "Then come back and try again.",
      ],
    },
    notInApp: {
      heading: "This number is not in WhatsApp Business",
      lead: "Meta did not find it registered in the WhatsApp Business app.",
      todo: [
        "Check the number and its country code.",
        "If you use the ordinary WhatsApp, move the number to WhatsApp Business first.",
      ],
    },
    otherPartner: {
      heading: "The number is connected to another provider",
      lead: "Only one provider at a time can share a number with the app.",
      todo: [
        "In the app: Settings → Account → Business Platform → Disconnect Account.",
        "Wait 15 minutes, then try again.",
      ],
    },
    disconnectFirst: {
      heading: "An earlier connection is still there",
      lead: "Meta wants the old connection closed first.",
      todo: [
        "In the app: Settings → Account → Business Platform → Disconnect Account.",
        "Wait 15 minutes, then try again.",
      ],
    },
    pageElsewhere: {
      heading: "The number is linked to another Facebook Page",
      lead: "It belongs to a Page outside this business portfolio.",
      todo: ["Unlink the number in that Page’s settings.", "Then try again."],
    },
    alreadyThere: {
      heading: "The number is already registered",
      lead: "Meta lists this number as registered with its platform.",
      todo: [
        "If it was connected before: disconnect it in the app, wait 15 minutes and try again.",
        "If you did not do that, ask us for help.",
      ],
    },
    marketing: {
      heading: "This account cannot be shared",
      lead: "The WhatsApp account uses Meta’s marketing messages, which do not go together with the app.",
      todo: ["Choose another WhatsApp account in Meta’s window, or create a new one there."],
    },
    restricted: {
      heading: "Meta has restricted the account",
      lead: "The WhatsApp account cannot be connected while the restriction lasts.",
      todo: [
        "Open business.facebook.com/accountquality to see why.",
        "Ask Meta for a review there, then try again.",
      ],
    },
    tooOften: {
      heading: "Too many tries",
      lead: "Meta asks you to pause.",
      todo: ["Wait a few hours, then try again."],
    },
    accountLimit: {
      heading: "No more accounts allowed",
      lead: "Your portfolio has as many WhatsApp accounts as Meta allows.",
      todo: ["Choose an account that exists instead of a new one,", "or remove one you do not need."],
    },
    wrongCode: {
      heading: "The code did not work",
      lead: "Meta could not confirm the number with that code.",
      todo: ["Try again and ask for a new code.", "Type it within a few minutes."],
    },
    unknown: {
      heading: "Meta stopped the sign-up",
      lead: "Meta did not let it go on, and we do not know this reason.",
      todo: ["Try again.", "If it happens again, send us the error code below."],
    },
  },

  invitation: {
    missing: {
      heading: "You need an invitation",
      lead: "This page opens with a personal link.",
      todo: ["Open the link from your invitation, all of it.", "If you have none, ask us for one."],
    },
    expired: {
      heading: "This invitation has expired",
      lead: "Links to connect a number work only for some days. Nothing has changed in your app.",
      todo: ["Ask us for a new invitation."],
    },
    used: {
      heading: "This invitation has been used",
      lead: "A number was connected with it. Each link works once.",
      todo: ["To connect another number, ask us for a new invitation."],
    },
    invalid: {
      heading: "This invitation is not valid",
      lead: "The link may have been cut off on its way to you.",
      todo: ["Open the link from your invitation, all of it.", "Or ask us for a new one."],
    },
  },

  notStarted: {
    late: {
      heading: "That took too long",
      lead: "Meta’s permission is good for only 30 seconds, and it ran out or was used before.",
      todo: ["Go through Meta’s window once more. It is quicker the second time."],
    },
    notGranted: {
      heading: "That account was not shared",
      lead: "Meta’s permission does not cover the account you chose.",
      todo: ["Try again, and leave every box ticked where Meta lists what you share."],
    },
    heldElsewhere: {
      heading: "The number is connected for another business",
      lead: "Somebody else’s account here has this number, and a number belongs to one.",
      todo: [
        "If it was you: have it released there first, then try again.",
        "If you know nothing of it, ask us for help.",
      ],
    },
    notOurs: {
      heading: "That number cannot be connected here",
      lead: "It does not fit the sign-up.",
      todo: ["Try again with the number you use in the app.", "Or ask us for help."],
    },
    unreachable: {
      heading: "We could not be reached",
      lead: "Meta agreed, but the answer did not get to us in time.",
      todo: ["Check your internet connection.", "Then go through Meta’s window once more."],
    },
    broken: {
      heading: "Something in this page went wrong",
      lead: "We did not understand what it sent us.",
      todo: ["Open the link from your invitation again.", "If it stays so, ask us for help."],
    },
    lost: {
      heading: "There is no such connection",
      lead: "Nothing was begun with this link, or it was begun with another one.",
      todo: ["Begin again. What you did at Meta is quicker the second time."],
    },
  },
};
