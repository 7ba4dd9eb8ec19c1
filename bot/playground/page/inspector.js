// The drawer that shows what went over the wire.

import { get } from "./api.js";
import { fill, h, icon } from "./dom.js";
import { pretty, secondsOf } from "./format.js";
import { toast } from "./toast.js";

const DIRECTIONS = { callback: ["平台 → 服务", "in"], call: ["服务 → 平台", "out"], frame: ["Stream 帧", "frame"] };

export class Inspector {
  constructor(store, root, toggle, panes) {
    this.store = store;
    this.root = root;
    this.toggle = toggle;
    this.panes = panes;
    this.last = 0;
    this.tab = "wire";
    this.filter = { platform: "", mine: false };
    toggle.addEventListener("click", () => (root.hidden ? this.open() : this.close()));
  }

  open() {
    this.root.hidden = false;
    this.toggle.setAttribute("aria-expanded", "true");
    document.body.classList.add("inspecting");
    this.drawFrame();
    this.reload();
    this.root.querySelector("select, button").focus();
  }

  /** Close the drawer; whether it was open. */
  close() {
    if (this.root.hidden) return false;
    this.root.hidden = true;
    this.toggle.setAttribute("aria-expanded", "false");
    document.body.classList.remove("inspecting");
    this.toggle.focus();
    return true;
  }

  drawFrame() {
    const platforms = Object.entries(this.store.platforms).map(([name, platform]) => h("option", { value: name }, platform.label));
    this.select = h("select", { "aria-label": "平台", on: { change: () => { this.filter.platform = this.select.value; this.reload(); } } },
      h("option", { value: "" }, "全部平台"), platforms);
    this.mine = h("input", { type: "checkbox", on: { change: () => { this.filter.mine = this.mine.checked; this.reload(); } } });
    this.mineLabel = h("span", {});
    this.list = h("div", { class: "exchanges" });
    fill(this.root,
      h("header", { class: "inspector-head" }, h("strong", {}, "线路"), this.tabs(),
        h("button", { type: "button", class: "icon-button", "aria-label": "关闭线路", on: { click: () => this.close() } }, icon("close"))),
      h("div", { class: "filters" }, this.select, h("label", { class: "box" }, this.mine, this.mineLabel)),
      this.list);
    this.select.value = this.filter.platform;
    this.mine.checked = this.filter.mine;
    this.personChanged();
  }

  tabs() {
    if (!this.store.explains) return null;
    return h("span", { class: "inspector-tabs" }, [["wire", "收发"], ["explain", "解释"]].map(([name, label]) =>
      h("button", {
        type: "button", class: "quiet-button", "aria-pressed": String(this.tab === name),
        on: { click: () => { this.tab = name; this.drawFrame(); this.reload(); } },
      }, label)));
  }

  /** Another person is active. */
  personChanged() {
    if (this.root.hidden || !this.panes.active) return;
    this.mineLabel.textContent = `只看 ${this.panes.active.person.name}`;
    if (this.filter.mine || this.tab === "explain") this.reload();
  }

  async reload() {
    this.last = 0;
    fill(this.list);
    await this.more();
    if (!this.list.children.length) fill(this.list, h("p", { class: "empty" }, "还没有收发。发一条消息看看"));
  }

  /** Something is new on the wire. */
  async more() {
    if (this.root.hidden) return;
    try {
      if (this.tab === "explain") await this.explain();
      else await this.exchanges();
    } catch (error) {
      toast(error.message);
    }
  }

  async exchanges() {
    const query = new URLSearchParams({ after: String(this.last), platform: this.filter.platform });
    if (this.filter.mine) {
      query.set("account", this.panes.active.person.account);
      query.set("platform", this.panes.active.person.platform);
    }
    const asked = this.last;
    const { exchanges, last } = await get(`/playground/wire?${query}`);
    if (asked !== this.last) return;
    this.last = last;
    if (exchanges.length) this.list.querySelector(".empty")?.remove();
    this.list.prepend(...exchanges.map(exchangeItem));
    while (this.list.children.length > 150) this.list.lastChild.remove();
  }

  async explain() {
    const { items } = await get(`/playground/explain?person=${encodeURIComponent(this.panes.active.person.id)}`);
    fill(this.list, items.map((item) => h("section", { class: "explanation" },
      h("strong", {}, item.title), h("ul", {}, (item.lines || []).map((line) => h("li", {}, line))))));
  }
}

function exchangeItem(exchange) {
  const [direction, mark] = DIRECTIONS[exchange.direction] || [exchange.direction, ""];
  const bad = exchange.status >= 400 || exchange.status === 0;
  const details = h("details", { class: `exchange ${mark}` },
    h("summary", {},
      h("span", { class: `direction ${mark}` }, direction),
      h("span", { class: "target" }, `${exchange.method} ${short(exchange.target)}`),
      h("span", { class: `status ${bad ? "bad" : ""}` }, String(exchange.status || "无应答")),
      h("span", { class: "took" }, `${exchange.took_ms} ms`),
      h("time", { datetime: exchange.at }, secondsOf(new Date(exchange.at)))));
  details.addEventListener("toggle", () => {
    if (details.open && details.children.length === 1) details.append(...sections(exchange));
  });
  return details;
}

const short = (target) => target.replace(/^https?:\/\/[^/]+/, "").replace(/([?&](access_token|msg_signature|session)=)[^&]{9,}/g, "$1…");

function sections(exchange) {
  const headers = Object.entries(exchange.headers).map(([name, value]) => `${name}: ${value}`).join("\n");
  return [
    ["地址", exchange.target],
    ["请求头", headers],
    [exchange.plain ? "请求（密文）" : "请求", exchange.body],
    ["请求（明文）", exchange.plain],
    [exchange.answer_plain ? "应答（密文）" : "应答", exchange.answer],
    ["应答（明文）", exchange.answer_plain],
  ].filter(([, text]) => text).map(([title, text]) =>
    h("section", {}, h("h3", {}, title), h("pre", { tabindex: "0", "aria-label": title }, pretty(text))));
}
