/** Slack's date tokens in the acting person's time zone, and wall-clock arithmetic for pickers. */

import { h } from "./dom.js";
import { store } from "./store.js";

const ATLANTIC = ["Azores", "Canary", "Faroe", "Madeira", "Reykjavik"].map((name) => `Atlantic/${name}`);
const formatters = new Map();

/** People in Europe read dates as the British write them, everybody else as Americans do. */
function isEuropean(zone) {
  return zone.startsWith("Europe/") || ATLANTIC.includes(zone);
}

/** The instant on a wall calendar in the zone; numbers as text, `month` and `weekday` in words. */
function wall(epoch, zone) {
  if (!formatters.has(zone)) {
    formatters.set(
      zone,
      new Intl.DateTimeFormat("en-GB", {
        timeZone: zone,
        weekday: "long",
        day: "numeric",
        month: "long",
        year: "numeric",
        hour: "2-digit",
        minute: "2-digit",
        second: "2-digit",
        hourCycle: "h23",
      }),
    );
  }
  const parts = formatters.get(zone).formatToParts(new Date(epoch * 1000));
  return Object.fromEntries(parts.map(({ type, value }) => [type, value]));
}

const MONTHS = [
  "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
  "November", "December",
];

function twoDigits(number) {
  return String(number).padStart(2, "0");
}

function monthNumber(at) {
  return twoDigits(MONTHS.indexOf(at.month) + 1);
}

function ordinal(day) {
  const isTeen = day >= 11 && day <= 13;
  return `${day}${isTeen ? "th" : { 1: "st", 2: "nd", 3: "rd" }[day % 10] ?? "th"}`;
}

function twelveHours(at, minutes) {
  return `${at.hour % 12 || 12}:${minutes} ${at.hour < 12 ? "AM" : "PM"}`;
}

const BRITISH = {
  date: (at) => `${at.day} ${at.month} ${at.year}`,
  date_short: (at) => `${at.day} ${at.month.slice(0, 3)} ${at.year}`,
  date_long: (at) => `${at.weekday} ${at.day} ${at.month} ${at.year}`,
  date_long_full: (at) => BRITISH.date(at),
  date_slash: (at) => `${twoDigits(at.day)}/${monthNumber(at)}/${at.year}`,
  time: (at) => `${at.hour}:${at.minute}`,
  time_secs: (at) => `${at.hour}:${at.minute}:${at.second}`,
  divider: (at) => `${at.weekday} ${at.day} ${at.month}`,
};

const AMERICAN = {
  date: (at) => `${at.month} ${ordinal(at.day)}, ${at.year}`,
  date_short: (at) => `${at.month.slice(0, 3)} ${at.day}, ${at.year}`,
  date_long: (at) => `${at.weekday}, ${at.month} ${ordinal(at.day)}, ${at.year}`,
  date_long_full: (at) => AMERICAN.date(at),
  date_slash: (at) => `${monthNumber(at)}/${twoDigits(at.day)}/${at.year}`,
  time: (at) => twelveHours(at, at.minute),
  time_secs: (at) => twelveHours(at, `${at.minute}:${at.second}`),
  divider: (at) => `${at.weekday}, ${at.month} ${ordinal(at.day)}`,
};

function format(name, epoch, zone) {
  const style = isEuropean(zone) ? BRITISH : AMERICAN;
  return style[name]?.(wall(epoch, zone)) ?? null;
}

/** `YYYY-MM-DD` of the instant in the zone. */
export function dayOf(epoch, zone = store.zone) {
  const at = wall(epoch, zone);
  return `${at.year}-${monthNumber(at)}-${twoDigits(at.day)}`;
}

function timeOf(epoch, zone) {
  return BRITISH.time(wall(epoch, zone));
}

/** The time of day as people in the zone read it. */
export function clock(epoch, zone = store.zone) {
  return format("time", epoch, zone);
}

function relativeDay(epoch, zone) {
  const now = store.now();
  const day = dayOf(epoch, zone);
  if (day === dayOf(now, zone)) return "today";
  const noon = wallToEpoch(`${dayOf(now, zone)}T12:00`, zone);
  if (day === dayOf(noon - 86400, zone)) return "yesterday";
  if (day === dayOf(noon + 86400, zone)) return "tomorrow";
  return null;
}

const STEPS = [
  ["second", 60],
  ["minute", 60],
  ["hour", 24],
  ["day", 30],
  ["month", 12],
  ["year", Infinity],
];

export function ago(epoch) {
  let amount = epoch - store.now();
  if (Math.abs(amount) < 45) return amount > 0 ? "in a moment" : "just now";
  for (const [unit, size] of STEPS) {
    if (Math.abs(Math.round(amount)) < size) {
      return new Intl.RelativeTimeFormat("en-GB").format(Math.round(amount), unit);
    }
    amount /= size;
  }
  return "";
}

function dayDivider(epoch, zone) {
  const thisYear = dayOf(epoch, zone).slice(0, 4) === dayOf(store.now(), zone).slice(0, 4);
  return relativeDay(epoch, zone) ?? format(thisYear ? "divider" : "date_long", epoch, zone);
}

export function dayHeading(epoch) {
  const words = dayDivider(epoch, store.zone);
  return words[0].toUpperCase() + words.slice(1);
}

const TOKENS = new Set([
  "date", "date_pretty", "date_short", "date_short_pretty", "date_long", "date_long_pretty",
  "date_long_full", "date_slash", "time", "time_secs",
]);

/** The words for one token name, or null for a name Slack does not know. */
export function token(name, epoch, zone) {
  if (name === "date_num") return dayOf(epoch, zone);
  if (name === "ago") return ago(epoch);
  if (name === "day_divider_pretty") return dayDivider(epoch, zone);
  if (!TOKENS.has(name)) return null;
  const plain = name.replace(/_pretty$/, "");
  return (plain === name ? null : relativeDay(epoch, zone)) ?? format(plain, epoch, zone);
}

export function fill(template, epoch, fallback, zone = store.zone) {
  let known = true;
  const text = template.replace(/\{(\w+)\}/g, (_, name) => {
    const words = token(name, epoch, zone);
    known &&= words !== null;
    return words ?? "";
  });
  return known && Number.isFinite(epoch) ? text : fallback ?? template;
}

export function dateNode({ epoch, template, url, fallback, zone }) {
  const node = h("time", { class: "date" });
  if (Number.isFinite(epoch)) {
    node.setAttribute("datetime", new Date(epoch * 1000).toISOString());
    node.title = `${format("date_long", epoch, store.zone)}, ${clock(epoch)} (${store.zone})`;
    node.dataset.live = /\{(ago|\w+_pretty)\}/.test(template) ? "true" : "false";
  }
  const write = () => {
    node.textContent = fill(template, epoch, fallback, zone ?? store.zone);
  };
  node.refresh = write;
  write();
  return url ? h("a", { href: url, target: "_blank", rel: "noopener noreferrer" }, node) : node;
}

export function refreshDates() {
  for (const node of document.querySelectorAll("time[data-live=true]")) node.refresh?.();
}

/** Epoch seconds of a wall-clock time `YYYY-MM-DDTHH:mm` read in a zone. */
export function wallToEpoch(wall, zone = store.zone) {
  const asUtc = Date.parse(`${wall}:00Z`) / 1000;
  const offsetAt = (epoch) => Date.parse(`${epochToWall(epoch, zone)}:00Z`) / 1000 - epoch;
  const guess = asUtc - offsetAt(asUtc);
  return asUtc - offsetAt(guess);
}

export function epochToWall(epoch, zone = store.zone) {
  return `${dayOf(epoch, zone)}T${timeOf(epoch, zone)}`;
}
