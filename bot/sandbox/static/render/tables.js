/** The table and data_table blocks; the latter sorts, filters and pages. */

import { h, uid } from "../dom.js";
import { icon } from "../icons.js";
import { richText, richTextWords } from "./richtext.js";
import { withEmoji } from "./emoji.js";

function cellNode(cell) {
  if (cell.type === "rich_text") return richText(cell);
  return withEmoji(cellWords(cell));
}

function cellWords(cell) {
  if (cell.type === "rich_text") return richTextWords(cell);
  return String(cell.text ?? cell.value ?? "");
}

function cellNumber(cell) {
  return Number(cell.value ?? cell.text);
}

export function table(block) {
  const [head, ...body] = block.rows;
  const setting = (column) => block.column_settings?.[column] ?? {};
  const line = (row, tag) =>
    h(
      "tr",
      {},
      row.map((cell, column) =>
        h(
          tag,
          {
            scope: tag === "th" ? "col" : undefined,
            data: {
              align: setting(column).align ?? (cell.type === "raw_number" ? "right" : "left"),
              wrap: setting(column).is_wrapped ? "true" : undefined,
            },
          },
          cellNode(cell),
        ),
      ),
    );
  return h(
    "div",
    { class: "table-scroll", tabindex: 0, role: "group", "aria-label": "Table" },
    h(
      "table",
      { class: "table" },
      h("thead", {}, line(head, "th")),
      h("tbody", {}, body.map((row) => line(row, "td"))),
    ),
  );
}

export function dataTable(block) {
  return new DataTable(block).node;
}

class DataTable {
  constructor(block) {
    [this.head, ...this.rows] = block.rows;
    this.rowHeader = block.row_header_column_index ?? 0;
    this.pageSize = block.page_size ?? 5;
    this.page = 0;
    this.sort = null;
    this.query = "";
    this.numeric = this.head.map((_, column) => this.rows.every((row) => row[column].type === "raw_number"));
    this.build(block.caption);
    this.draw();
  }

  build(caption) {
    const captionId = uid("caption");
    this.body = h("tbody");
    this.heads = this.head.map((cell, column) => this.headCell(cell, column));
    this.place = h("span", { class: "data-table-place", role: "status" });
    this.back = h(
      "button",
      {
        type: "button",
        class: "icon-button",
        "aria-label": "Previous page",
        on: { click: () => this.turn(-1) },
      },
      icon("back"),
    );
    this.next = h(
      "button",
      { type: "button", class: "icon-button", "aria-label": "Next page", on: { click: () => this.turn(1) } },
      icon("right"),
    );
    const filter = h("input", {
      type: "search",
      class: "data-table-filter",
      placeholder: "Filter rows",
      "aria-label": `Filter ${caption}`,
      on: { input: (event) => this.filter(event.target.value) },
    });
    this.foot = h("div", { class: "data-table-foot" }, this.place, this.back, this.next);
    this.node = h(
      "div",
      { class: "data-table", role: "group", "aria-labelledby": captionId },
      h(
        "div",
        { class: "data-table-top" },
        h("span", { class: "data-table-caption", id: captionId }, caption),
        this.rows.length > 5 ? filter : null,
      ),
      h(
        "div",
        { class: "table-scroll" },
        h(
          "table",
          { class: "table", "aria-labelledby": captionId },
          h("thead", {}, h("tr", {}, this.heads)),
          this.body,
        ),
      ),
      this.foot,
    );
  }

  headCell(cell, column) {
    const button = h(
      "button",
      { type: "button", class: "sort", on: { click: () => this.sortBy(column) } },
      cellWords(cell),
      icon("down", "sort-mark"),
    );
    return h(
      "th",
      { scope: "col", "aria-sort": "none", data: { align: this.numeric[column] ? "right" : "left" } },
      button,
    );
  }

  sortBy(column) {
    const descending = this.sort?.column === column && !this.sort.descending;
    this.sort = { column, descending };
    this.page = 0;
    this.draw();
  }

  filter(query) {
    this.query = query.trim().toLowerCase();
    this.page = 0;
    this.draw();
  }

  turn(step) {
    this.page += step;
    this.draw();
  }

  chosen() {
    const fits = (row) => row.some((cell) => cellWords(cell).toLowerCase().includes(this.query));
    const rows = this.query ? this.rows.filter(fits) : [...this.rows];
    if (!this.sort) return rows;
    const { column, descending } = this.sort;
    const compare = this.numeric[column]
      ? (a, b) => cellNumber(a[column]) - cellNumber(b[column])
      : (a, b) => cellWords(a[column]).localeCompare(cellWords(b[column]), "en-GB", { numeric: true });
    return rows.sort((a, b) => (descending ? -compare(a, b) : compare(a, b)));
  }

  draw() {
    const rows = this.chosen();
    const first = this.page * this.pageSize;
    const shown = rows.slice(first, first + this.pageSize);
    this.body.replaceChildren(...(shown.length ? shown.map((row) => this.line(row)) : [this.nothing()]));
    this.heads.forEach((cell, column) => {
      const direction = this.sort?.descending ? "descending" : "ascending";
      cell.setAttribute("aria-sort", this.sort?.column === column ? direction : "none");
    });
    this.place.textContent = rows.length
      ? `${first + 1}–${first + shown.length} of ${rows.length}`
      : "0 rows";
    this.back.disabled = first === 0;
    this.next.disabled = first + this.pageSize >= rows.length;
    this.foot.hidden = this.rows.length <= this.pageSize && !this.query;
  }

  line(row) {
    return h(
      "tr",
      {},
      row.map((cell, column) =>
        h(
          column === this.rowHeader ? "th" : "td",
          {
            scope: column === this.rowHeader ? "row" : undefined,
            data: { align: this.numeric[column] ? "right" : "left" },
          },
          cellNode(cell),
        ),
      ),
    );
  }

  nothing() {
    return h("tr", {}, h("td", { class: "table-empty", colspan: this.head.length }, "No row matches."));
  }
}
