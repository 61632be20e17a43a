/** Floating panels beside a control, and modal dialogs with their keys. */

import { h, uid } from "../dom.js";
import { plain, textNode } from "../render/text.js";

const GAP = 4;
const EDGE = 8;

/** Keeps `panel` beside `anchor`, flipped when there is more room above. */
export function place(panel, anchor, { align = "start", minWidth = 0, prefer = "below" } = {}) {
  const box = anchor.getBoundingClientRect();
  panel.style.setProperty("min-width", `${Math.max(minWidth, 0)}px`);
  panel.style.removeProperty("max-height");
  const below = innerHeight - box.bottom - GAP - EDGE;
  const above = box.top - GAP - EDGE;
  const height = panel.scrollHeight + 2;
  const upwards = prefer === "above"
    ? above >= Math.min(height, 200) || above > below
    : below < Math.min(height, 260) && above > below;
  panel.style.setProperty("max-height", `${Math.max(120, Math.min(380, upwards ? above : below))}px`);
  const width = panel.offsetWidth;
  const left = align === "end" ? box.right - width : box.left;
  panel.style.setProperty("left", `${Math.max(EDGE, Math.min(left, innerWidth - width - EDGE))}px`);
  panel.style.setProperty("top", upwards ? "auto" : `${box.bottom + GAP}px`);
  panel.style.setProperty("bottom", upwards ? `${innerHeight - box.top + GAP}px` : "auto");
}

/** Shows a floating panel until a press outside or a scroll beneath it; returns how to close it. */
export function float(panel, anchor, { onClose, ...where }) {
  const host = anchor.closest("dialog") ?? document.body;
  panel.classList.add("floating");
  host.append(panel);
  place(panel, anchor, where);
  const stop = new AbortController();
  const close = () => {
    if (stop.signal.aborted) return;
    stop.abort();
    panel.remove();
    onClose?.();
  };
  const listen = (target, event, listener) => target.addEventListener(
    event,
    listener,
    { signal: stop.signal, capture: true },
  );
  listen(document, "pointerdown", (event) => {
    if (!panel.contains(event.target) && !anchor.contains(event.target)) close();
  });
  listen(document, "scroll", (event) => {
    if (!panel.contains(event.target)) anchor.isConnected ? place(panel, anchor, where) : close();
  });
  listen(window, "resize", close);
  return { close, replace: () => place(panel, anchor, where) };
}

/** A menu of buttons under `anchor`; arrow keys move, Escape returns to the anchor. */
export function openMenu(anchor, items, { label, align = "end", prefer, testid } = {}) {
  const menu = h("div", { class: "menu", role: "menu", "aria-label": label, data: { testid } });
  const handle = float(
    menu,
    anchor,
    { align, prefer, minWidth: 200, onClose: () => anchor.setAttribute("aria-expanded", "false") },
  );
  const done = (run) => {
    handle.close();
    anchor.focus();
    run?.();
  };
  menu.append(...items.map((item) => menuItem(item, done)));
  anchor.setAttribute("aria-expanded", "true");
  const buttons = [...menu.querySelectorAll("[role^=menuitem]")];
  menu.addEventListener("keydown", (event) => menuKey(event, buttons, () => done()));
  handle.replace();
  (buttons.find((button) => button.getAttribute("aria-checked") === "true") ?? buttons[0])?.focus();
  return handle;
}

function menuItem(item, done) {
  if (item.heading) return h("div", { class: "menu-heading", role: "presentation" }, item.heading);
  return h(
    "button",
    {
      type: "button",
      class: `menu-item${item.danger ? " danger" : ""}`,
      role: item.checked === undefined ? "menuitem" : "menuitemradio",
      "aria-checked": item.checked === undefined ? undefined : String(item.checked),
      tabindex: -1,
      on: { click: () => done(item.run) },
    },
    item.before,
    h(
      "span",
      { class: "menu-words" },
      h("span", { class: "menu-label" }, item.label),
      item.description ? h("span", { class: "menu-note" }, item.description) : null,
    ),
    item.after,
  );
}

function menuKey(event, buttons, close) {
  const at = buttons.indexOf(document.activeElement);
  const goTo = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: buttons.length - 1 }[event.key];
  if (goTo !== undefined) {
    event.preventDefault();
    buttons[(goTo + buttons.length) % buttons.length]?.focus();
  } else if (event.key === "Escape" || event.key === "Tab") {
    event.preventDefault();
    event.stopPropagation();
    close();
  }
}

/** A native modal dialog: focus stays inside, Escape goes to `onEscape` and never closes behind our back. */
export function dialog(props, onEscape, ...children) {
  const node = h("dialog", { closedby: "none", ...props }, ...children);
  node.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.defaultPrevented) return;
    event.preventDefault();
    onEscape();
  });
  node.addEventListener("cancel", (event) => event.preventDefault());
  document.body.append(node);
  return node;
}

/** Asks what a confirm object says; resolves to whether the person agreed. */
export function confirmed(confirm) {
  if (!confirm) return Promise.resolve(true);
  return new Promise((resolve) => {
    const back = document.activeElement;
    const answer = (agreed) => {
      node.close();
      node.remove();
      back?.focus?.();
      resolve(agreed);
    };
    const [titleId, textId] = [uid("confirm"), uid("confirm")];
    const tone = confirm.style === "danger" ? "danger" : "primary";
    const yes = h(
      "button",
      { type: "button", class: `button ${tone}`, on: { click: () => answer(true) } },
      plain(confirm.confirm) || "Yes",
    );
    const no = h(
      "button",
      { type: "button", class: "button", on: { click: () => answer(false) } },
      plain(confirm.deny) || "Cancel",
    );
    const node = dialog(
      {
        class: "dialog confirm",
        role: "alertdialog",
        "aria-labelledby": titleId,
        "aria-describedby": textId,
        data: { testid: "confirm" },
      },
      () => answer(false),
      h("h2", { id: titleId, class: "confirm-title" }, plain(confirm.title) || "Are you sure?"),
      h("div", { id: textId, class: "confirm-text" }, confirm.text ? textNode(confirm.text) : null),
      h("div", { class: "dialog-foot" }, no, yes),
    );
    node.showModal();
    yes.focus();
  });
}
