/** The app's Home tab. */

import { h } from "../dom.js";
import { get } from "../api.js";
import { appIcon } from "../icons.js";
import { containerKey } from "../controls/busy.js";
import { Context } from "../controls/context.js";
import { Values } from "../controls/values.js";
import { blocksNode } from "../render/blocks.js";
import { store } from "../store.js";

export class Home {
  constructor() {
    this.values = null;
    this.viewId = null;
    this.body = h("div", { class: "home-body" });
    this.node = h(
      "div",
      { class: "home", role: "tabpanel", "aria-label": "Home", data: { testid: "home" } },
      this.body,
    );
  }

  async load() {
    const { view } = await get("home", { user: store.me.id });
    this.show(view);
  }

  show(view) {
    if (!view) {
      this.body.replaceChildren(
        h(
          "div",
          { class: "empty" },
          appIcon(),
          h("h2", {}, `${store.app.name} has not filled this page yet`),
          h("p", {}, "It appears here as soon as the app publishes it."),
        ),
      );
      return;
    }
    if (view.id !== this.viewId) this.values = new Values(view.state?.values);
    this.viewId = view.id;
    this.values.startDrawing();
    const container = { type: "view", view_id: view.id };
    const ctx = new Context({ container, values: this.values });
    ctx.redraw = () => this.show(view);
    this.body.dataset.container = containerKey(container);
    this.body.replaceChildren(blocksNode(view.blocks, ctx));
  }
}
