// Panels that open under a table: focus goes in when one opens and back to its link when it closes.

let opener = null;

document.addEventListener("htmx:beforeRequest", (event) => {
  if (event.target.matches("td a, th a")) opener = event.target;
});

document.addEventListener("htmx:afterSwap", (event) => {
  event.target.querySelector("[data-focus]")?.focus();
});

document.addEventListener("htmx:responseError", () => announce("That did not work. Reload the page and try again."));
document.addEventListener("htmx:sendError", () => announce("The server cannot be reached. Try again in a moment."));

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-close]");
  if (button) close(button.closest(".opened"));
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") close(event.target.closest(".opened"));
});

function close(panel) {
  if (!panel) return;
  panel.replaceChildren();
  opener?.focus();
}

function announce(text) {
  document.getElementById("announce").textContent = text;
}
