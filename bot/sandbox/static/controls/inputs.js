/** Text inputs, pickers, radio buttons, checkboxes and file inputs. */

import { h, uid } from "../dom.js";
import { fileAsBase64, post } from "../api.js";
import { epochToWall, wallToEpoch } from "../dates.js";
import { icon } from "../icons.js";
import { plain, textNode } from "../render/text.js";
import { richTextWords } from "../render/richtext.js";
import { store } from "../store.js";

const HTML_TYPES = { email_text_input: "email", url_text_input: "url", number_input: "number" };

export function textInput(element, block, ctx) {
  const held = ctx.values.meet(block, element);
  const triggers = element.dispatch_action_config?.trigger_actions_on ?? ["on_enter_pressed"];
  const node = h(element.multiline ? "textarea" : "input", {
    type: element.multiline ? undefined : HTML_TYPES[element.type] ?? "text",
    class: `input${element.multiline ? " textarea" : ""}`,
    rows: element.multiline ? 4 : undefined,
    step: element.type === "number_input" ? (element.is_decimal_allowed ? "any" : 1) : undefined,
    min: element.min_value,
    max: element.max_value,
    maxlength: element.max_length,
    placeholder: plain(element.placeholder) || undefined,
    autocomplete: "off",
    "aria-describedby": ctx.describedBy,
    ...ctx.labels(element),
  });
  node.value = held ?? "";
  const count = element.max_length ? h("span", { class: "count", "aria-hidden": "true" }) : null;
  const tell = () => {
    if (count) {
      count.textContent = element.max_length - node.value.length < Math.max(20, element.max_length / 10)
        ? `${node.value.length} of ${element.max_length}`
        : "";
    }
  };
  node.addEventListener("input", () => {
    ctx.values.set(block, element, node.value || null);
    tell();
    if (block.dispatch_action && triggers.includes("on_character_entered")) {
      ctx.dispatch(element, block, { value: node.value }, node);
    }
  });
  node.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing || (element.multiline && !event.ctrlKey && !event.metaKey)) {
      return;
    }
    event.preventDefault();
    if (block.dispatch_action && triggers.includes("on_enter_pressed")) {
      ctx.dispatch(element, block, { value: node.value }, node);
    } else {
      ctx.submit?.();
    }
  });
  tell();
  return h("span", { class: "input-wrap" }, node, count);
}

export function richTextInput(element, block, ctx) {
  const held = ctx.values.meet(block, element);
  const node = h(
    "textarea",
    {
      class: "input textarea",
      rows: element.min_lines ?? 4,
      placeholder: plain(element.placeholder) || undefined,
      "aria-describedby": ctx.describedBy,
      ...ctx.labels(element),
    },
  );
  node.value = held ? richTextWords(held) : "";
  node.addEventListener(
    "input",
    () => ctx.values.set(block, element, node.value ? asRichText(node.value) : null),
  );
  return h("span", { class: "input-wrap" }, node);
}

function asRichText(text) {
  return { type: "rich_text", elements: [{ type: "rich_text_section", elements: [{ type: "text", text }] }] };
}

const PICKERS = {
  datepicker: { type: "date", toInput: (value) => value, fromInput: (value) => value },
  timepicker: { type: "time", toInput: (value) => value, fromInput: (value) => value },
  datetimepicker: {
    type: "datetime-local",
    toInput: (value) => epochToWall(value),
    fromInput: (value) => wallToEpoch(value),
  },
};

export function picker(element, block, ctx) {
  const { type, toInput, fromInput } = PICKERS[element.type];
  const held = ctx.values.meet(block, element);
  const node = h(
    "input",
    {
      type,
      class: "input picker",
      title: plain(element.placeholder) || undefined,
      "aria-describedby": ctx.describedBy,
      ...ctx.labels(element),
    },
  );
  if (held) node.value = toInput(held);
  node.addEventListener(
    "change",
    () => ctx.changed(element, block, node.value ? fromInput(node.value) : null, node),
  );
  const zone = element.timezone ?? (element.type === "datetimepicker" ? store.zone : null);
  return h(
    "span",
    { class: "input-wrap" },
    node,
    zone ? h("span", { class: "zone" }, zone.replace("_", " ")) : null,
  );
}

/** Radio buttons and checkboxes share everything but how many may be chosen. */
export function choices(element, block, ctx) {
  const several = element.type === "checkboxes";
  const held = ctx.values.meet(block, element);
  const chosen = new Set((several ? held : [held]).filter(Boolean).map((option) => option.value));
  const group = uid("choices");
  const node = h(
    "div",
    {
      class: "choices",
      role: several ? "group" : "radiogroup",
      "aria-describedby": ctx.describedBy,
      ...ctx.labels(element),
    },
  );
  const report = () => {
    const options = element.options.filter((_, index) => inputs[index].checked);
    ctx.changed(element, block, several ? options : options[0] ?? null, node);
  };
  const inputs = element.options.map((option) =>
    h(
      "input",
      {
        type: several ? "checkbox" : "radio",
        class: "choice-input",
        name: group,
        checked: chosen.has(option.value),
        on: { change: report },
      },
    ),
  );
  inputs.forEach((input, index) => node.append(choice(input, element.options[index], ctx)));
  return node;
}

function choice(input, option, ctx) {
  const noteId = option.description ? uid("note") : undefined;
  if (noteId) input.setAttribute("aria-describedby", noteId);
  input.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !ctx.submit) return;
    event.preventDefault();
    ctx.submit();
  });
  return h(
    "div",
    { class: "choice" },
    h("label", { class: "choice-label" }, input, h("span", { class: "choice-words" }, textNode(option.text))),
    option.description ? h("span", { class: "choice-note", id: noteId }, textNode(option.description)) : null,
  );
}

export function fileInput(element, block, ctx) {
  let files = ctx.values.meet(block, element);
  const list = h("ul", { class: "file-list" });
  const pick = h(
    "input",
    {
      type: "file",
      class: "file-pick",
      multiple: (element.max_files ?? 10) > 1,
      accept: element.filetypes?.map((type) => `.${type}`).join(","),
      ...ctx.labels(element),
    },
  );
  const note = h("span", { class: "file-note" }, "Choose files or drop them here");
  const draw = () => list.replaceChildren(
    ...files.map((file) => h("li", {}, icon("file"), file.name, removeButton(file))),
  );
  const keep = (kept) => {
    files = kept;
    draw();
    ctx.changed(element, block, files, pick);
  };
  const removeButton = (file) =>
    h(
      "button",
      {
        type: "button",
        class: "icon-button",
        "aria-label": `Remove ${file.name}`,
        on: { click: () => keep(files.filter((one) => one !== file)) },
      },
      icon("close"),
    );
  pick.addEventListener("change", async () => {
    try {
      const sent = await Promise.all([...pick.files].slice(0, element.max_files ?? 10).map(upload));
      keep([...files, ...sent].slice(0, element.max_files ?? 10));
    } catch (error) {
      note.textContent = error.message;
    }
    pick.value = "";
  });
  draw();
  return h(
    "span",
    { class: "file-input" },
    h("label", { class: "file-drop" }, icon("clip"), note, pick),
    list,
  );
}

async function upload(file) {
  const answer = await post(
    "upload",
    { user: store.me.id, channel: null, filename: file.name, content_base64: await fileAsBase64(file) },
  );
  return answer.file ?? { id: answer.id, name: file.name };
}
