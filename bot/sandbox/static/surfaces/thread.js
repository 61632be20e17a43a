/** The pane beside the conversation that shows one message and its replies. */

import { h } from "../dom.js";
import { get } from "../api.js";
import { icon } from "../icons.js";
import { store } from "../store.js";
import { Composer } from "./composer.js";
import { feed, Timeline } from "./timeline.js";

export class Thread {
  constructor(pane, { onClose }) {
    this.pane = pane;
    this.onClose = onClose;
    this.place = null;
    this.ts = null;
    pane.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && !event.defaultPrevented) onClose();
    });
  }

  async open(place, ts) {
    if (this.place?.id === place.id && this.ts === ts) return;
    this.place = place;
    this.ts = ts;
    const title = store.title(place);
    const list = feed("Thread");
    const scroller = h("div", { class: "scroller", tabindex: -1 }, list);
    const composer = new Composer({ place, title, thread: ts });
    const close = h(
      "button",
      { type: "button", class: "icon-button", "aria-label": "Close thread", on: { click: this.onClose } },
      icon("close"),
    );
    this.pane.replaceChildren(
      h(
        "header",
        { class: "bar" },
        h("h2", { class: "bar-title" }, "Thread"),
        h("span", { class: "bar-note" }, title),
        h("span", { class: "bar-space" }),
        close,
      ),
      scroller,
      composer.node,
    );
    this.pane.hidden = false;
    this.pane.dataset.testid = "thread";
    this.timeline = new Timeline({
      scroller,
      list,
      options: { channel: place.id, inThread: true },
      rules: false,
    });
    await this.refresh();
    composer.focus();
  }

  close() {
    this.pane.hidden = true;
    this.pane.replaceChildren();
    this.place = null;
    this.ts = null;
  }

  belongs(channel, message) {
    return this.place?.id === channel && (message.thread_ts === this.ts || message.ts === this.ts);
  }

  async refresh() {
    const { ts } = this;
    const { messages } = await get("messages", { user: store.me.id, channel: this.place.id, thread_ts: ts });
    if (ts !== this.ts) return;
    this.timeline.show(messages);
    this.mark(messages);
    this.timeline.toEnd();
  }

  mark(messages) {
    const count = messages.length - 1;
    const parent = this.timeline.list.querySelector(`[data-ts="${CSS.escape(this.ts)}"]`);
    const words = count === 1 ? "1 reply" : `${count} replies`;
    if (count > 0) parent?.after(h("div", { class: "thread-rule" }, words));
  }
}
