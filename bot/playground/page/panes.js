// Several devices side by side, as many as there is room for.

import { Pane } from "./pane.js";

const NARROWEST = 360;
const MOST = 3;
const KEPT = "gendan-panes";

export class Panes {
  constructor(store, root, { onChange }) {
    this.store = store;
    this.root = root;
    this.onChange = onChange;
    this.panes = [];
    this.active = null;
    new ResizeObserver(() => this.fit()).observe(root);
  }

  get room() {
    return Math.max(1, Math.min(MOST, Math.floor(this.root.clientWidth / NARROWEST)));
  }

  /** Begin with who was shown last, else with the first rep and, if there is room, the manager. */
  start(people) {
    const known = (kept()).filter(([id]) => people.has(id));
    const all = [...people.values()];
    const manager = all.find((person) => person.part.includes("经理")) || all[1];
    const first = known.length ? known : [[all[0].id], ...(manager && manager !== all[0] ? [[manager.id]] : [])];
    for (const [id, chat] of first.slice(0, this.room)) this.add(people.get(id), chat);
    this.activate(this.panes[0]);
  }

  restart(people) {
    for (const pane of [...this.panes]) {
      const person = people.get(pane.person.id);
      if (person) pane.show(person, pane.chat.id);
      else this.remove(pane);
    }
    if (!this.panes.length) this.start(people);
  }

  showing(person) {
    return this.panes.find((pane) => pane.person.id === person.id);
  }

  /** Show a person in the active pane, or where they are already. */
  show(person) {
    const pane = this.showing(person) || this.active || this.panes[0];
    if (!pane) return this.beside(person);
    if (pane.person.id !== person.id) pane.show(person);
    this.activate(pane);
    return pane;
  }

  /** Show a person beside the others; the one not used for longest makes room. */
  beside(person) {
    if (this.showing(person)) return this.show(person);
    if (this.panes.length >= this.room) {
      const others = this.panes.filter((pane) => pane !== this.active);
      const pane = others[others.length - 1] || this.panes[0];
      pane.show(person);
      this.activate(pane);
      return pane;
    }
    const pane = this.add(person);
    this.activate(pane);
    return pane;
  }

  add(person, chat) {
    const pane = new Pane(this.store, { onActive: () => this.activate(pane), onClose: () => this.remove(pane) });
    pane.show(person, chat);
    this.panes.push(pane);
    this.root.append(pane.element);
    pane.thread.toEnd();
    return pane;
  }

  remove(pane) {
    if (this.panes.length === 1) return;
    this.panes = this.panes.filter((each) => each !== pane);
    pane.element.remove();
    this.activate(this.active === pane ? this.panes[0] : this.active);
  }

  activate(pane) {
    this.active = pane;
    for (const each of this.panes) each.element.classList.toggle("active", each === pane && this.panes.length > 1);
    this.root.dataset.count = String(this.panes.length);
    this.keep();
    this.onChange();
  }

  /** Fewer panes when the room shrinks. */
  fit() {
    while (this.panes.length > this.room) {
      const others = this.panes.filter((pane) => pane !== this.active);
      this.remove(others[others.length - 1]);
    }
    for (const pane of this.panes) pane.thread.toEnd();
  }

  keep() {
    sessionStorage.setItem(KEPT, JSON.stringify(this.panes.map((pane) => [pane.person.id, pane.chat.id])));
  }
}

function kept() {
  try {
    return JSON.parse(sessionStorage.getItem(KEPT) || "[]");
  } catch {
    return [];
  }
}
