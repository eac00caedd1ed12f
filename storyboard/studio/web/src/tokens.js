// Colours by meaning: what the language server says each word is.

import { LSPPlugin } from "@codemirror/lsp-client";
import { RangeSetBuilder, StateEffect, StateField } from "@codemirror/state";
import { Decoration, EditorView, ViewPlugin } from "@codemirror/view";

const REST = 120;  // milliseconds without a key after which the colours are asked for

const setColours = StateEffect.define();
const colours = StateField.define({
  create: () => Decoration.none,
  update(held, transaction) {
    for (const effect of transaction.effects) if (effect.is(setColours)) return effect.value;
    return held.map(transaction.changes);
  },
  provide: field => EditorView.decorations.from(field),
});

/** The colours of an editor's text; they follow a moment behind the keys. */
export function meaningColours(editor) {
  return [colours, ViewPlugin.define(view => {
    let timer = setTimeout(ask, 0);
    async function ask() {
      await editor.client.initializing;
      const legend = editor.client.serverCapabilities?.semanticTokensProvider?.legend;
      if (!legend) return;
      const found = await editor.request("textDocument/semanticTokens/full", { textDocument: { uri: editor.uri } });
      if (found) view.dispatch({ effects: setColours.of(decorated(view, found.data, legend)) });
    }
    return {
      update(update) {
        if (!update.docChanged) return;
        clearTimeout(timer);
        timer = setTimeout(ask, REST);
      },
      destroy() { clearTimeout(timer); },
    };
  })];
}

function decorated(view, data, legend) {
  const plugin = LSPPlugin.get(view), builder = new RangeSetBuilder();
  let line = 0, character = 0, last = 0;
  for (let at = 0; at < data.length; at += 5) {
    character = data[at] ? data[at + 1] : character + data[at + 1];
    line += data[at];
    const doc = plugin.syncedDoc;
    if (line >= doc.lines) break;
    const start = doc.line(line + 1).from + character;
    const [from, to] = [start, start + data[at + 2]].map(place => plugin.unsyncedChanges.mapPos(Math.min(place, doc.length)));
    const kinds = [legend.tokenTypes[data[at + 3]], ...legend.tokenModifiers.filter((_, bit) => data[at + 4] >> bit & 1)];
    if (from >= last && to > from) {
      builder.add(from, to, Decoration.mark({ class: kinds.map(kind => `sb-${kind}`).join(" ") }));
      last = to;
    }
  }
  return builder.finish();
}
