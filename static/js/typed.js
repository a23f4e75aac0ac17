// What was typed into a form that was sent after the session had ended. The answer is the sign-in page, so it waits in
// this tab, and stands in its form again once the same person has signed in.

const KEPT = "typed";
const person = document.body.dataset.user; // nobody on the sign-in page

const read = () => JSON.parse(sessionStorage.getItem(KEPT) ?? "null");
const keep = (typed) => sessionStorage.setItem(KEPT, JSON.stringify(typed));
const isTicked = (field) => field.type === "checkbox" || field.type === "radio";
const isTyped = (field) => field.name && field.name !== "csrfmiddlewaretoken" && !["password", "file", "submit", "button"].includes(field.type);

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!person || event.defaultPrevented || form.method !== "post") return; // htmx leaves the form where it is
  const fields = [...form.elements].filter(isTyped);
  if (fields.every((field) => field.type === "hidden")) return; // a button alone, such as the one to sign out
  keep({ person, action: form.action, fields: fields.map((field) => [field.name, field.value, field.checked ?? null]) });
});

const typed = read();
if (typed && !person) keep({ ...typed, waits: true });
if (typed && person && !typed.waits) sessionStorage.removeItem(KEPT); // it has arrived
if (typed?.waits && typed.person === person) {
  const form = [...document.forms].find((form) => form.action === typed.action);
  if (form) {
    sessionStorage.removeItem(KEPT);
    restore(form, typed.fields);
  }
}

// A tick goes to the box of the same value, anything else to the field of its name, the second to the second. What is
// hidden says which version the form was begun from, so a change that somebody made meanwhile is still met.
function restore(form, fields) {
  const met = {};
  let first = null;
  for (const [name, value, checked] of fields) {
    const named = [...form.elements].filter((field) => field.name === name && isTyped(field));
    const boxes = named.filter(isTicked);
    if (boxes.length) {
      for (const box of boxes) if (box.value === value) box.checked = checked;
      continue;
    }
    const field = named[met[name] ?? 0];
    met[name] = (met[name] ?? 0) + 1;
    if (!field) continue;
    if (field.type !== "hidden" && field.value !== value) first ??= field;
    field.value = value;
  }
  for (let outer = form.parentElement; outer; outer = outer.parentElement) if (outer.matches("details")) outer.open = true;
  (first ?? form.elements[0]).focus();
  const value = "You were signed out, so this was not sent. What you typed is back in the form.";
  document.dispatchEvent(new CustomEvent("announce", { detail: { value } })); // which plumbline.js says
}
