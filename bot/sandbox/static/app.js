/** Ties the page together: the address bar says who is acting and where; everything follows from it. */

import { h } from "./dom.js";
import { post, Refused } from "./api.js";
import { refreshDates } from "./dates.js";
import { icon } from "./icons.js";
import { LiveUpdates } from "./socket.js";
import { showFailure, slotOf, stopAllBusy } from "./controls/busy.js";
import { store } from "./store.js";
import { avatar } from "./surfaces/avatar.js";
import { Conversation } from "./surfaces/conversation.js";
import { Drawer } from "./surfaces/drawer.js";
import { Home } from "./surfaces/home.js";
import { Modal } from "./surfaces/modal.js";
import { Rail } from "./surfaces/rail.js";
import { Thread } from "./surfaces/thread.js";

const FIRST_USER = "ana";
const FIRST_CHANNEL = "practice";
const DATE_PAUSE = 30000;

const $ = (id) => document.getElementById(id);

class Page {
  constructor() {
    this.place = null;
    this.tab = null;
    this.conversation = null;
    this.home = null;
    this.modal = new Modal();
    this.rail = new Rail(
      $("rail"),
      {
        go: (place) => this.go({ channel: store.word(place), tab: null, thread: null }),
        actAs: (person) => this.go({ user: person.name, thread: null }),
      },
    );
    this.drawer = new Drawer($("workspace"), $("rail"));
    this.thread = new Thread($("thread"), { onClose: () => this.go({ thread: null }) });
    this.live = new LiveUpdates({
      onEvent: (event) => this.hear(event),
      onUp: () => this.up(),
      onDown: () => this.down(),
    });
    this.wasDown = false;
  }

  route() {
    return Object.fromEntries(new URLSearchParams(location.hash.slice(1)));
  }

  go(change) {
    const next = { ...this.route(), ...change };
    const known = Object.entries(next).filter(([, value]) => value);
    const written = ([key, value]) => `${key}=${encodeURIComponent(value).replace("%40", "@")}`;
    location.hash = known.map(written).join("&");
  }

  /** Makes the page show what the address bar says. */
  async follow() {
    const route = this.route();
    const user = route.user || store.me?.name || FIRST_USER;
    if (![store.me?.id, store.me?.name].includes(user)) await this.become(user);
    const place = store.find(route.channel) ?? this.firstPlace();
    const tab = place.kind === "app" ? route.tab || "messages" : null;
    if (place.id !== this.place?.id || tab !== this.tab) await this.enter(place, tab);
    if (route.thread && tab !== "home") await this.thread.open(place, route.thread);
    else this.thread.close();
    $("workspace").classList.toggle("with-thread", Boolean(route.thread) && tab !== "home");
    $("workspace").setAttribute("aria-busy", "false");
  }

  firstPlace() {
    const joined = store.channels.find((item) => item.is_member) ?? store.dms[0];
    return store.find(FIRST_CHANNEL) ?? store.find(joined?.id);
  }

  async become(user) {
    this.modal.clear();
    this.modal.values.clear();
    await store.load(user);
    this.remember();
    this.place = null;
    this.live.follow(store.me.id);
    await this.modal.load();
  }

  /** For links that lead back here from elsewhere and do not say who is acting. */
  remember() {
    if (store.me) document.cookie = `acting=${store.me.name}; path=/client; SameSite=Lax`;
  }

  async enter(place, tab) {
    this.place = place;
    this.tab = tab;
    document.title = `${store.title(place)} · ${store.team.name}`;
    this.drawer.close();
    this.drawRail();
    this.conversation = null;
    this.home = null;
    const surface = tab === "home" ? this.openHome() : this.openConversation(place);
    $("centre").replaceChildren(this.bar(place, tab), surface.node);
    await surface.load();
    if (place.kind === "app") this.quietly(post("home-opened", { user: store.me.id, tab }));
    if (tab !== "home") await this.read();
  }

  drawRail() {
    this.rail.draw(this.place);
    const elsewhere = [...store.channels, ...store.dms].filter((item) => item.id !== this.place.id);
    this.drawer.tell(elsewhere.some((item) => item.unread));
  }

  openHome() {
    this.home = new Home();
    return this.home;
  }

  openConversation(place) {
    this.conversation = new Conversation(place, { openThread: (ts) => this.go({ thread: ts }) });
    if (!document.querySelector("dialog[open]")) queueMicrotask(() => this.conversation?.composer.focus());
    return this.conversation;
  }

  bar(place, tab) {
    const mark = place.kind === "channel"
      ? icon(place.is_private ? "lock" : "hash", "bar-mark")
      : avatar(place.user, "small");
    const name = place.kind === "channel" ? place.name : store.displayName(place.user);
    return h(
      "header",
      { class: "bar" },
      this.drawer.button(),
      mark,
      h("h1", { class: "bar-title" }, name),
      place.kind === "app" ? h("span", { class: "badge" }, "APP") : null,
      place.kind === "app" ? this.tabs(tab) : h("span", { class: "bar-note" }, place.topic ?? ""),
    );
  }

  tabs(current) {
    const tab = (name, label) =>
      h(
        "button",
        {
          type: "button",
          role: "tab",
          class: "tab",
          "aria-selected": String(current === name),
          on: { click: () => this.go({ tab: name, thread: null }) },
        },
        label,
      );
    const list = h(
      "div",
      { class: "tabs", role: "tablist", "aria-label": store.app.name },
      tab("home", "Home"),
      tab("messages", "Messages"),
    );
    list.addEventListener("keydown", (event) => {
      if (["ArrowLeft", "ArrowRight"].includes(event.key)) {
        this.go({ tab: current === "home" ? "messages" : "home", thread: null });
      }
    });
    return list;
  }

  async read() {
    const item = store.conversation(this.place.id);
    if (item) item.unread = 0;
    await this.quietly(post("read", { user: store.me.id, channel: this.place.id }));
  }

  /** For calls whose failure changes nothing a person sees. */
  async quietly(call) {
    try {
      await call;
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      console.warn(error.message);
    }
  }

  hear(event) {
    const handler = this.handlers[event.type];
    if (!handler) return;
    if (event.type !== "channel") stopAllBusy();
    handler.call(this, event);
  }

  handlers = {
    message: this.arrived,
    ephemeral: this.arrived,
    message_changed: this.changed,
    message_deleted: this.deleted,
    ephemeral_deleted: this.deleted,
    modal: (event) => this.modal.show(event),
    home: (event) => this.home?.show(event.view),
    action_failed: (event) => slotOf(event).forEach((slot) => showFailure(slot, event.message)),
    channel: () => this.refreshRail(),
    reset: () => location.reload(),
  };

  arrived({ channel, message }) {
    const here = this.place?.id === channel && this.conversation;
    if (this.thread.belongs(channel, message)) this.thread.refresh();
    if (here) {
      this.conversation.receive(message);
      this.read();
    } else {
      this.countUnread(channel, message);
    }
    if (message.user !== store.me.id) this.announce(channel, message);
  }

  changed({ channel, message }) {
    if (this.thread.belongs(channel, message)) this.thread.refresh();
    if (this.place?.id === channel) this.conversation?.change(message);
  }

  deleted({ channel, ts }) {
    if (this.place?.id !== channel) return;
    this.conversation?.remove(ts);
    if (this.thread.ts === ts) this.go({ thread: null });
    else if (this.thread.ts) this.thread.refresh();
  }

  countUnread(channel, message) {
    if (message.user === store.me.id) return;
    const item = store.conversation(channel);
    if (!item) {
      this.refreshRail();
      return;
    }
    item.unread = (item.unread ?? 0) + 1;
    this.drawRail();
  }

  announce(channel, message) {
    const where = channel === this.place?.id
      ? ""
      : ` in ${store.conversation(channel)?.name ?? "a direct message"}`;
    $("announcer").append(h("p", {}, `${store.displayName(message.user)}${where}: ${message.text ?? ""}`));
    while ($("announcer").children.length > 5) $("announcer").firstChild.remove();
  }

  async refreshRail() {
    await store.load(store.me.id);
    const now = store.find(this.place.id);
    if (now && now.is_member !== this.place.is_member) await this.enter(now, this.tab);
    else this.drawRail();
  }

  async up() {
    $("connection").hidden = true;
    if (!this.wasDown) return;
    this.wasDown = false;
    await this.refreshRail();
    await Promise.all([
      this.conversation?.refresh(),
      this.home?.load(),
      this.modal.load(),
      this.thread.ts && this.thread.refresh(),
    ]);
  }

  down() {
    this.wasDown = true;
    $("connection").textContent = "The workspace cannot be reached. Trying again …";
    $("connection").hidden = false;
  }
}

async function start() {
  const page = new Page();
  let steps = Promise.resolve();
  const follow = () => {
    steps = steps.then(() => page.follow()).catch(showProblem);
    return steps;
  };
  addEventListener("hashchange", follow);
  addEventListener("focus", () => page.remember());
  document.querySelector("[data-skip]").addEventListener("click", (event) => {
    event.preventDefault();
    document.getElementById("composer")?.focus();
  });
  setInterval(refreshDates, DATE_PAUSE);
  await follow();
}

function showProblem(error) {
  console.error(error);
  $("workspace").setAttribute("aria-busy", "false");
  $("centre").replaceChildren(
    h(
      "div",
      { class: "empty" },
      h("h2", {}, "The workspace could not be shown"),
      h("p", {}, error.message),
      h(
        "button",
        { type: "button", class: "button primary", on: { click: () => location.reload() } },
        "Load again",
      ),
    ),
  );
}

start();
