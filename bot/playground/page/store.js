// What is known: people, their conversations, bubbles, what was read, the clock.

const MARKS = "gendan-read";

export class Store {
  constructor() {
    this.people = new Map();
    this.platforms = {};
    this.samples = [];
    this.bubbles = new Map();
    this.chats = new Map();
    this.marks = {};
    this.entered = new Set();
    this.listeners = new Set();
    this.clock = null;
    this.clockRead = 0;
    this.boot = "";
  }

  /** Call `listener(kind, detail)` on changes: `state`, `bubble`, `read`, `clock`, `wire`. */
  on(listener) {
    this.listeners.add(listener);
  }

  tell(kind, detail) {
    for (const listener of this.listeners) listener(kind, detail);
  }

  load(state) {
    this.company = state.company;
    this.platforms = state.platforms;
    this.samples = state.samples;
    this.explains = state.explains;
    this.people = new Map(state.people.map((person) => [person.id, person]));
    this.bubbles.clear();
    this.chats.clear();
    if (this.boot !== state.boot) this.marks = readMarks(state.boot);
    this.boot = state.boot;
    for (const bubble of state.bubbles) this.put(bubble);
    this.setClock(state.clock);
    this.tell("state");
  }

  setClock(clock) {
    this.clock = clock;
    this.clockRead = performance.now();
  }

  /** The moment on the moved clock. */
  now() {
    return new Date(Date.parse(this.clock.now) + performance.now() - this.clockRead);
  }

  put(bubble) {
    const key = `${bubble.platform}|${bubble.id}`;
    const chat = `${bubble.platform}|${bubble.chat}`;
    if (!this.chats.has(chat)) this.chats.set(chat, []);
    const thread = this.chats.get(chat);
    if (this.bubbles.has(key)) thread.splice(thread.findIndex((each) => each.id === bubble.id), 1, bubble);
    else thread.push(bubble);
    this.bubbles.set(key, bubble);
  }

  apply(event) {
    if (event.type === "bubble") {
      this.put(event.bubble);
      this.tell("bubble", event.bubble);
    } else if (event.type === "clock") {
      this.setClock(event.clock);
      this.tell("clock");
    } else if (event.type === "wire") {
      this.tell("wire", event.last);
    }
  }

  find(platform, id) {
    return this.bubbles.get(`${platform}|${id}`);
  }

  /** A person's conversations: the bot, the groups, and others in which something was said to them. */
  chatsOf(person) {
    const bot = this.platforms[person.platform].bot;
    const listed = [{ id: person.account, kind: "bot", name: bot, members: [] }];
    for (const group of person.groups) listed.push({ ...group, kind: "group" });
    const known = new Set(listed.map((chat) => chat.id));
    for (const [key, thread] of this.chats) {
      const [platform, id] = split(key);
      if (platform !== person.platform || known.has(id)) continue;
      if (thread.some((bubble) => bubble.seen_by.includes(person.account))) {
        listed.push({ id, kind: "other", name: id.replace(/^(bot|app):/, ""), members: [] });
      }
    }
    return listed;
  }

  thread(person, chat) {
    const bubbles = this.chats.get(`${person.platform}|${chat}`) || [];
    return bubbles.filter((bubble) => bubble.seen_by.includes(person.account));
  }

  unread(person, chat) {
    const mark = this.marks[`${person.id}|${chat}`] || 0;
    return this.thread(person, chat).filter((bubble) => bubble.seq > mark && bubble.sender !== person.account).length;
  }

  unreadOf(person) {
    return this.chatsOf(person).reduce((sum, chat) => sum + this.unread(person, chat.id), 0);
  }

  /** Everything in the conversation has been looked at. */
  read(person, chat) {
    const thread = this.thread(person, chat);
    const last = thread.length ? thread[thread.length - 1].seq : 0;
    const key = `${person.id}|${chat}`;
    if ((this.marks[key] || 0) >= last) return;
    this.marks[key] = last;
    sessionStorage.setItem(MARKS, JSON.stringify({ boot: this.boot, marks: this.marks }));
    this.tell("read", person);
  }
}

function split(key) {
  const at = key.indexOf("|");
  return [key.slice(0, at), key.slice(at + 1)];
}

function readMarks(boot) {
  try {
    const kept = JSON.parse(sessionStorage.getItem(MARKS) || "{}");
    return kept.boot === boot ? kept.marks : {};
  } catch {
    return {};
  }
}
