/** Mentions, channel references and links, the same wherever they are written. */

import { h } from "../dom.js";
import { store } from "../store.js";

const SAFE_LINK = /^(https?:|mailto:|tel:|slack:)/i;

export function linkNode(url, label) {
  if (!SAFE_LINK.test(url)) return document.createTextNode(label instanceof Node ? label.textContent : label);
  return h("a", { href: url, target: "_blank", rel: "noopener noreferrer", class: "link" }, label);
}

export function userNode(id, label) {
  const name = store.users.has(id) ? store.displayName(id) : label || "someone";
  return h(
    "span",
    { class: `mention${id === store.me?.id ? " mention-me" : ""}`, data: { user: id } },
    `@${name}`,
  );
}

export function channelNode(id, label) {
  const place = store.find(id);
  const name = place?.name ?? label;
  if (!place) return h("span", { class: "mention" }, name ? `#${name}` : "a private channel");
  return h("a", { class: "mention", href: `#user=${store.me.name}&channel=${place.name}` }, `#${name}`);
}

export function broadcastNode(range) {
  return h("span", { class: "mention mention-me" }, `@${range}`);
}

export function groupNode(id, label) {
  return h("span", { class: "mention" }, label || `@${id}`);
}
