// The moved clock, always in sight, and the three ways to move it.

import { act } from "./api.js";
import { fill, h, icon } from "./dom.js";
import { dayOf, span, timeOf } from "./format.js";
import { menuButton } from "./popover.js";
import { toast } from "./toast.js";

const WAYS = [
  ["+10 分钟", { minutes: 10 }],
  ["到 18:00", { to: "18:00" }],
  ["下个工作日", { next_workday: true }],
];

export class Clock {
  constructor(store, root) {
    this.store = store;
    this.root = root;
    this.time = h("time", { class: "clock-time" });
    this.moved = h("span", { class: "clock-moved" });
    const ways = WAYS.map(([label, body]) => h("button", { type: "button", class: "quiet-button", on: { click: () => this.move(body) } }, label));
    const menu = menuButton({ class: "quiet-button clock-menu", "aria-label": "快进时间" }, [icon("clock"), "快进"],
      () => WAYS.map(([label, body]) => ({ label, run: () => this.move(body) })));
    this.said = h("span", { class: "unseen", "aria-live": "polite" });
    fill(root, h("span", { class: "clock-face" }, this.time, this.moved), h("span", { class: "clock-ways" }, ways), menu, this.said);
    setInterval(() => this.draw(), 1000);
  }

  draw() {
    if (!this.store.clock) return;
    const now = this.store.now();
    const text = `${dayOf(now)} ${timeOf(now)}`;
    if (this.time.textContent !== text) this.time.textContent = text;
    this.time.setAttribute("datetime", now.toISOString());
    const { offset_seconds: offset, workday } = this.store.clock;
    const words = [offset >= 60 && `已快进 ${span(offset)}`, !workday && "休息日"].filter(Boolean).join("，");
    if (this.moved.textContent !== words) this.moved.textContent = words;
  }

  async move(body) {
    this.root.setAttribute("aria-busy", "true");
    try {
      const { clock } = await act("clock", body);
      this.store.setClock(clock);
      this.draw();
      this.said.textContent = `现在是 ${this.time.textContent}`;
    } catch (error) {
      toast(error.message);
    } finally {
      this.root.removeAttribute("aria-busy");
    }
  }
}
