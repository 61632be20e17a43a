/** The left rail: the workspace, who is acting, and where one can go. */

import { h } from "../dom.js";
import { clock } from "../dates.js";
import { appIcon, fern, icon } from "../icons.js";
import { openMenu } from "../controls/overlay.js";
import { roleOf, store } from "../store.js";
import { avatar } from "./avatar.js";

export class Rail {
  constructor(node, { go, actAs }) {
    Object.assign(this, { node, go, actAs });
  }

  draw(current) {
    const focused = this.node.contains(document.activeElement) ? document.activeElement.dataset.testid : null;
    const scrolled = this.node.querySelector(".rail-places")?.scrollTop ?? 0;
    const mine = store.channels.filter((item) => item.is_member);
    const other = store.channels.filter((item) => !item.is_member);
    const people = store.dms.filter((dm) => dm.user !== store.app.bot_user);
    const app = store.appDm;
    this.node.replaceChildren(
      h(
        "div",
        { class: "rail-head" },
        h("span", { class: "rail-mark" }, fern()),
        h(
          "div",
          {},
          h("div", { class: "rail-team" }, store.team.name),
          h("div", { class: "rail-note" }, "Sandbox workspace"),
        ),
      ),
      this.switcher(),
      h(
        "div",
        { class: "rail-places" },
        app ? this.group("Apps", [this.place({ kind: "app", ...app }, current)]) : null,
        this.group("Channels", mine.map((item) => this.place({ kind: "channel", ...item }, current))),
        other.length
          ? this.group(
            "Other channels",
            other.map((item) => this.place({ kind: "channel", ...item }, current)),
          )
          : null,
        this.group("Direct messages", people.map((item) => this.place({ kind: "dm", ...item }, current))),
      ),
    );
    this.node.querySelector(".rail-places").scrollTop = scrolled;
    if (focused) this.node.querySelector(`[data-testid="${CSS.escape(focused)}"]`)?.focus();
  }

  group(title, items) {
    return h(
      "section",
      { class: "rail-group", "aria-label": title },
      h("h2", { class: "rail-heading" }, title),
      h("ul", {}, items.map((item) => h("li", {}, item))),
    );
  }

  place(place, current) {
    const here = current?.id === place.id;
    const unread = here ? 0 : place.unread ?? 0;
    const name = place.kind === "channel" ? place.name : store.displayName(place.user);
    const mark = place.kind === "channel"
      ? icon(place.is_private ? "lock" : "hash")
      : place.kind === "app"
      ? appIcon("rail-app")
      : avatar(place.user, "tiny");
    return h(
      "a",
      {
        class: `rail-place${unread ? " unread" : ""}${place.is_member === false ? " outside" : ""}`,
        href: `#user=${store.me.name}&channel=${store.word(place)}`,
        "aria-current": here ? "page" : undefined,
        "aria-label": unread ? `${name}, ${unread} unread` : name,
        data: { testid: `place-${store.word(place).replace("@", "")}` },
        on: {
          click: (event) => {
            event.preventDefault();
            this.go(place);
          },
        },
      },
      h("span", { class: "rail-icon" }, mark),
      h("span", { class: "rail-name" }, name),
      unread
        ? h("span", { class: "rail-unread", "aria-hidden": "true" }, unread > 99 ? "99+" : String(unread))
        : null,
    );
  }

  switcher() {
    const { me } = store;
    const node = h(
      "button",
      {
        type: "button",
        class: "act-as",
        "aria-haspopup": "menu",
        "aria-expanded": "false",
        "aria-label": `Acting as ${me.real_name}. Switch person`,
        data: { testid: "act-as" },
      },
      avatar(me.id, "normal"),
      h(
        "span",
        { class: "act-as-words" },
        h("span", { class: "act-as-over" }, "Acting as"),
        h("span", { class: "act-as-name" }, me.real_name),
        h("span", { class: "act-as-note" }, roleOf(me)),
      ),
      icon("down"),
    );
    node.addEventListener(
      "click",
      () => openMenu(node, this.choices(), { label: "Act as", align: "start", testid: "act-as-menu" }),
    );
    return node;
  }

  choices() {
    const now = store.now();
    const choice = (person) => ({
      label: person.real_name,
      description: `${roleOf(person)} · ${clock(now, person.tz)} in ${place(person.tz)}`,
      before: avatar(person.id, "small"),
      checked: person.id === store.me.id,
      after: person.id === store.me.id ? icon("check") : null,
      run: () => this.actAs(person),
    });
    return [{ heading: "See and act as" }, ...store.people.map(choice)];
  }
}

function place(zone) {
  return zone.split("/").at(-1).replaceAll("_", " ");
}
