// What makes frequent things quicker. Every page works without it.
"use strict";

// Nothing is kept in the browser: htmx would note the address of the last page, with what was searched for.
try {
  sessionStorage.clear();
  Storage.prototype.setItem = () => { throw new Error("Nothing is kept in the browser."); };
} catch { /* a browser that has no storage keeps nothing either */ }

// "/" goes to the search field, unless something is being typed.
document.addEventListener("keydown", (event) => {
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest("input, textarea, select, [contenteditable]")) return;
  const search = document.querySelector("[data-search]");
  if (search) {
    event.preventDefault();
    search.focus();
    search.select();
  }
});

// A form whose choices name the fields they need shows only the fields of the chosen one.
function showNeeded(form) {
  const choices = [...form.querySelectorAll("input[data-needs]")];
  const chosen = choices.find((choice) => choice.checked);
  const needed = new Set(chosen ? chosen.dataset.needs.split(" ") : []);
  const governed = new Set(choices.flatMap((choice) => choice.dataset.needs.split(" ")));
  for (const field of form.querySelectorAll("[data-field]")) {
    if (governed.has(field.dataset.field)) {
      field.hidden = !needed.has(field.dataset.field) && !field.querySelector("[aria-invalid=true]");
      // What is out of sight is not sent: nobody saves what they cannot see.
      for (const control of field.querySelectorAll("input, select, textarea")) control.disabled = field.hidden;
    }
  }
  for (const group of form.querySelectorAll("[data-group]")) {
    group.hidden = !group.querySelector("[data-field]:not([hidden])");
  }
}

// A filter that is empty does not stand in the address.
document.addEventListener("formdata", (event) => {
  if (event.target.method !== "get") return;
  for (const [name, value] of [...event.formData]) if (value === "") event.formData.delete(name);
});

function prepare(root) {
  for (const form of root.querySelectorAll("form")) {
    if (form.querySelector("input[data-needs]")) showNeeded(form);
  }
}

document.addEventListener("change", (event) => {
  if (event.target.matches("input[data-needs]")) showNeeded(event.target.form);
});

// A draft keeps what is out of sight, too.
document.addEventListener("click", (event) => {
  const button = event.target.closest("button[data-whole]");
  if (button) for (const control of button.form.elements) control.disabled = false;
});

// Focus goes to what has to be read next: an error summary, or what took the place of the focused thing.
function focusOn(element) {
  if (!element.hasAttribute("tabindex") && !element.matches("a, button, input, select, textarea")) {
    element.setAttribute("tabindex", "-1");
  }
  element.focus();
}

document.addEventListener("htmx:afterSettle", (event) => {
  const region = event.target;
  prepare(region.matches("form") ? region.parentElement : region);
  const next = region.matches("[data-focus]") ? region : region.querySelector("[data-focus]");
  if (next) focusOn(next);
  else if (document.activeElement === document.body) focusOn(region);
});

// A request that failed says so where it is in sight, however far down the form is, and nothing typed is touched.
function say(words) {
  const list = document.createElement("ul");
  list.className = "messages at-once";
  const item = list.appendChild(document.createElement("li"));
  item.className = "error tone-off";
  item.textContent = words;
  document.getElementById("messages").replaceChildren(list);
  list.scrollIntoView({ block: "nearest" });
}

// What was said of the last request is over when the next begins.
document.addEventListener("htmx:beforeRequest", () => document.querySelector("#messages > .at-once")?.remove());

const STILL_HERE = "What you typed is still here; try again";
const NO_ANSWER = `Perhaps not saved: no answer came. ${STILL_HERE}: what was saved is not saved twice.`;

// The session is over: sent as a page, the form is answered with signing in above what was typed, and can be sent again.
function sendWhole(form, event) {
  const button = event && event.submitter;
  if (button && button.name) {
    const pressed = form.appendChild(document.createElement("input"));
    [pressed.type, pressed.name, pressed.value] = ["hidden", button.name, button.value];
  }
  form.submit();
}

document.addEventListener("htmx:responseError", (event) => {
  const { xhr, requestConfig } = event.detail;
  const told = (xhr.getResponseHeader("Content-Type") || "").startsWith("text/plain") && xhr.responseText;
  const form = event.detail.elt.closest("form");
  if (xhr.status === 401 && requestConfig.verb === "post" && form) sendWhole(form, requestConfig.triggeringEvent);
  else if (xhr.status >= 500 && told) say(told); // a failure says itself what became of what was sent
  else if (requestConfig.verb === "get") say(`Not shown: something went wrong here. ${STILL_HERE}.`);
  else if ([401, 403].includes(xhr.status)) {
    say("Not saved: you may be signed out, or this is not yours to change. What you typed is still here.");
  } else if (xhr.status >= 500) say(NO_ANSWER);
  else say(`Not saved: something went wrong here. ${STILL_HERE}.`);
});
document.addEventListener("htmx:sendError", (event) => {
  const looked = event.detail.requestConfig.verb === "get";
  say(looked ? `Not shown: the server could not be reached. ${STILL_HERE}.` : NO_ANSWER);
});

// A form that fills a page is sent while the server is there only: what was typed would go with the page, for the
// browser puts its own in the place of one that did not come.
document.addEventListener("submit", async (event) => {
  const form = event.target;
  const asked = form.dataset.asked;
  if (event.defaultPrevented || form.method !== "post" || !form.elements.once || asked === "there") return;
  event.preventDefault();
  if (asked) return;
  form.dataset.asked = "now";
  let there = false;
  try {
    there = (await fetch("/healthz", { cache: "no-store", signal: AbortSignal.timeout(5000) })).status < 500;
  } catch { /* nobody answers */ }
  form.dataset.asked = there ? "there" : "";
  if (there) form.requestSubmit(event.submitter);
  else say(`Not sent: the server could not be reached. ${STILL_HERE}.`);
  form.dataset.asked = "";
});

// A warning five minutes before an idle session ends.
const idle = document.getElementById("idle");
if (idle) {
  const [warning, ended, stay] = ["[data-warning]", "[data-ended]", "button"].map((part) => idle.querySelector(part));
  const length = Number(document.body.dataset.idleMinutes) * 60 * 1000;
  let since = Date.now();
  const used = () => {
    since = Date.now();
    idle.hidden = true;
  };
  const look = () => {
    const left = length - (Date.now() - since);
    idle.hidden = left > 5 * 60 * 1000;
    warning.hidden = stay.hidden = left <= 0;
    ended.hidden = left > 0;
  };
  setInterval(look, 15 * 1000);
  document.addEventListener("visibilitychange", look);
  document.addEventListener("htmx:afterRequest", (event) => { if (event.detail.successful) used(); });
  stay.addEventListener("click", async () => {
    const answer = await fetch(stay.dataset.stay, { redirect: "manual", credentials: "same-origin" });
    if (answer.ok) used();
    else since = 0, look();
  });
}

prepare(document);
const summary = document.querySelector("[data-focus]");
if (summary) focusOn(summary);
