// What script adds to the staff pages: parts of pages through htmx, the keyboard of the inbox, ticking a whole table,
// asking before what cannot be undone. Every action also works as a plain form post without any of this.
import "bootstrap/js/dist/collapse";
import htmx from "htmx.org";
import { focusProblems } from "./_problems.js";
import { positions } from "./_position.js";
import { regions } from "./_regions.js";
import "bootstrap/dist/css/bootstrap.min.css";
import "./staff.css";

// A strict Content-Security-Policy: htmx may neither evaluate text nor write style elements. A refused form (422) and a
// conflict (409) are parts of pages like any other.
htmx.config.allowEval = false;
htmx.config.includeIndicatorStyles = false;
htmx.config.responseHandling = [
  { code: "[23]..", swap: true },
  { code: "409", swap: true },
  { code: "422", swap: true },
  { code: "...", swap: false, error: true },
];

focusProblems();
regions();
positions();

// A second click while the first is under way would only be told that it came second.
const PAUSE = 3000;
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post") return;
  if (Date.now() - Number(form.dataset.sentAt ?? 0) < PAUSE) event.preventDefault();
  else form.dataset.sentAt = Date.now();
});
window.addEventListener("pageshow", () => document.querySelectorAll("[data-sent-at]").forEach((form) => form.removeAttribute("data-sent-at")));

const typing = (target) => target.isContentEditable || ["INPUT", "TEXTAREA", "SELECT"].includes(target.tagName);

const move = (step) => {
  const all = [...document.querySelectorAll("[data-row]")];
  if (!all.length) return;
  const here = all.indexOf(document.activeElement.closest("[data-row]"));
  const next = all[Math.min(Math.max(here + step, 0), all.length - 1)];
  next.querySelector("[data-open]")?.focus();
  next.scrollIntoView({ block: "nearest" });
};

const claim = () => {
  const row = document.activeElement.closest("[data-row]") ?? document;
  row.querySelector("[data-claim]")?.click();
};

const press = (name) => document.querySelector(`[data-key="${name}"]`)?.click();

const KEYS = {
  "/": () => document.querySelector("[data-search]")?.focus(),
  j: () => move(1),
  k: () => move(-1),
  c: claim,
  ArrowLeft: () => press("previous"),
  ArrowRight: () => press("next"),
};

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
  if (!(event.key in KEYS)) return;
  if (event.key === "/") event.preventDefault();
  KEYS[event.key]();
});

const count = (form) => {
  const ticked = form.querySelectorAll("[data-tick]:checked").length;
  form.querySelectorAll("[data-ticked]").forEach((node) => {
    node.textContent = ticked ? `已选 ${ticked} 件` : "勾选后可以批量操作";
  });
};

// Some answers change what else a form asks; the server works that out and sends the questions again. Only choices do,
// so that nobody is interrupted while typing.
const askAgain = (target) => {
  const fields = target.closest("[data-conditional]");
  if (fields && target.matches("select:not([name*='.']), [type=radio], [type=checkbox]")) htmx.trigger(fields, "answer-changed");
};

document.addEventListener("change", ({ target }) => {
  const all = target.closest("[data-tick-all]");
  if (all) all.form.querySelectorAll("[data-tick]").forEach((box) => { box.checked = all.checked; });
  if (target.form && (all || target.matches("[data-tick]"))) count(target.form);
  askAgain(target);
});

// On a slow line people go on writing while the server works out what to ask: what they wrote meanwhile is put back.
const WRITTEN = "textarea, input:not([type=radio], [type=checkbox], [type=hidden], [type=file])";
const written = (fields) => new Map([...fields.querySelectorAll(WRITTEN)].map((field) => [field.name, field.value]));
let atRequest = new Map();
let meanwhile = new Map();

document.addEventListener("htmx:beforeRequest", ({ target }) => {
  if (target.matches("[data-conditional]")) atRequest = written(target);
});

document.addEventListener("htmx:beforeSwap", ({ target }) => {
  if (!target.matches("[data-conditional]")) return;
  meanwhile = new Map([...written(target)].filter(([name, value]) => value !== atRequest.get(name)));
});

document.addEventListener("htmx:afterSettle", () => {
  meanwhile.forEach((value, name) => {
    const field = document.querySelector(`[data-conditional] [name="${CSS.escape(name)}"]`);
    if (field?.matches(WRITTEN)) field.value = value;
  });
  meanwhile = new Map();
});

// A step of a replay arrives alone: the mark in the list of all events moves with it, and checking stays at it.
document.addEventListener("htmx:afterSettle", () => {
  const shown = document.querySelector("#step input[name=step]");
  if (!shown) return;
  document.querySelectorAll("[data-shown-step]").forEach((field) => { field.value = shown.value; });
  document.querySelectorAll("[data-history] > li").forEach((line, index) => {
    const here = String(index + 1) === shown.value;
    line.className = here ? "timeline-now" : "timeline-done";
    if (here) line.querySelector("a")?.setAttribute("aria-current", "step");
    else line.querySelector("a")?.removeAttribute("aria-current");
  });
});

// A part that was exchanged may bring selects of regions and fields with a position with it.
document.addEventListener("htmx:afterSettle", ({ target }) => { regions(target); positions(target); });

document.querySelectorAll("[data-print]").forEach((button) => button.addEventListener("click", () => window.print()));
