/** A searchable select: one or several choices, local or fetched, with groups, keys and chips. */

import { debounce, h, uid } from "../dom.js";
import { icon } from "../icons.js";
import { plain } from "../render/text.js";
import { float } from "./overlay.js";

const FETCH_PAUSE = 180;
const SHOWN_AT_ONCE = 200;

/**
 * `load(query)` resolves to a list of groups `{label, options[]}`; an option has `value`, `text`, `description`
 * and optionally `before`. `chosen` is the list of options chosen now; `onChange` gets the new list.
 */
export class Combobox {
  constructor({
    labels,
    placeholder,
    several = false,
    most = Infinity,
    load,
    fetched = false,
    minQuery = 0,
    chosen,
    onChange,
    describedBy,
    clearable,
  }) {
    Object.assign(this, { several, most, load, fetched, minQuery, onChange, clearable });
    this.chosen = [...chosen];
    this.placeholder = placeholder || (several ? "Choose" : "Choose one");
    this.listId = uid("list");
    this.at = -1;
    this.turn = 0;
    this.build(labels, describedBy);
    this.look = fetched ? debounce(FETCH_PAUSE, () => this.search()) : () => this.search();
  }

  build(labels, describedBy) {
    this.input = h("input", {
      type: "text",
      class: "combobox-input",
      role: "combobox",
      autocomplete: "off",
      spellcheck: "false",
      "aria-autocomplete": "list",
      "aria-expanded": "false",
      "aria-controls": this.listId,
      "aria-describedby": describedBy,
      ...labels,
      on: {
        keydown: (event) => this.key(event),
        input: () => this.typed(),
        click: () => this.pressed(),
        blur: () => setTimeout(() => this.left(), 0),
      },
    });
    this.chips = h("span", { class: "chips" });
    this.toggle = h("span", { class: "combobox-toggle", "aria-hidden": "true" }, icon("down"));
    this.clear = h(
      "button",
      { type: "button", class: "combobox-clear", "aria-label": "Clear", on: { click: () => this.set([]) } },
      icon("close"),
    );
    this.node = h(
      "span",
      { class: "combobox", data: { several: this.several ? "true" : undefined } },
      this.chips,
      this.input,
      this.clear,
      this.toggle,
    );
    this.node.addEventListener("pointerdown", (event) => {
      if (event.target.closest("button, input")) return;
      event.preventDefault();
      this.input.focus();
      this.panel ? this.close() : this.open();
    });
    this.draw();
  }

  draw() {
    this.clear.hidden = this.several || !this.clearable || !this.chosen.length;
    if (this.several) {
      this.chips.replaceChildren(...this.chosen.map((option) => this.chip(option)));
      this.input.placeholder = this.chosen.length ? "" : this.placeholder;
      return;
    }
    this.input.value = this.chosen[0] ? plain(this.chosen[0].text) : "";
    this.input.placeholder = this.placeholder;
    this.input.size = Math.min(Math.max((this.input.value || this.placeholder).length, 8), 40);
  }

  chip(option) {
    const words = plain(option.text);
    return h(
      "span",
      { class: "chip" },
      words,
      h(
        "button",
        {
          type: "button",
          class: "chip-remove",
          "aria-label": `Remove ${words}`,
          on: { click: () => this.set(this.chosen.filter((one) => one !== option)) },
        },
        icon("close"),
      ),
    );
  }

  set(chosen) {
    this.chosen = chosen;
    this.draw();
    this.onChange(chosen);
  }

  pressed() {
    if (!this.several && !this.panel) this.input.select();
    this.open();
  }

  typed() {
    this.open();
    this.query = this.input.value;
    this.look();
  }

  open() {
    if (this.panel) return;
    this.list = h(
      "div",
      {
        class: "options",
        role: "listbox",
        id: this.listId,
        "aria-multiselectable": this.several ? "true" : undefined,
      },
    );
    this.list.addEventListener("pointerdown", (event) => event.preventDefault());
    this.input.setAttribute("aria-expanded", "true");
    this.query = this.several ? this.input.value : "";
    this.panel = float(
      this.list,
      this.node,
      { minWidth: Math.max(this.node.offsetWidth, 220), onClose: () => this.closed() },
    );
    this.search();
  }

  close() {
    this.panel?.close();
  }

  closed() {
    this.panel = null;
    this.turn += 1;
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
    if (this.several) this.input.value = "";
    else this.draw();
  }

  left() {
    if (document.activeElement !== this.input) this.close();
  }

  async search() {
    if (!this.panel) return;
    const query = (this.query ?? "").trim();
    this.turn += 1;
    const turn = this.turn;
    if (this.fetched && query.length < this.minQuery) {
      this.note(`Type ${this.minQuery === 1 ? "a character" : `${this.minQuery} characters`} to search`);
      return;
    }
    if (this.fetched) this.note("Searching …", true);
    let groups = [];
    try {
      groups = await this.load(query);
    } catch (error) {
      if (turn === this.turn) this.note(error.message || "The result was not loaded.");
      return;
    }
    if (turn === this.turn && this.panel) this.show(groups);
  }

  note(words, waiting = false) {
    this.shown = [];
    this.at = -1;
    this.list.replaceChildren(
      h("div", { class: `options-note${waiting ? " waiting" : ""}`, role: "status" }, words),
    );
    this.panel.replace();
  }

  show(groups) {
    let left = SHOWN_AT_ONCE;
    const filled = groups.filter((group) => group.options.length);
    const hidden = filled.reduce((sum, group) => sum + group.options.length, 0) - left;
    this.shown = [];
    const nodes = filled.flatMap((group) => {
      const options = group.options.slice(0, Math.max(left, 0));
      left -= options.length;
      const items = options.map((option) => this.option(option));
      return group.label && items.length
        ? [
          h(
            "div",
            { class: "options-group", role: "group", "aria-label": group.label },
            h("div", { class: "options-heading", role: "presentation" }, group.label),
            items,
          ),
        ]
        : items;
    });
    if (!nodes.length) {
      this.note("No results");
      return;
    }
    if (hidden > 0) {
      nodes.push(h("div", { class: "options-note" }, `${hidden} more: type to narrow them down`));
    }
    this.list.replaceChildren(...nodes);
    this.panel.replace();
    const current = this.shown.findIndex((item) => this.isChosen(item.option));
    this.point(current >= 0 ? current : 0);
  }

  isChosen(option) {
    return this.chosen.some((one) => one.value === option.value);
  }

  option(option) {
    const index = this.shown.length;
    const node = h(
      "div",
      {
        class: "option",
        role: "option",
        id: uid("option"),
        "aria-selected": String(this.isChosen(option)),
        on: { click: () => this.pick(index), pointermove: () => this.point(index, false) },
      },
      option.before,
      h(
        "span",
        { class: "option-words" },
        h("span", { class: "option-label" }, plain(option.text)),
        option.description ? h("span", { class: "option-note" }, plain(option.description)) : null,
      ),
      icon("check", "option-check"),
    );
    this.shown.push({ option, node });
    return node;
  }

  point(index, scroll = true) {
    this.shown[this.at]?.node.classList.remove("active");
    this.at = index;
    const node = this.shown[index]?.node;
    if (!node) return;
    node.classList.add("active");
    this.input.setAttribute("aria-activedescendant", node.id);
    if (scroll) node.scrollIntoView({ block: "nearest" });
  }

  pick(index) {
    const { option } = this.shown[index];
    if (!this.several) {
      const isNew = !this.isChosen(option); // Slack tells the app of a change only
      this.close();
      if (isNew) this.set([option]);
      this.input.focus();
      return;
    }
    const without = this.chosen.filter((one) => one.value !== option.value);
    if (without.length === this.chosen.length && this.chosen.length >= this.most) return;
    this.input.value = "";
    this.query = "";
    this.set(without.length < this.chosen.length ? without : [...this.chosen, option]);
    this.search();
  }

  key(event) {
    const writes = event.key.length === 1 && !event.ctrlKey && !event.metaKey;
    if (writes && !this.panel && !this.several) this.input.select();
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      event.preventDefault();
      if (!this.panel) this.open();
      else if (this.shown?.length) this.point((this.at + step + this.shown.length) % this.shown.length);
    } else if (event.key === "Enter" && this.panel) {
      event.preventDefault();
      if (this.shown?.[this.at]) this.pick(this.at);
    } else if (event.key === "Escape" && this.panel) {
      event.preventDefault();
      this.close();
    } else if (event.key === "Backspace" && this.several && !this.input.value && this.chosen.length) {
      this.set(this.chosen.slice(0, -1));
    }
  }
}
