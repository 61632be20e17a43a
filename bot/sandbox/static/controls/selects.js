/** Slack's select elements on top of the combobox. */

import { h } from "../dom.js";
import { post } from "../api.js";
import { icon } from "../icons.js";
import { avatar } from "../surfaces/avatar.js";
import { plain } from "../render/text.js";
import { store } from "../store.js";
import { Combobox } from "./combobox.js";

function narrow(groups, query) {
  const words = query.toLowerCase();
  const fits = (option) => `${plain(option.text)} ${plain(option.description)}`.toLowerCase().includes(words);
  return groups.map((group) => ({ ...group, options: group.options.filter(fits) }));
}

function asGroups({ options, option_groups: groups }) {
  if (groups?.length) return groups.map((group) => ({ label: plain(group.label), options: group.options }));
  return [{ label: "", options: options ?? [] }];
}

function personOption(id) {
  const person = store.users.get(id);
  return {
    value: id,
    text: store.displayName(id),
    description: person ? `@${person.name}` : "",
    before: avatar(id, "tiny"),
  };
}

function channelOption(channel) {
  const mark = h("span", { class: "option-mark" }, icon(channel.is_private ? "lock" : "hash"));
  return { value: channel.id, text: channel.name, before: mark };
}

function conversationOptions(element) {
  const include = element.filter?.include ?? ["public", "private", "im"];
  const channels = store.channels.filter((item) => include.includes(item.is_private ? "private" : "public"));
  const people = include.includes("im")
    ? store.dms.filter((dm) => !(element.filter?.exclude_bot_users && dm.user === store.app.bot_user))
    : [];
  return [
    { label: "Channels", options: channels.map(channelOption) },
    { label: "Direct messages", options: people.map((dm) => ({ ...personOption(dm.user), value: dm.id })) },
  ];
}

const WORKSPACE = {
  users: () => [{ label: "", options: store.people.map((person) => personOption(person.id)) }],
  channels: () => [{
    label: "",
    options: store.channels.filter((item) => !item.is_private).map(channelOption),
  }],
  conversations: conversationOptions,
};

/** What kind of select a type is: `{source, several}`. */
function kindOf(type) {
  const several = type.startsWith("multi_");
  return { several, source: type.replace("multi_", "").replace("_select", "") };
}

/** Slack's own option objects pass through untouched; ids of people and channels are all that is kept. */
function fromWorkspace(source, element) {
  const load = async (query) => narrow(WORKSPACE[source](element), query);
  const known = (id) => WORKSPACE[source](element).flatMap((group) => group.options).find((option) =>
    option.value === id,
  ) ?? { value: id, text: id };
  return { load, toOption: known, toValue: (option) => option.value };
}

function fromApp(source, element, block, ctx) {
  const same = (option) => option;
  if (source === "static") {
    return { load: async (query) => narrow(asGroups(element), query), toOption: same, toValue: bare };
  }
  const load = async (query) => {
    const found = await post(
      "options",
      {
        user: store.me.id,
        container: ctx.container,
        block_id: block.block_id,
        action_id: element.action_id,
        query,
      },
    );
    if (found.error) throw new Error(found.error);
    return asGroups(found);
  };
  return { load, toOption: same, toValue: bare };
}

function bare({ before: _, ...option }) {
  return option;
}

export function select(element, block, ctx) {
  const { several, source } = kindOf(element.type);
  const { load, toOption, toValue } = WORKSPACE[source]
    ? fromWorkspace(source, element)
    : fromApp(source, element, block, ctx);
  const held = ctx.values.meet(block, element);
  const here = element.default_to_current_conversation && !held ? ctx.container.channel : null;
  const chosen = (several ? held : [held ?? here]).filter(Boolean).map(toOption);
  const box = new Combobox({
    labels: ctx.labels(element),
    describedBy: ctx.describedBy,
    placeholder: plain(element.placeholder),
    several,
    most: element.max_selected_items,
    load,
    fetched: source === "external",
    minQuery: element.min_query_length ?? 3,
    chosen,
    clearable: block.type === "input" && block.optional,
    onChange: (options) => {
      const values = options.map(toValue);
      ctx.changed(element, block, several ? values : values[0] ?? null, box.node);
    },
  });
  return box.node;
}
