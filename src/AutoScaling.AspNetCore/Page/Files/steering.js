// What people may do with a target: buttons, the dialog that asks for more, and what is sent.
import { $, el, say } from './page.js';
import { fetchJson } from './wire.js';

const reason = { name: 'reason', label: 'Why', type: 'text' };
const untilField = { name: 'until', label: 'Until (empty: until someone resumes it)', type: 'datetime-local' };
const replicas = { name: 'replicas', label: 'Replicas', type: 'number', required: true, value: view => view.wanted ?? view.min };
const actions = {
  resume: { label: 'Resume', when: view => view.override },
  pause: {
    label: 'Pause', title: 'Pause', plain: true, fields: [{
      name: 'kind', label: 'What is paused', type: 'select',
      options: [['pause', 'all scaling'], ['pauseScaleUp', 'scale-ups'], ['pauseScaleDown', 'scale-downs']],
    }, reason, untilField],
  },
  hold: { label: 'Hold at a count', title: 'Hold', plain: true, fields: [replicas, reason, untilField] },
  scale: { label: 'Scale once', title: 'Scale', plain: true, fields: [replicas, reason] },
  evaluate: { label: 'Evaluate now', plain: true },
  shadow: {
    label: 'Add a shadow', title: 'Add', method: 'PUT', plain: true,
    fields: [{ name: 'name', label: 'Name', type: 'text', required: true },
      { name: 'changes', label: 'What it says differently, a setting a line: rules[0].cpuTarget: 60', type: 'textarea', required: true }],
  },
};

let asked = null;
const ask = (name, action, view, done) => {
  asked = { name, action, target: view.name, done };
  $('dialog-heading').textContent = `${action.label}: ${view.name}`;
  $('dialog-ok').textContent = action.title;
  $('dialog-error').textContent = '';
  $('dialog-fields').replaceChildren(...action.fields.map(field => {
    const input = field.type === 'select'
      ? el('select', { name: field.name }, ...field.options.map(([v, t]) => el('option', { value: v }, t)))
      : field.type === 'textarea' ? el('textarea', { name: field.name, rows: 4, required: field.required })
        : el('input', {
            name: field.name, type: field.type, required: field.required,
            min: field.type === 'number' ? 0 : null, maxlength: 500, autocomplete: 'off',
          });
    if (field.value) input.value = field.value(view);
    return el('label', {}, field.label, input);
  }));
  $('dialog').showModal();
};

const bodyOf = form => {
  const body = {};
  for (const [key, value] of new FormData(form)) {
    if (value === '') continue;
    body[key] = key === 'replicas' ? Number(value) : key === 'until' ? new Date(value).toISOString() : value;
    if (key === 'changes') {
      body.changes = Object.fromEntries(value.split('\n').filter(line => line.trim()).map(line => {
        const colon = line.indexOf(':');
        if (colon < 1) throw new Error(`A line must be a setting, a colon and a value, but is '${line}'.`);
        return [line.slice(0, colon).trim(), line.slice(colon + 1).trim()];
      }));
    }
  }
  return body;
};

const send = async (method, url, body, done) => {
  try {
    const answer = await fetchJson(url, {
      method,
      headers: body ? { 'content-type': 'application/json' } : {},
      body: body ? JSON.stringify(body) : undefined,
    });
    say(answer.said);
    done();
    return null;
  } catch (e) {
    say(e.message);
    return e.message;
  }
};

const act = ({ name, action, target, done }, body) => send(action.method ?? 'POST', name, { target, ...body }, done);

/** What may be done with a target, as buttons; done is called when it was. */
export const steer = (view, done) => el('p', { class: 'buttons', role: 'group', 'aria-label': 'Steer' },
  ...Object.entries(actions).filter(([, a]) => !a.when || a.when(view)).map(([name, action]) => {
    const button = el('button', { type: 'button', class: action.plain ? 'plain' : null, 'data-key': name }, action.label);
    button.addEventListener('click', () =>
      action.fields ? ask(name, action, view, done) : act({ name, action, target: view.name, done }, {}));
    return button;
  }));

/** A button that removes a shadow. */
export const remover = (view, shadow, done) => {
  const remove = el('button', { type: 'button', class: 'plain', 'data-key': `remove ${shadow.name}` }, `Remove ${shadow.name}`);
  const query = new URLSearchParams({ target: view.name, name: shadow.name });
  remove.addEventListener('click', () => send('DELETE', `shadow?${query}`, undefined, done));
  return remove;
};

$('dialog-cancel').addEventListener('click', () => $('dialog').close());
$('dialog-form').addEventListener('submit', async event => {
  event.preventDefault();
  let error;
  try { error = await act(asked, bodyOf($('dialog-form'))); } catch (e) { error = e.message; }
  if (error) $('dialog-error').textContent = error;
  else $('dialog').close();
});
