// The people on the left (on top on a phone): arrows move, Enter opens, the second button opens beside.

import { avatar, fill, h, icon } from "./dom.js";

export class People {
  constructor(store, root, panes) {
    this.store = store;
    this.root = root;
    this.panes = panes;
    this.more = false;
    root.addEventListener("keydown", (event) => this.move(event));
  }

  draw() {
    const people = [...this.store.people.values()];
    const focused = document.activeElement?.closest?.(".person")?.dataset.person;
    const others = people.filter((person) => !person.cast);
    const listed = this.more ? people : people.filter((person) => person.cast || this.panes.showing(person));
    fill(this.root,
      h("ul", { class: "people-list" }, listed.map((person, at) => this.item(person, at === 0))),
      others.length > 0 && h("button", {
        type: "button", class: "quiet-button more-people", "aria-expanded": String(this.more),
        on: { click: () => { this.more = !this.more; this.draw(); this.root.querySelector(".more-people").focus(); } },
      }, this.more ? "收起其他同事" : `其他同事 ${others.length}`));
    if (focused) this.root.querySelector(`[data-person="${CSS.escape(focused)}"] .person-main`)?.focus();
    if (!this.root.querySelector(".person-main[tabindex='0']")) this.root.querySelector(".person-main")?.setAttribute("tabindex", "0");
  }

  item(person) {
    const shown = this.panes.showing(person);
    const active = this.panes.active && this.panes.active.person.id === person.id;
    const unread = this.store.unreadOf(person);
    const label = `${person.name}，${person.part}，${person.platform_name}${unread ? `，${unread} 条未读` : ""}`;
    return h("li", { class: `person ${shown ? "shown" : ""}`, data: { person: person.id, platform: person.platform } },
      h("button", {
        type: "button", class: "person-main", "aria-current": active ? "true" : null, "aria-label": label,
        tabindex: active ? "0" : "-1", on: { click: () => this.panes.show(person) },
      },
      avatar(person.name, "person"),
      h("span", { class: "person-text" }, h("strong", {}, person.name), h("small", {}, person.part)),
      h("span", { class: `badge ${person.platform}` }, person.platform_name),
      unread > 0 && h("span", { class: "count" }, unread > 99 ? "99+" : String(unread))),
      h("button", {
        type: "button", class: "icon-button small beside", "aria-label": `并排显示 ${person.name}`, title: "并排显示",
        tabindex: active ? "0" : "-1", disabled: Boolean(shown), on: { click: () => this.panes.beside(person) },
      }, icon("columns")));
  }

  move(event) {
    const step = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key];
    const current = event.target.closest(".person");
    if (!step || !current) return;
    event.preventDefault();
    const mains = [...this.root.querySelectorAll(".person-main")];
    const at = mains.findIndex((main) => current.contains(main));
    const next = mains[(at + step + mains.length) % mains.length];
    for (const item of this.root.querySelectorAll(".person button")) {
      item.tabIndex = item.closest(".person").contains(next) ? 0 : -1;
    }
    next.focus();
  }
}
