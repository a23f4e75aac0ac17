// Panels that open under a table, and rows that are edited in place: focus goes in when one opens and back when it closes.

const SAID_FOR = 6000; // milliseconds
const said = document.getElementById("announce");
let opener = null;
let fading = null;

document.addEventListener("htmx:beforeRequest", (event) => {
  if (event.target.matches("td a:not([data-cancel]), th a")) opener = event.target;
});

// A row that was begun and left again is gone, and what had the focus with it.
document.addEventListener("htmx:afterRequest", () => {
  if (document.activeElement === document.body && opener?.isConnected) opener.focus();
});

// Into what has to be read first, where there is such a thing: a browser heeds `autofocus` only once a page.
document.addEventListener("htmx:load", (event) => {
  const loaded = event.target;
  if (loaded === document.body || loaded.contains(document.activeElement)) return; // somebody is in it already
  const first = (selector) => (loaded.matches(selector) ? loaded : loaded.querySelector(selector));
  const begin = first("[data-focus]:checked") ?? first("[data-focus]"); // of several choices the one that is made
  (first("[autofocus]") ?? begin)?.focus();
});

// Whoever signs in again in another tab gets a new token; the forms of this page still hold the old one.
const TOKEN = "csrfmiddlewaretoken";
const token = () => document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1];

document.addEventListener("submit", (event) => {
  const field = event.target.elements[TOKEN];
  if (field) field.value = token() ?? field.value;
}, true);

document.addEventListener("htmx:configRequest", (event) => {
  const sent = event.detail.formData;
  if (sent.has(TOKEN)) sent.set(TOKEN, token() ?? sent.get(TOKEN));
});

document.addEventListener("htmx:responseError", () => announce("That did not work, and nothing was saved. Copy what you typed, reload the page and try again."));
document.addEventListener("htmx:sendError", () => announce("The server cannot be reached. Try again in a moment."));

document.addEventListener("announce", (event) => {
  announce(event.detail.value);
  fade(event.detail.value);
});

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-close]");
  if (button) close(button.closest(".opened"));
  for (const menu of document.querySelectorAll(".menu[open]")) if (!menu.contains(event.target)) menu.open = false;
  const row = event.target.closest(".editable tr");
  if (row && !event.target.closest("a, button, input, select, textarea, label, form, summary") && !getSelection().toString()) {
    row.querySelector("[data-edits]")?.click();
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  close(event.target.closest(".opened"));
  const menu = event.target.closest(".menu[open]");
  if (menu) {
    menu.open = false;
    menu.querySelector("summary").focus();
    return;
  }
  event.target.closest(".editing")?.querySelector("[data-cancel]")?.click();
});

function close(panel) {
  if (!panel) return;
  panel.replaceChildren();
  opener?.focus();
}

function announce(text) {
  said.textContent = text;
}

// What went well is said for a while, then gives way to what it covers. What went wrong stays to be read, and so does a
// link, which stands here in the place of an earlier word.
function fade(text) {
  clearTimeout(fading);
  fading = setTimeout(() => {
    if (said.textContent !== text) return;
    if (said.matches(":hover, :focus-within")) fade(text);
    else said.textContent = "";
  }, SAID_FOR);
}
