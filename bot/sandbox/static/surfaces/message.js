/** One message: who, when, what, and what can be done with it. */

import { h } from "../dom.js";
import { post } from "../api.js";
import { ago, clock, dateNode, dayHeading } from "../dates.js";
import { icon } from "../icons.js";
import { containerKey, showFailure } from "../controls/busy.js";
import { Context } from "../controls/context.js";
import { openMenu } from "../controls/overlay.js";
import { Values } from "../controls/values.js";
import { blocksNode } from "../render/blocks.js";
import { emoji } from "../render/emoji.js";
import { mrkdwn } from "../render/mrkdwn.js";
import { store } from "../store.js";
import { avatar } from "./avatar.js";
import { fileNode } from "./files.js";

const TOGETHER = 300;

/** Whether `message` follows on from `before` without repeating its author. */
export function continues(message, before) {
  return (
    Boolean(before) &&
    before.user === message.user &&
    !before.ephemeral &&
    !message.ephemeral &&
    !before.reply_count &&
    Number(message.ts) - Number(before.ts) < TOGETHER
  );
}

export function messageNode(message, { channel, compact = false, inThread = false, openThread }) {
  const name = store.displayName(message.user);
  const body = h("div", { class: "message-body" });
  const container = { type: "message", channel, ts: message.ts };
  const node = h(
    "article",
    {
      class: `message${compact ? " compact" : ""}${message.ephemeral ? " ephemeral" : ""}`,
      "aria-label": `${name}, ${clock(Number(message.ts))}`,
      data: {
        testid: "message",
        ts: message.ts,
        user: message.user,
        ephemeral: message.ephemeral ? "true" : undefined,
        container: containerKey(container),
      },
    },
    h("div", { class: "message-side" }, compact ? time(message, "message-time-side") : avatar(message.user)),
    h(
      "div",
      { class: "message-main" },
      message.ephemeral ? h("div", { class: "only-you" }, icon("eye"), "Only visible to you") : null,
      compact ? null : head(message, name),
      body,
      inThread ? null : replies(message, openThread),
    ),
    message.ephemeral ? null : toolbar(message, channel, inThread ? null : openThread),
  );
  fillBody(body, message, container);
  return node;
}

function head(message, name) {
  const isApp = message.bot || message.user === store.app.bot_user;
  return h(
    "div",
    { class: "message-head" },
    h("span", { class: "author" }, name),
    isApp ? h("span", { class: "badge" }, "APP") : null,
    time(message, "message-time"),
  );
}

function time(message, className) {
  const epoch = Number(message.ts);
  return h(
    "time",
    {
      class: className,
      datetime: new Date(epoch * 1000).toISOString(),
      title: `${dayHeading(epoch)}, ${clock(epoch)}`,
    },
    clock(epoch),
  );
}

function fillBody(body, message, container) {
  const ctx = new Context({ container, values: new Values() });
  ctx.redraw = () => fillBody(body, message, container);
  // what people type carries its markup in the text; their one block repeats it unformatted
  const blocks = message.bot ? message.blocks ?? [] : [];
  body.replaceChildren();
  if (blocks.length) body.append(blocksNode(blocks, ctx));
  else if (message.text) body.append(h("div", { class: "block text" }, mrkdwn(message.text)));
  for (const attachment of message.attachments ?? []) body.append(attachmentNode(attachment, ctx));
  if (message.edited) body.append(h("span", { class: "edited" }, "(edited)"));
  if (message.files?.length) body.append(h("div", { class: "files" }, message.files.map(fileNode)));
  const reactions = reactionList(message);
  if (reactions.length) body.append(h("div", { class: "reactions" }, reactions));
  if (message.error) showFailure(body, message.error);
}

function attachmentNode(attachment, ctx) {
  return h(
    "div",
    {
      class: "attachment",
      css: attachment.color ? { "--bar": `#${attachment.color.replace("#", "")}` } : {},
    },
    attachment.title ? h("strong", {}, mrkdwn(attachment.title)) : null,
    attachment.blocks
      ? blocksNode(attachment.blocks, ctx)
      : h("div", { class: "text" }, mrkdwn(attachment.text ?? attachment.fallback ?? "")),
  );
}

function reactionList(message) {
  const given = message.reactions ?? [];
  const list = Array.isArray(given) ? given : Object.entries(given).map(([name, users]) => ({ name, users }));
  return list.map(({ name, users = [], count = users.length }) => {
    const people = users.map((id) => store.displayName(id)).join(", ");
    return h(
      "span",
      { class: `reaction${users.includes(store.me.id) ? " mine" : ""}`, title: `${people}: ${name}` },
      emoji(name) ?? `:${name}:`,
      h("span", { class: "reaction-count" }, String(count)),
    );
  });
}

function replies(message, openThread) {
  if (!message.reply_count) return null;
  const latest = Math.min(Number(message.latest_reply ?? 0), store.now()); // clocks differ
  const words = `${message.reply_count} ${message.reply_count === 1 ? "reply" : "replies"}`;
  return h(
    "button",
    { type: "button", class: "replies", on: { click: () => openThread(message.ts) } },
    (message.reply_users ?? []).slice(0, 4).map((id) => avatar(id, "tiny")),
    h("span", { class: "replies-count" }, words),
    latest ? h("span", { class: "replies-when" }, `last ${ago(latest)}`) : null,
    icon("right", "replies-mark"),
  );
}

function toolbar(message, channel, openThread) {
  const shortcuts = store.shortcuts.filter((item) => item.type === "message");
  const buttons = [
    openThread
      ? h(
        "button",
        {
          type: "button",
          class: "icon-button",
          "aria-label": "Reply in thread",
          title: "Reply in thread",
          on: { click: () => openThread(message.thread_ts ?? message.ts) },
        },
        icon("reply"),
      )
      : null,
    shortcuts.length ? shortcutButton(shortcuts, message, channel) : null,
  ].filter(Boolean);
  return buttons.length
    ? h("div", { class: "message-tools", role: "group", "aria-label": "Message actions" }, buttons)
    : null;
}

function shortcutButton(shortcuts, message, channel) {
  const button = h(
    "button",
    {
      type: "button",
      class: "icon-button",
      "aria-label": "Message shortcuts",
      title: "Message shortcuts",
      "aria-haspopup": "menu",
      "aria-expanded": "false",
    },
    icon("bolt"),
  );
  const run = (callback) => post(
    "shortcut",
    { user: store.me.id, callback_id: callback, channel, ts: message.ts },
  ).catch((error) => showFailure(button.parentElement, error.message));
  const items = shortcuts.map((item) =>
    ({
      label: item.name,
      description: item.description,
      before: avatar(store.app.bot_user, "tiny"),
      run: () => run(item.callback_id),
    }),
  );
  button.addEventListener("click", () => openMenu(button, items, { label: "Message shortcuts" }));
  return button;
}

/** Day headings between messages of different days. */
export function dayRule(epoch) {
  return h(
    "div",
    { class: "day", role: "separator" },
    h("span", { class: "day-words" }, dateNode({ epoch, template: "{day_divider_pretty}" })),
  );
}
