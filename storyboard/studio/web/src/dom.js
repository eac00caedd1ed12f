// Elements made from their parts: words are always text, never HTML.

/** An element; `attributes` that begin with "on" are listeners, those that are false are left out. */
export function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (value === true) made.setAttribute(name, "");
    else if (value !== false && value != null) made.setAttribute(name, value);
  }
  made.append(...children.filter(one => one != null && one !== false));
  return made;
}

export const byId = id => document.getElementById(id);

/** A button that does something when it is pressed. */
export function button(words, press, attributes = {}) {
  return element("button", { type: "button", onclick: press, ...attributes }, words);
}

/** Show a dialog with a title and a way out. Focus is on the way out: nothing is done by a key that was meant for it. */
export function openDialog(title, ...children) {
  const dialog = byId("dialog");
  const close = button("Close", () => dialog.close(), { autofocus: true });
  const actions = element("div", { class: "actions" }, close);
  dialog.replaceChildren(element("h2", { id: "dialog-title" }, title), ...children.filter(Boolean), actions);
  if (!dialog.open) dialog.showModal();
  return { dialog, actions };
}

export function money(usd) {
  return usd == null ? "price unknown" : usd.toLocaleString("en", { style: "currency", currency: "USD" });
}

export function count(number, word) {
  return `${number.toLocaleString("en")} ${word}${number === 1 ? "" : "s"}`;
}
