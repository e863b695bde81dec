// What a page says, in the visitor's language: words, plurals, money, days and times of the hall's own zone.

const LANGUAGES = ["ru", "en"];
const asked = new URLSearchParams(location.search).get("lang");
const wished = navigator.languages.map((tag) => tag.slice(0, 2).toLowerCase());

export const language = LANGUAGES.includes(asked) ? asked : wished.find((each) => LANGUAGES.includes(each)) || "ru";
export const locale = language === "ru" ? "ru-RU" : "en-GB";
document.documentElement.lang = language;
const theme = new URLSearchParams(location.search).get("theme");
if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;

const rules = new Intl.PluralRules(locale);

// `texts[key]` is a sentence, or its forms by plural category; `{name}` stands for a value.
export function speaker(texts) {
  const own = texts[language];
  return (key, values = {}) => {
    const found = own[key];
    const sentence = typeof found === "string" ? found : found[rules.select(values.count)] || found.other;
    return sentence.replace(/\{(\w+)\}/g, (_, name) => values[name]);
  };
}

// Words of the studio come as {ru, en}; either may be missing.
export const said = (words) => (words && (words[language] || words.ru || words.en)) || "";

const known = new Map();
function sums(currency, digits) {
  const name = currency + digits;
  const form = { style: "currency", currency, currencyDisplay: "narrowSymbol", minimumFractionDigits: digits, maximumFractionDigits: digits };
  if (!known.has(name)) known.set(name, new Intl.NumberFormat(locale, form));
  return known.get(name);
}

export function money({ amount, currency }) {
  const digits = amount % 100 ? 2 : 0;
  return sums(currency, digits).format(amount / 100);
}

export const shortMoney = ({ amount }) => new Intl.NumberFormat(locale).format(Math.round(amount / 100));

// To make one costs a hundred times what it does: a day of forty visits asks for hundreds.
const formats = new Map();
function format(options, speech = locale) {
  const name = speech + JSON.stringify(options);
  if (!formats.has(name)) formats.set(name, new Intl.DateTimeFormat(speech, options));
  return formats.get(name);
}

const at = (instant) => (instant instanceof Date ? instant : new Date(instant));

export const time = (instant, timeZone) => format({ timeZone, hour: "2-digit", minute: "2-digit" }).format(at(instant));

export const day = (instant, timeZone) =>
  format({ timeZone, weekday: "long", day: "numeric", month: "long" }).format(at(instant));

export const dayOfMonth = (instant, timeZone) => format({ timeZone, day: "numeric", month: "long" }).format(at(instant));

// "+74951234567" as people write it; numbers of other countries stay as they are.
export const phone = (number) => number.replace(/^\+7(\d{3})(\d{3})(\d\d)(\d\d)$/, "+7 $1 $2-$3-$4");

// A date without a time ("2026-12-01") is read and shown in UTC, so that no zone moves it.
export const ofDate = (date) => new Date(`${date}T00:00:00Z`);
export const dayOfDate = (date) => day(ofDate(date), "UTC");
export const shortDay = (date) => format({ timeZone: "UTC", weekday: "short", day: "numeric", month: "short" }).format(ofDate(date));
export const wholeDay = (date) => format({ timeZone: "UTC", day: "numeric", month: "short", year: "numeric" }).format(ofDate(date));
export const monthName = (month) =>
  format({ timeZone: "UTC", month: "long", year: "numeric" }).format(ofDate(`${month}-01`));
export const weekdays = () =>
  [...Array(7).keys()].map((index) => format({ timeZone: "UTC", weekday: "short" }).format(Date.UTC(2024, 0, 1 + index)));

export function span(start, end, timeZone) {
  return `${time(start, timeZone)}–${time(end, timeZone)}`;
}

// The date ("2026-12-01") that a clock on the wall of the hall shows.
export const dateIn = (instant, timeZone) =>
  format({ timeZone, year: "numeric", month: "2-digit", day: "2-digit" }, "en-CA").format(at(instant));

export function minutesLong(minutes) {
  const unit = (value, name) =>
    new Intl.NumberFormat(locale, { style: "unit", unit: name, unitDisplay: "short" }).format(value);
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60];
  return [hours && unit(hours, "hour"), rest && unit(rest, "minute")].filter(Boolean).join(" ");
}

// How far a clock in the zone is ahead of UTC at an instant, in milliseconds.
function ahead(instant, timeZone) {
  const parts = Object.fromEntries(
    format({ timeZone, hourCycle: "h23", dateStyle: "short", timeStyle: "medium" }, "en-CA")
      .formatToParts(instant)
      .map(({ type, value }) => [type, Number(value)]),
  );
  return Date.UTC(parts.year, parts.month - 1, parts.day, parts.hour, parts.minute, parts.second) - Math.floor(instant / 1000) * 1000;
}

// The instant at which the hall's clock shows this date and time ("2026-12-01", "14:30"), as the API takes it.
export function instantOf(date, clock, timeZone) {
  const shown = Date.parse(`${date}T${clock}:00Z`);
  const near = shown - ahead(shown, timeZone);
  return new Date(shown - ahead(near, timeZone)).toISOString();
}

export const daysOn = (date, count) => new Date(ofDate(date).getTime() + count * 86_400_000).toISOString().slice(0, 10);

// What the hall's clock shows, as an input of type "time" takes it.
export const clockIn = (instant, timeZone) =>
  format({ timeZone, hour: "2-digit", minute: "2-digit", hourCycle: "h23" }, "en-GB").format(at(instant));
