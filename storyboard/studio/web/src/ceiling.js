// The ceiling for a day: what it is, what is spent of it, and where it is set. It stands in the project file and holds for
// every run, from the page and from a terminal.

import { Refused, ask } from "#api";
import { button, element, money } from "./dom.js";

/** A line about the ceilings of a project, with a way to set that for a day. */
export function ceilingLine(ceiling) {
  const line = element("div", { class: "ceiling" });
  show(line, ceiling);
  return line;
}

function show(line, { day, today, film, so_far }) {
  const words = day == null ? `${money(today)} has been spent today; there is no ceiling for a day.` : `${money(today)} of at most ${money(day)} has been spent today.`;
  line.replaceChildren(element("p", {}, words, film == null ? "" : ` The film has cost ${money(so_far)} of at most ${money(film)}.`),
    button(day == null ? "Set a ceiling…" : "Change…", () => edit(line, day), { class: "small" }));
}

function edit(line, day) {
  const field = element("input", { type: "number", min: 0, step: "0.01", value: day ?? "", placeholder: "none", "aria-label": "The most that may be spent in a day, in US dollars" });
  const said = element("p", { class: "why", role: "alert" });
  const set = async event => {
    event.preventDefault();
    try {
      show(line, await ask("set-ceiling", { usd: field.value === "" ? null : Number(field.value) }));
    } catch (problem) {
      if (!(problem instanceof Refused)) throw problem;
      said.textContent = problem.message;
    }
  };
  line.replaceChildren(element("form", { class: "actions start", onsubmit: set }, element("label", {}, "At most $ ", field, " a day"),
    element("button", { class: "small" }, "Set")), element("p", { class: "where" }, "It is written to sbc.toml and counts from the next plan on. Leave it empty to remove it."), said);
  field.focus();
}
