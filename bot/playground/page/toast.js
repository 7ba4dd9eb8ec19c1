// One sentence at the bottom, read out by assistive technology.

import { h } from "./dom.js";

const SECONDS = 6;

export function toast(sentence) {
  const toasts = document.getElementById("toasts");
  const note = h("p", { class: "toast" }, sentence);
  toasts.append(note);
  while (toasts.children.length > 3) toasts.firstChild.remove();
  setTimeout(() => note.remove(), SECONDS * 1000);
}
