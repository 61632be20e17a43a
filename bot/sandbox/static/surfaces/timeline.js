/** An ordered list of messages that redraws only what changed and keeps its place while reading. */

import { h } from "../dom.js";
import { dayOf } from "../dates.js";
import { continues, dayRule, messageNode } from "./message.js";

const NEAR = 120;

export class Timeline {
  /** `scroller` is the element that scrolls; `options` go to every message. */
  constructor({ scroller, list, options, rules = true }) {
    Object.assign(this, { scroller, list, options, rules });
    this.drawn = new Map();
    this.days = new Map();
    this.messages = [];
    this.stuck = true;
    scroller.addEventListener("scroll", () => (this.stuck = this.atEnd()));
    new ResizeObserver(() => this.stuck && this.toEnd()).observe(list);
    new ResizeObserver(() => this.stuck && this.toEnd()).observe(scroller);
  }

  show(messages) {
    const { stuck } = this;
    this.messages = messages;
    const focused = focusedSlot(this.list);
    settle(this.list, this.nodes());
    if (focused && document.activeElement === document.body) this.list.querySelector(focused)?.focus();
    if (stuck) this.toEnd();
  }

  atEnd() {
    const { scrollTop, scrollHeight, clientHeight } = this.scroller;
    return scrollHeight - scrollTop - clientHeight < NEAR;
  }

  toEnd() {
    this.stuck = true;
    this.scroller.scrollTop = this.scroller.scrollHeight;
  }

  put(message) {
    const others = this.messages.filter((one) => one.ts !== message.ts);
    this.show([...others, message].sort((a, b) => Number(a.ts) - Number(b.ts)));
  }

  remove(ts) {
    this.show(this.messages.filter((one) => one.ts !== ts));
  }

  has(ts) {
    return this.messages.some((one) => one.ts === ts);
  }

  dayRule(day, epoch) {
    if (!this.days.has(day)) this.days.set(day, dayRule(epoch));
    return this.days.get(day);
  }

  nodes() {
    const drawn = new Map();
    const out = [];
    let before = null;
    for (const message of this.messages) {
      const day = dayOf(Number(message.ts));
      const newDay = this.rules && (!before || dayOf(Number(before.ts)) !== day);
      if (newDay) out.push(this.dayRule(day, Number(message.ts)));
      const compact = !newDay && continues(message, before);
      const signature = JSON.stringify([message, compact]);
      const known = this.drawn.get(message.ts);
      const node = known?.signature === signature
        ? known.node
        : messageNode(message, { ...this.options, compact });
      drawn.set(message.ts, { node, signature });
      out.push(node);
      before = message;
    }
    this.drawn = drawn;
    return out;
  }
}

/** Makes `nodes` the children of `list`, leaving alone those already in place, so that focus and menus survive. */
function settle(list, nodes) {
  const wanted = new Set(nodes);
  for (const child of [...list.children]) if (!wanted.has(child)) child.remove();
  nodes.forEach((node, index) => {
    if (list.children[index] !== node) list.insertBefore(node, list.children[index] ?? null);
  });
}

/** A selector for the control that has the focus, by the message and element it belongs to. */
function focusedSlot(list) {
  const slot = list.contains(document.activeElement) ? document.activeElement.closest("[data-slot]") : null;
  if (!slot) return null;
  const { ts } = slot.closest("[data-ts]").dataset;
  const [block, action] = [slot.dataset.blockId, slot.dataset.actionId].map((id) => CSS.escape(id));
  return `[data-ts="${CSS.escape(ts)}"] [data-block-id="${block}"][data-action-id="${action}"] :is(button, input, textarea)`;
}

export function feed(label) {
  return h("div", { class: "feed", role: "feed", "aria-label": label });
}
