/** Block Kit: one function per block type; what we do not know is shown in red, never dropped. */

import { fragment, h, uid } from "../dom.js";
import { icon } from "../icons.js";
import { elementNode } from "../controls/elements.js";
import { card, carousel, container, plan, taskCard } from "./cards.js";
import { chart } from "./charts.js";
import { imageBlock, imageElement } from "./images.js";
import { markdown } from "./markdown.js";
import { richText } from "./richtext.js";
import { dataTable, table } from "./tables.js";
import { plain, textNode } from "./text.js";

const ALERTS = {
  default: ["info", "Note"],
  info: ["info", "Note"],
  warning: ["warning", "Warning"],
  error: ["cross", "Error"],
  success: ["tick", "Done"],
};

function section(block, ctx) {
  const words = [
    block.text ? h("div", { class: "section-text" }, textNode(block.text)) : null,
    block.fields
      ? h(
        "div",
        { class: "fields" },
        block.fields.map((field) => h("div", { class: "field-text" }, textNode(field))),
      )
      : null,
  ];
  if (!block.accessory) return words;
  return h(
    "div",
    { class: "section-row" },
    h("div", { class: "section-main" }, words),
    h("div", { class: "accessory" }, elementNode(block.accessory, block, ctx)),
  );
}

function header(block) {
  const level = block.level ?? 2;
  return h(`h${Math.min(level + 1, 6)}`, { class: `heading heading-${level}` }, plain(block.text));
}

function context(block) {
  return block.elements.map((element) =>
    element.type === "image"
      ? imageElement(element)
      : h("span", { class: "context-text" }, textNode(element)),
  );
}

function actions(block, ctx) {
  return block.elements.map((element) => elementNode(element, block, ctx));
}

function input(block, ctx) {
  const [labelId, noteId, fieldId] = [uid("label"), uid("note"), uid("field")];
  const error = ctx.errors?.[block.block_id];
  ctx.inputs.add(block.block_id);
  const grouped = ["radio_buttons", "checkboxes"].includes(block.element.type);
  const labels = grouped ? { "aria-labelledby": labelId } : { id: fieldId };
  const inner = ctx.forInput({
    labels: {
      ...labels,
      "aria-required": block.optional ? undefined : "true",
      "aria-invalid": error ? "true" : undefined,
      autofocus: block.element.focus_on_load,
    },
    describedBy: error || block.hint ? noteId : undefined,
  });
  const label = h(
    grouped ? "span" : "label",
    { class: "label", id: labelId, for: grouped ? undefined : fieldId, data: { testid: "field-label" } },
    plain(block.label),
  );
  return h(
    "div",
    { class: `field${error ? " field-wrong" : ""}`, data: { testid: "field" } },
    h(
      "div",
      { class: "label-row" },
      label,
      block.optional ? h("span", { class: "optional" }, "optional") : null,
    ),
    elementNode(block.element, block, inner),
    h(
      "div",
      { id: noteId },
      error
        ? h(
          "div",
          { class: "field-error", role: "alert", data: { testid: "field-error" } },
          icon("warning"),
          error,
        )
        : null,
      block.hint ? h("div", { class: "hint" }, plain(block.hint)) : null,
    ),
  );
}

function alert(block) {
  const [mark, word] = ALERTS[block.level ?? "default"] ?? ALERTS.default;
  return h(
    "div",
    { class: `alert alert-${block.level ?? "default"}`, role: "note" },
    icon(mark),
    h("span", { class: "sr-only" }, `${word}: `),
    h("div", {}, textNode(block.text)),
  );
}

function video(block) {
  return h(
    "a",
    {
      class: "video",
      href: block.title_url ?? block.video_url,
      target: "_blank",
      rel: "noopener noreferrer",
    },
    h(
      "span",
      { class: "video-frame" },
      h("img", { src: block.thumbnail_url, alt: block.alt_text, loading: "lazy" }),
      icon("play", "video-play"),
    ),
    h("span", { class: "video-title" }, plain(block.title)),
    h("span", { class: "video-note" }, [block.author_name, block.provider_name].filter(Boolean).join(" · ")),
  );
}

function file(block) {
  return h(
    "div",
    { class: "file-chip" },
    icon("file"),
    h("span", { class: "file-name" }, block.external_id ?? "File"),
  );
}

function contextActions(block, ctx) {
  return block.elements.map((element) => elementNode(element, block, ctx));
}

const BLOCKS = {
  section,
  header,
  context,
  actions,
  input,
  alert,
  video,
  file,
  context_actions: contextActions,
  divider: () => h("hr", { class: "divider" }),
  image: imageBlock,
  rich_text: richText,
  markdown: (block) => markdown(block.text),
  table,
  data_table: dataTable,
  data_visualization: chart,
  card,
  carousel,
  container: (block, ctx) => container(block, ctx, blocksNode),
  plan,
  task_card: taskCard,
};

function blockNode(block, ctx) {
  const make = BLOCKS[block.type];
  if (!make) return unknown(block.type);
  try {
    return h(
      "div",
      { class: `block block-${block.type}`, data: { block: block.type, blockId: block.block_id } },
      make(block, ctx),
    );
  } catch (error) {
    console.error(error);
    return h(
      "div",
      { class: "unknown-block", role: "alert" },
      `The ${block.type} block could not be shown: ${error.message}`,
    );
  }
}

function unknown(type) {
  return h(
    "div",
    { class: "unknown-block", role: "alert", data: { testid: "unknown-block" } },
    `Unknown block type: ${type}`,
  );
}

export function blocksNode(blocks, ctx) {
  return fragment(
    blocks.map((block, index) =>
      blockNode(block.block_id ? block : { ...block, block_id: `b${index}` }, ctx),
    ),
  );
}
