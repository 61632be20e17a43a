/** What the page knows of the workspace, as seen by the person acted as. */

import { get } from "./api.js";

/** The workspace's own voice, which tells a person when the app did not answer. */
export const HELPER = "USLACKBOT";

class Store {
  constructor() {
    this.clear();
  }

  clear() {
    this.team = { id: "", name: "" };
    this.me = null;
    this.users = new Map();
    this.channels = [];
    this.dms = [];
    this.app = { id: "", name: "App", bot_user: "" };
    this.commands = [];
    this.shortcuts = [];
    this.clockOffset = 0;
  }

  async load(user) {
    const state = await get("state", { user });
    this.team = state.team;
    this.me = state.me;
    this.users = new Map(state.users.map((person) => [person.id, person]));
    this.channels = state.channels;
    this.dms = state.dms;
    this.app = state.app;
    this.commands = state.commands ?? [];
    this.shortcuts = state.shortcuts ?? [];
    this.clockOffset = instant(state.now) - Date.now() / 1000;
  }

  get zone() {
    return this.me?.tz ?? "UTC";
  }

  now() {
    return Date.now() / 1000 + this.clockOffset;
  }

  get people() {
    return [...this.users.values()].filter((person) => !person.is_bot);
  }

  get appDm() {
    return this.dms.find((dm) => dm.user === this.app.bot_user);
  }

  displayName(id) {
    const person = this.users.get(id);
    if (id === this.app.bot_user) return this.app.name;
    if (id === HELPER) return "Slackbot";
    return person ? person.real_name || person.name : "Someone";
  }

  /** The channel or direct message a hash word stands for: an id, a name, `@person`, or the app's name. */
  find(word) {
    if (!word) return null;
    const bare = word.replace(/^[#@]/, "");
    const channel = this.channels.find((item) => item.id === word || item.name === bare);
    if (channel && !word.startsWith("@")) return { kind: "channel", ...channel };
    if (bare === this.app.name.toLowerCase() || bare === this.app.bot_user || word === this.appDm?.id) {
      return this.appDm ? { kind: "app", ...this.appDm } : null;
    }
    const dm = this.dms.find((item) => item.id === word || this.users.get(item.user)?.name === bare);
    return dm ? { kind: "dm", ...dm } : null;
  }

  /** How a conversation is written in the address bar. */
  word(place) {
    if (place.kind === "app") return this.app.name.toLowerCase();
    if (place.kind === "dm") return `@${this.users.get(place.user)?.name ?? place.id}`;
    return place.name;
  }

  title(place) {
    return place.kind === "channel" ? `#${place.name}` : this.displayName(place.user);
  }

  conversation(id) {
    return [...this.channels, ...this.dms].find((item) => item.id === id);
  }
}

function instant(value) {
  const number = Number(value);
  return Number.isFinite(number) ? number : Date.parse(value) / 1000;
}

export const ROLES = {
  practice_admin: "Practice administrator",
  client_admin: "Client administrator",
  standard: "Standard user",
};

export function roleOf(person) {
  if (person.is_guest) return "Guest";
  if (ROLES[person.role]) return ROLES[person.role];
  return person.is_owner ? "Workspace owner" : "Member";
}

export const store = new Store();
