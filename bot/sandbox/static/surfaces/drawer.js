/** On a narrow page the rail waits beside it, until the button in the bar brings it in. */

import { h } from "../dom.js";
import { icon } from "../icons.js";

export class Drawer {
  constructor(workspace, rail) {
    Object.assign(this, { workspace, rail, opener: null, hasNews: false });
    workspace.append(h("div", { class: "rail-shade", on: { click: () => this.close() } }));
    rail.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !this.isOpen) return;
      this.close();
      this.opener?.focus();
    });
  }

  get isOpen() {
    return this.workspace.classList.contains("with-rail");
  }

  /** The button for a bar that is drawn anew; a wide page shows none. */
  button() {
    this.opener = h(
      "button",
      {
        type: "button",
        class: "rail-opener",
        "aria-controls": "rail",
        data: { testid: "rail-opener" },
        on: { click: () => this.open() },
      },
      icon("menu"),
    );
    this.tell(this.hasNews);
    return this.opener;
  }

  /** Whether something unread waits elsewhere. */
  tell(hasNews) {
    this.hasNews = hasNews;
    this.opener?.classList.toggle("unread", hasNews);
    this.opener?.setAttribute("aria-label", hasNews ? "Channels and people, some unread" : "Channels and people");
    this.opener?.setAttribute("aria-expanded", String(this.isOpen));
  }

  open() {
    this.workspace.classList.add("with-rail");
    this.tell(this.hasNews);
    this.rail.querySelector("[aria-current=page]")?.focus();
  }

  close() {
    this.workspace.classList.remove("with-rail");
    this.tell(this.hasNews);
  }
}
