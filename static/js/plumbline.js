// Panels that open under a table, and rows that are edited in place: focus goes in when one opens and back when it closes.

let opener = null;

document.addEventListener("htmx:beforeRequest", (event) => {
  if (event.target.matches("td a:not([data-cancel]), th a")) opener = event.target;
});

// A row that was begun and left again is gone, and what had the focus with it.
document.addEventListener("htmx:afterRequest", () => {
  if (document.activeElement === document.body && opener?.isConnected) opener.focus();
});

document.addEventListener("htmx:load", (event) => {
  if (event.target !== document.body) event.target.querySelector("[data-focus]")?.focus();
});

document.addEventListener("htmx:responseError", () => announce("That did not work. Reload the page and try again."));
document.addEventListener("htmx:sendError", () => announce("The server cannot be reached. Try again in a moment."));

document.addEventListener("announce", (event) => announce(event.detail.value));

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
  document.getElementById("announce").textContent = text;
}
