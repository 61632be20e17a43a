/** One slot per element: the control itself, its busy mark and its warning triangle. */

import { h } from "../dom.js";
import { plain } from "../render/text.js";
import { button, feedback, iconButton, overflow } from "./buttons.js";
import { choices, fileInput, picker, richTextInput, textInput } from "./inputs.js";
import { select } from "./selects.js";
import { imageElement } from "../render/images.js";

const MAKERS = {
  button,
  workflow_button: button,
  icon_button: iconButton,
  feedback_buttons: feedback,
  overflow,
  static_select: select,
  external_select: select,
  users_select: select,
  conversations_select: select,
  channels_select: select,
  multi_static_select: select,
  multi_external_select: select,
  multi_users_select: select,
  multi_conversations_select: select,
  multi_channels_select: select,
  plain_text_input: textInput,
  email_text_input: textInput,
  url_text_input: textInput,
  number_input: textInput,
  rich_text_input: richTextInput,
  datepicker: picker,
  timepicker: picker,
  datetimepicker: picker,
  radio_buttons: choices,
  checkboxes: choices,
  file_input: fileInput,
};

export function elementNode(element, block, ctx) {
  if (element.type === "image") return imageElement(element);
  const make = MAKERS[element.type];
  if (!make) return h("span", { class: "unknown-block" }, `Unknown element: ${element.type}`);
  return h(
    "span",
    {
      class: `slot slot-${element.type}`,
      data: { slot: "true", blockId: block.block_id, actionId: element.action_id },
    },
    make(element, block, ctx),
  );
}

/** The name of an element outside an input block, where no label names it. */
export function ownLabel(element) {
  return {
    "aria-label": element.accessibility_label ?? (
      plain(element.placeholder) || element.type.replaceAll("_", " ")
    ),
  };
}
