// The still of a clip: what it begins with, to be approved before the clip is paid for.

import { Refused, ask } from "#api";
import { button, element } from "./dom.js";

/** A button that approves a still, or takes the approval back. */
export function approveButton(clip, still, changed) {
  const press = async () => {
    try {
      await ask("approve", { clip, approved: !still.approved });
      await changed();
    } catch (problem) {
      if (!(problem instanceof Refused)) throw problem;
      made.after(element("p", { class: "why", role: "alert" }, problem.message));
    }
  };
  const words = still.approved ? "✓ Approved" : "Approve";
  const made = button(words, press, { class: `small approve${still.approved ? " given" : ""}`, "aria-label": `${words}: the still of ${clip}`, "data-name": `still ${clip}`, title: still.approved ? "Withdraw the approval" : null });
  return made;
}

/** The still of a clip as a card beside its takes. */
export function stillCard(clip, still, changed) {
  return element("article", { class: "take still", "aria-label": `Still of ${clip}` },
    element("img", { src: still.url, alt: "", loading: "lazy" }),
    element("p", {}, element("strong", {}, "Still"), ` ${still.what}`),
    element("div", { class: "actions" }, approveButton(clip, still, changed)));
}
