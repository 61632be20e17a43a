/** Marks a control as working until the workspace shows something new, and as failed when it says so. */

import { h } from "../dom.js";
import { icon } from "../icons.js";
import { store } from "../store.js";

const AFTER_ANSWER = 2500;
const LONGEST = 12000;
const working = new Map();

export function startBusy(node) {
  stopBusy(node);
  node.classList.add("busy");
  node.setAttribute("aria-busy", "true");
  working.set(node, setTimeout(() => stopBusy(node), LONGEST));
}

export function answered(node) {
  if (!working.has(node)) return;
  clearTimeout(working.get(node));
  working.set(node, setTimeout(() => stopBusy(node), AFTER_ANSWER));
}

function stopBusy(node) {
  clearTimeout(working.get(node));
  working.delete(node);
  node.classList.remove("busy");
  node.removeAttribute("aria-busy");
}

export function stopAllBusy() {
  for (const node of [...working.keys()]) stopBusy(node);
}

export function clearFailure(slot) {
  slot.querySelector(":scope > .failed")?.remove();
}

/** `reason` is a sentence, or one of Slack's own words for what went wrong, which then stays in the title. */
export function showFailure(slot, reason) {
  clearFailure(slot);
  const isWord = !reason || /^[a-z_]+$/.test(reason);
  const words = isWord ? `${store.app.name} did not answer. Try again.` : reason;
  slot.append(
    h(
      "span",
      { class: "failed", role: "alert", title: reason, data: { testid: "action-failed" } },
      icon("warning"),
      h("span", { class: "failed-words" }, words),
    ),
  );
}

/** Finds the control an `action_failed` push is about. */
export function slotOf({ container, block_id: block, action_id: action }) {
  const key = containerKey(container);
  const inside = `[data-slot][data-block-id="${CSS.escape(block ?? "")}"][data-action-id="${CSS.escape(action ?? "")}"]`;
  return document.querySelectorAll(`[data-container="${CSS.escape(key)}"] ${inside}`);
}

/** The same for the page's own containers and for Slack's, which say `channel_id` and `message_ts`. */
export function containerKey(container) {
  if (container.type === "view") return `view:${container.view_id}`;
  return `message:${container.channel ?? container.channel_id}:${container.ts ?? container.message_ts}`;
}
