// What is sent: one live connection, to what is looked at, and single answers.
import { $ } from './page.js';

let source = null, retry = null, followed = null;

const live = (state, text) => {
  $('live').dataset.state = state;
  if ($('live-text').textContent !== text) $('live-text').textContent = text;
};

const read = async answer => {
  // A site that asks to sign in sends elsewhere.
  if (answer.redirected) throw new Error('You are signed in no longer. Load the page again.');
  const isJson = /json/.test(answer.headers.get('content-type') ?? '');
  const body = isJson ? await answer.json() : await answer.text();
  if (!answer.ok) throw new Error(isJson && body.detail ? body.detail : `The server answered ${answer.status}.`);
  return body;
};

export const fetchJson = async (url, options) => read(await fetch(url, { credentials: 'same-origin', ...options }));

/** Asks why a stream was refused, which a browser does not tell. */
const tellWhy = async (url, mine) => {
  const stop = new AbortController();
  try {
    const answer = await fetch(url, { credentials: 'same-origin', signal: stop.signal });
    if (answer.ok && !answer.redirected) stop.abort(); // It is let in by now.
    else await read(answer);
  } catch (e) {
    if (source === mine && !stop.signal.aborted && !(e instanceof TypeError)) live('off', e.message);
  }
};

/** Follows what is looked at; the connection before ends. */
export const follow = (url, onView) => {
  source?.close();
  clearTimeout(retry);
  followed = [url, onView];
  if (document.hidden) return;
  const mine = new EventSource(url);
  source = mine;
  mine.addEventListener('view', event => {
    if (source !== mine) return;
    live('on', 'live');
    onView(JSON.parse(event.data));
  });
  mine.onerror = () => {
    if (source !== mine) return;
    const isRefused = mine.readyState === EventSource.CLOSED;
    if (!isRefused || $('live').dataset.state !== 'off') live('off', 'no connection, trying again');
    if (!isRefused) return;
    // A browser does not try again by itself where it was refused.
    retry = setTimeout(() => follow(url, onView), 5000);
    tellWhy(url, mine);
  };
};

// A page that nobody sees keeps no connection: a browser has few for one host.
document.addEventListener('visibilitychange', () => {
  if (!document.hidden && followed) follow(...followed);
  else source?.close();
});
