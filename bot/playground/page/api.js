// The control API, and the live connection that comes back by itself.

/** POST an act; the answer. Throws an Error whose message is for the person. */
export async function act(name, body) {
  let response;
  try {
    response = await fetch(`/playground/${name}`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });
  } catch {
    throw new Error("连不上演练场，请看看程序是否还在运行");
  }
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) throw new Error(answer.error || `出错了（${response.status}）`);
  return answer;
}

/** GET something as JSON. */
export async function get(path) {
  const response = await fetch(path);
  if (!response.ok) throw new Error(`出错了（${response.status}）`);
  return response.json();
}

/** Follows `/playground/live`. `onState` gets the whole state after each (re)connection, `onEvent` every change. */
export class Live {
  constructor({ onState, onEvent, onLink }) {
    this.handlers = { onState, onEvent, onLink };
    this.wait = 250;
    this.connect();
  }

  connect() {
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    const socket = new WebSocket(`${scheme}://${location.host}/playground/live`);
    let waiting = [];
    socket.addEventListener("message", (message) => {
      const event = JSON.parse(message.data);
      if (event.type === "hello") this.refresh(waiting).then(() => { waiting = null; }, () => socket.close());
      else if (waiting) waiting.push(event);
      else this.handlers.onEvent(event);
    });
    socket.addEventListener("close", () => this.again());
  }

  /** Load the whole state; what happened meanwhile is applied after it. */
  async refresh(waiting) {
    const state = await get("/playground/state");
    this.wait = 250;
    this.handlers.onState(state);
    this.handlers.onLink(true);
    for (const event of waiting) this.handlers.onEvent(event);
  }

  again() {
    this.handlers.onLink(false);
    setTimeout(() => this.connect(), this.wait);
    this.wait = Math.min(this.wait * 2, 4000);
  }
}
