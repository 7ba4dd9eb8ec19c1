// The messages of one conversation; only what changed is drawn again, and the newest stays in view.

import { h, icon } from "./dom.js";
import { bubbleRow } from "./bubble.js";
import { dayKey, stamp } from "./format.js";

const GAP = 5 * 60 * 1000;

export class Thread {
  constructor(store, { onQuote }) {
    this.store = store;
    this.onQuote = onQuote;
    this.drawn = new Map();
    this.list = h("ol", { class: "thread-list", role: "log", "aria-live": "polite", "aria-relevant": "additions" });
    this.scroller = h("div", { class: "thread", tabindex: "0", "aria-label": "消息" }, this.list);
    this.newer = h("button", { type: "button", class: "newer", hidden: true, on: { click: () => this.toEnd() } }, icon("down"), "有新消息");
    this.element = h("div", { class: "thread-frame" }, this.scroller, this.newer);
    this.stuck = true;
    this.scroller.addEventListener("scroll", () => {
      this.stuck = this.atEnd();
      if (this.stuck) this.newer.hidden = true;
    });
    const stay = new ResizeObserver(() => { if (this.stuck) this.toEnd(); });
    stay.observe(this.scroller);
    stay.observe(this.list);
  }

  /** Show a conversation from its end. */
  open(person, chat) {
    this.person = person;
    this.chat = chat;
    this.drawn.clear();
    this.list.setAttribute("aria-label", `${person.name} 与 ${chat.name} 的对话`);
    this.list.replaceChildren();
    this.draw();
    this.toEnd();
  }

  /** Draw what is new or different. */
  draw() {
    const bubbles = this.store.thread(this.person, this.chat.id);
    const stay = this.stuck;
    const wanted = [];
    let before = null;
    for (const bubble of bubbles) {
      const at = new Date(bubble.at);
      if (!before || at - before > GAP || dayKey(at) !== dayKey(before)) wanted.push(this.stampRow(at));
      wanted.push(this.row(bubble));
      before = at;
    }
    if (!bubbles.length) wanted.push(this.emptyRow());
    this.place(wanted);
    if (stay) this.toEnd();
    else if (bubbles.length > this.count) this.newer.hidden = false;
    this.count = bubbles.length;
  }

  stampRow(at) {
    const key = `stamp ${at.getTime()}`;
    const text = stamp(at, this.store.now());
    const kept = this.drawn.get(key);
    if (kept?.text === text) return kept.element;
    const element = h("li", { class: "stamp" }, h("time", { datetime: at.toISOString() }, text));
    this.drawn.set(key, { text, element });
    return element;
  }

  row(bubble) {
    const kept = this.drawn.get(bubble.id);
    if (kept?.revision === bubble.revision) return kept.element;
    const element = bubbleRow(this.context(bubble), { onQuote: this.onQuote });
    if (kept) element.classList.add("changed");
    this.drawn.set(bubble.id, { revision: bubble.revision, element });
    return element;
  }

  emptyRow() {
    const words = this.chat.kind === "group" ? "群里 @机器人，它就会回答" : "还没有消息，点下面的例子试试";
    return h("li", { class: "empty" }, words);
  }

  context(bubble) {
    const { store, person, chat } = this;
    const names = [store.platforms[person.platform].bot, ...chat.members.map((member) => member.name)];
    const nameOf = (account) => store.people.get(`${person.platform}:${account}`)?.name || account;
    return { store, person, chat, bubble, names, nameOf, botName: chat.kind === "group" ? names[0] : chat.name };
  }

  /** Make the list's children `wanted`, moving as little as possible. */
  place(wanted) {
    const keep = new Set(wanted);
    for (const child of [...this.list.children]) if (!keep.has(child)) child.remove();
    wanted.forEach((element, at) => {
      if (this.list.children[at] !== element) this.list.insertBefore(element, this.list.children[at] || null);
    });
  }

  atEnd() {
    const { scrollTop, scrollHeight, clientHeight } = this.scroller;
    return scrollHeight - scrollTop - clientHeight < 60;
  }

  toEnd() {
    this.scroller.scrollTop = this.scroller.scrollHeight;
    this.stuck = true;
    this.newer.hidden = true;
  }
}

