/** The rich_text block. */

import { h } from "../dom.js";
import { dateNode } from "../dates.js";
import { emoji } from "./emoji.js";
import { broadcastNode, channelNode, groupNode, linkNode, userNode } from "./references.js";

const STYLE_TAGS = [
  ["code", "code"],
  ["bold", "strong"],
  ["italic", "em"],
  ["strike", "s"],
  ["underline", "u"],
];

const LEAVES = {
  text: (leaf) => document.createTextNode(leaf.text),
  link: (leaf) => linkNode(leaf.url, leaf.text || leaf.url),
  emoji: (leaf) => emojiNode(leaf),
  user: (leaf) => userNode(leaf.user_id),
  usergroup: (leaf) => groupNode(leaf.usergroup_id),
  channel: (leaf) => channelNode(leaf.channel_id),
  team: (leaf) => groupNode(leaf.team_id),
  broadcast: (leaf) => broadcastNode(leaf.range),
  color: (leaf) => h(
    "span",
    { class: "swatch-text" },
    h("span", { class: "swatch", css: { "background-color": leaf.value } }),
    leaf.value,
  ),
  date: (leaf) =>
    dateNode({
      epoch: leaf.timestamp,
      template: leaf.format,
      url: leaf.url,
      fallback: leaf.fallback,
      zone: leaf.timezone,
    }),
};

function emojiNode(leaf) {
  const character = leaf.unicode
    ? String.fromCodePoint(...leaf.unicode.split("-").map((code) => Number.parseInt(code, 16)))
    : emoji(leaf.name);
  return h("span", { class: "emoji", title: `:${leaf.name}:` }, character ?? `:${leaf.name}:`);
}

function leafNode(leaf) {
  const make = LEAVES[leaf.type];
  let node = make ? make(leaf) : h("span", { class: "unknown-inline" }, `unknown element: ${leaf.type}`);
  for (const [style, tag] of STYLE_TAGS) {
    if (leaf.style?.[style]) node = h(tag, { class: tag === "code" ? "code" : undefined }, node);
  }
  return node;
}

const PARTS = {
  rich_text_section: (part) => h("div", { class: "rich-section" }, part.elements.map(leafNode)),
  rich_text_quote: (part) => h("blockquote", { class: "quote" }, part.elements.map(leafNode)),
  rich_text_preformatted: (part) => h("pre", { class: "code-block" }, part.elements.map(leafNode)),
  rich_text_list: listNode,
};

function listNode(part) {
  const tag = part.style === "ordered" ? "ol" : "ul";
  const start = part.offset ? part.offset + 1 : undefined;
  return h(
    tag,
    {
      class: "rich-list",
      start,
      data: { indent: part.indent ?? 0, border: part.border ? "true" : undefined },
    },
    part.elements.map((item) => h("li", {}, item.elements.map(leafNode))),
  );
}

export function richText(block) {
  return h(
    "div",
    { class: "rich-text" },
    block.elements.map((part) => (PARTS[part.type] ?? unknownPart)(part)),
  );
}

function unknownPart(part) {
  return h("div", { class: "unknown-block" }, `Unknown rich text part: ${part.type}`);
}

/** The words alone, for sorting and for labels. */
export function richTextWords(block) {
  const words = (part) => part.text ?? part.url ?? part.name ?? (part.elements ?? []).map(words).join(" ");
  return (block.elements ?? []).map(words).join(" ");
}
