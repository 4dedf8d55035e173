// Draws a diagram read-only, and says on it where a case is, or what is wrong with it. A figure[data-diagram] names its
// source: an address (data-source) or a JSON script of the page (data-source-script). What is marked on it stands in a
// JSON script beside it (data-marks) and may be exchanged at any time. Nothing is ever shown here that the page does not
// also say in words: the drawing is for the eye, the list of steps below it for everybody.
import NavigatedViewer from "bpmn-js/lib/NavigatedViewer";
import "bpmn-js/dist/assets/diagram-js.css";
import "bpmn-js/dist/assets/bpmn-js.css";
import "./viewer.css";

const LEGIBLE = 0.5;
// Badges keep the size of text, however small the drawing is.
const SIZE = { min: 1, max: 1 };
const MARKERS = { passed: "mark-passed", current: "mark-current", error: "mark-error", warning: "mark-warning", added: "mark-added", changed: "mark-changed", focus: "mark-focus" };

function json(id) {
  const script = document.getElementById(id);
  return script ? JSON.parse(script.textContent) : null;
}

function make(tag, className, text) {
  const node = document.createElement(tag);
  node.className = className;
  if (text) node.textContent = text;
  return node;
}

async function source(figure) {
  if (figure.dataset.sourceScript) return json(figure.dataset.sourceScript);
  const answer = await fetch(figure.dataset.source, { credentials: "same-origin" });
  if (!answer.ok) throw new Error(`the diagram answered ${answer.status}`);
  return answer.text();
}

function badge(mark) {
  const node = make("div", `badge-on-step clock-${mark.chip?.kind ?? "none"}`);
  node.append(make("span", "clock-chip-shape"), make("span", "", [mark.who, mark.since, mark.chip?.text].filter(Boolean).join(" · ")));
  return node;
}

function problem(mark, number) {
  const node = make("button", `problem-on-step problem-${mark.level}`, String(number));
  node.type = "button";
  node.title = mark.text;
  node.setAttribute("aria-label", `问题 ${number}：${mark.text}`);
  node.addEventListener("click", () => document.getElementById(`problem-${number}`)?.scrollIntoView({ block: "center" }));
  return node;
}

class Diagram {
  constructor(figure) {
    this.figure = figure;
    this.canvasNode = figure.querySelector("[data-canvas]");
    this.viewer = new NavigatedViewer({ container: this.canvasNode, zoomScroll: { enabled: false } });
    this.marked = [];
  }

  async open() {
    await this.viewer.importXML(await source(this.figure));
    this.canvas = this.viewer.get("canvas");
    this.elements = this.viewer.get("elementRegistry");
    this.overlays = this.viewer.get("overlays");
    this.figure.classList.add("diagram-ready");
    this.fit();
    this.mark(json(this.figure.dataset.marks) ?? {});
    this.show();
    this.listen();
  }

  fit() {
    const { inner } = this.canvas.viewbox();
    const width = this.canvasNode.clientWidth;
    const scale = Math.max(Math.min(width / (inner.width + 40), 1), width < 600 ? LEGIBLE : 0.2);
    this.canvasNode.style.height = `${Math.round(Math.min(Math.max(inner.height * scale + 50, 220), 640))}px`;
    this.canvas.resized();
    this.canvas.zoom("fit-viewport", "auto");
  }

  show() {
    this.figure.querySelectorAll("[data-zoom='here']").forEach((button) => { button.hidden = !this.centre; });
    if (this.centre && this.canvas.zoom() < LEGIBLE) this.look(this.centre);
  }

  look(id) {
    const element = this.elements.get(id);
    if (!element) return;
    this.canvas.zoom(Math.max(this.canvas.zoom(), LEGIBLE + 0.15));
    // What is written below a step begins at its left side and is wider than the step.
    const room = Math.min(220, Math.max(this.canvasNode.clientWidth - 120, 20));
    this.canvas.scrollToElement(element, { top: 60, bottom: 80, left: 20, right: room });
  }

  // The width of the page changes when a phone is turned or a window is drawn.
  refit() {
    const width = this.canvasNode.clientWidth;
    if (!width || width === this.width) return;
    this.width = width;
    this.fit();
    this.show();
  }

  put(id, name) {
    if (!this.elements.get(id)) return;
    this.canvas.addMarker(id, MARKERS[name]);
    this.marked.push([id, MARKERS[name]]);
  }

  mark(marks) {
    this.marked.forEach(([id, name]) => this.canvas.removeMarker(id, name));
    this.marked = [];
    this.overlays.clear();
    for (const name of ["passed", "added", "changed"]) (marks[name] ?? []).forEach((id) => this.put(id, name));
    (marks.flows_passed ?? []).forEach((id) => this.put(id, "passed"));
    (marks.current ?? []).forEach((mark) => this.here(mark));
    (marks.problems ?? []).forEach((mark, index) => this.complain(mark, index + 1));
    const places = [marks.centre, ...(marks.current ?? []).map((mark) => mark.element), ...(marks.problems ?? []).map((mark) => mark.element)];
    this.centre = places.find((id) => id && this.elements.get(id));
    if (marks.focus) this.put(marks.focus, "focus");
  }

  here(mark) {
    const element = this.elements.get(mark.element);
    if (!element) return;
    // A sub-process that is being worked in is framed; filling it would hide which of its steps is the current one.
    this.put(mark.element, element.type === "bpmn:SubProcess" ? "passed" : "current");
    if (mark.who || mark.chip) this.overlays.add(mark.element, { position: { bottom: -4, left: 0 }, scale: SIZE, html: badge(mark) });
  }

  complain(mark, number) {
    const element = this.elements.get(mark.element);
    if (!element) return;
    this.put(mark.element, mark.level);
    const earlier = this.overlays.get({ element: mark.element }).length;
    this.overlays.add(mark.element, { position: { top: -14, left: earlier * 28 - 12 }, scale: SIZE, html: problem(mark, number) });
  }

  listen() {
    this.viewer.get("eventBus").on("element.click", ({ element }) => this.tell(element.id));
    this.figure.querySelectorAll("[data-zoom]").forEach((button) => button.addEventListener("click", () => this.zoom(button.dataset.zoom)));
    this.canvasNode.addEventListener("wheel", (event) => this.wheel(event), { passive: false });
    this.pinch();
    this.width = this.canvasNode.clientWidth;
    window.addEventListener("resize", () => this.refit());
  }

  wheel(event) {
    if (!event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    this.canvas.zoom(this.canvas.zoom() * (event.deltaY < 0 ? 1.1 : 0.9), this.point(event));
  }

  point(event) {
    const box = this.canvasNode.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  }

  // Two fingers move and zoom the drawing, one finger scrolls the page as everywhere else.
  pinch() {
    let last = null;
    const read = ([one, two]) => ({
      distance: Math.hypot(one.clientX - two.clientX, one.clientY - two.clientY),
      clientX: (one.clientX + two.clientX) / 2,
      clientY: (one.clientY + two.clientY) / 2,
    });
    this.canvasNode.addEventListener("touchmove", (event) => {
      if (event.touches.length !== 2) return;
      event.preventDefault();
      const next = read(event.touches);
      if (last) {
        this.canvas.zoom((this.canvas.zoom() * next.distance) / last.distance, this.point(next));
        this.canvas.scroll({ dx: next.clientX - last.clientX, dy: next.clientY - last.clientY });
      }
      last = next;
    }, { passive: false });
    this.canvasNode.addEventListener("touchend", () => { last = null; });
  }

  zoom(how) {
    if (how === "fit") return this.canvas.zoom("fit-viewport", "auto");
    if (how === "here") return this.look(this.centre);
    return this.canvas.zoom(this.canvas.zoom() * (how === "in" ? 1.25 : 0.8));
  }

  tell(id) {
    const facts = this.figure.querySelector("[data-facts]");
    if (!facts) return;
    const step = document.querySelector(`[data-step="${CSS.escape(id)}"]`);
    const name = this.elements.get(id)?.businessObject?.name;
    facts.textContent = step ? step.innerText.replace(/\s+/g, " ") : name ?? "";
  }
}

async function draw(figure) {
  const diagram = new Diagram(figure);
  figure.diagram = diagram;
  try {
    await diagram.open();
  } catch {
    figure.classList.add("diagram-failed");
  }
}

// A folded drawing has no width; it is drawn when it is unfolded.
document.querySelectorAll("figure[data-diagram]").forEach((figure) => {
  const fold = figure.closest("details:not([open])");
  if (fold) fold.addEventListener("toggle", () => draw(figure), { once: true });
  else draw(figure);
});

// A step of a replay arrives as a part of the page; its marks are put on the drawing that is already there.
document.addEventListener("htmx:afterSettle", () => {
  document.querySelectorAll("figure[data-diagram]").forEach((figure) => {
    const diagram = figure.diagram;
    if (!diagram?.elements) return;
    diagram.mark(json(figure.dataset.marks) ?? {});
    if (diagram.canvas.zoom() < 1 && diagram.centre) diagram.look(diagram.centre);
  });
});
