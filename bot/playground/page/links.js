// What can be tapped inside messages: pages of this service, links that speak, and nothing else.

import { act } from "./api.js";
import { h, icon } from "./dom.js";
import { openPage } from "./panel.js";
import { toast } from "./toast.js";

const DTMD = "dtmd://dingtalkclient/sendMessage";
const LOOPBACK = new Set(["127.0.0.1", "localhost", "[::1]"]);

/** The address on this very origin, or null. 127.0.0.1 and localhost are the same here. */
export function own(url) {
  let parsed;
  try {
    parsed = new URL(url, location.href);
  } catch {
    return null;
  }
  if (parsed.protocol !== "http:" && parsed.protocol !== "https:") return null;
  if (parsed.origin === location.origin) return parsed.href;
  const loopback = LOOPBACK.has(parsed.hostname) && LOOPBACK.has(location.hostname);
  if (!loopback || parsed.port !== location.port || parsed.protocol !== location.protocol) return null;
  return location.origin + parsed.pathname + parsed.search + parsed.hash;
}

/** The page behind a DingTalk link that asks for the side panel. */
function unwrapped(url) {
  if (!url.startsWith("dingtalk://dingtalkclient/page/link")) return url;
  return new URLSearchParams(url.slice(url.indexOf("?") + 1)).get("url") || url;
}

export const speaks = (url) => url.startsWith(DTMD);

/** Send the text of a link in the person's name. */
export async function follow(context, url) {
  await act("follow", { person: context.person.id, bubble: context.bubble.id, link: url }).catch((error) => toast(error.message));
}

/** Do what a link does. */
export function visit(context, url, title) {
  if (speaks(url)) return follow(context, url);
  const page = own(unwrapped(url));
  if (page) openPage(page, title);
  else toast(`演练场不打开外部网页：${url}`);
  return undefined;
}

/** A link inside a message. */
export function link(context, url, ...content) {
  const title = content.map((part) => (typeof part === "string" ? part : part.textContent)).join("");
  if (speaks(url)) {
    return h("button", { type: "button", class: "inline-link", on: { click: () => visit(context, url, title) } }, content);
  }
  const page = own(unwrapped(url));
  if (!page) {
    return h("span", { class: "foreign-link", title: url }, content, icon("open"));
  }
  return h("a", {
    href: page,
    class: "page-link",
    on: {
      click: (event) => {
        if (event.ctrlKey || event.metaKey || event.shiftKey) return;
        event.preventDefault();
        openPage(page, title);
      },
    },
  }, content);
}

/** A picture, only from this origin; else a placeholder with its description. */
export function picture(url, description) {
  const address = own(url);
  if (!address) return h("span", { class: "no-picture" }, icon("image"), description || "图片");
  return h("img", { src: address, alt: description || "图片", loading: "lazy" });
}

/** The address of a file of a platform. */
export function mediaUrl(platform, id) {
  return `/playground/media/${encodeURIComponent(platform)}/${encodeURIComponent(id)}`;
}
