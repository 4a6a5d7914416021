/**
 * Every sentence of the page, in every language it speaks. To add a language, add a file beside
 * `words/en.js` with the same names and list it here.
 */

import { en } from "./words/en.js";

const languages = { en };

/** Changes whenever what the owner agrees to changes; it is recorded with the agreement. */
export const textsVersion = "2026-11-22";

/** The first of the browser's languages that the page speaks; English when it speaks none. */
export const language =
  navigator.languages.map((tag) => tag.split("-")[0]).find((tag) => tag in languages) ?? "en";

export const words = languages[language];

/** The reader's own way to write numbers and dates, if it goes with the words. */
const locale = navigator.languages.find((tag) => tag.split("-")[0] === language) ?? language;

const number = new Intl.NumberFormat(locale);
const list = new Intl.ListFormat(locale);
const day = new Intl.DateTimeFormat(locale, { day: "numeric", month: "long", year: "numeric" });
const hour = new Intl.DateTimeFormat(locale, {
  weekday: "long",
  hour: "numeric",
  minute: "2-digit",
});

/** 4812 → "4,812" */
export const inDigits = (count) => number.format(count);

/** "15550100001", as the stack has it → "+15550100001"; a number that is not known is "" */
export const asNumber = (digits) => (digits ? `+${digits}` : "");

/** ["+1555", "+1666"] → "+1555 and +1666" */
export const inList = (items) => list.format(items);

/** 754 seconds → "12:34" */
export const asMinutes = (seconds) =>
  `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;

/** Unix seconds → "22 November 2026" */
export const asDay = (at) => day.format(at * 1000);

/** Unix seconds → "Monday 9:30" */
export const asHour = (at) => hour.format(at * 1000);
