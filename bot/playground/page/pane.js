// One person's device: who it is, their conversations, the messages, the input.

import { act } from "./api.js";
import { Composer } from "./composer.js";
import { avatar, fill, h, icon } from "./dom.js";
import { Thread } from "./thread.js";

export class Pane {
  constructor(store, { onActive, onClose }) {
    this.store = store;
    this.composer = new Composer(store);
    this.thread = new Thread(store, { onQuote: (bubble) => this.composer.setQuote(bubble) });
    this.head = h("header", { class: "pane-head" });
    this.tabs = h("div", { class: "tabs", role: "tablist", "aria-label": "会话" });
    this.tabs.addEventListener("keydown", (event) => this.moveTab(event));
    this.onClose = onClose;
    this.element = h("section", { class: "pane" }, this.head, this.tabs, this.thread.element, this.composer.element);
    this.element.addEventListener("focusin", onActive);
    this.element.addEventListener("pointerdown", onActive);
  }

  /** Be this person's device, in the conversation `chatId` (the bot's when left out). */
  show(person, chatId) {
    this.person = person;
    this.chat = this.chats().find((chat) => chat.id === chatId) || this.chats()[0];
    this.element.dataset.platform = person.platform;
    this.element.dataset.person = person.id;
    this.element.setAttribute("aria-label", `${person.name}的${person.platform_name}`);
    this.drawHead();
    this.drawTabs();
    this.thread.open(person, this.chat);
    this.composer.open(person, this.chat);
    this.store.read(person, this.chat.id);
    if (this.chat.kind === "bot") this.enter();
  }

  chats() {
    return this.store.chatsOf(this.person);
  }

  /** Opening the bot's conversation is told to the platform, once per person and page. */
  enter() {
    const { person, store } = this;
    if (store.entered.has(person.id)) return;
    store.entered.add(person.id);
    act("enter", { person: person.id }).catch(() => store.entered.delete(person.id));
  }

  drawHead() {
    const { person } = this;
    fill(this.head,
      avatar(person.name, "person"),
      h("div", { class: "who" }, h("h2", {}, person.name), h("p", {}, person.part)),
      h("span", { class: `badge ${person.platform}` }, person.platform_name),
      h("button", { type: "button", class: "icon-button close-pane", "aria-label": `收起 ${person.name}`, on: { click: () => this.onClose(this) } }, icon("close")));
  }

  drawTabs() {
    const focused = this.tabs.contains(document.activeElement);
    fill(this.tabs, this.chats().map((chat) => {
      const on = chat.id === this.chat.id;
      const unread = on ? 0 : this.store.unread(this.person, chat.id);
      return h("button", {
        type: "button", role: "tab", class: "tab", "aria-selected": String(on), tabindex: on ? "0" : "-1", data: { chat: chat.id },
        on: { click: () => { this.show(this.person, chat.id); this.tabs.querySelector("[aria-selected=true]").focus(); } },
      }, icon(chat.kind === "group" ? "group" : "person"), h("span", {}, chat.name),
      unread > 0 && h("span", { class: "count", "aria-label": `${unread} 条未读` }, String(unread)));
    }));
    if (focused) this.tabs.querySelector("[aria-selected=true]").focus();
  }

  moveTab(event) {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const chats = this.chats();
    const at = chats.findIndex((chat) => chat.id === this.chat.id);
    this.show(this.person, chats[(at + step + chats.length) % chats.length].id);
    this.tabs.querySelector("[aria-selected=true]").focus();
  }

  /** A bubble is new or different. */
  changed(bubble) {
    if (bubble.platform !== this.person.platform || !bubble.seen_by.includes(this.person.account)) return;
    if (bubble.chat === this.chat.id) {
      this.thread.draw();
      this.store.read(this.person, this.chat.id);
    } else {
      this.drawTabs();
    }
  }
}
