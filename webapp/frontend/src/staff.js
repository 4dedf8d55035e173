// What script adds to the staff pages: parts of pages through htmx, the keyboard of the inbox, ticking a whole table,
// asking before what cannot be undone. Every action also works as a plain form post without any of this.
import "bootstrap/js/dist/collapse";
import "bootstrap/js/dist/dropdown";
import htmx from "htmx.org";
import "bootstrap/dist/css/bootstrap.min.css";
import "./staff.css";

// A strict Content-Security-Policy: htmx may neither evaluate text nor write style elements. A refused form (422) is a
// page part like any other; a conflict (409) as well.
htmx.config.allowEval = false;
htmx.config.includeIndicatorStyles = false;
htmx.config.responseHandling = [
  { code: "[23]..", swap: true },
  { code: "409", swap: true },
  { code: "422", swap: true },
  { code: "...", swap: false, error: true },
];

function typing(target) {
  return target.isContentEditable || ["INPUT", "TEXTAREA", "SELECT"].includes(target.tagName);
}

function rows() {
  return [...document.querySelectorAll("[data-row]")];
}

function move(step) {
  const all = rows();
  if (!all.length) return;
  const here = all.indexOf(document.activeElement.closest("[data-row]"));
  const next = all[Math.min(Math.max(here + step, 0), all.length - 1)];
  next.querySelector("[data-open]").focus();
  next.scrollIntoView({ block: "nearest" });
}

const KEYS = {
  "/": () => document.querySelector("[data-search]")?.focus(),
  j: () => move(1),
  k: () => move(-1),
  c: () => document.activeElement.closest("[data-row]")?.querySelector("[data-claim]")?.click(),
  ArrowLeft: () => document.querySelector("[data-key='previous']")?.click(),
  ArrowRight: () => document.querySelector("[data-key='next']")?.click(),
};

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
  const act = KEYS[event.key];
  if (!act) return;
  if (event.key === "/") event.preventDefault();
  act();
});

function count(form) {
  const ticked = form.querySelectorAll("[data-tick]:checked").length;
  form.querySelectorAll("[data-ticked]").forEach((node) => { node.textContent = ticked ? `已选 ${ticked} 件` : "勾选后可批量操作"; });
}

document.addEventListener("change", (event) => {
  const all = event.target.closest("[data-tick-all]");
  if (all) all.form.querySelectorAll("[data-tick]").forEach((box) => { box.checked = all.checked; });
  if (event.target.form && (all || event.target.matches("[data-tick]"))) count(event.target.form);
});

// The two things that cannot be undone say so themselves before they are sent.
document.addEventListener("submit", (event) => {
  const sentence = event.submitter?.dataset.confirm ?? event.target.dataset.confirm;
  if (sentence && !window.confirm(sentence)) event.preventDefault();
});

document.querySelectorAll("[data-print]").forEach((button) => button.addEventListener("click", () => window.print()));
