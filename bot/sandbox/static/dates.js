/** Slack's date tokens in the acting person's time zone, and wall-clock arithmetic for pickers. */

import { h } from "./dom.js";
import { store } from "./store.js";

const LOCALE = "en-GB";
const formatters = new Map();

function format(epoch, options, zone) {
  const key = JSON.stringify([options, zone]);
  if (!formatters.has(key)) {
    formatters.set(key, new Intl.DateTimeFormat(LOCALE, { timeZone: zone, ...options }));
  }
  return formatters.get(key).format(new Date(epoch * 1000));
}

const STYLES = {
  date: { day: "numeric", month: "long", year: "numeric" },
  date_short: { day: "numeric", month: "short", year: "numeric" },
  date_long: { weekday: "long", day: "numeric", month: "long", year: "numeric" },
  date_long_full: { day: "numeric", month: "long", year: "numeric" },
  date_slash: { day: "2-digit", month: "2-digit", year: "numeric" },
  time: { hour: "2-digit", minute: "2-digit", hourCycle: "h23" },
  time_secs: { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" },
};

/** `YYYY-MM-DD` of the instant in the zone. */
export function dayOf(epoch, zone = store.zone) {
  const [day, month, year] = format(epoch, STYLES.date_slash, zone).split("/");
  return `${year}-${month}-${day}`;
}

export function clock(epoch, zone = store.zone) {
  return format(epoch, STYLES.time, zone);
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
      return new Intl.RelativeTimeFormat(LOCALE).format(Math.round(amount), unit);
    }
    amount /= size;
  }
  return "";
}

function dayDivider(epoch, zone) {
  const thisYear = dayOf(epoch, zone).slice(0, 4) === dayOf(store.now(), zone).slice(0, 4);
  const style = thisYear ? { weekday: "long", day: "numeric", month: "long" } : STYLES.date_long;
  return relativeDay(epoch, zone) ?? format(epoch, style, zone);
}

export function dayHeading(epoch) {
  const words = dayDivider(epoch, store.zone);
  return words[0].toUpperCase() + words.slice(1);
}

/** The words for one token name, or null for a name Slack does not know. */
export function token(name, epoch, zone) {
  if (name === "date_num") return dayOf(epoch, zone);
  if (name === "ago") return ago(epoch);
  if (name === "day_divider_pretty") return dayDivider(epoch, zone);
  if (name.endsWith("_pretty")) {
    const plain = STYLES[name.slice(0, -"_pretty".length)];
    return plain ? relativeDay(epoch, zone) ?? format(epoch, plain, zone) : null;
  }
  return STYLES[name] ? format(epoch, STYLES[name], zone) : null;
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
    node.title = `${format(epoch, STYLES.date_long, store.zone)}, ${clock(epoch)} (${store.zone})`;
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
  const offsetAt = (epoch) => Date.parse(`${dayOf(epoch, zone)}T${clock(epoch, zone)}:00Z`) / 1000 - epoch;
  const guess = asUtc - offsetAt(asUtc);
  return asUtc - offsetAt(guess);
}

export function epochToWall(epoch, zone = store.zone) {
  return `${dayOf(epoch, zone)}T${clock(epoch, zone)}`;
}
