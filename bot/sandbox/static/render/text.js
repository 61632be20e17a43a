/** Text objects: plain or mrkdwn. */

import { h } from "../dom.js";
import { withEmoji } from "./emoji.js";
import { mrkdwn } from "./mrkdwn.js";

export function textNode(object) {
  if (object.type === "mrkdwn") {
    return h("span", { class: "text" }, mrkdwn(object.text, { verbatim: object.verbatim }));
  }
  return h("span", { class: "text text-plain" }, plain(object));
}

/** The words of a text object, or of a bare string where Slack allows one. */
export function plain(object) {
  if (!object) return "";
  if (typeof object === "string") return withEmoji(object);
  return object.emoji === false ? object.text : withEmoji(object.text);
}
