/** Blocks that frame others: card, carousel, container, plan and task card. */

import { h, uid } from "../dom.js";
import { icon } from "../icons.js";
import { elementNode } from "../controls/elements.js";
import { heroImage, iconImage } from "./images.js";
import { linkNode } from "./references.js";
import { richText } from "./richtext.js";
import { plain, textNode } from "./text.js";

function words(object, className) {
  if (!object) return null;
  return h("div", { class: className }, typeof object === "string" ? plain(object) : textNode(object));
}

export function card(block, ctx) {
  return h(
    "article",
    { class: "card" },
    block.hero_image ? heroImage(block.hero_image) : null,
    h(
      "div",
      { class: "card-head" },
      block.icon ? iconImage(block.icon) : null,
      h(
        "div",
        { class: "card-titles" },
        words(block.title, "card-title"),
        words(block.subtitle, "card-subtitle"),
      ),
    ),
    words(block.body, "card-body"),
    block.actions?.length
      ? h("div", { class: "card-actions" }, block.actions.map((element) => elementNode(element, block, ctx)))
      : null,
  );
}

export function carousel(block, ctx) {
  const track = h(
    "div",
    { class: "carousel-track", role: "group", "aria-label": "Cards", tabindex: 0 },
    block.elements.map((one, index) =>
      card(one.block_id ? one : { ...one, block_id: `${block.block_id}-${index}` }, ctx),
    ),
  );
  const move = (way) => track.scrollBy({ left: way * track.clientWidth * 0.8, behavior: "smooth" });
  const arrow = (name, label, way) => h(
    "button",
    {
      type: "button",
      class: `carousel-arrow carousel-${name}`,
      "aria-label": label,
      on: { click: () => move(way) },
    },
    icon(name),
  );
  const [back, next] = [arrow("back", "Previous cards", -1), arrow("right", "Next cards", 1)];
  const tell = () => {
    back.hidden = track.scrollLeft < 4;
    next.hidden = track.scrollLeft + track.clientWidth > track.scrollWidth - 4;
  };
  track.addEventListener("scroll", tell);
  new ResizeObserver(tell).observe(track);
  return h("div", { class: "carousel" }, track, back, next);
}

export function container(block, ctx, blocksNode) {
  const title = block.rich_text_title ? richText(block.rich_text_title) : plain(block.title);
  const head = [
    block.icon ? iconImage(block.icon) : null,
    h(
      "span",
      { class: "container-titles" },
      h("span", { class: "container-title" }, title),
      words(block.subtitle, "container-subtitle"),
    ),
  ];
  const body = h(
    "div",
    { class: "container-body", id: uid("container") },
    blocksNode(block.child_blocks, ctx),
  );
  const shell = {
    class: `container container-${block.width ?? "standard"}`,
    data: { divider: block.has_header_divider ? "true" : undefined },
  };
  if (!block.is_collapsible) return h("section", shell, h("div", { class: "container-head" }, head), body);
  const open = !block.default_collapsed;
  const toggle = h(
    "button",
    {
      type: "button",
      class: "container-head container-toggle",
      "aria-expanded": String(open),
      "aria-controls": body.id,
    },
    head,
    icon("down", "container-mark"),
  );
  body.hidden = !open;
  toggle.addEventListener("click", () => {
    body.hidden = !body.hidden;
    toggle.setAttribute("aria-expanded", String(!body.hidden));
  });
  return h("section", shell, toggle, body);
}

const TASKS = {
  pending: ["task-pending", "Not started", null],
  in_progress: ["task-running", "In progress", null],
  complete: ["task-complete", "Done", "check"],
  error: ["task-error", "Failed", "close"],
};

export function taskCard(block) {
  const [tone, word, mark] = TASKS[block.status] ?? TASKS.pending;
  return h(
    "div",
    { class: `task-card ${tone}` },
    h("span", { class: "task-mark", role: "img", "aria-label": word }, mark ? icon(mark) : null),
    h(
      "div",
      { class: "task-words" },
      h("div", { class: "task-title" }, plain(block.title)),
      block.details ? richText(block.details) : null,
      block.output ? h("div", { class: "task-output" }, richText(block.output)) : null,
      block.sources?.length
        ? h(
          "div",
          { class: "task-sources" },
          block.sources.map((one) => linkNode(one.url, plain(one.text) || one.url)),
        )
        : null,
    ),
  );
}

export function plan(block) {
  const tasks = block.tasks ?? [];
  const done = tasks.filter((task) => task.status === "complete").length;
  return h(
    "section",
    { class: "plan" },
    h(
      "div",
      { class: "plan-head" },
      h("span", { class: "plan-title" }, plain(block.title)),
      h("span", { class: "plan-count" }, `${done} of ${tasks.length}`),
    ),
    tasks.map(taskCard),
  );
}
