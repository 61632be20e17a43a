/** Where a person writes: messages, slash commands from the manifest, shortcuts and files. */

import { h, uid } from "../dom.js";
import { post } from "../api.js";
import { icon } from "../icons.js";
import { openMenu } from "../controls/overlay.js";
import { store } from "../store.js";
import { avatar } from "./avatar.js";

export class Composer {
  /** `thread` is the parent's timestamp in a thread pane, where commands do not work. */
  constructor({ place, title, thread = null, share = null }) {
    Object.assign(this, { place, thread, share });
    this.menuId = uid("commands");
    this.at = 0;
    const prefix = thread ? "thread-" : "";
    this.input = h("textarea", {
      id: `${prefix}composer`,
      class: "composer-input",
      rows: 1,
      placeholder: thread ? "Reply …" : `Message ${title}`,
      "aria-label": thread ? "Reply in thread" : `Message ${title}`,
      "aria-autocomplete": thread ? undefined : "list",
      "aria-controls": this.menuId,
      data: { testid: `${prefix}composer` },
      on: { input: () => this.typed(), keydown: (event) => this.key(event), blur: () => this.hideMenu() },
    });
    this.send = h(
      "button",
      {
        type: "button",
        class: "send",
        "aria-label": "Send",
        title: "Send",
        disabled: true,
        data: { testid: `${prefix}send` },
        on: { click: () => this.submit() },
      },
      icon("send"),
    );
    this.problem = h("div", { class: "composer-problem", role: "alert", hidden: true });
    this.hint = h("div", { class: "composer-hint", "aria-live": "polite" });
    this.menu = h(
      "div",
      {
        class: "commands",
        role: "listbox",
        id: this.menuId,
        "aria-label": "Commands",
        hidden: true,
        data: { testid: "slash-menu" },
      },
    );
    const tools = h(
      "div",
      { class: "composer-tools" },
      thread ? [] : [this.shortcutsButton(), this.attachButton()],
      this.hint,
      this.send,
    );
    this.node = h(
      "div",
      { class: "composer" },
      this.menu,
      this.problem,
      h("div", { class: "composer-box" }, this.input, tools),
    );
  }

  focus() {
    this.input.focus({ preventScroll: true });
  }

  shortcutsButton() {
    const items = store.shortcuts
      .filter((item) => item.type === "global")
      .map((item) => ({
        label: item.name,
        description: item.description,
        before: avatar(store.app.bot_user, "small"),
        run: () => this.attempt(() => post("shortcut", { user: store.me.id, callback_id: item.callback_id })),
      }));
    const commands = store.commands.map((item) => ({
      label: item.command,
      description: item.description,
      before: avatar(store.app.bot_user, "small"),
      run: () => this.write(`${item.command} `),
    }));
    const all = [
      ...(items.length ? [{ heading: "Shortcuts" }, ...items] : []),
      { heading: "Commands" },
      ...commands,
    ];
    const node = h(
      "button",
      {
        type: "button",
        class: "icon-button",
        "aria-label": "Shortcuts",
        title: "Shortcuts",
        "aria-haspopup": "menu",
        "aria-expanded": "false",
        data: { testid: "shortcuts" },
      },
      icon("bolt"),
    );
    node.addEventListener(
      "click",
      () => openMenu(node, all, { label: "Shortcuts", align: "start", prefer: "above" }),
    );
    return node;
  }

  attachButton() {
    const pick = h(
      "input",
      {
        type: "file",
        class: "sr-only",
        multiple: true,
        tabindex: -1,
        "aria-label": "Files to share",
        data: { testid: "attach" },
      },
    );
    pick.addEventListener("change", () => {
      const files = [...pick.files];
      pick.value = "";
      this.attempt(() => this.share(files));
    });
    return [
      h(
        "button",
        {
          type: "button",
          class: "icon-button",
          "aria-label": "Share a file",
          title: "Share a file",
          on: { click: () => pick.click() },
        },
        icon("clip"),
      ),
      pick,
    ];
  }

  write(text) {
    this.input.value = text;
    this.typed();
    this.focus();
  }

  typed() {
    this.input.style.setProperty("height", "auto");
    this.input.style.setProperty("height", `${Math.min(this.input.scrollHeight, 200)}px`);
    this.send.disabled = !this.input.value.trim();
    this.problem.hidden = true;
    this.suggest();
  }

  /** The menu while a command's name is being typed; its usage afterwards. */
  suggest() {
    const text = this.input.value;
    const [word] = text.split(/\s/);
    const typing = !this.thread && text.startsWith("/") && text === word;
    const found = typing ? store.commands.filter((item) => item.command.startsWith(word)) : [];
    const exact = !this.thread && !typing ? store.commands.find((item) => item.command === word) : null;
    this.hint.textContent = exact?.usage_hint ?? "";
    if (found.length) this.showMenu(found);
    else this.hideMenu();
  }

  showMenu(found) {
    this.found = found;
    this.menu.hidden = false;
    this.menu.replaceChildren(
      h("div", { class: "commands-heading", role: "presentation" }, `${store.app.name} commands`),
      ...found.map((item, index) => this.commandNode(item, index)),
    );
    this.point(0);
  }

  commandNode(item, index) {
    return h(
      "div",
      {
        class: "command",
        role: "option",
        id: `${this.menuId}-${index}`,
        on: {
          pointerdown: (event) => event.preventDefault(),
          click: () => this.complete(index),
          pointermove: () => this.point(index),
        },
      },
      avatar(store.app.bot_user, "small"),
      h(
        "div",
        { class: "command-words" },
        h(
          "div",
          {},
          h("span", { class: "command-name" }, item.command),
          h("span", { class: "command-usage" }, item.usage_hint ?? ""),
        ),
        h("div", { class: "command-note" }, item.description ?? ""),
      ),
    );
  }

  point(index) {
    this.at = index;
    const nodes = [...this.menu.querySelectorAll(".command")];
    nodes.forEach((node, place) => node.setAttribute("aria-selected", String(place === index)));
    this.input.setAttribute("aria-activedescendant", nodes[index]?.id ?? "");
  }

  hideMenu() {
    this.menu.hidden = true;
    this.input.removeAttribute("aria-activedescendant");
  }

  complete(index) {
    this.write(`${this.found[index].command} `);
  }

  key(event) {
    if (event.isComposing) return;
    if (!this.menu.hidden && this.menuKey(event)) return;
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      this.submit();
    }
  }

  menuKey(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const complete = event.key === "Tab" || (
      event.key === "Enter" && this.found[this.at].command !== this.input.value
    );
    if (step) this.point((this.at + step + this.found.length) % this.found.length);
    else if (complete) this.complete(this.at);
    else if (event.key === "Escape") this.hideMenu();
    else return false;
    event.preventDefault();
    return true;
  }

  async submit() {
    const text = this.input.value.trim();
    if (!text) return;
    const isCommand = text.startsWith("/");
    const refusal = isCommand && this.refusal(text.split(/\s/)[0]);
    if (refusal) {
      this.complain(refusal);
      return;
    }
    this.write("");
    const body = { user: store.me.id, channel: this.place.id, text };
    await this.attempt(
      () => (
        isCommand ? post("command", body) : post("message", { ...body, thread_ts: this.thread ?? undefined })
      ),
      text,
    );
  }

  refusal(command) {
    if (this.thread) return `${command} cannot be used in a thread. Type it in the channel instead.`;
    if (store.commands.some((item) => item.command === command)) return null;
    return `${command} is not a command here. Type / to see those there are.`;
  }

  complain(words) {
    this.problem.textContent = words;
    this.problem.hidden = false;
  }

  /** Runs what a person asked for; their words come back when it was refused. */
  async attempt(work, words = "") {
    try {
      await work();
    } catch (error) {
      if (words) this.write(words);
      this.complain(error.message);
    }
  }
}
