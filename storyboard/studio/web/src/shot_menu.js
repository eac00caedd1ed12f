// What can be done to a shot from its panel: one button a panel, and one menu for all of them.

import { button, element } from "./dom.js";

const ACTIONS = [
  ["insert", "Insert a shot below"], ["duplicate", "Duplicate"], ["moveUp", "Move up"], ["moveDown", "Move down"], ["note", "Write a note…"], ["remove", "Remove"],
];
const STEPS = { ArrowDown: 1, ArrowUp: -1 };
const ROOM = 8;  // pixels between the menu and the edge of the window

export const shotOf = panel => panel.id.replace("shot-", "");

/** Put the button on a panel that is about to be shown. */
export function addShotButton(panel) {
  const words = `Change shot ${shotOf(panel)}`;
  panel.append(element("button", { type: "button", class: "change", "aria-haspopup": "menu", "aria-label": words, title: words }, "⋯"));
}

/** The button of a shot's panel, if the board shows it. */
export const shotButton = shot => document.getElementById(`shot-${shot}`)?.querySelector(".change");

/** Listen to the buttons of a board; `act` is told the shot and what to do to it. */
export function listenToShotButtons(root, act) {
  let shot = null;
  const menu = element("div", { class: "menu", popover: "auto", role: "menu", onkeydown: step },
    ...ACTIONS.map(([action, words]) => button(words, () => { menu.hidePopover(); act(shot, action); }, { role: "menuitem", tabindex: "-1" })));
  root.after(menu);

  function step(event) {
    const items = [...menu.children], at = items.indexOf(document.activeElement);
    if (event.key === "Tab") menu.hidePopover();
    if (!(event.key in STEPS)) return;
    event.preventDefault();
    items.at((at + STEPS[event.key]) % items.length).focus();
  }

  root.addEventListener("click", event => {
    const opener = event.target.closest(".change");
    if (!opener) return;
    shot = shotOf(opener.closest(".panel"));
    menu.setAttribute("aria-label", `Shot ${shot}`);
    menu.showPopover();
    const place = opener.getBoundingClientRect();
    menu.style.left = `${Math.max(ROOM, Math.min(place.left, innerWidth - menu.offsetWidth - ROOM))}px`;
    menu.style.top = `${Math.max(ROOM, Math.min(place.bottom + 2, innerHeight - menu.offsetHeight - ROOM))}px`;
    menu.firstElementChild.focus();
  });
}
