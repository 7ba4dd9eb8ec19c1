// Pages of the service, opened beside the chat as the clients do.

import { fill, h, icon } from "./dom.js";

let before = null;

/** Open a page of this origin in the side panel; the pages need no scripts, so none may run there. */
export function openPage(url, title) {
  const panel = document.getElementById("panel");
  if (panel.hidden) before = document.activeElement;
  const frame = h("iframe", {
    src: url, title: title || "网页", sandbox: "allow-same-origin allow-forms allow-popups allow-downloads",
  });
  const heading = h("strong", {}, title || "网页");
  frame.addEventListener("load", () => { heading.textContent = frame.contentDocument?.title || heading.textContent; });
  fill(
    panel,
    h("header", { class: "panel-head" },
      heading,
      h("a", { class: "quiet-button", href: url, target: "_blank", rel: "noopener" }, icon("open"), "新窗口"),
      h("button", { type: "button", class: "icon-button", "aria-label": "关闭网页", on: { click: closePage } }, icon("close"))),
    frame,
  );
  panel.hidden = false;
  panel.querySelector("button").focus();
}

/** Close the panel; whether it was open. */
export function closePage() {
  const panel = document.getElementById("panel");
  if (panel.hidden) return false;
  panel.hidden = true;
  panel.replaceChildren();
  if (before && before.isConnected) before.focus();
  return true;
}
