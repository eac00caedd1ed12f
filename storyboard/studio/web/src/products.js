// What is made of the film for others: the film itself, the animatic, the board as one page, timelines, paper, subtitles.

import { Refused, ask } from "#api";
import { button, element, fill, openDialog } from "./dom.js";

export const TITLE = "Export";
const states = new Map();  // by the name of a product: what became of it since the page was opened
const OPENED = /\.(mp4|html|pdf|srt|vtt|fountain)$/;  // what a browser shows; the rest is saved

/** Show what can be made. */
export async function showProducts(tell) {
  const { products } = await ask("products");
  const groups = Map.groupBy(products, one => one.group);
  openDialog(TITLE, ...[...groups].map(([group, found]) => element("section", { class: "cast-kind" }, element("h3", {}, group),
    element("ul", { class: "products" }, ...found.map(one => {
      const line = element("li", { "data-product": one.name });
      show(line, one, tell);
      return line;
    })))));
}

/** A message of the studio about a product. */
export function hearProduct(said, tell) {
  states.set(said.product, said);
  const line = document.querySelector(`.products [data-product="${CSS.escape(said.product)}"]`);
  if (line) show(line, { name: said.product, title: line.querySelector(".title").textContent }, tell);
  else if (said.state === "made") tell(`${said.file.split(/[\\/]/).pop()} has been written. “Export” opens it.`);
  else if (said.state === "failed") tell(`It could not be made: ${said.words}`);
}

function show(line, product, tell) {
  const said = states.get(product.name), isMaking = said?.state === "making";
  const make = async () => {
    try { await ask("product", { product: product.name }); } catch (problem) {
      if (!(problem instanceof Refused)) throw problem;
      tell(problem.message);
    }
  };
  const old = line.querySelector("button"), hadFocus = old && old === document.activeElement;
  const press = button(isMaking ? "Making…" : said?.state === "made" ? "Make again" : "Make", make, { "aria-label": `${isMaking ? "Making" : "Make"}: ${product.title}`, "aria-disabled": isMaking ? "true" : null });
  fill(line,
    element("span", { class: "title" }, product.title), press,
    said?.words ? element("p", { class: said.state === "failed" ? "why" : "where", role: "status" }, said.words) : null,
    said?.state === "made" ? element("p", { class: "made" }, element("span", { class: "where" }, said.file), " ",
      OPENED.test(said.file) ? element("a", { href: said.url, target: "_blank", rel: "noopener" }, "Open") : null, " ",
      element("a", { href: `${said.url}?save`, download: "" }, "Save a copy")) : null);
  if (hadFocus) press.focus();
}
