// Several devices side by side, as many as there is room for.

import { Pane } from "./pane.js";

const NARROWEST = 370;
const MOST = 3;
const KEPT = "gendan-panes";

export class Panes {
  constructor(store, root, { onChange }) {
    this.store = store;
    this.root = root;
    this.onChange = onChange;
    this.panes = [];
    this.waiting = [];
    this.active = null;
    this.turn = 0;
    new ResizeObserver(() => this.fit()).observe(root);
  }

  get room() {
    return Math.max(1, Math.min(MOST, Math.floor(this.root.clientWidth / NARROWEST)));
  }

  /** Begin with who was shown last, else with a rep, the manager, and a rep of the other platform, as room allows. */
  start(people) {
    const known = kept().filter(([id]) => people.has(id));
    const first = known.length ? known : opening([...people.values()], this.room).map((person) => [person.id]);
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
      const pane = this.idle() || this.panes[0];
      pane.show(person);
      this.activate(pane);
      return pane;
    }
    const pane = this.add(person);
    this.activate(pane);
    return pane;
  }

  /** The pane not used for longest, the rightmost of those never used; not the active one. */
  idle() {
    const others = this.panes.filter((pane) => pane !== this.active);
    return others.reduceRight((idle, pane) => (idle && (idle.used || 0) <= (pane.used || 0) ? idle : pane), null);
  }

  add(person, chat) {
    const pane = new Pane(this.store, { onActive: () => this.activate(pane), onClose: () => this.remove(pane) });
    pane.show(person, chat);
    this.panes.push(pane);
    this.root.append(pane.element);
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
    this.turn += 1;
    pane.used = this.turn;
    for (const each of this.panes) each.element.classList.toggle("active", each === pane && this.panes.length > 1);
    this.root.dataset.count = String(this.panes.length);
    this.keep();
    this.onChange();
  }

  /** Fewer panes when the room shrinks; those come back when it grows again. */
  fit() {
    while (this.panes.length > this.room) {
      const pane = this.idle();
      this.waiting.push([pane.person, pane.chat.id]);
      this.remove(pane);
    }
    while (this.panes.length < this.room && this.waiting.length) {
      const [person, chat] = this.waiting.pop();
      if (this.store.people.has(person.id) && !this.showing(person)) this.add(person, chat);
      this.activate(this.active);
    }
  }

  keep() {
    sessionStorage.setItem(KEPT, JSON.stringify(this.panes.map((pane) => [pane.person.id, pane.chat.id])));
  }
}

function opening(people, room) {
  const [rep] = people;
  const manager = people.find((person) => person.part.includes("经理"));
  const other = people.find((person) => person.platform !== rep.platform);
  const chosen = room > 2 ? [rep, manager, other] : [rep, manager || other];
  return [...new Set(chosen.filter(Boolean))];
}

function kept() {
  try {
    return JSON.parse(sessionStorage.getItem(KEPT) || "[]");
  } catch {
    return [];
  }
}
