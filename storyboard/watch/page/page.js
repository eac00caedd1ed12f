import { Board } from "/board.js";
import { follow } from "/feed.js";

const board = new Board(document.getElementById("board"));
const line = document.getElementById("status");

function tell({ kind, words }) {
  line.dataset.kind = kind;
  if (line.textContent !== words) line.textContent = words;
}

follow(
  update => {
    if (update.order) {
      board.apply(update);
      document.title = `${update.order.title}: storyboard`;
    }
    tell(update.status);
  },
  () => tell({ kind: "gone", words: "sbc watch has ended; this page is no longer updated" }),
);

// A page is printed whole: pictures that have not come into view yet are fetched.
addEventListener("beforeprint", () => {
  for (const one of document.querySelectorAll("img[loading=lazy]")) one.loading = "eager";
});
