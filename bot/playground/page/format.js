// Times in the office's zone, sizes, and pretty-printed JSON and XML.

const ZONE = "Asia/Shanghai";
const TIME = new Intl.DateTimeFormat("zh-CN", { timeZone: ZONE, hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const SECONDS = new Intl.DateTimeFormat("zh-CN", {
  timeZone: ZONE, hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23",
});
const DAY = new Intl.DateTimeFormat("zh-CN", { timeZone: ZONE, month: "long", day: "numeric" });
const WEEKDAY = new Intl.DateTimeFormat("zh-CN", { timeZone: ZONE, weekday: "short" });
const KEY = new Intl.DateTimeFormat("en-CA", { timeZone: ZONE, year: "numeric", month: "2-digit", day: "2-digit" });

export const timeOf = (at) => TIME.format(at);
export const secondsOf = (at) => SECONDS.format(at);
export const dayOf = (at) => `${DAY.format(at)} ${WEEKDAY.format(at)}`;
export const dayKey = (at) => KEY.format(at);

/** The time above a message: today only the time, else with the day. */
export function stamp(at, now) {
  return dayKey(at) === dayKey(now) ? timeOf(at) : `${dayOf(at)} ${timeOf(at)}`;
}

/** A span in words, to the minute: `2 天 3 小时`, `20 分钟`. */
export function span(seconds) {
  const minutes = Math.round(seconds / 60);
  const days = Math.floor(minutes / 1440);
  const hours = Math.floor((minutes % 1440) / 60);
  const parts = [days && `${days} 天`, hours && `${hours} 小时`, !days && minutes % 60 && `${minutes % 60} 分钟`];
  return parts.filter(Boolean).join(" ") || "不到 1 分钟";
}

/** A file size; "" when unknown. */
export function size(bytes) {
  if (!bytes) return "";
  if (bytes < 1024) return `${bytes} B`;
  if (bytes < 1024 * 1024) return `${(bytes / 1024).toFixed(1)} KB`;
  return `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}

/** JSON or XML laid out over lines; anything else as it is. */
export function pretty(text) {
  const trimmed = text.trim();
  if (trimmed.startsWith("{") || trimmed.startsWith("[")) return prettyJson(trimmed);
  if (trimmed.startsWith("<xml")) return prettyXml(trimmed);
  return text;
}

function prettyJson(text) {
  try {
    return JSON.stringify(unfolded(JSON.parse(text)), null, 2);
  } catch {
    return text;
  }
}

/** JSON texts inside JSON (DingTalk's msgParam, content, data) opened up, so that they can be read. */
function unfolded(value) {
  if (typeof value === "string" && /^\s*[{[]/.test(value)) {
    try {
      return unfolded(JSON.parse(value));
    } catch {
      return value;
    }
  }
  if (Array.isArray(value)) return value.map(unfolded);
  if (value && typeof value === "object") {
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, unfolded(inner)]));
  }
  return value;
}

function prettyXml(text) {
  const tokens = text.match(/<!\[CDATA\[[\s\S]*?\]\]>|<[^>]+>|[^<]+/g) || [];
  let depth = 0;
  let out = "";
  let leaf = true;
  for (const token of tokens) {
    if (token.startsWith("</")) {
      depth -= 1;
      out += leaf ? token : `\n${"  ".repeat(depth)}${token}`;
      leaf = false;
    } else if (/^<[^!]/.test(token)) {
      out += `${out ? "\n" : ""}${"  ".repeat(depth)}${token}`;
      leaf = true;
      if (!token.endsWith("/>")) depth += 1;
    } else if (token.trim()) {
      out += token.startsWith("<![CDATA[") ? token.slice(9, -3) : token.trim();
    }
  }
  return out;
}
