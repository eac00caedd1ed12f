// Folding and the outline: what the language server says of the parts of a script.

import { foldGutter, foldService } from "@codemirror/language";
import { StateEffect, StateField } from "@codemirror/state";
import { ViewPlugin } from "@codemirror/view";
import { button, element, openDialog } from "./dom.js";

const REST = 250;  // milliseconds without a key after which the parts are asked for
export const TITLE = "Outline";

const setFolds = StateEffect.define();
/** The parts that can be folded: from the end of their first line to the end of their last, by where the first begins. */
const folds = StateField.define({
  create: () => [],
  update(held, transaction) {
    for (const effect of transaction.effects) if (effect.is(setFolds)) return effect.value;
    const { changes } = transaction;
    return changes.empty ? held : held.map(({ from, to }) => ({ from: changes.mapPos(from), to: changes.mapPos(to) }));
  },
});

/** Parts of an editor's text that can be folded; they follow a moment behind the keys. */
export function foldParts(editor) {
  return [
    folds,
    foldGutter({ foldingChanged: update => update.transactions.some(one => one.effects.some(effect => effect.is(setFolds))) }),
    foldService.of((state, start, end) => {
      const found = state.field(folds).find(({ from, to }) => from >= start && from <= end && to > end);
      return found ? { from: end, to: Math.min(found.to, state.doc.length) } : null;
    }),
    ViewPlugin.define(view => {
      let timer = setTimeout(ask, 0);
      async function ask() {
        const { doc } = view.state;
        const found = await editor.request("textDocument/foldingRange", { textDocument: { uri: editor.uri } }).catch(() => null);
        if (!found || view.state.doc !== doc) return;  // a change asks again by itself
        const places = found.map(({ startLine, endLine }) => editor.range({ start: { line: startLine, character: 0 }, end: { line: endLine, character: 0 } }));
        view.dispatch({ effects: setFolds.of(places.map(({ from, to }) => ({ from, to: view.state.doc.lineAt(to).to }))) });
      }
      return {
        update(update) {
          if (!update.docChanged) return;
          clearTimeout(timer);
          timer = setTimeout(ask, REST);
        },
        destroy() { clearTimeout(timer); },
      };
    }),
  ];
}

/** Show the parts of the text as a list; each leads to its line. */
export async function showOutline(editor) {
  const found = await editor.requestPlaces("textDocument/documentSymbol", { textDocument: { uri: editor.uri } }) ?? [];
  const lineOf = one => editor.view.state.doc.lineAt(editor.range((one.selectionRange ?? one.location.range)).from).number;
  const here = editor.line;
  let nearest = null;
  const list = symbols => element("ul", { class: "outline" }, ...symbols.map(one => {
    const line = lineOf(one);
    const press = button(one.name, () => { dialog.close(); editor.goTo(line); }, { class: "go" });
    if (line <= here) nearest = press;
    return element("li", {}, press, one.detail ? element("span", { class: "where" }, ` ${one.detail}`) : null, one.children?.length ? list(one.children) : null);
  }));
  const { dialog } = openDialog(TITLE, found.length ? list(found) : element("p", {}, "There are no scenes and no names yet."));
  nearest?.setAttribute("aria-current", "true");
  nearest?.focus();
}
