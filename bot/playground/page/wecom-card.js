// The five template cards of 企业微信, drawn from the platform's JSON. Source: protocols/wecom.md 5.4, 5.5.

import { h, icon } from "./dom.js";
import { boxes, dropDown, press } from "./fields.js";
import { link, picture, visit } from "./links.js";
import { menuButton } from "./popover.js";

const SOURCE_COLOURS = ["grey", "black", "red", "green"];

/** A card as `context.person` sees it; `closed` are the words on its greyed button. */
export function wecomCard(card, context, closed) {
  const root = h("article", { class: `card wecom-card ${card.card_type}`, "aria-label": card.main_title?.title || "卡片" });
  const parts = [
    head(card, context, root),
    titles(card, context),
    emphasis(card),
    quoteArea(card, context),
    images(card, context),
    card.sub_title_text && h("p", { class: "card-text" }, card.sub_title_text),
    (card.vertical_content_list || []).map((row) =>
      h("div", { class: "vertical" }, h("strong", {}, row.title), row.desc && h("p", {}, row.desc))),
    rows(card, context),
    questions(card, closed),
    buttons(card, context, root, closed),
    jumps(card, context, root),
  ];
  root.append(...parts.flat(Infinity).filter(Boolean));
  return root;
}

function head(card, context, root) {
  const { source, action_menu: menu } = card;
  if (!source && !menu) return null;
  const items = () => (menu.action_list || []).map((item) => ({ label: item.text, run: () => press(context, root, item.key) }));
  return h("header", { class: "card-head" },
    source && h("span", { class: `source source-${SOURCE_COLOURS[source.desc_color] || "grey"}` },
      h("span", { class: "source-mark", "aria-hidden": "true" }), source.desc || ""),
    menu && menuButton({ class: "icon-button small", "aria-label": menu.desc || "更多操作" }, icon("menu"), items));
}

function titles(card, context) {
  const title = card.main_title;
  const action = card.card_action;
  if (!title) return action?.url ? h("p", { class: "card-title" }, link(context, action.url, "查看详情")) : null;
  const shown = action?.type === 1 ? link(context, action.url, title.title || "查看详情") : title.title;
  return h("div", { class: "titles" },
    shown && h("p", { class: "card-title" }, shown),
    title.desc && h("p", { class: "card-desc" }, title.desc));
}

function emphasis(card) {
  const part = card.emphasis_content;
  return part && h("div", { class: "emphasis" }, h("strong", {}, part.title), part.desc && h("span", {}, part.desc));
}

function quoteArea(card, context) {
  const part = card.quote_area;
  if (!part) return null;
  const title = part.type === 1 ? link(context, part.url, part.title || "查看原文") : part.title;
  return h("div", { class: "quote-area" }, title && h("strong", {}, title), part.quote_text && h("p", {}, part.quote_text));
}

function images(card, context) {
  const { card_image: image, image_text_area: area } = card;
  return [
    image && h("div", { class: "card-image" }, picture(image.url, card.main_title?.title)),
    area && h("div", { class: "image-text" },
      h("div", {}, area.title && h("strong", {}, area.type === 1 ? link(context, area.url, area.title) : area.title),
        area.desc && h("p", {}, area.desc)),
      picture(area.image_url, area.title)),
  ];
}

function rows(card, context) {
  const listed = card.horizontal_content_list || [];
  if (!listed.length) return null;
  return h("dl", { class: "rows" }, listed.map((row) =>
    h("div", {}, h("dt", {}, row.keyname), h("dd", {}, rowValue(row, context)))));
}

function rowValue(row, context) {
  const value = row.value || "";
  if (row.type === 1) return link(context, row.url, value || "查看");
  if (row.type === 2) return h("span", { class: "with-icon" }, icon("file"), value || "附件");
  if (row.type === 3) return h("span", { class: "with-icon profile" }, icon("person"), value || context.nameOf(row.userid));
  return value;
}

function questions(card, closed) {
  const { button_selection: selection, checkbox, select_list: selects } = card;
  const one = (question) => dropDown({
    key: question.question_key,
    title: question.title,
    options: question.option_list || [],
    selected: question.selected_id,
    disabled: Boolean(closed || question.disable),
  });
  return [
    selection && one(selection),
    (selects || []).map(one),
    checkbox && boxes({
      key: checkbox.question_key,
      many: checkbox.mode === 1,
      disabled: Boolean(closed || checkbox.disable),
      options: checkbox.option_list.map((option) => ({ ...option, checked: option.is_checked })),
    }),
  ];
}

function buttons(card, context, root, closed) {
  const { button_list: listed, submit_button: submit } = card;
  if (!listed?.length && !submit) return null;
  if (closed) return h("div", { class: "buttons" }, h("button", { type: "button", class: "button closed", disabled: true }, closed));
  const run = (button) => (button.type === 1 ? visit(context, button.url, button.text) : press(context, root, button.key));
  const all = [...(listed || []), ...(submit ? [{ ...submit, style: 1 }] : [])];
  return h("div", { class: "buttons", data: { count: all.length } }, all.map((button) =>
    h("button", { type: "button", class: `button style-${button.style || 1}`, on: { click: () => run(button) } }, button.text)));
}

function jumps(card, context, root) {
  const listed = card.jump_list || [];
  if (!listed.length) return null;
  const run = (jump) => (jump.type === 3 ? press(context, root, jump.title) : visit(context, jump.url || "", jump.title));
  return h("div", { class: "jumps" }, listed.map((jump) =>
    h("button", { type: "button", class: "jump", disabled: !jump.type, on: { click: () => run(jump) } }, jump.title, icon("right"))));
}
