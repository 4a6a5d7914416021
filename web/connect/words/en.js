/** The page in English. Sentences for a shop owner with a phone in one hand. */

import { agreement } from "./en/agreement.js";
import { progress } from "./en/progress.js";
import { reasons } from "./en/reasons.js";

export const en = {
  ...agreement,
  ...reasons,
  ...progress,

  title: "Connect your WhatsApp number",
  brand: "Tandem",
  skip: "Skip to the content",
  foot: "Tandem connects through Meta’s official Embedded Signup. Your password and your codes stay between you and Meta.",
  stages: {
    label: "Where you are",
    read: "Read and agree",
    sign: "Sign up with Meta",
    bring: "Bring your chats in",
    done: "done",
  },

  early: {
    heading: "A few more minutes",
    lead: (numbers, count) =>
      count === 1
        ? `${numbers} was disconnected a moment ago. Meta connects it again only 15 minutes after that.`
        : `${numbers} were disconnected a moment ago. Meta connects them again only 15 minutes after that.`,
    then: "Leave this page open. It goes on by itself; nothing is lost if you come back later.",
    other: "I am connecting another number",
  },

  signing: {
    heading: "Go on in Meta’s window",
    lead: "Take your time. This page waits and goes on by itself.",
    unseen: "No window to be seen?",
    unseenHint: "Your browser may have stopped it. Allow pop-ups for this page, then open it again.",
    reopen: "Open it again",
    back: "Back to the four points",
  },

  securing: {
    heading: "Securing the connection",
    lead: "Meta has agreed. This takes a few seconds; please leave the page open.",
  },

  choose: {
    heading: "Which number is it?",
    lead: "Your account has several numbers in the app. Choose the one to connect.",
    go: "Connect this number",
  },

  stopped: {
    again: "Try again",
    support: "For your support",
    code: "Meta’s error code",
    session: "Meta’s session",
    said: "Meta’s words",
    answer: "Our answer",
    todo: "What to do",
  },
};
