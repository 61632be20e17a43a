/** Buttons, icon buttons, feedback and the overflow menu. */

import { h } from "../dom.js";
import { icon } from "../icons.js";
import { plain } from "../render/text.js";
import { openMenu } from "./overlay.js";

const LINK = /^https?:/i;

function follow(url) {
  if (LINK.test(url)) window.open(url, "_blank", "noopener");
}

export function button(element, block, ctx) {
  const words = plain(element.text);
  const node = h(
    "button",
    {
      type: "button",
      class: `button ${element.style ?? ""}`.trim(),
      "aria-label": element.accessibility_label,
      data: { url: element.url },
      on: {click: () =>
        ctx.act(
          element,
          block,
          { value: element.value, text: element.text },
          node,
          () => element.url && follow(element.url),
        ),
      },
    },
    h("span", { class: "button-words" }, words),
    element.url ? icon("link", "button-link") : null,
  );
  return node;
}

export function iconButton(element, block, ctx) {
  const node = h(
    "button",
    {
      type: "button",
      class: "icon-button",
      "aria-label": element.accessibility_label ?? plain(element.text),
      title: plain(element.text),
      on: { click: () => ctx.act(element, block, { value: element.value }, node) },
    },
    icon("trash"),
  );
  return node;
}

export function feedback(element, block, ctx) {
  const one = (choice, name) => {
    const node = h(
      "button",
      {
        type: "button",
        class: "icon-button",
        "aria-label": choice.accessibility_label ?? plain(choice.text),
        title: plain(choice.text),
        on: { click: () => ctx.act(element, block, { value: choice.value }, node) },
      },
      icon(name),
    );
    return node;
  };
  return h(
    "span",
    { class: "feedback" },
    one(element.positive_button, "good"),
    one(element.negative_button, "bad"),
  );
}

export function overflow(element, block, ctx) {
  const node = h(
    "button",
    {
      type: "button",
      class: "button overflow",
      "aria-label": element.accessibility_label ?? "More actions",
      "aria-haspopup": "menu",
      "aria-expanded": "false",
    },
    icon("dots"),
  );
  const choose = (option) => ctx.act(
    element,
    block,
    { selected_option: option },
    node,
    () => option.url && follow(option.url),
  );
  const items = element.options.map((option) => ({
    label: plain(option.text),
    description: plain(option.description),
    after: option.url ? icon("link") : null,
    run: () => choose(option),
  }));
  node.addEventListener(
    "click",
    () => openMenu(node, items, { label: "More actions", testid: "overflow-menu" }),
  );
  return node;
}
