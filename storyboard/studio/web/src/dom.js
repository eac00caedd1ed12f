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

/** Put these in place of what is in an element; null and false are left out. */
export function fill(target, ...children) {
  target.replaceChildren(...children.filter(one => one != null && one !== false));
}

export const byId = id => document.getElementById(id);

/** A button that does something when it is pressed. */
export function button(words, press, attributes = {}) {
  return element("button", { type: "button", onclick: press, ...attributes }, words);
}

/** Whether a dialog of this title is open. */
export const isShown = title => byId("dialog").open && byId("dialog-title").textContent === title;

/** Show a dialog with a title and a way out. Focus is on the way out: nothing is done by a key that was meant for it. One
 *  that is shown already keeps its place, what was said in it, and the focus on what is still there. */
export function openDialog(title, ...children) {
  const dialog = byId("dialog"), isThere = isShown(title);
  const place = isThere ? dialog.querySelector(".body").scrollTop : 0, focus = isThere && nameOf(document.activeElement);
  const said = isThere ? dialog.querySelector(".said").textContent : "";
  const close = button("Close", () => dialog.close(), { autofocus: true });
  const body = element("div", { class: "body", tabindex: "0", role: "group", "aria-label": title }, ...children.filter(Boolean));
  const actions = element("div", { class: "actions" });
  dialog.replaceChildren(element("div", { class: "head" }, element("h2", { id: "dialog-title" }, title), close),
    element("p", { class: "said", role: "status" }, said), body, actions);
  if (!dialog.open) dialog.showModal();
  else (focus && [...dialog.querySelectorAll("button, input, select, summary")].find(one => nameOf(one) === focus && !one.classList.contains("pay")) || close).focus();
  body.scrollTop = place;
  return { dialog, body, actions };
}

const nameOf = one => one.dataset.name ?? one.getAttribute("aria-label") ?? one.textContent;

/** Say something to the person: at the top of the page, and in the dialog that is open. */
export function say(words) {
  byId("news").textContent = words;
  const line = byId("dialog").open && byId("dialog").querySelector(".said");
  if (line) line.textContent = words;
}

/** A sum; one of less than a cent with up to so many `decimals`. */
export function money(usd, decimals = 2) {
  const most = usd > 0 && usd < 0.01 ? decimals : 2;
  return usd == null ? "price unknown" : usd.toLocaleString("en", { style: "currency", currency: "USD", maximumFractionDigits: most });
}

export function count(number, word) {
  return `${number.toLocaleString("en")} ${word}${number === 1 ? "" : "s"}`;
}
