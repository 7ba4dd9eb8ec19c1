// Where a person writes: suggestions, quote, mentions, the text, and other things to send.

import { act } from "./api.js";
import { summary } from "./bubble.js";
import { fill, freshId, h, icon } from "./dom.js";
import { MentionPicker } from "./mention.js";
import { menuButton } from "./popover.js";
import { toast } from "./toast.js";

const HEADINGS = { image: "图片", file: "文件", voice: "语音", location: "位置" };

export class Composer {
  constructor(store) {
    this.store = store;
    this.drafts = new Map();
    this.at = new Map();
    this.quote = null;
    const id = freshId("say");
    this.chips = h("div", { class: "chips", role: "group", "aria-label": "例句" });
    this.extras = h("div", { class: "extras" });
    this.input = h("textarea", {
      id, rows: "1", class: "say", enterkeyhint: "send",
      on: { keydown: (event) => this.key(event), input: () => this.typed() },
    });
    this.label = h("label", { class: "unseen", for: id });
    this.attach = menuButton({ class: "icon-button", "aria-label": "发送图片、语音、位置" }, icon("plus"), () => this.sendable());
    this.button = h("button", { type: "submit", class: "send", "aria-label": "发送" }, icon("up"));
    this.picker = new MentionPicker(this.input, (member) => this.mention(member));
    this.element = h("form", { class: "composer", on: { submit: (event) => { event.preventDefault(); this.say(); } } },
      this.chips, this.extras, this.picker.element,
      h("div", { class: "writing" }, this.attach, this.label, this.input, this.button));
  }

  /** Write in this conversation from now on; what was begun in another is kept there. */
  open(person, chat) {
    if (this.place) this.drafts.set(this.place, this.input.value);
    this.person = person;
    this.chat = chat;
    this.place = `${person.id}|${chat.id}`;
    this.at.clear();
    this.quote = null;
    this.input.value = this.drafts.get(this.place) || "";
    this.label.textContent = `${person.name} 发给 ${chat.name}`;
    this.input.placeholder = chat.kind === "group" ? "输入 @ 可点名同事" : "说点什么，Enter 发送";
    this.picker.open(chat, person, this.store.platforms[person.platform].bot);
    this.drawChips();
    this.drawExtras();
    this.grow();
  }

  drawChips() {
    const phrases = this.chat.kind === "group" ? this.person.group_phrases : this.person.phrases;
    fill(this.chips, (phrases || []).map((phrase) =>
      h("button", { type: "button", class: "chip", title: phrase, on: { click: () => this.suggest(phrase) } }, phrase)));
    this.chips.hidden = !phrases?.length;
  }

  drawExtras() {
    const group = this.chat.kind === "group";
    fill(this.extras,
      this.quote && h("span", { class: "extra quote" }, icon("quote"), h("span", {}, summary(this.quote)),
        this.remover("取消引用", () => this.setQuote(null))),
      group && h("span", { class: "extra fixed" }, `@${this.store.platforms[this.person.platform].bot}`),
      [...this.at.values()].map((member) => h("span", { class: "extra" }, `@${member.name}`,
        this.remover(`不再点名 ${member.name}`, () => { this.at.delete(member.account); this.drawExtras(); }))));
    this.extras.hidden = !this.extras.children.length;
  }

  remover(label, run) {
    return h("button", { type: "button", class: "icon-button tiny", "aria-label": label, on: { click: () => { run(); this.input.focus(); } } }, icon("close"));
  }

  setQuote(bubble) {
    this.quote = bubble;
    this.drawExtras();
    this.input.focus();
  }

  mention(member) {
    if (member.account) this.at.set(member.account, member);
    this.drawExtras();
    this.grow();
  }

  /** Put an example into the input, ready to be changed or sent. */
  suggest(phrase) {
    let text = phrase;
    if (this.chat.kind === "group") {
      for (const member of this.chat.members) {
        for (const name of [member.name, `${member.name[0]}工`]) {
          if (!text.startsWith(`@${name} `) || member.account === this.person.account) continue;
          text = text.slice(name.length + 2);
          this.mention(member);
        }
      }
    }
    this.input.value = text;
    this.grow();
    this.input.focus();
    this.input.setSelectionRange(text.length, text.length);
  }

  sendable() {
    const kinds = this.chat.kind === "group" ? ["image"] : ["image", "file", "voice", "location"];
    return kinds.flatMap((kind) => {
      const samples = this.store.samples.filter((sample) => sample.kind === kind);
      const entries = samples.map((sample) => ({
        label: sample.label, icon: icon({ image: "image", file: "file", voice: "voice", location: "pin" }[kind]),
        run: () => this.act("send", { sample: sample.key }),
      }));
      return entries.length ? [{ heading: this.heading(kind) }, ...entries] : [];
    });
  }

  heading(kind) {
    if (kind !== "voice") return HEADINGS[kind];
    return this.person.platform === "wecom" ? "语音（企业微信不附识别文字）" : "语音（钉钉附识别文字）";
  }

  key(event) {
    if (this.picker.key(event)) return;
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      this.say();
    }
  }

  typed() {
    this.picker.typed();
    this.grow();
  }

  grow() {
    this.input.style.height = "auto";
    this.input.style.height = `${Math.min(this.input.scrollHeight + 2, 140)}px`;
    this.button.disabled = !this.input.value.trim();
  }

  async say() {
    const text = this.input.value.trim();
    if (!text) return;
    const message = { text, at: [...this.at.keys()] };
    if (this.quote) message.quote = this.quote.id;
    this.input.value = "";
    this.at.clear();
    this.quote = null;
    this.drawExtras();
    this.grow();
    const sent = await this.act("say", message);
    if (!sent && !this.input.value) {
      this.input.value = text;
      this.grow();
    }
  }

  /** Do something in this conversation; whether it went well. */
  async act(name, body) {
    const chat = this.chat.kind === "bot" ? {} : { chat: this.chat.id };
    this.element.classList.add("sending");
    try {
      await act(name, { person: this.person.id, ...chat, ...body });
      return true;
    } catch (error) {
      toast(error.message);
      return false;
    } finally {
      this.element.classList.remove("sending");
    }
  }
}
