// Cards of 钉钉: action cards, feed cards, and template cards from their variables. Source: protocols/dingtalk.md 5.4, 5.7, 6.9.

import { h, icon } from "./dom.js";
import { boxes, dropDown, entry, hiddenField, press } from "./fields.js";
import { link, picture, speaks, visit } from "./links.js";
import { markdown } from "./markdown.js";

/** A card as `context.person` sees it. */
export function dingtalkCard(body, context) {
  if (body.params) return templateCard(body, context);
  if (body.feedCard) return feedCard(body.feedCard, context);
  const card = body.actionCard || body;
  const buttons = actionButtons(card);
  const across = card.btnOrientation === "1" || body.msgKey === "sampleActionCard6";
  return h("article", { class: "card dingtalk-card", "aria-label": card.title || "卡片" },
    h("div", { class: "card-body" }, markdown(card.text || "", context, "dingtalk")),
    buttons.length > 0 && h("div", { class: `stack ${across && buttons.length === 2 ? "across" : ""}` },
      buttons.map(([title, url]) => actionButton(title, url, context))));
}

function actionButton(title, url, context) {
  return h("button", {
    type: "button", class: "stack-button", title: speaks(url) ? "以本人身份发送一条消息" : null,
    on: { click: () => visit(context, url, title) },
  }, title);
}

/** Title and address of each button, whichever of the three spellings the message uses. */
function actionButtons(card) {
  if (card.btns) return card.btns.map((button) => [button.title, button.actionURL]);
  const listed = card.singleTitle ? [[card.singleTitle, card.singleURL]] : [];
  for (let n = 1; n <= 5; n += 1) {
    if (card[`actionTitle${n}`]) listed.push([card[`actionTitle${n}`], card[`actionURL${n}`]]);
    if (card[`buttonTitle${n}`]) listed.push([card[`buttonTitle${n}`], card[`buttonUrl${n}`]]);
  }
  return listed;
}

function feedCard(feed, context) {
  return h("article", { class: "card dingtalk-card feed", "aria-label": "图文" }, feed.links.map((item) =>
    h("div", { class: "image-text" }, link(context, item.messageURL, item.title), picture(item.picURL, item.title))));
}

function templateCard(body, context) {
  const { title, status, body: text, markdown: other, form, url, urlText } = body.params;
  const root = h("article", { class: "card dingtalk-card template", "aria-label": title || "卡片" });
  const fields = formFields(form);
  const own = body.buttons?.length ? body.buttons : fields.length ? [{ key: "form", text: "提交" }] : [];
  root.append(...[
    h("header", { class: "card-head" }, h("strong", { class: "card-title" }, title || "卡片"),
      status && h("span", { class: `tag ${tone(status)}` }, status.replace(/^[🟢🟡🔴⚪]\s*/u, ""))),
    (text || other) && h("div", { class: "card-body" }, markdown(text || other, context, "dingtalk")),
    fields,
    own.length > 0 && h("div", { class: "buttons", data: { count: own.length } }, own.map((button, at) =>
      h("button", {
        type: "button", class: `button style-${at ? 2 : 1}`, on: { click: () => press(context, root, button.key) },
      }, button.text))),
    url && h("div", { class: "jumps" }, h("button", {
      type: "button", class: "jump", on: { click: () => visit(context, url, urlText || title) },
    }, urlText || "查看详情", icon("right"))),
  ].flat().filter(Boolean));
  return root;
}

const TONES = [["🟢", "good"], ["🟡", "warn"], ["🔴", "bad"], ["⚪", "muted"]];

function tone(status) {
  const marked = TONES.find(([mark]) => status.startsWith(mark));
  return marked ? marked[1] : "";
}

const ENTRIES = {
  TEXT: "text", TEXT_AREA: "area", NUMBER: "number", DATE: "date", TIME: "time", DATETIME: "datetime-local", TEXT_ARRAY: "area",
};

function formFields(text) {
  let fields;
  try {
    fields = JSON.parse(text || "{}").fields || [];
  } catch {
    return [];
  }
  return fields.map(formField);
}

function formField(field) {
  const { name, label, type, options = [], defaultValue, readOnly } = field;
  if (field.hidden) return hiddenField(name, defaultValue);
  const shown = options.map((option) => ({ id: option.value, text: option.text, checked: isDefault(option.value, defaultValue) }));
  const common = { key: name, title: label, disabled: Boolean(readOnly) };
  if (type === "SELECT") {
    const empty = defaultValue ? [] : [{ id: "", text: field.placeholder || "请选择" }];
    return dropDown({ ...common, options: [...empty, ...shown], selected: defaultValue });
  }
  if (type === "MULTI_SELECT" || type === "MULTI_CHECKBOX_GROUP") return boxes({ ...common, options: shown, many: true });
  if (type === "CHECKBOX_GROUP") return boxes({ ...common, options: shown, many: false });
  if (type === "CHECKBOX" || type === "SWITCH") {
    return boxes({ key: name, options: [{ id: "true", text: label, checked: String(defaultValue) === "true" }], many: true });
  }
  return entry({
    ...common, type: ENTRIES[type], placeholder: field.placeholder, value: defaultValue, required: Boolean(field.required),
  });
}

const isDefault = (value, preset) => (Array.isArray(preset) ? preset.includes(value) : value === preset);
