// Fields on cards, and what is chosen in them when a button is pressed.

import { act } from "./api.js";
import { freshId, h } from "./dom.js";
import { toast } from "./toast.js";

/** A drop-down with its label. `options`: [{id, text}]. */
export function dropDown({ key, title, options, selected, disabled }) {
  const id = freshId("field");
  return h("div", { class: "field" },
    title && h("label", { for: id }, title),
    h("select", { id, data: { field: key }, disabled, "aria-label": title ? null : "选择" },
      options.map((option) => h("option", { value: option.id, selected: option.id === selected }, option.text))));
}

/** A group of check boxes, or of radio buttons for one choice. */
export function boxes({ key, title, options, many, disabled }) {
  const name = freshId("box");
  return h("fieldset", { class: "field boxes", disabled },
    title && h("legend", {}, title),
    options.map((option) => h("label", { class: "box" },
      h("input", {
        type: many ? "checkbox" : "radio", name, value: option.id, data: { field: key }, checked: option.checked,
      }),
      h("span", {}, option.text))));
}

/** A line or an area of text, a number, a date, a time. */
export function entry({ key, title, type, placeholder, value, required, disabled }) {
  const id = freshId("field");
  const props = { id, data: { field: key }, placeholder, required, disabled };
  const input = type === "area" ? h("textarea", { ...props, rows: 2 }) : h("input", { ...props, type: type || "text" });
  if (value) input.value = value;
  return h("div", { class: "field" }, h("label", { for: id }, title || key, required && h("b", { class: "must" }, "*")), input);
}

/** A value that goes along unseen. */
export function hiddenField(key, value) {
  return h("input", { type: "hidden", data: { field: key }, value: value || "" });
}

/** What is chosen on a card: field -> values. Empty texts are left out. */
export function chosen(card) {
  const choices = {};
  for (const field of card.querySelectorAll("[data-field]")) {
    const box = field.type === "checkbox" || field.type === "radio";
    if ((box && !field.checked) || field.value === "") continue;
    (choices[field.dataset.field] ||= []).push(field.value);
  }
  return choices;
}

/** Press a button of the card in the bubble; the card is busy until the service has acknowledged. */
export async function press(context, card, button) {
  const missing = [...card.querySelectorAll("[required]")].find((field) => !field.value);
  if (missing) {
    toast("请先填写带 * 的内容");
    missing.focus();
    return;
  }
  card.setAttribute("aria-busy", "true");
  try {
    await act("press", { person: context.person.id, bubble: context.bubble.id, button, choices: chosen(card) });
  } catch (error) {
    toast(error.message);
  } finally {
    card.removeAttribute("aria-busy");
  }
}
