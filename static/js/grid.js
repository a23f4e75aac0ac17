// A grid of amounts by keyboard: arrows go from cell to cell, Enter saves as in any form, Escape puts back what stood
// there. A block pasted into a cell goes to the box for blocks, which shows what would change.

const CELL = 'input[name^="cell "]';

for (const grid of document.querySelectorAll("[data-grid]")) {
  grid.addEventListener("focusin", (event) => {
    if (event.target.matches(CELL)) event.target.select();
  });
  grid.addEventListener("keydown", (event) => {
    if (event.target.matches(CELL) && !(event.ctrlKey || event.metaKey || event.altKey || event.shiftKey)) move(event);
  });
  grid.addEventListener("paste", (event) => {
    if (event.target.matches(CELL)) paste(event);
  });
}

function move(event) {
  const field = event.target;
  if (event.key === "Escape") {
    field.value = field.defaultValue;
    field.select();
    return;
  }
  const isWhole = field.selectionStart === 0 && field.selectionEnd === field.value.length;
  const isAtStart = isWhole || field.selectionEnd === 0;
  const isAtEnd = isWhole || field.selectionStart === field.value.length;
  let next = null;
  if (event.key === "ArrowUp") next = inColumn(field, "previousElementSibling");
  else if (event.key === "ArrowDown") next = inColumn(field, "nextElementSibling");
  else if (event.key === "ArrowLeft" && isAtStart) next = inRow(field, "previousElementSibling");
  else if (event.key === "ArrowRight" && isAtEnd) next = inRow(field, "nextElementSibling");
  if (!next) return;
  event.preventDefault();
  next.focus();
}

function inColumn(field, step) {
  const column = field.closest("td").cellIndex;
  for (let row = field.closest("tr")[step]; row; row = row[step]) {
    const found = row.cells[column]?.querySelector(CELL);
    if (found) return found;
  }
  return null;
}

function inRow(field, step) {
  for (let cell = field.closest("td")[step]; cell; cell = cell[step]) {
    const found = cell.querySelector(CELL);
    if (found) return found;
  }
  return null;
}

function paste(event) {
  const text = event.clipboardData.getData("text/plain");
  if (!/[\t\n]/.test(text.trimEnd())) return; // one amount goes where the cursor is
  event.preventDefault();
  const form = event.target.form;
  const [, ref, place] = event.target.name.match(/^cell ([^/]*)\/(.*)$/);
  form.elements.paste.value = text;
  form.elements.from_line.value = ref;
  form.elements.from_column.value = place;
  form.requestSubmit(form.elements.preview);
}
