// The markdown subsets of both platforms, and plain texts with links.
// dialects: "wecom" (headings, bold, links, code, quotes, colours), "wecom2" (the AI bot's: also lists, tables, fences),
// "dingtalk" (headings, quotes, bold, italic, links, pictures, lists; a lone line feed is no line break).

import { h } from "./dom.js";
import { link, mediaUrl, picture } from "./links.js";

const INLINE = [
  ["code", /`([^`\n]+)`/],
  ["image", /!\[([^\]\n]*)\]\(([^)\s]+)\)/],
  ["link", /\[([^\]\n]*)\]\(([^)\s]+)\)/],
  ["bold", /\*\*([^\n]+?)\*\*/],
  ["colour", /<font color=["']?(info|comment|warning)["']?>([\s\S]*?)<\/font>/],
  ["italic", /(?<![*\w])\*([^*\n]+)\*(?!\*)/],
  ["mention", /<@([\w.@-]+)>/],
];
const KNOWN = {
  wecom: new Set(["code", "link", "bold", "colour", "mention"]),
  wecom2: new Set(["code", "image", "link", "bold", "italic", "mention", "colour"]),
  dingtalk: new Set(["image", "link", "bold", "italic"]),
};

/** Text nodes and elements of one line. */
function inline(text, context, dialect) {
  let first = null;
  for (const [kind, pattern] of INLINE) {
    if (!KNOWN[dialect].has(kind)) continue;
    const match = pattern.exec(text);
    if (match && (!first || match.index < first.match.index)) first = { kind, match };
  }
  if (!first) return text ? [text] : [];
  const { kind, match } = first;
  const rest = text.slice(match.index + match[0].length);
  return [...(match.index ? [text.slice(0, match.index)] : []), piece(kind, match, context, dialect),
    ...inline(rest, context, dialect)];
}

function piece(kind, match, context, dialect) {
  switch (kind) {
    case "code": return h("code", {}, match[1]);
    case "image": return picture(match[2].startsWith("@") ? mediaUrl(context.bubble.platform, match[2]) : match[2], match[1]);
    case "link": return link(context, match[2], ...inline(match[1], context, dialect));
    case "bold": return h("strong", {}, inline(match[1], context, dialect));
    case "italic": return h("em", {}, inline(match[1], context, dialect));
    case "colour": return h("span", { class: `font-${match[1]}` }, inline(match[2], context, dialect));
    default: return h("span", { class: "mention" }, `@${context.nameOf(match[1])}`);
  }
}

/** The blocks of a markdown text. */
export function markdown(text, context, dialect) {
  const lines = text.replace(/\r\n?/g, "\n").split("\n");
  const blocks = [];
  let at = 0;
  while (at < lines.length) {
    const reader = READERS.find(([pattern, , dialects]) => pattern.test(lines[at]) && dialects.includes(dialect));
    const [block, next] = (reader ? reader[1] : paragraph)(lines, at, context, dialect);
    if (block) blocks.push(block);
    at = next;
  }
  return h("div", { class: "markdown" }, blocks);
}

const ALL = ["wecom", "wecom2", "dingtalk"];
const RICH = ["wecom2", "dingtalk"];
const READERS = [
  [/^\s*$/, (lines, at) => [null, at + 1], ALL],
  [/^\s{0,3}#{1,6}\s+\S/, heading, ALL],
  [/^\s{0,3}>/, quote, ALL],
  [/^\s*([-*+]|\d{1,3}[.)])\s+\S/, list, RICH],
  [/^\s*```/, fence, ["wecom2"]],
  [/^\s*\|.*\|\s*$/, table, ["wecom2"]],
  [/^\s*(---+|\*\*\*+)\s*$/, (lines, at) => [h("hr"), at + 1], ["wecom2"]],
];

function heading(lines, at, context, dialect) {
  const [, marks, text] = /^\s*(#{1,6})\s+(.*?)\s*#*\s*$/.exec(lines[at]);
  return [h("p", { class: `heading heading-${marks.length}` }, inline(text, context, dialect)), at + 1];
}

function quote(lines, at, context, dialect) {
  const inner = [];
  while (at < lines.length && /^\s{0,3}>/.test(lines[at])) inner.push(lines[at++].replace(/^\s*>\s?/, ""));
  return [h("blockquote", {}, broken(inner, context, dialect, true)), at];
}

function list(lines, at, context, dialect) {
  const ordered = /^\s*\d/.test(lines[at]);
  const items = [];
  while (at < lines.length && /^\s*([-*+]|\d{1,3}[.)])\s+\S/.test(lines[at])) {
    const deep = /^\s{2,}/.test(lines[at]) && dialect === "wecom2";
    const text = lines[at++].replace(/^\s*([-*+]|\d{1,3}[.)])\s+/, "").trimEnd();
    items.push(h("li", { class: deep ? "deep" : null }, inline(text, context, dialect)));
  }
  return [h(ordered ? "ol" : "ul", {}, items), at];
}

function fence(lines, at) {
  const inner = [];
  for (at += 1; at < lines.length && !/^\s*```/.test(lines[at]); at += 1) inner.push(lines[at]);
  return [h("pre", {}, inner.join("\n")), at + 1];
}

function table(lines, at, context, dialect) {
  const rows = [];
  while (at < lines.length && /^\s*\|.*\|\s*$/.test(lines[at])) {
    rows.push(lines[at++].trim().slice(1, -1).split("|").map((cell) => cell.trim()));
  }
  const marks = rows.length > 1 && rows[1].every((cell) => /^:?-+:?$/.test(cell)) ? rows.splice(1, 1)[0] : [];
  const cell = (tag, text, column) => h(tag, { class: /-:$/.test(marks[column] || "") ? "right" : null }, inline(text, context, dialect));
  const [head, ...body] = rows;
  return [h("div", { class: "table-scroll" }, h("table", {},
    h("thead", {}, h("tr", {}, head.map((text, column) => cell("th", text, column)))),
    h("tbody", {}, body.map((row) => h("tr", {}, row.map((text, column) => cell("td", text, column))))))), at];
}

function paragraph(lines, at, context, dialect) {
  const inner = [lines[at++]];
  const starts = (line) => READERS.some(([pattern, , dialects]) => pattern.test(line) && dialects.includes(dialect));
  while (at < lines.length && !starts(lines[at])) inner.push(lines[at++]);
  return [h("p", {}, broken(inner, context, dialect, dialect !== "dingtalk")), at];
}

/** Lines of one block: with breaks between all of them, or only after two spaces. */
function broken(lines, context, dialect, always) {
  return lines.flatMap((line, number) => {
    const last = number === lines.length - 1;
    const gap = last ? [] : [always || / {2,}$/.test(line) ? h("br") : " "];
    return [...inline(line.trim(), context, dialect), ...gap];
  });
}

const TEXT = /<a\s+href=["']([^"']+)["']\s*>([\s\S]*?)<\/a>|(https?:\/\/[^\s<>"'，。；）]+)/g;

/** A plain text: `<a href>` links of 企业微信, bare addresses, and names of those who are mentioned. */
export function plainText(text, context) {
  const parts = [];
  let from = 0;
  for (const match of text.matchAll(TEXT)) {
    parts.push(...mentions(text.slice(from, match.index), context));
    parts.push(match[1] ? link(context, match[1], match[2]) : link(context, match[3], match[3]));
    from = match.index + match[0].length;
  }
  return [...parts, ...mentions(text.slice(from), context)];
}

function mentions(text, context) {
  const names = context.names.map((name) => name.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  if (!text || !names.length) return text ? [text] : [];
  const split = text.split(new RegExp(`(@(?:${names.join("|")}))`));
  return split.filter(Boolean).map((part) => {
    const named = part.startsWith("@") && context.names.includes(part.slice(1));
    return named ? h("span", { class: "mention" }, part) : part;
  });
}
