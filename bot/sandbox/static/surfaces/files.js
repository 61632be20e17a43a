/** Files shared in a message. */

import { h } from "../dom.js";
import { icon } from "../icons.js";

const UNITS = ["bytes", "kB", "MB", "GB"];

function size(bytes) {
  if (!Number.isFinite(bytes)) return "";
  const power = Math.min(Math.floor(Math.log(Math.max(bytes, 1)) / Math.log(1000)), UNITS.length - 1);
  return `${(bytes / 1000 ** power).toFixed(power ? 1 : 0)} ${UNITS[power]}`;
}

function kind(file) {
  return (file.pretty_type || file.filetype || file.name?.split(".").pop() || "file").toUpperCase();
}

export function fileNode(file) {
  const url = `/ui/file/${encodeURIComponent(file.id)}`;
  const name = file.title || file.name || file.id;
  if (file.mimetype?.startsWith("image/")) {
    const picture = h("img", { class: "file-image", src: url, alt: file.alt_txt || name, loading: "lazy" });
    return h("figure", { class: "file-figure" }, h("figcaption", {}, name), picture);
  }
  return h(
    "a",
    { class: "file-chip", href: url, target: "_blank", rel: "noopener noreferrer" },
    h("span", { class: "file-mark" }, icon("file")),
    h(
      "span",
      { class: "file-words" },
      h("span", { class: "file-name" }, name),
      h("span", { class: "file-note" }, [kind(file), size(file.size)].filter(Boolean).join(" · ")),
    ),
  );
}
