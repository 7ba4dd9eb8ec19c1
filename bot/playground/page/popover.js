// Small menus below a button: arrows move, Enter chooses, Esc closes and gives the focus back.

import { freshId, h } from "./dom.js";

let open = null;

/** A button that opens a menu. `items()` gives [{label, note, icon, run}] or {heading}. */
export function menuButton(props, content, items) {
  const button = h("button", { type: "button", "aria-haspopup": "menu", "aria-expanded": "false", ...props }, content);
  button.addEventListener("click", () => (open && open.button === button ? close() : show(button, items())));
  return button;
}

/** Close whatever menu is open; whether there was one. */
export function close({ refocus = true } = {}) {
  if (!open) return false;
  const { button, menu } = open;
  open = null;
  menu.remove();
  button.setAttribute("aria-expanded", "false");
  if (refocus && button.isConnected) button.focus();
  return true;
}

function show(button, items) {
  close({ refocus: false });
  const menu = h("div", { class: "menu", role: "menu", id: freshId("menu") }, items.map(entry));
  document.body.append(menu);
  place(menu, button);
  button.setAttribute("aria-expanded", "true");
  open = { button, menu };
  menu.addEventListener("keydown", move);
  choices(menu)[0]?.focus();
}

function entry(item) {
  if (item.heading) return h("p", { class: "menu-heading" }, item.heading);
  const run = () => {
    close();
    item.run();
  };
  return h("button", { type: "button", role: "menuitem", class: "menu-item", on: { click: run } },
    item.icon, h("span", {}, item.label), item.note && h("small", {}, item.note));
}

function place(menu, button) {
  const spot = button.getBoundingClientRect();
  const width = menu.offsetWidth;
  const height = menu.offsetHeight;
  const left = Math.max(8, Math.min(spot.left, window.innerWidth - width - 8));
  const below = spot.bottom + 6 + height <= window.innerHeight - 8;
  menu.style.left = `${left}px`;
  menu.style.top = `${below ? spot.bottom + 6 : Math.max(8, spot.top - height - 6)}px`;
}

const choices = (menu) => [...menu.querySelectorAll("[role=menuitem]")];

function move(event) {
  const steps = { ArrowDown: 1, ArrowUp: -1 };
  if (event.key === "Tab") return close();
  if (!(event.key in steps)) return undefined;
  event.preventDefault();
  const listed = choices(event.currentTarget);
  const at = listed.indexOf(document.activeElement) + steps[event.key];
  return listed[(at + listed.length) % listed.length].focus();
}

document.addEventListener("pointerdown", (event) => {
  if (open && !open.menu.contains(event.target) && !open.button.contains(event.target)) close({ refocus: false });
});
window.addEventListener("resize", () => close({ refocus: false }));
