/** Builds DOM nodes; text only ever enters as text nodes, so nothing a message says can become markup. */

const SVG = "http://www.w3.org/2000/svg";

function apply(node, props) {
  for (const [name, value] of Object.entries(props ?? {})) {
    if (value === undefined || value === null || value === false) continue;
    if (name === "on") {
      for (const [event, listener] of Object.entries(value)) node.addEventListener(event, listener);
    } else if (name === "data") {
      for (const [key, item] of Object.entries(value)) {
        if (item !== undefined && item !== null) node.dataset[key] = item;
      }
    } else if (name === "css") {
      for (const [key, item] of Object.entries(value)) node.style.setProperty(key, item);
    } else if (name === "value") {
      node.value = value;
    } else {
      node.setAttribute(name, value === true ? "" : String(value));
    }
  }
}

export function h(tag, props, ...children) {
  const node = document.createElement(tag);
  apply(node, props);
  node.append(...flat(children));
  return node;
}

export function svg(tag, props, ...children) {
  const node = document.createElementNS(SVG, tag);
  apply(node, props);
  node.append(...flat(children));
  return node;
}

export function fragment(...children) {
  const node = document.createDocumentFragment();
  node.append(...flat(children));
  return node;
}

function flat(children) {
  return children.flat(Infinity).filter((child) =>
    child !== null && child !== undefined && child !== false && child !== "",
  );
}

let serial = 0;

export function uid(prefix) {
  serial += 1;
  return `${prefix}-${serial}`;
}

export function debounce(wait, work) {
  let timer = 0;
  return (...args) => {
    clearTimeout(timer);
    timer = setTimeout(() => work(...args), wait);
  };
}
