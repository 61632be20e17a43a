/** The data_visualization block as an inline SVG figure, with the same figures in a table for screen readers. */

import { h, svg, uid } from "../dom.js";

const WIDTH = 600;
const HEIGHT = 260;
const PAD = { top: 14, right: 14, bottom: 34, left: 48 };
const COLOURS = 6;

export function chart(block) {
  const spec = block.chart;
  const titleId = uid("chart");
  const draw = spec.type === "pie" ? pie : axes;
  return h(
    "figure",
    { class: "chart", data: { chart: spec.type } },
    h("figcaption", { class: "chart-title", id: titleId }, block.title),
    draw(spec, titleId),
    figures(block.title, spec),
  );
}

function tone(index) {
  return `tone-${(index % COLOURS) + 1}`;
}

function legend(names) {
  if (names.length < 2) return null;
  return h(
    "ul",
    { class: "legend", "aria-hidden": "true" },
    names.map((name, index) => h("li", {}, h("span", { class: `legend-mark ${tone(index)}` }), name)),
  );
}

function compact(value) {
  return new Intl.NumberFormat(
    "en-GB",
    { notation: Math.abs(value) >= 10000 ? "compact" : "standard", maximumFractionDigits: 1 },
  ).format(value);
}

/** Round steps from the lowest to the highest value, zero included. */
export function ticks(low, high, count = 5) {
  const span = Math.max(high - low, Number.EPSILON);
  const power = 10 ** Math.floor(Math.log10(span / count));
  const step = [1, 2, 2.5, 5, 10].map((factor) => factor * power).find((size) =>
    span / size <= count,
  ) ?? 10 * power;
  const first = Math.floor(low / step);
  const last = Math.ceil(high / step);
  return Array.from({ length: last - first + 1 }, (_, index) => (first + index) * step);
}

function axes(spec, titleId) {
  const categories = spec.axis_config.categories;
  const rows = spec.series.map((line) => line.data.map((point) => point.value));
  const all = rows.flat();
  const marks = ticks(Math.min(0, ...all), Math.max(0, ...all) || 1);
  const [low, high] = [marks[0], marks.at(-1)];
  const inner = { width: WIDTH - PAD.left - PAD.right, height: HEIGHT - PAD.top - PAD.bottom };
  const scale = {
    slot: inner.width / categories.length,
    x: (index) => PAD.left + (index + 0.5) * (inner.width / categories.length),
    y: (value) => PAD.top + ((high - value) / (high - low)) * inner.height,
  };
  const names = spec.series.map((line) => line.name);
  const plot = { bar: bars, line: lines, area: areas }[spec.type] ?? lines;
  return h(
    "div",
    { class: "chart-body" },
    spec.axis_config.y_label
      ? h("div", { class: "axis-label", "aria-hidden": "true" }, spec.axis_config.y_label)
      : null,
    svg(
      "svg",
      { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-labelledby": titleId, class: "chart-svg" },
      marks.map((mark) => gridLine(mark, scale.y(mark))),
      categories.map((category, index) => categoryLabel(category, scale.x(index), categories.length, index)),
      plot({ rows, names, categories, scale }),
    ),
    spec.axis_config.x_label
      ? h("div", { class: "axis-label axis-label-x", "aria-hidden": "true" }, spec.axis_config.x_label)
      : null,
    legend(names),
  );
}

function gridLine(mark, y) {
  return svg(
    "g",
    {},
    svg(
      "line",
      { class: mark === 0 ? "axis-zero" : "axis-line", x1: PAD.left, x2: WIDTH - PAD.right, y1: y, y2: y },
    ),
    svg("text", { class: "axis-text", x: PAD.left - 8, y: y + 4, "text-anchor": "end" }, compact(mark)),
  );
}

function categoryLabel(category, x, count, index) {
  const every = Math.ceil(count / 12);
  if (index % every) return null;
  const room = Math.max(4, Math.floor((88 / count) * every));
  const words = category.length > room ? `${category.slice(0, room - 1)}…` : category;
  return svg(
    "text",
    { class: "axis-text", x, y: HEIGHT - PAD.bottom + 20, "text-anchor": "middle" },
    words,
    svg("title", {}, category),
  );
}

function hover(name, category, value) {
  return svg("title", {}, `${name}, ${category}: ${new Intl.NumberFormat("en-GB").format(value)}`);
}

function bars({ rows, names, categories, scale }) {
  const width = Math.min(44, (scale.slot * 0.72) / rows.length);
  return rows.flatMap((row, line) =>
    row.map((value, index) => {
      const left = scale.x(index) - (width * rows.length) / 2 + line * width;
      const [top, bottom] = [scale.y(Math.max(value, 0)), scale.y(Math.min(value, 0))];
      return svg(
        "rect",
        {
          class: `column ${tone(line)}`,
          x: left + 1,
          y: top,
          width: Math.max(width - 2, 2),
          height: Math.max(bottom - top, 1),
          rx: 3,
        },
        hover(names[line], categories[index], value),
      );
    }),
  );
}

function trace(row, scale) {
  return row.map((value, index) =>
    `${index ? "L" : "M"}${scale.x(index).toFixed(1)} ${scale.y(value).toFixed(1)}`,
  ).join("");
}

function lines({ rows, names, categories, scale }) {
  return rows.map((row, line) =>
    svg(
      "g",
      { class: tone(line) },
      svg("path", { class: "line", d: trace(row, scale) }),
      row.map((value, index) =>
        svg(
          "circle",
          { class: "dot", cx: scale.x(index), cy: scale.y(value), r: 3.5 },
          hover(names[line], categories[index], value),
        ),
      ),
    ),
  );
}

function areas(plan) {
  const { rows, scale } = plan;
  const floor = scale.y(0);
  const shades = rows.map((row, line) =>
    svg(
      "path",
      {
        class: `area ${tone(line)}`,
        d: `${trace(row, scale)}L${scale.x(row.length - 1)} ${floor}L${scale.x(0)} ${floor}Z`,
      },
    ),
  );
  return [...shades, ...lines(plan)];
}

function pie(spec, titleId) {
  const total = spec.segments.reduce((sum, segment) => sum + segment.value, 0);
  let angle = -Math.PI / 2;
  const slices = spec.segments.map((segment, index) => {
    const from = angle;
    angle += (segment.value / total) * 2 * Math.PI;
    const share = Math.round((segment.value / total) * 100);
    return svg(
      "path",
      { class: `slice ${tone(index)}`, d: arc(from, angle) },
      svg("title", {}, `${segment.label}: ${segment.value} (${share} %)`),
    );
  });
  const names = spec.segments.map((segment) => `${segment.label} · ${compact(segment.value)}`);
  return h(
    "div",
    { class: "chart-body chart-pie" },
    svg(
      "svg",
      { viewBox: "-104 -104 208 208", role: "img", "aria-labelledby": titleId, class: "chart-svg pie" },
      slices,
    ),
    legend(names),
  );
}

function arc(from, to) {
  if (to - from > 2 * Math.PI - 1e-6) {
    return "M0-100A100 100 0 1 1 0 100A100 100 0 1 1 0-100M0-56A56 56 0 1 0 0 56A56 56 0 1 0 0-56Z";
  }
  const at = (radius, angle) => `${(radius * Math.cos(angle)).toFixed(2)} ${(radius * Math.sin(angle)).toFixed(2)}`;
  const large = to - from > Math.PI ? 1 : 0;
  return `M${at(100, from)}A100 100 0 ${large} 1 ${at(100, to)}L${at(56, to)}A56 56 0 ${large} 0 ${at(56, from)}Z`;
}

function figures(title, spec) {
  const heads = spec.type === "pie" ? ["Segment", "Value"] : ["", ...spec.series.map((line) => line.name)];
  const rows =
    spec.type === "pie"
      ? spec.segments.map((segment) => [segment.label, segment.value])
      : spec.axis_config.categories.map((category, index) =>
        [category, ...spec.series.map((line) => line.data[index]?.value ?? "")],
      );
  return h(
    "table",
    { class: "sr-only" },
    h("caption", {}, title),
    h("thead", {}, h("tr", {}, heads.map((head) => h("th", { scope: "col" }, head)))),
    h(
      "tbody",
      {},
      rows.map(([label, ...values]) =>
        h("tr", {}, h("th", { scope: "row" }, label), values.map((value) => h("td", {}, String(value)))),
      ),
    ),
  );
}
