/** Standard Markdown, as the markdown block allows it: headings, lists, tasks, tables, quotes, code. */

import { fragment, h } from "../dom.js";
import { withEmoji } from "./emoji.js";
import { linkNode } from "./references.js";
import { inline as slackInline } from "./mrkdwn.js";

const INLINE =
  /(`+)([\s\S]+?)\1|!?\[([^\]]*)\]\((\S+?)(?:\s+"[^"]*")?\)|(\*\*|__)(\S[\s\S]*?)\5|(\*|_)(\S[\s\S]*?)\7(?![\p{L}\p{N}])|~~(\S[\s\S]*?)~~|(<[@#!][^<>]+>)|(https?:\/\/[^\s<>()]+[^\s<>().,;:!?])/u;

function inline(text) {
  const out = [];
  for (let rest = text; rest; ) {
    const match = INLINE.exec(rest);
    if (!match) {
      out.push(withEmoji(rest));
      break;
    }
    out.push(withEmoji(rest.slice(0, match.index)), inlineNode(match));
    rest = rest.slice(match.index + match[0].length);
  }
  return out;
}

function inlineNode([whole, tick, code, label, href, , bold, , italic, strike, reference, url]) {
  if (tick) return h("code", { class: "code" }, code);
  if (href) return linkNode(href, label ? h("span", {}, inline(label)) : href);
  if (bold) return h("strong", {}, inline(bold));
  if (italic) return h("em", {}, inline(italic));
  if (strike) return h("s", {}, inline(strike));
  if (reference) return h("span", {}, slackInline(reference));
  return url ? linkNode(url, url) : whole;
}

const RULES = [
  { starts: /^```/, take: takeCode },
  { starts: /^#{1,6}\s/, take: takeHeading },
  {
    starts: /^\s*(?:-{3,}|\*{3,}|_{3,})\s*$/,
    take: (rows) => [h("hr", { class: "divider" }), rows.slice(1)],
  },
  { starts: /^>/, take: takeQuote },
  { starts: /^\s*(?:[-*+]|\d+[.)])\s/, take: takeList },
  { starts: /^\s*\|.*\|\s*$/, take: takeTable },
];

export function markdown(text) {
  const out = [];
  let rows = text.split("\n");
  while (rows.length) {
    if (!rows[0].trim()) {
      rows = rows.slice(1);
      continue;
    }
    const rule = RULES.find((candidate) => candidate.starts.test(rows[0]));
    const [node, left] = (rule?.take ?? takeParagraph)(rows);
    out.push(node);
    rows = left;
  }
  return fragment(out);
}

function splitWhile(rows, test) {
  const end = rows.findIndex((row) => !test(row));
  return end < 0 ? [rows, []] : [rows.slice(0, end), rows.slice(end)];
}

function takeParagraph(rows) {
  const [body, left] = splitWhile(rows, (row) => row.trim() && !RULES.some((rule) => rule.starts.test(row)));
  const taken = body.length ? body : rows.slice(0, 1);
  const lines = taken.flatMap((row, index) => [index ? h("br") : null, ...inline(row)]);
  return [h("p", {}, lines), body.length ? left : rows.slice(1)];
}

function takeHeading(rows) {
  const [, marks, words] = rows[0].match(/^(#{1,6})\s+(.*?)\s*#*$/);
  const level = Math.min(marks.length + 2, 6);
  return [h(`h${level}`, { class: `md-heading md-heading-${marks.length}` }, inline(words)), rows.slice(1)];
}

function takeCode(rows) {
  const end = rows.findIndex((row, index) => index > 0 && row.startsWith("```"));
  const stop = end < 0 ? rows.length : end;
  return [h("pre", { class: "code-block" }, rows.slice(1, stop).join("\n")), rows.slice(stop + 1)];
}

function takeQuote(rows) {
  const [body, left] = splitWhile(rows, (row) => row.startsWith(">"));
  return [
    h("blockquote", { class: "quote" }, markdown(body.map((row) => row.replace(/^> ?/, "")).join("\n"))),
    left,
  ];
}

function takeList(rows) {
  const [body, left] = splitWhile(rows, (row) => /^\s*(?:[-*+]|\d+[.)])\s/.test(row) || /^\s{2,}\S/.test(row));
  return [listNode(body), left];
}

function listNode(rows) {
  const margin = rows[0].match(/^\s*/)[0].length;
  const ordered = /^\s*\d/.test(rows[0]);
  const list = h(ordered ? "ol" : "ul", { class: "rich-list" });
  for (let rest = rows; rest.length; ) {
    const [nested, left] = splitWhile(rest.slice(1), (row) => row.match(/^\s*/)[0].length > margin + 1);
    list.append(listItem(rest[0].replace(/^\s*(?:[-*+]|\d+[.)])\s+/, ""), nested));
    rest = left;
  }
  return list;
}

function listItem(words, nested) {
  const task = words.match(/^\[( |x|X)\]\s+(.*)$/);
  const body = task ? [taskMark(task[1] !== " "), ...inline(task[2])] : inline(words);
  return h("li", { class: task ? "task" : undefined }, body, nested.length ? listNode(nested) : null);
}

function taskMark(done) {
  return h(
    "input",
    { type: "checkbox", disabled: true, checked: done, "aria-label": done ? "Done" : "Not done" },
  );
}

function takeTable(rows) {
  const [body, left] = splitWhile(rows, (row) => /^\s*\|.*\|\s*$/.test(row));
  const cells = body.map((row) => row.trim().slice(1, -1).split("|").map((cell) => cell.trim()));
  const aligns = (cells[1] ?? []).map((cell) =>
    (/^:-+:$/.test(cell) ? "center" : /-:$/.test(cell) ? "right" : "left"),
  );
  const line = (row, tag) => h(
    "tr",
    {},
    row.map((cell, index) => h(tag, { data: { align: aligns[index] } }, inline(cell))),
  );
  const table = h(
    "table",
    { class: "table" },
    h("thead", {}, line(cells[0], "th")),
    h("tbody", {}, cells.slice(2).map((row) => line(row, "td"))),
  );
  return [h("div", { class: "table-scroll" }, table), left];
}
