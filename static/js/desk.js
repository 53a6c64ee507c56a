'use strict';
// The coding desk by selection and by keys. Without this each passage has a link to its form.
if (document.querySelector('.desk-line')) {
  const desk = document.querySelector('.desk');
  const forms = document.querySelector('.desk-forms');
  const lines = [...document.querySelectorAll('.desk-line')];
  const keys = document.querySelector('#desk-keys');
  const code = document.querySelector('#desk-code');
  const aside = document.querySelector('#desk-aside');
  let here = null;

  const current = () => here || lines[0];
  const isOpen = () => Boolean(forms && forms.closest('.desk-line'));

  const go = (line) => {
    if (!line) return;
    if (here) here.classList.remove('desk-here');
    here = line;
    here.classList.add('desk-here');
    here.focus({ preventScroll: true });
    here.scrollIntoView({ block: 'nearest' });
  };

  // Whether words are selected in another passage than the one whose form is open.
  const elsewhere = () => {
    const line = lineOf(document.getSelection().anchorNode);
    return line && line !== forms.closest('.desk-line') && selected(line) ? line : null;
  };

  const step = (by) => go(lines[Math.max(0, Math.min(lines.length - 1, lines.indexOf(current()) + (here ? by : 0)))]);

  const unread = () => {
    const from = lines.indexOf(current());
    const later = [...lines.slice(from + 1), ...lines.slice(0, from + 1)];
    go(later.find((line) => ['not_read', 'changed'].includes(line.dataset.state)));
  };

  // What is selected in a passage: the words, without the spaces at their ends, and their place.
  const selected = (line) => {
    const words = line.querySelector('[data-words]');
    const selection = document.getSelection();
    if (!words || !selection.rangeCount || selection.isCollapsed) return null;
    const range = selection.getRangeAt(0);
    if (!words.contains(range.startContainer) || !words.contains(range.endContainer)) return null;
    const before = document.createRange();
    before.selectNodeContents(words);
    before.setEnd(range.startContainer, range.startOffset);
    const whole = range.toString();
    const text = whole.trim();
    // Characters are counted as the archive does: one for each, also for those beyond the plane.
    const start = [...before.toString()].length + [...whole].length - [...whole.trimStart()].length;
    return text ? { text, start } : null;
  };

  const lineOf = (node) => node && (node.nodeType === Node.ELEMENT_NODE ? node : node.parentElement).closest('.desk-line');

  const point = (words, offset) => {
    const walker = document.createTreeWalker(words, NodeFilter.SHOW_TEXT);
    let left = offset;
    while (walker.nextNode()) {
      if (left <= walker.currentNode.length) return [walker.currentNode, left];
      left -= walker.currentNode.length;
    }
    return [words, words.childNodes.length];
  };

  const SENTENCE = /\S.*?(?:[.!?][”’"')\]]*(?=\s+["“‘([]?[A-Z0-9À-Þ]|\s*$)|$)/dgs;
  const QUOTED = /“(?<one>[^”]+)”|"(?<two>[^"]+)"|«(?<three>[^»]+)»|‘(?<four>[^’]+(?:’\w[^’]*)*)’/dg;

  // Selects what is found after the words that are selected, or the first there is in the passage.
  const next = (what) => {
    const words = current().querySelector('[data-words]');
    if (!words) return;
    go(current());
    const now = selected(current());
    const from = now ? [...words.textContent].slice(0, now.start).join('').length + now.text.length : 0;
    const found = [...words.textContent.matchAll(what)].map(({ indices }) => Object.values(indices.groups || {}).find(Boolean) || indices[0]);
    const place = found.find(([start]) => start >= from) || found[0];
    if (place) document.getSelection().setBaseAndExtent(...point(words, place[0]), ...point(words, place[1]));
  };

  // Moves the end, or the beginning, of what is selected by a word.
  const stretch = (direction, beginning) => {
    const selection = document.getSelection();
    const { startContainer, startOffset, endContainer, endOffset } = selection.getRangeAt(0);
    if (beginning) selection.setBaseAndExtent(endContainer, endOffset, startContainer, startOffset);
    else selection.setBaseAndExtent(startContainer, startOffset, endContainer, endOffset);
    selection.modify('extend', direction, 'word');
  };

  const box = (word, name, number) => {
    const label = document.createElement('label');
    const input = Object.assign(document.createElement('input'), { type: 'checkbox', name: 'who', value: word });
    const key = document.createElement('kbd');
    key.textContent = number;
    label.append(input, ' ', key, ` ${name}`);
    return label;
  };

  // Opens the forms at a passage, with the words that are selected there.
  const open = (line) => {
    const words = selected(line);
    if (forms.closest('.desk-line') !== line) {
      line.querySelector('.desk-slot').append(forms);
      for (const form of [code, aside]) form.elements.passage.value = line.dataset.number;
      const named = [...line.querySelectorAll('.desk-named li')];
      code.querySelector('.desk-who').replaceChildren(...named.map((one, place) => box(one.dataset.word, one.dataset.name, place + 1)));
      if (line.dataset.theme) code.elements.theme.value = line.dataset.theme;
      for (const button of aside.querySelectorAll('[value="again"]')) button.remove();
      go(line);
    }
    if (words) {
      code.elements.text.value = words.text;
      code.elements.start.value = words.start;
      code.elements.fragment.checked = !(/^["“‘([]?[A-Z0-9À-Þ]/.test(words.text) && /[.!?][”’"')\]]*$/.test(words.text));
    }
    code.focus({ preventScroll: true });
    // The passage stays in sight beside its form.
    line.scrollIntoView({ block: 'start' });
  };

  const close = () => {
    const line = forms.closest('.desk-line');
    const store = document.querySelector('.desk-store') || Object.assign(document.createElement('div'), { className: 'desk-store', hidden: true });
    desk.append(store);
    store.append(forms);
    go(line);
  };

  const tick = (number) => {
    const boxes = code.querySelectorAll('.desk-who input');
    const chosen = boxes[number - 1];
    if (chosen) chosen.checked = !chosen.checked;
  };

  // Keys of the open form, while no field of words has them.
  const inForm = (event) => {
    const digit = /^Digit([1-9])$/.exec(event.code);
    if (event.key === 'Escape') close();
    else if (event.key === 'Enter') code.elements.summary.focus();
    else if (digit && event.shiftKey) {
      const pillar = code.querySelectorAll('[name="pillars"]')[digit[1] - 1];
      if (pillar) pillar.checked = !pillar.checked;
    } else if (digit) tick(digit[1]);
    else if (event.key === 'q') open(forms.closest('.desk-line'));
    else if (event.key === 'a') code.elements.others.focus();
    else if (event.key === 't') code.elements.theme.focus();
    else if (event.key === 'x') aside.elements.reason.focus();
    else {
      const stance = code.querySelector(`[name="stance"][data-key="${CSS.escape(event.key)}"]`);
      if (!stance) return false;
      stance.checked = true;
      code.elements.summary.focus();
    }
    return true;
  };

  // Keys of the page, while no form is open.
  const onPage = (event) => {
    const digit = /^Digit([1-9])$/.exec(event.code);
    const arrow = { ArrowLeft: 'backward', ArrowRight: 'forward' }[event.key];
    if (arrow && selected(current())) stretch(arrow, event.shiftKey);
    else if (event.key === 'j') step(1);
    else if (event.key === 'k') step(-1);
    else if (event.key === 'u') unread();
    else if (event.key === 's') next(SENTENCE);
    else if (event.key === 'q') next(QUOTED);
    else if (!forms) return false;
    else if (event.key === 'c') open(current());
    else if (event.key === 'x') { open(current()); aside.elements.reason.focus(); }
    else if (digit && !event.shiftKey) { open(current()); tick(digit[1]); }
    else return false;
    return true;
  };

  // Keys of a field of words in the form: Enter goes on, Escape leads out.
  const inField = (event) => {
    const { target } = event;
    if (!forms || !forms.contains(target)) return false;
    if (event.key === 'Escape') code.focus();
    else if (event.key !== 'Enter' || event.shiftKey || aside.contains(target)) return false;
    else if (target.name === 'summary') code.requestSubmit(event.ctrlKey ? code.querySelector('[name="next"]') : undefined);
    else code.focus();
    return true;
  };

  document.addEventListener('keydown', (event) => {
    if (event.altKey || event.metaKey || event.isComposing) return;
    const field = event.target.matches('textarea, select, input:not([type="checkbox"], [type="radio"])');
    if (!field && (event.ctrlKey || !keys.checked || event.target.matches('button, summary, a'))) return;
    const taken = field ? inField(event) : isOpen() && !elsewhere() ? inForm(event) : onPage(event);
    if (taken) event.preventDefault();
  });

  // The passage in which words are selected is the one that is read.
  document.addEventListener('selectionchange', () => {
    const line = lineOf(document.getSelection().anchorNode);
    if (line && line !== here && (!isOpen() || elsewhere())) {
      if (here) here.classList.remove('desk-here');
      here = line;
      here.classList.add('desk-here');
    }
  });

  document.addEventListener('click', (event) => {
    const link = event.target.closest('.desk-open');
    if (link && forms) {
      event.preventDefault();
      open(link.closest('.desk-line'));
    }
    if (forms && event.target.closest('.desk-close')) {
      event.preventDefault();
      close();
    }
  });

  // One press saves once.
  for (const form of document.querySelectorAll('.desk-forms form')) {
    form.addEventListener('submit', (event) => {
      if (form.dataset.sent) event.preventDefault();
      form.dataset.sent = 'yes';
    });
  }
  window.addEventListener('pageshow', () => {
    for (const form of document.querySelectorAll('.desk-forms form')) delete form.dataset.sent;
  });

  keys.checked = localStorage.getItem('desk-keys') !== 'off';
  keys.addEventListener('change', () => localStorage.setItem('desk-keys', keys.checked ? 'on' : 'off'));
  const at = desk.dataset.open || desk.dataset.at;
  if (at) go(document.getElementById(`p${at}`));
  if (desk.dataset.open && code) {
    const fault = code.querySelector('.errorlist');
    const field = fault && fault.parentElement.querySelector('input:not([type="hidden"]), textarea, select');
    (field || code).focus();
  }
}
