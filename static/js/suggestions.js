"use strict";

// Under a search box, links to what its words name. Without this the search page shows the same.
for (const box of document.querySelectorAll("input[data-suggestions]")) {
  const list = document.createElement("ul");
  list.className = "suggestions";
  list.hidden = true;
  box.parentElement.append(list);
  let waiting = 0;
  let asked = "";

  const close = () => { list.hidden = true; };

  const show = (rows) => {
    list.replaceChildren(...rows.map((row) => {
      const link = document.createElement("a");
      link.href = row.page;
      const kind = document.createElement("span");
      kind.className = "quiet";
      kind.textContent = `${row.kind}: `;
      link.append(kind, row.label);
      const item = document.createElement("li");
      item.append(link);
      return item;
    }));
    list.hidden = rows.length === 0;
  };

  const ask = async () => {
    const words = box.value.trim();
    if (words === asked) return;
    asked = words;
    if (words.length < 2) return close();
    const answer = await fetch(`${box.dataset.suggestions}?q=${encodeURIComponent(words)}`);
    // An answer that comes late is of other words.
    if (answer.ok && words === asked) show((await answer.json()).results);
  };

  box.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => ask().catch(close), 150);
  });

  box.parentElement.addEventListener("keydown", (event) => {
    if (list.hidden) return;
    // The first Escape closes the list and leaves the words; some browsers would empty the box.
    if (event.key === "Escape") { event.preventDefault(); close(); box.focus(); }
    if (!["ArrowDown", "ArrowUp"].includes(event.key)) return;
    event.preventDefault();
    const stops = [box, ...list.querySelectorAll("a")];
    const step = event.key === "ArrowDown" ? 1 : stops.length - 1;
    stops[(stops.indexOf(document.activeElement) + step) % stops.length].focus();
  });

  box.parentElement.addEventListener("focusout", (event) => {
    if (!box.parentElement.contains(event.relatedTarget)) close();
  });
}
