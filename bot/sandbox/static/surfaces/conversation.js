/** The centre: a channel or direct message with its list and its composer, and where files are dropped. */

import { h } from "../dom.js";
import { fileAsBase64, get, post } from "../api.js";
import { icon } from "../icons.js";
import { store } from "../store.js";
import { avatar } from "./avatar.js";
import { Composer } from "./composer.js";
import { feed, Timeline } from "./timeline.js";

export class Conversation {
  constructor(place, { openThread }) {
    this.place = place;
    const title = store.title(place);
    this.list = feed(`Messages in ${title}`);
    this.intro = this.introduction(title);
    this.scroller = h(
      "div",
      { class: "scroller", tabindex: -1 },
      h("div", { class: "scroller-inner" }, this.intro, this.list),
    );
    this.more = h(
      "button",
      { type: "button", class: "more-below", hidden: true, on: { click: () => this.timeline.toEnd() } },
      icon("down"),
      "New messages",
    );
    this.composer = new Composer({ place, title, share: (files) => this.share(files) });
    const foot = place.is_member === false ? this.lookingIn(title) : this.composer.node;
    this.node = h(
      "div",
      { class: "conversation", data: { testid: "conversation", channel: place.id } },
      h("div", { class: "list-frame" }, this.scroller, this.more),
      foot,
    );
    this.timeline = new Timeline({
      scroller: this.scroller,
      list: this.list,
      options: { channel: place.id, openThread },
    });
    this.scroller.addEventListener("scroll", () => this.timeline.atEnd() && (this.more.hidden = true));
    this.acceptDrops(title);
  }

  introduction(title) {
    const { place } = this;
    if (place.kind === "channel") {
      return h(
        "div",
        { class: "intro" },
        h("span", { class: "intro-mark" }, icon(place.is_private ? "lock" : "hash")),
        h("h2", { class: "intro-title" }, title),
        h(
          "p",
          {},
          place.topic ? `${place.topic}. ` : "",
          "This is where the channel begins. Type ",
          h("kbd", {}, "/"),
          " to see what the apps here can do.",
        ),
      );
    }
    const words = place.kind === "app"
      ? `This is your own conversation with ${title}. Nobody else reads it.`
      : `This is between you and ${title}.`;
    return h(
      "div",
      { class: "intro" },
      avatar(place.user, "large"),
      h("h2", { class: "intro-title" }, title),
      h("p", {}, words),
    );
  }

  lookingIn(title) {
    return h("div", { class: "looking-in" }, `You are looking into ${title}. Only its members write here.`);
  }

  async load() {
    this.list.setAttribute("aria-busy", "true");
    const { messages } = await get("messages", { user: store.me.id, channel: this.place.id });
    this.timeline.show(messages.filter(isTopLevel));
    this.list.removeAttribute("aria-busy");
    this.timeline.toEnd();
  }

  async refresh() {
    const { messages } = await get("messages", { user: store.me.id, channel: this.place.id });
    this.timeline.show(messages.filter(isTopLevel));
  }

  receive(message) {
    if (!isTopLevel(message)) return;
    const reading = !this.timeline.stuck;
    this.timeline.put(message);
    if (message.user === store.me.id) this.timeline.toEnd();
    else if (reading) this.more.hidden = false;
  }

  change(message) {
    if (isTopLevel(message)) this.timeline.put(message);
  }

  remove(ts) {
    this.timeline.remove(ts);
  }

  async share(files) {
    const dropped = [...files].map(async (file) => ({
      filename: file.name,
      content_base64: await fileAsBase64(file),
    }));
    await post(
      "upload",
      { user: store.me.id, channel: this.place.id, files: await Promise.all(dropped) },
    );
  }

  acceptDrops(title) {
    const veil = h(
      "div",
      { class: "drop-veil", hidden: true },
      h("div", { class: "drop-words" }, icon("clip"), `Drop to share in ${title}`),
    );
    this.node.append(veil);
    const carriesFiles = (event) => event.dataTransfer?.types.includes("Files");
    this.node.addEventListener("dragover", (event) => {
      if (!carriesFiles(event)) return;
      event.preventDefault();
      veil.hidden = false;
    });
    this.node.addEventListener("dragleave", (event) => {
      if (!this.node.contains(event.relatedTarget)) veil.hidden = true;
    });
    this.node.addEventListener("drop", (event) => {
      if (!carriesFiles(event)) return;
      event.preventDefault();
      veil.hidden = true;
      this.composer.attempt(() => this.share([...event.dataTransfer.files]));
    });
  }
}

export function isTopLevel(message) {
  return !message.thread_ts || message.thread_ts === message.ts || message.broadcast;
}
