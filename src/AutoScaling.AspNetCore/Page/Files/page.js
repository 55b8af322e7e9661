// What all parts of the page use: elements, words, messages.
// The page's own clock begins here, in the first script that runs.
performance.mark('autoscaling-start');

export const $ = id => document.getElementById(id);

export const words = {
  error: 'Error', blind: 'No metrics', warning: 'Warning', saturated: 'At maximum', paused: 'Paused', fine: 'Fine', off: 'Disabled',
};

export const el = (name, attributes = {}, ...children) => {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === true) node.setAttribute(key, '');
    else if (value != null && value !== false) node.setAttribute(key, value);
  }
  node.append(...children.filter(child => child != null));
  return node;
};

export const number = value => value == null ? '' : Math.abs(value) >= 1000
  ? Math.round(value).toLocaleString('en') : String(Math.round(value * 100) / 100);

export const clock = at => Math.abs(Date.now() - new Date(at)) > 64800000 ? new Date(at).toLocaleString()
  : new Date(at).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit', second: '2-digit' });

export const until = at => at == null ? '' : ` until ${clock(at)}`;

const write = (node, text) => { if (node.textContent !== text) node.textContent = text; };

/** What every view says of the host: its title, where to go from here, its version and its time. */
export const showHost = ({ host, at }, evaluatedAt) => {
  write($('title'), host.title);
  document.title = host.title;
  $('home').hidden = host.home == null;
  if (host.home != null) $('home').href = host.home;
  write($('about'), `AutoScaling ${host.version}; the server's time is ${clock(at)}; `
    + (evaluatedAt == null ? 'nothing was evaluated yet.' : `last evaluated ${clock(evaluatedAt)}.`));
};

/** Says what became of something; read aloud, and gone after a while. */
export const say = text => {
  $('said').textContent = text;
  clearTimeout(say.timer);
  say.timer = setTimeout(() => { $('said').textContent = ''; }, 12000);
};
