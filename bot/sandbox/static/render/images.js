/** Image blocks and elements, with their description in place of a picture that does not load. */

import { h } from "../dom.js";
import { plain } from "./text.js";

function source(image) {
  if (image.image_url) return image.image_url;
  return image.slack_file?.url ?? (
    image.slack_file?.id ? `/ui/file/${encodeURIComponent(image.slack_file.id)}` : ""
  );
}

function picture(image, className) {
  const node = h(
    "img",
    {
      class: className,
      src: source(image),
      alt: image.alt_text ?? "",
      title: image.alt_text,
      loading: "lazy",
    },
  );
  node.addEventListener(
    "error",
    () => node.replaceWith(
      h(
        "span",
        { class: `${className} image-missing`, role: "img", "aria-label": image.alt_text },
        image.alt_text,
      ),
    ),
  );
  return node;
}

export function imageElement(image) {
  return picture(image, "image-element");
}

export function iconImage(image) {
  return picture(image, "image-icon");
}

export function heroImage(image) {
  return picture(image, "image-hero");
}

export function imageBlock(block) {
  return h(
    "figure",
    { class: "image-block" },
    block.title ? h("figcaption", {}, plain(block.title)) : null,
    picture(block, "image-large"),
  );
}
