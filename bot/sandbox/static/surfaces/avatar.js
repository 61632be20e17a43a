/** Coloured initials for people, the app's mark for the app. */

import { h } from "../dom.js";
import { appIcon, fern } from "../icons.js";
import { HELPER, store } from "../store.js";

function initials(name) {
  const words = name.split(/\s+/).filter(Boolean);
  return (words.length > 1 ? words[0][0] + words.at(-1)[0] : name.slice(0, 1)).toUpperCase();
}

/** Sizes: tiny 20, small 28, normal 38, large 48 pixels. */
export function avatar(id, size = "normal") {
  if (id === store.app.bot_user) {
    return h("span", { class: `avatar avatar-${size} avatar-app`, "aria-hidden": "true" }, appIcon());
  }
  if (id === HELPER) {
    return h("span", { class: `avatar avatar-${size} avatar-helper`, "aria-hidden": "true" }, fern());
  }
  const person = store.users.get(id);
  return h(
    "span",
    {
      class: `avatar avatar-${size}`,
      "aria-hidden": "true",
      css: { "background-color": person?.color ?? "var(--ink-3)" },
    },
    initials(store.displayName(id)),
  );
}
