/** What elements need from the message or view they sit in: values, dispatching and names. */

import { post } from "../api.js";
import { store } from "../store.js";
import { answered, clearFailure, showFailure, startBusy } from "./busy.js";
import { ownLabel } from "./elements.js";
import { confirmed } from "./overlay.js";
import { valueKey } from "./values.js";

/** `inputs` collects the block ids of input blocks drawn, which report their values even when empty. */
export class Context {
  constructor({ container, values, submit = null }) {
    this.container = container;
    this.values = values;
    this.submit = submit;
    this.redraw = null;
    this.inputs = new Set();
    this.describedBy = undefined;
    this.labels = ownLabel;
  }

  /** The same surroundings for the element of one input block, named by its label. */
  forInput({ labels, describedBy }) {
    const inner = Object.create(this);
    inner.labels = () => labels;
    inner.describedBy = describedBy;
    return inner;
  }

  state() {
    return this.values.toState(this.inputs);
  }

  /** An element got a new value: it is kept, and dispatched unless it waits for the submission. */
  changed(element, block, value, node) {
    const send = () => {
      this.values.set(block, element, value);
      if (block.type !== "input" || block.dispatch_action) {
        this.dispatch(element, block, { [valueKey(element.type)]: value }, node);
      }
    };
    if (!element.confirm) return send();
    return confirmed(element.confirm).then((agreed) => (agreed ? send() : this.redraw?.()));
  }

  /** A press, after its confirm dialog; `also` runs within the person's own gesture. */
  async act(element, block, payload, node, also) {
    if (!(await confirmed(element.confirm))) return;
    also?.();
    await this.dispatch(element, block, payload, node);
  }

  async dispatch(element, block, payload, node) {
    const slot = node.closest("[data-slot]") ?? node;
    clearFailure(slot);
    startBusy(node);
    const action = { type: element.type, block_id: block.block_id, action_id: element.action_id, ...payload };
    try {
      await post("action", { user: store.me.id, container: this.container, action, state: this.state() });
    } catch (error) {
      showFailure(slot, error.message);
    } finally {
      answered(node);
    }
  }
}
