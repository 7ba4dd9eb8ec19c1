// One message as a person's device shows it.

import { avatar, h, icon } from "./dom.js";
import { dingtalkCard } from "./dingtalk-card.js";
import { size, timeOf } from "./format.js";
import { link, mediaUrl, picture } from "./links.js";
import { markdown, plainText } from "./markdown.js";
import { wecomCard } from "./wecom-card.js";

/** The row of a bubble: avatar, sender's name, the message, and what can be done with it. */
export function bubbleRow(context, { onQuote }) {
  const { bubble, person, chat } = context;
  if (bubble.kind === "notice") {
    return h("li", { class: "notice", data: { bubble: bubble.id } }, h("span", {}, bubble.body.text || "系统消息"));
  }
  const mine = bubble.sender === person.account;
  const bot = !bubble.sender;
  const name = bot ? bubble.body.robot || context.botName : bubble.sender_name;
  const row = h("li", { class: `row ${mine ? "mine" : "theirs"} kind-${bubble.kind}`, data: { bubble: bubble.id } },
    avatar(name, bot ? "bot" : "person"),
    h("div", { class: "said" },
      chat.kind === "group" && !mine ? h("span", { class: "sender" }, name) : h("span", { class: "unseen" }, `${name}：`),
      quoted(context),
      content(context),
      h("time", { class: "unseen", datetime: bubble.at }, timeOf(new Date(bubble.at)))),
    h("button", {
      type: "button", class: "icon-button small quote-button", "aria-label": `引用 ${name} 的消息`, title: "引用",
      on: { click: () => onQuote(bubble) },
    }, icon("quote")));
  return row;
}

function quoted({ bubble, store }) {
  const original = bubble.quote && store.find(bubble.platform, bubble.quote);
  return original && h("p", { class: "quoted" }, summary(original));
}

/** A bubble in one line, for quotes and previews. */
export function summary(bubble) {
  const { kind, body } = bubble;
  const words = {
    image: "[图片]", voice: "[语音]", video: "[视频]", file: `[文件] ${body.name || ""}`, location: `[位置] ${body.label || ""}`,
    link: `[链接] ${body.title || ""}`,
    card: `[卡片] ${body.main_title?.title || body.params?.title || body.actionCard?.title || body.title || ""}`,
  };
  return words[kind] || String(body.text || "").replace(/\s+/g, " ").slice(0, 60);
}

function content(context) {
  const { bubble, person } = context;
  const body = bubble.overrides[person.account] || bubble.body;
  switch (bubble.kind) {
    case "text": return h("div", { class: "bubble text" }, plainText(String(body.text ?? ""), context));
    case "markdown": return h("div", { class: "bubble" }, markdown(String(body.text ?? ""), context, dialect(context)));
    case "card": return card(body, context);
    case "image": return image(body, context);
    case "voice": return voice(body, context);
    case "video": return h("div", { class: "bubble file" }, icon("send"), fileText(body, "视频"));
    case "file": return h("div", { class: "bubble file" }, fileMark(body.name), fileText(body, "文件"));
    case "location": return place(body);
    case "link": return linkCard(body, context);
    default: return h("div", { class: "bubble text" }, `暂不支持显示：${bubble.kind}`);
  }
}

function card(body, context) {
  const { bubble, person } = context;
  return bubble.platform === "wecom" ? wecomCard(body, context, bubble.closed_for[person.account]) : dingtalkCard(body, context);
}

function dialect({ bubble, chat }) {
  if (bubble.platform === "dingtalk") return "dingtalk";
  return chat.kind === "bot" ? "wecom" : "wecom2";
}

function image(body, { bubble, store }) {
  const sample = store.samples.find((each) => each.kind === "image" && body.name && body.name.startsWith(each.label));
  const id = body.media_id ? String(body.media_id) : "";
  const address = /^https?:/.test(id) ? id : sample ? `/playground/samples/${sample.key}` : id && mediaUrl(bubble.platform, id);
  const shown = address ? picture(address, body.name) : h("span", { class: "no-picture" }, icon("image"), body.name || "图片");
  if (shown.tagName === "IMG") {
    shown.addEventListener("error", () => shown.replaceWith(h("span", { class: "no-picture" }, icon("image"), body.name || "图片")));
  }
  return h("div", { class: "bubble picture" }, shown);
}

/** 企业微信 tells its own apps no recognised words, so none are shown in their conversations. */
function voice(body, { bubble, chat }) {
  const recognised = bubble.platform === "dingtalk" || chat.kind !== "bot";
  const seconds = Math.max(1, Math.round(Number(body.duration || 0) / 1000));
  return h("div", { class: "bubble voice" },
    h("span", { class: "with-icon" }, icon("voice"), body.duration ? `${seconds}″` : "语音"),
    recognised && body.text && h("p", { class: "recognised" }, body.text));
}

function fileMark(name = "") {
  const ending = name.includes(".") ? name.split(".").pop().toUpperCase().slice(0, 4) : "文件";
  return h("span", { class: "file-mark", "aria-hidden": "true" }, ending);
}

function fileText(body, fallback) {
  return h("span", { class: "file-text" }, h("strong", {}, body.title || body.name || fallback), h("small", {}, size(body.size)));
}

function place(body) {
  const map = h("span", { class: "map", "aria-hidden": "true" }, icon("pin"));
  const exact = [body.latitude, body.longitude].every((value) => value !== undefined) ? `${body.latitude}, ${body.longitude}` : "";
  return h("div", { class: "bubble place" }, h("span", { class: "file-text" }, h("strong", {}, body.label || "位置"), h("small", {}, exact)), map);
}

const TINTS = { gray: "font-comment", highlight: "font-warning", normal: "" };

/** A text card's description: `<div class="gray">` colours and `<br>`; anything else is text. */
function tinted(text) {
  const parts = [];
  let from = 0;
  for (const match of text.matchAll(/<div class=["'](gray|highlight|normal)["']>([\s\S]*?)<\/div>/g)) {
    parts.push(text.slice(from, match.index), h("span", { class: `tinted ${TINTS[match[1]]}` }, lines(match[2])));
    from = match.index + match[0].length;
  }
  parts.push(text.slice(from));
  return parts.flatMap((part) => (typeof part === "string" ? lines(part) : [part]));
}

function lines(text) {
  return text.split(/<br\s*\/?>/).flatMap((line, at) => (at ? [h("br"), line] : [line]));
}

function linkCard(body, context) {
  if (body.articles?.length > 1) {
    return h("article", { class: "card link-card" }, body.articles.map((article) => linkPart(article, context)));
  }
  return h("article", { class: "card link-card" }, linkPart(body, context));
}

function linkPart(body, context) {
  const url = body.url || body.messageUrl || "";
  const image = body.picurl || body.picUrl;
  const text = body.description ?? body.text ?? "";
  return h("div", { class: "link-part" },
    h("p", { class: "card-title" }, url ? link(context, url, body.title || url) : body.title),
    image && picture(image, body.title),
    text && h("p", { class: "card-desc" }, tinted(text)),
    body.btntxt && url && h("p", { class: "link-more" }, link(context, url, body.btntxt)));
}
