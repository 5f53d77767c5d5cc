// Keeps what was typed in the formula's box and not applied: over changes of page, of the model, and a reload.
// In the browser alone: a box that told the app what it holds as it is left could overtake a click on a page link.
const PLACE = 'panelwise-draft';
const BOX = '.st-key-formula textarea';
const write = Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, 'value').set;

const load = (about) => {
  const kept = JSON.parse(sessionStorage.getItem(PLACE) || 'null');
  return kept && kept.about === about ? kept.text : null;
};
const keep = (about, text) => sessionStorage.setItem(PLACE, JSON.stringify({ about, text }));
const forget = () => sessionStorage.removeItem(PLACE);

// As if typed: the form takes over what its box holds when the box is left.
const fill = (box, text) => {
  write.call(box, text);
  box.dispatchEvent(new Event('input', { bubbles: true }));
  box.dispatchEvent(new FocusEvent('focusout', { bubbles: true }));
};

export default function ({ data, parentElement }) {
  const { about, applied } = data;
  const note = parentElement.querySelector('#draft');
  if (load(about) === applied) forget();

  const typed = (event) => {
    if (!event.target.matches?.(BOX)) return;
    if (event.target.value === applied) forget();
    else keep(about, event.target.value);
    show();
  };
  // The app fills the box when it draws the page or another model is chosen; it says nothing when it does.
  const show = () => {
    const draft = load(about);
    note.hidden = draft === null;
    const box = document.querySelector(BOX);
    if (box && draft !== null && box.value !== draft) fill(box, draft);
  };
  const undo = () => {
    forget();
    const box = document.querySelector(BOX);
    if (box) fill(box, applied);
    show();
  };
  document.addEventListener('input', typed);
  note.querySelector('button').onclick = undo;
  const again = setInterval(show, 150);
  show();
  return () => {
    clearInterval(again);
    document.removeEventListener('input', typed);
  };
}
