/** What a person has entered in one message or view, by block and action, in the shape of Slack's `state.values`. */

const MANY = new Set(["checkboxes", "multi_static_select", "multi_external_select"]);
const ONE = new Set(["static_select", "external_select", "radio_buttons"]);
const PICKED = {
  users_select: "selected_user",
  channels_select: "selected_channel",
  conversations_select: "selected_conversation",
  multi_users_select: "selected_users",
  multi_channels_select: "selected_channels",
  multi_conversations_select: "selected_conversations",
  datepicker: "selected_date",
  timepicker: "selected_time",
  datetimepicker: "selected_date_time",
};

/** The key under which an element of this type reports its value. */
export function valueKey(type) {
  if (ONE.has(type)) return "selected_option";
  if (MANY.has(type)) return "selected_options";
  if (type === "file_input") return "files";
  if (type === "rich_text_input") return "rich_text_value";
  return PICKED[type] ?? "value";
}

function isList(type) {
  return MANY.has(type) || type.startsWith("multi_") || type === "file_input";
}

function initialOf(element) {
  const key = valueKey(element.type);
  const name = ["value", "rich_text_value"].includes(key)
    ? "initial_value"
    : key.replace("selected_", "initial_");
  return element[name] ?? (isList(element.type) ? [] : null);
}

export class Values {
  constructor(known = {}) {
    this.entries = new Map();
    this.shown = new Set();
    for (const [block, actions] of Object.entries(known)) {
      for (const [action, value] of Object.entries(actions)) this.entries.set(name(block, action), value);
    }
  }

  /** Forget which elements are on screen, before they are drawn anew; what they hold is kept. */
  startDrawing() {
    this.shown.clear();
  }

  /** The element's current value; its initial one the first time it is met. */
  meet(block, element) {
    const key = name(block.block_id, element.action_id);
    const held = this.entries.get(key);
    if (held?.type !== element.type) {
      this.entries.set(key, { type: element.type, [valueKey(element.type)]: initialOf(element) });
    }
    this.shown.add(key);
    return this.entries.get(key)[valueKey(element.type)];
  }

  set(block, element, value) {
    const extra = element.timezone ? { timezone: element.timezone } : {};
    this.entries.set(
      name(block.block_id, element.action_id),
      { type: element.type, [valueKey(element.type)]: value, ...extra },
    );
  }

  get(block, element) {
    return this.entries.get(name(block.block_id, element.action_id))?.[valueKey(element.type)];
  }

  /** `state`: every element of an input block, and others once they hold something. */
  toState(inputs) {
    const values = {};
    for (const key of this.shown) {
      const [block, action] = key.split("\u0000");
      const entry = this.entries.get(key);
      const held = entry[valueKey(entry.type)];
      const empty = held === null || (Array.isArray(held) && held.length === 0);
      if (empty && !inputs.has(block)) continue;
      (values[block] ??= {})[action] = entry;
    }
    return { values };
  }
}

function name(block, action) {
  return `${block}\u0000${action}`;
}
