/** The page's own line icons, drawn on a 20 by 20 grid. */

import { svg } from "./dom.js";

const PATHS = {
  hash: "M7.5 3 6 17M14 3l-1.5 14M3.5 7.5h13M3 12.5h13",
  lock: "M5.5 9h9a1 1 0 0 1 1 1v6a1 1 0 0 1-1 1h-9a1 1 0 0 1-1-1v-6a1 1 0 0 1 1-1ZM7 9V6.5a3 3 0 0 1 6 0V9",
  menu: "M3.5 5.5h13M3.5 10h13M3.5 14.5h13",
  plus: "M10 4v12M4 10h12",
  close: "m5 5 10 10M15 5 5 15",
  back: "M12 4.5 6.5 10l5.5 5.5",
  down: "m5.5 8 4.5 4.5L14.5 8",
  up: "m5.5 12 4.5-4.5 4.5 4.5",
  right: "M8 5.5 12.5 10 8 14.5",
  check: "m4.5 10.5 3.5 3.5 7.5-8",
  send: "M4 10h8M3.5 4l13.5 6-13.5 6 1.5-6-1.5-6Z",
  clip: "m15.5 9.5-5.8 5.8a3.4 3.4 0 0 1-4.8-4.8l6.3-6.3a2.3 2.3 0 0 1 3.2 3.2l-6 6a1.1 1.1 0 0 1-1.6-1.6l5.3-5.3",
  bolt: "M11 2.5 4.5 11.5H9.5L8.5 17.5l7-9.5h-5l.5-5.5Z",
  reply: "M4 5.5h12a1 1 0 0 1 1 1v7a1 1 0 0 1-1 1H9.5L6 17.5v-3H4a1 1 0 0 1-1-1v-7a1 1 0 0 1 1-1Z",
  dots: "M5 10h.01M10 10h.01M15 10h.01",
  eye: "M2.5 10S5 5 10 5s7.5 5 7.5 5-2.5 5-7.5 5-7.5-5-7.5-5ZM10 12a2 2 0 1 0 0-4 2 2 0 0 0 0 4Z",
  warning: "M10 3.5 17.5 16.5h-15L10 3.5ZM10 8.5v3.5M10 14.3h.01",
  info: "M10 17a7 7 0 1 0 0-14 7 7 0 0 0 0 14ZM10 9.5v4M10 6.7h.01",
  tick: "M10 17a7 7 0 1 0 0-14 7 7 0 0 0 0 14ZM7 10.2l2.2 2.2 4-4.4",
  cross: "M10 17a7 7 0 1 0 0-14 7 7 0 0 0 0 14ZM7.7 7.7l4.6 4.6M12.3 7.7l-4.6 4.6",
  file: "M5.5 2.5h6l4 4v10a1 1 0 0 1-1 1h-9a1 1 0 0 1-1-1v-13a1 1 0 0 1 1-1ZM11.5 2.5v4h4",
  link: "M8.5 5H5a1 1 0 0 0-1 1v9a1 1 0 0 0 1 1h9a1 1 0 0 0 1-1v-3.5M11 4h5v5M16 4l-7 7",
  play: "M7 4.5v11l8.5-5.5L7 4.5Z",
  trash: "M4 5.5h12M8 5.5V4h4v1.5M5.5 5.5l.7 11h7.6l.7-11M8.5 8.5v5M11.5 8.5v5",
  good: "M6.5 9 9.5 3.5c1.3 0 2 1 1.7 2.2L10.7 8h4.6a1.2 1.2 0 0 1 1.2 1.5l-1.3 5.6a1.2 1.2 0 0 1-1.2.9H6.5V9ZM3.5 9h3v7h-3V9Z",
  bad: "M6.5 11 9.5 16.5c1.3 0 2-1 1.7-2.2L10.7 12h4.6a1.2 1.2 0 0 0 1.2-1.5l-1.3-5.6a1.2 1.2 0 0 0-1.2-.9H6.5v7ZM3.5 11h3V4h-3v7Z",
};

export function icon(name, extra = "") {
  const heavy = name === "dots";
  return svg(
    "svg",
    { class: `icon ${extra}`.trim(), viewBox: "0 0 20 20", "aria-hidden": "true", focusable: "false" },
    svg("path", {
      d: PATHS[name],
      fill: "none",
      stroke: "currentColor",
      "stroke-width": heavy ? 2.6 : 1.6,
      "stroke-linecap": "round",
      "stroke-linejoin": "round",
    }),
  );
}

export function appIcon(size = "") {
  return svg(
    "svg",
    { class: `app-icon ${size}`.trim(), viewBox: "0 0 40 40", "aria-hidden": "true", focusable: "false" },
    svg("rect", { width: 40, height: 40, rx: 10, fill: "var(--app)" }),
    svg("path", {
      d: "M13 11h6.5c5.5 0 8.8 3.5 8.8 9s-3.3 9-8.8 9H13V11Zm4.3 4v10h2.1c2.9 0 4.5-1.8 4.5-5s-1.6-5-4.5-5h-2.1Z",
      fill: "#fff",
      "fill-rule": "evenodd",
    }),
  );
}

export function fern() {
  return svg(
    "svg",
    { class: "fern", viewBox: "0 0 32 32", "aria-hidden": "true", focusable: "false" },
    svg(
      "path",
      { d: "M16 28V8", stroke: "currentColor", "stroke-width": 2, "stroke-linecap": "round", fill: "none" },
    ),
    svg("path", {
      d: "M16 11c0-3.4 2-5.6 5.5-6.5.4 3.8-1.7 6.5-5.5 6.5Zm0 6.5c0-3.6 2.7-6 7-6.6-.2 4.2-2.7 6.6-7 6.6Zm0 6.5c0-3.6 3-6.2 7.6-6.6-.3 4.3-3.1 6.6-7.6 6.6Zm0-10c0-3.4-2-5.6-5.5-6.5-.4 3.8 1.7 6.5 5.5 6.5Zm0 6.5c0-3.6-2.7-6-7-6.6.2 4.2 2.7 6.6 7 6.6Zm0 6.5c0-3.6-3-6.2-7.6-6.6.3 4.3 3.1 6.6 7.6 6.6Z",
      fill: "currentColor",
    }),
  );
}
