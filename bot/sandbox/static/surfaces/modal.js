/** The top view of the person's modal stack, in a native dialog. */

import { h, uid } from "../dom.js";
import { get, post } from "../api.js";
import { appIcon, icon } from "../icons.js";
import { containerKey, startBusy, stopAllBusy } from "../controls/busy.js";
import { Context } from "../controls/context.js";
import { dialog } from "../controls/overlay.js";
import { Values } from "../controls/values.js";
import { blocksNode } from "../render/blocks.js";
import { plain } from "../render/text.js";
import { store } from "../store.js";

const TROUBLE = "We had some trouble connecting. Try again?";

export class Modal {
  constructor() {
    this.values = new Map();
    this.clear();
  }

  clear() {
    this.node?.close();
    this.node?.remove();
    Object.assign(
      this,
      { node: null, view: null, drawn: null, banner: null, errors: {}, pending: false, depth: 0 },
    );
  }

  async load() {
    this.show(await get("modal", { user: store.me.id }));
  }

  /** What the workspace says of the stack: its top view, how deep, whether waiting, banner and field errors. */
  show({ view, depth = 1, pending = false, banner = null, errors = {} }) {
    if (!view) {
      this.values.clear();
      this.close();
      return;
    }
    Object.assign(this, { view, depth, pending, banner, errors: errors ?? {} });
    this.draw();
  }

  close() {
    if (!this.node) return;
    const back = this.back;
    this.clear();
    if (back?.isConnected) back.focus();
  }

  valuesOf(view) {
    if (!this.values.has(view.id)) this.values.set(view.id, new Values(view.state?.values));
    return this.values.get(view.id);
  }

  draw() {
    if (!this.node) this.mount();
    const signature = JSON.stringify([this.view.id, this.view.hash, this.errors]);
    this.frame();
    if (signature === this.drawn) return;
    const sameView = this.drawn && JSON.parse(this.drawn)[0] === this.view.id;
    const focused = sameView ? this.focusKey() : null;
    this.drawn = signature;
    this.drawBody();
    this.focusFirst(focused);
    if (!sameView) this.body.scrollTop = 0;
  }

  mount() {
    this.back = document.activeElement;
    const titleId = uid("modal-title");
    this.title = h("h2", { class: "modal-title", id: titleId });
    this.backButton = h(
      "button",
      { type: "button", class: "icon-button", "aria-label": "Back", on: { click: () => this.dismiss() } },
      icon("back"),
    );
    this.closeButton = h(
      "button",
      {
        type: "button",
        class: "icon-button",
        "aria-label": "Close",
        data: { testid: "modal-close" },
        on: { click: () => this.dismiss(true) },
      },
      icon("close"),
    );
    this.notice = h("div", { class: "modal-banner", role: "alert", data: { testid: "modal-banner" } });
    this.body = h("div", { class: "modal-body" });
    this.cancelButton = h("button", { type: "button", class: "button", on: { click: () => this.dismiss() } });
    this.submitWords = h("span", { class: "button-words" });
    this.submitButton = h(
      "button",
      {
        type: "button",
        class: "button primary",
        data: { testid: "submit" },
        on: { click: () => this.submit() },
      },
      this.submitWords,
    );
    this.node = dialog(
      { class: "dialog modal", "aria-labelledby": titleId, data: { testid: "modal" } },
      () => this.dismiss(),
      h(
        "header",
        { class: "modal-head" },
        this.backButton,
        appIcon("modal-app"),
        this.title,
        this.closeButton,
      ),
      this.notice,
      this.body,
      h("div", { class: "dialog-foot" }, this.cancelButton, this.submitButton),
    );
    this.node.showModal();
  }

  frame() {
    const { view } = this;
    this.title.textContent = plain(view.title);
    this.backButton.hidden = this.depth < 2;
    this.notice.hidden = !this.banner;
    this.notice.replaceChildren(icon("warning"), this.banner ?? "");
    this.cancelButton.textContent = plain(view.close) || (view.submit ? "Cancel" : "Close");
    this.submitWords.textContent = plain(view.submit);
    this.submitButton.hidden = !view.submit;
    this.submitButton.disabled = Boolean(view.submit_disabled);
    this.node.classList.toggle("pending", this.pending);
    if (this.pending) startBusy(this.submitButton);
  }

  drawBody() {
    const values = this.valuesOf(this.view);
    values.startDrawing();
    const container = { type: "view", view_id: this.view.id };
    this.ctx = new Context({ container, values, submit: () => this.submit() });
    this.ctx.errors = this.errors;
    this.ctx.redraw = () => this.drawBody();
    this.body.dataset.container = containerKey(container);
    this.body.replaceChildren(h("div", { class: "modal-content" }, blocksNode(this.view.blocks, this.ctx)));
  }

  /** Which element has the focus, so that a redraw can give it back. */
  focusKey() {
    const slot = document.activeElement?.closest?.("[data-slot]");
    return slot && this.body.contains(slot) ? [slot.dataset.blockId, slot.dataset.actionId] : null;
  }

  focusFirst(focused) {
    const controls = "input:not([disabled]), textarea, button, a[href], [tabindex='0']";
    const wrong = this.body.querySelector(`.field-wrong :is(${controls})`);
    const same = focused && this.body.querySelector(
      `[data-block-id="${CSS.escape(focused[0])}"][data-action-id="${CSS.escape(focused[1])}"] :is(${controls})`,
    );
    const wanted = this.body.querySelector("[autofocus]");
    const first = this.body.querySelector(".field input:not([type=file]), .field textarea");
    const button = this.submitButton.hidden ? this.cancelButton : this.submitButton;
    (wrong ?? same ?? wanted ?? first ?? button).focus();
  }

  async submit() {
    if (!this.view?.submit || this.pending || this.view.submit_disabled) return;
    const { view } = this;
    this.show({ ...this.status(), pending: true, banner: null, errors: {} });
    await this.settle(() => post("submit", { user: store.me.id, view_id: view.id, state: this.ctx.state() }));
  }

  status() {
    const { view, depth, pending, banner, errors } = this;
    return { view, depth, pending, banner, errors };
  }

  async settle(work) {
    let answer = null;
    try {
      answer = await work();
    } catch (error) {
      answer = { error: error.body?.error ? error.message : TROUBLE };
    }
    stopAllBusy();
    if (!this.view) return;
    if (answer?.errors) this.show({ ...this.status(), pending: false, errors: answer.errors });
    else if (answer?.error) this.show({ ...this.status(), pending: false, banner: answer.error });
    else await this.load();
  }

  /** Closes the top view, or with `all` the whole stack. */
  async dismiss(all = false) {
    const { view } = this;
    if (!view || view.id === this.leaving) return;
    this.leaving = view.id;
    await this.settle(() => post("close", { user: store.me.id, view_id: view.id, all }));
  }
}
