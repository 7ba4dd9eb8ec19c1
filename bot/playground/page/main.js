// Puts the page together.

import { Live } from "./api.js";
import { Clock } from "./clock.js";
import { Inspector } from "./inspector.js";
import { closePage } from "./panel.js";
import { Panes } from "./panes.js";
import { People } from "./people.js";
import { close as closeMenu } from "./popover.js";
import { Store } from "./store.js";

const byId = (id) => document.getElementById(id);

const store = new Store();
let people = null;
let inspector = null;
const panes = new Panes(store, byId("panes"), {
  onChange: () => {
    people?.draw();
    inspector?.personChanged();
  },
});
people = new People(store, byId("people"), panes);
const clock = new Clock(store, byId("clock"));
inspector = new Inspector(store, byId("inspector"), byId("inspect"), panes);

let drawing = false;

/** Draw the list of people once for many changes. */
function drawPeople() {
  if (drawing) return;
  drawing = true;
  requestAnimationFrame(() => {
    drawing = false;
    people.draw();
  });
}

store.on((kind, detail) => {
  if (kind === "state") {
    byId("where").textContent = `${store.company}演练场`;
    if (panes.panes.length) panes.restart(store.people);
    else panes.start(store.people);
    people.draw();
    clock.draw();
    document.body.dataset.ready = "true";
  } else if (kind === "bubble") {
    for (const pane of panes.panes) pane.changed(detail);
    drawPeople();
  } else if (kind === "read") {
    drawPeople();
  } else if (kind === "clock") {
    clock.draw();
  } else if (kind === "wire") {
    inspector.more();
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || event.defaultPrevented) return;
  if (closeMenu() || closePage() || inspector.close()) event.preventDefault();
});

new Live({
  onState: (state) => store.load(state),
  onEvent: (event) => store.apply(event),
  onLink: (up) => document.body.classList.toggle("offline", !up),
});
