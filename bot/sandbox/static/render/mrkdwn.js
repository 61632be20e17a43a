/** Slack's mrkdwn. Everything becomes text nodes, and the three entities are undone only there. */

import { fragment, h } from "../dom.js";
import { dateNode } from "../dates.js";
import { emoji } from "./emoji.js";
import { broadcastNode, channelNode, groupNode, linkNode, userNode } from "./references.js";

const STYLES = { "*": "strong", _: "em", "~": "s" };
const LIST_LINE = /^(\s*)(•|◦|▪︎|-|\d+[.)])\s+(.*)$/;
const ATOM = /`([^`\n]+)`|<([^<>\n]+)>|:([a-z0-9_+'-]+(?:::skin-tone-\d)?):|(https?:\/\/[^\s<>|]+[^\s<>|.,;:!?)\]'"])/y;

export function unescape(text) {
  return text.replace(/&lt;/g, "<").replace(/&gt;/g, ">").replace(/&amp;/g, "&");
}

export function mrkdwn(text, { verbatim = false } = {}) {
  const out = [];
  const parts = text.split(/```\n?([\s\S]*?)\n?```\n?/);
  parts.forEach((part, index) => {
    if (index % 2) out.push(h("pre", { class: "code-block" }, plainAtoms(part)));
    else if (part) out.push(...lines(part, verbatim));
  });
  return fragment(out);
}

function lines(text, verbatim) {
  const out = [];
  let quote = null;
  let rest = false;
  let pending = [];
  const flush = () => {
    if (pending.length) out.push(...paragraph(pending, verbatim));
    pending = [];
  };
  for (const line of text.replace(/\n$/, "").split("\n")) {
    const mark = rest ? "" : line.match(/^\s*(&gt;&gt;&gt;|&gt;) ?/)?.[0];
    if (mark === undefined) {
      if (quote) out.push(h("blockquote", { class: "quote" }, paragraph(quote, verbatim)));
      quote = null;
      pending.push(line);
      continue;
    }
    flush();
    rest ||= mark.includes("&gt;&gt;&gt;");
    (quote ??= []).push(line.slice(mark.length));
  }
  flush();
  if (quote) out.push(h("blockquote", { class: "quote" }, paragraph(quote, verbatim)));
  return out;
}

function paragraph(rows, verbatim) {
  const out = [];
  let broken = false;
  for (const row of rows) {
    const item = row.match(LIST_LINE);
    if (item) {
      const depth = Math.min(Math.floor(item[1].length / 2), 4);
      out.push(
        h(
          "span",
          { class: "bullet-line", data: { depth } },
          h("span", { class: "bullet" }, item[2]),
          h("span", {}, inline(item[3], verbatim)),
        ),
      );
      broken = false;
      continue;
    }
    if (broken) out.push(h("br"));
    out.push(...inline(row, verbatim));
    broken = true;
  }
  return out;
}

/** One line, as nodes. */
export function inline(text, verbatim = false) {
  const out = [];
  let plain = "";
  const flush = () => {
    if (plain) out.push(document.createTextNode(unescape(plain)));
    plain = "";
  };
  for (let at = 0; at < text.length; ) {
    const found = atomAt(text, at, verbatim) ?? styledAt(text, at, verbatim);
    if (found) {
      flush();
      out.push(found.node);
      at = found.end;
    } else {
      plain += text[at];
      at += 1;
    }
  }
  flush();
  return out;
}

function matchAtom(text, at) {
  ATOM.lastIndex = at;
  return ATOM.exec(text);
}

function atomAt(text, at, verbatim) {
  if (!"`<:h".includes(text[at])) return null;
  const match = matchAtom(text, at);
  if (!match) return null;
  const [, code, angle, name, url] = match;
  let node = null;
  if (code !== undefined) node = h("code", { class: "code" }, plainAtoms(code));
  else if (angle !== undefined) node = angleNode(angle);
  else if (name !== undefined) node = emojiNode(name);
  else if (!verbatim) node = linkNode(unescape(url), unescape(url));
  return node && { node, end: ATOM.lastIndex };
}

function emojiNode(name) {
  const character = emoji(name);
  return character && h("span", { class: "emoji", title: `:${name}:` }, character);
}

function styledAt(text, at, verbatim) {
  const tag = STYLES[text[at]];
  if (!tag || /[\p{L}\p{N}_]/u.test(text[at - 1] ?? " ") || /\s/.test(text[at + 1] ?? " ")) return null;
  const close = closing(text, at + 1, text[at]);
  if (close < 0) return null;
  return { node: h(tag, {}, inline(text.slice(at + 1, close), verbatim)), end: close + 1 };
}

/** Where the style opened before `from` ends; code and angle brackets are stepped over whole. */
function closing(text, from, mark) {
  for (let at = from; at < text.length; ) {
    if (text[at] === "`" || text[at] === "<") {
      const match = matchAtom(text, at);
      if (match) {
        at = ATOM.lastIndex;
        continue;
      }
    }
    const fits = text[at] === mark && at > from && !/\s/.test(text[at - 1]);
    if (fits && !/[\p{L}\p{N}]/u.test(text[at + 1] ?? " ")) return at;
    at += 1;
  }
  return -1;
}

function angleNode(inside) {
  const bar = inside.indexOf("|");
  const target = bar < 0 ? inside : inside.slice(0, bar);
  const label = bar < 0 ? "" : unescape(inside.slice(bar + 1));
  if (target.startsWith("@")) return userNode(target.slice(1), label);
  if (target.startsWith("#")) return channelNode(target.slice(1), label);
  if (target.startsWith("!date^")) return slackDate(target, label);
  if (target.startsWith("!subteam^")) return groupNode(target.slice("!subteam^".length), label);
  if (target.startsWith("!")) return broadcastNode(target.slice(1));
  const url = unescape(target);
  return linkNode(url, label || url.replace(/^mailto:/, ""));
}

/** `!date^epoch^template^optional link`; the older caret before the fallback is accepted too. */
function slackDate(target, fallback) {
  const [, epoch, template = "{date}", url] = target.split("^");
  return dateNode({
    epoch: Number(epoch),
    template,
    url: url && unescape(url),
    fallback: fallback || unescape(template),
  });
}

/** Code keeps its characters; only references that Slack shows as words are spelt out. */
function plainAtoms(text) {
  return unescape(
    text.replace(/<([^<>|]+)\|([^<>]+)>/g, "$2").replace(/<((?:https?|mailto):[^<>]+)>/g, "$1"),
  );
}
