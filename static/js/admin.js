'use strict';
// Select2 leaves its boxes without a name: they take that of their field’s label.
{
  const labelOf = (box) => {
    const select = box && box.previousElementSibling;
    const label = select && document.querySelector(`label[for="${select.id}"]`);
    if (label) label.id = `${select.id}_label`;
    return label;
  };

  const nameSearch = (search, label) => {
    if (search && label) search.setAttribute('aria-label', label.textContent.replace(/:\s*$/, ''));
  };

  const nameBox = (box) => {
    const label = labelOf(box);
    if (!label) return;
    for (const part of box.querySelectorAll('[role="combobox"], [role="textbox"]')) {
      const value = part.getAttribute('aria-labelledby');
      part.setAttribute('aria-labelledby', value ? `${label.id} ${value}` : label.id);
    }
    nameSearch(box.querySelector('.select2-search__field'), label);
  };

  // A box comes when the page is ready, and with each row that is added.
  new MutationObserver((changes) => {
    for (const { addedNodes } of changes) {
      for (const node of addedNodes) {
        if (node.nodeType === Node.ELEMENT_NODE && node.matches('.select2')) nameBox(node);
      }
    }
  }).observe(document.documentElement, { childList: true, subtree: true });

  // The field to type in is made when a list opens.
  document.addEventListener('focusin', (event) => {
    if (!event.target.matches('.select2-search__field')) return;
    nameSearch(event.target, labelOf(document.querySelector('.select2.select2-container--open')));
  });
}
