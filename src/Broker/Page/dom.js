// Makes elements and changes them in place; whatever text comes in goes in as text.

/**
 * Makes an element. `text` is its text, `class` its class, `data` its data- attributes, `on` its
 * listeners; everything else is an attribute.
 */
export function el(name, props = {}, ...children) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(props)) {
    if (key === 'text') node.textContent = value;
    else if (key === 'data') Object.assign(node.dataset, value);
    else if (key === 'on') for (const [type, hear] of Object.entries(value)) {
      node.addEventListener(type, hear);
    }
    else setAttribute(node, key, value);
  }
  node.append(...children.filter((child) => child !== undefined));
  return node;
}

/** A button that submits nothing. */
export function button(text, hear, props = {}) {
  return el('button', { type: 'button', text, on: { click: hear }, ...props });
}

/**
 * A button that pauses what goes on and resumes what is paused: one element, so that the focus
 * stays. `ask` is told the verb, `name` what a screen reader calls the thing.
 */
export function holdButton(name, ask, props) {
  const node = button('', () => ask(node.dataset.verb), props);
  return {
    node,
    update(held) {
      const label = held ? 'Resume' : 'Pause';
      setData(node, 'verb', held ? 'resume' : 'pause');
      setText(node, label);
      setAttribute(node, 'aria-label', `${label} ${name}`);
    },
  };
}

/** Sets a text where it differs, so that a selection and a screen reader's place stay. */
export function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

/** Sets an attribute where it differs; undefined and false take it away, true leaves it empty. */
export function setAttribute(node, name, value) {
  if (value === undefined || value === false) node.removeAttribute(name);
  else {
    const text = value === true ? '' : String(value);
    if (node.getAttribute(name) !== text) node.setAttribute(name, text);
  }
}

/** Sets a data- attribute where it differs. */
export function setData(node, name, value) {
  if (node.dataset[name] !== value) node.dataset[name] = value;
}

/** Shows or hides. */
export function setShown(node, shown) {
  if (node.hidden === shown) node.hidden = !shown;
}

/**
 * Keeps a parent's children in step with a list: one `{ node, update }` of `make` for each key,
 * touched only where its item differs, moved only where the order does.
 */
export function keepChildren(parent, keyOf, make) {
  const kept = new Map();
  return (items, ...rest) => {
    const gone = new Set(kept.keys());
    let place = parent.firstElementChild;
    for (const item of items) {
      const key = keyOf(item);
      gone.delete(key);
      const said = JSON.stringify([item, rest]);
      let entry = kept.get(key);
      if (!entry) kept.set(key, entry = make(item));
      if (entry.said !== said) {
        entry.said = said;
        entry.update(item, ...rest);
      }
      if (entry.node === place) place = place.nextElementSibling;
      else parent.insertBefore(entry.node, place);
    }
    for (const key of gone) {
      kept.get(key).node.remove();
      kept.delete(key);
    }
  };
}

/** A progress bar; `set` takes a part of 1 and says it in words. */
export function bar(label) {
  const fill = el('div', { class: 'fill' });
  const node = el('div', { class: 'bar', role: 'progressbar', 'aria-label': label }, fill);
  return {
    node,
    set(part, text) {
      const percent = Math.round(1000 * Math.max(0, Math.min(1, part))) / 10;
      setAttribute(node, 'aria-valuenow', Math.round(percent));
      setAttribute(node, 'aria-valuetext', text);
      fill.style.width = `${percent}%`;
    },
  };
}

/** Says something to a screen reader, when it has time. */
export function announce(text) {
  setText(document.getElementById('announcer'), text);
}
