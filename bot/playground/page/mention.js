// The @ picker: appears while a name is typed behind an @, arrows choose, Enter or Tab takes, Esc closes.

import { fill, freshId, h } from "./dom.js";

export class MentionPicker {
  constructor(input, onPick) {
    this.input = input;
    this.onPick = onPick;
    this.matches = [];
    this.index = 0;
    const id = freshId("names");
    this.element = h("ul", { class: "names", role: "listbox", id, "aria-label": "点名", hidden: true });
    input.setAttribute("aria-controls", id);
    input.setAttribute("aria-autocomplete", "list");
  }

  open(chat, person, bot) {
    const others = chat.members.filter((member) => member.account !== person.account);
    this.members = chat.kind === "group" ? [{ account: "", name: bot, title: "机器人" }, ...others] : [];
    this.close();
  }

  /** The @ and what is typed behind it, up to the cursor. */
  typing() {
    const before = this.input.value.slice(0, this.input.selectionStart);
    return /@([^\s@]{0,8})$/.exec(before);
  }

  typed() {
    const typing = this.members.length ? this.typing() : null;
    this.matches = typing ? this.members.filter((member) => member.name.includes(typing[1])) : [];
    this.index = 0;
    this.draw();
  }

  draw() {
    fill(this.element, this.matches.map((member, at) => h("li", {
      role: "option", id: `${this.element.id}-${at}`, "aria-selected": String(at === this.index),
      on: { pointerdown: (event) => { event.preventDefault(); this.take(at); } },
    }, h("span", {}, member.name), h("small", {}, member.title))));
    this.element.hidden = !this.matches.length;
    const active = this.matches.length ? `${this.element.id}-${this.index}` : "";
    if (active) this.input.setAttribute("aria-activedescendant", active);
    else this.input.removeAttribute("aria-activedescendant");
  }

  /** Whether the key was meant for the picker. */
  key(event) {
    if (!this.matches.length) return false;
    const steps = { ArrowDown: 1, ArrowUp: -1 };
    if (event.key in steps) {
      this.index = (this.index + steps[event.key] + this.matches.length) % this.matches.length;
      this.draw();
    } else if ((event.key === "Enter" && !event.isComposing) || event.key === "Tab") {
      this.take(this.index);
    } else if (event.key === "Escape") {
      this.close();
      event.stopPropagation();
    } else {
      return false;
    }
    event.preventDefault();
    return true;
  }

  take(at) {
    const typing = this.typing();
    const member = this.matches[at];
    const end = this.input.selectionStart;
    const start = typing ? end - typing[0].length : end;
    this.input.value = this.input.value.slice(0, start) + this.input.value.slice(end);
    this.input.setSelectionRange(start, start);
    this.close();
    this.onPick(member);
  }

  close() {
    this.matches = [];
    this.draw();
  }
}
