// Elements and icons. Text always becomes text nodes; nothing is parsed as HTML.

const SVG = "http://www.w3.org/2000/svg";

/** An element. `props`: class, data: {}, on: {event: handler}, anything else as attribute (false and null are left out). */
export function h(tag, props = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === null || value === undefined || value === false) continue;
    if (name === "class") element.className = value;
    else if (name === "data") Object.assign(element.dataset, value);
    else if (name === "on") for (const [event, handler] of Object.entries(value)) element.addEventListener(event, handler);
    else if (name === "value") element.value = value;
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  add(element, children);
  return element;
}

function add(element, children) {
  for (const child of children.flat(Infinity)) {
    if (child === null || child === undefined || child === false || child === "") continue;
    element.append(child);
  }
}

/** Replace everything in `element`. */
export function fill(element, ...children) {
  element.replaceChildren();
  add(element, children);
  return element;
}

const PATHS = {
  plus: "M12 5v14M5 12h14",
  close: "M6 6l12 12M18 6L6 18",
  send: "M4 12l16-8-6 16-3-7z",
  columns: "M4 5h16v14H4zM12 5v14",
  file: "M7 3h7l4 4v14H7zM14 3v4h4",
  pin: "M12 21s7-6.200 7-11.500A7 7 0 0 0 5 9.500C5 14.800 12 21 12 21zM12 12a2.500 2.500 0 1 0 0-5 2.500 2.500 0 0 0 0 5z",
  voice: "M7 9a4 4 0 0 1 0 6M11 6.500a8 8 0 0 1 0 11M15 4a12 12 0 0 1 0 16",
  image: "M4 5h16v14H4zM4 16l5-5 4 4 3-3 4 4M15.500 9.500h.010",
  quote: "M9 7H5v6h4l-2 4M19 7h-4v6h4l-2 4",
  right: "M9 6l6 6-6 6",
  down: "M12 5v14M6 13l6 6 6-6",
  menu: "M6 12h.010M12 12h.010M18 12h.010",
  clock: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 7v5l3.500 2",
  open: "M14 5h5v5M19 5l-8 8M17 14v5H5V7h5",
  link: "M10 14a4 4 0 0 0 6 0l3-3a4 4 0 0 0-6-6l-1 1M14 10a4 4 0 0 0-6 0l-3 3a4 4 0 0 0 6 6l1-1",
  person: "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4.500 20a7.500 7.500 0 0 1 15 0",
  group: "M9 11a3.500 3.500 0 1 0 0-7 3.500 3.500 0 0 0 0 7zM2.500 19a6.500 6.500 0 0 1 13 0M16 11a3 3 0 1 0-1-5.800M17.500 13.500A5.500 5.500 0 0 1 21.500 19",
  up: "M12 19V5M6 11l6-6 6 6",
};

/** A line icon; decorative, so hidden from assistive technology. */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", `icon icon-${name}`);
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", PATHS[name]);
  svg.append(path);
  return svg;
}

/** A square with the last characters of a name, as chat clients draw people without a picture. */
export function avatar(name, kind) {
  return h("span", { class: `avatar avatar-${kind}`, "aria-hidden": "true" }, kind === "bot" ? "跟" : name.slice(-2));
}

let serial = 0;

/** An id for an element that another one refers to. */
export function freshId(prefix) {
  serial += 1;
  return `${prefix}-${serial}`;
}
