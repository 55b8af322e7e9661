// The dashboard: a list of targets of which only what is looked at is sent and drawn, and one target with its plots.
import { $ } from './page.js';
import { look, redraw, searched } from './list.js';
import { hide, show } from './target.js';

let isList = true, scrolled = 0;

/** The name in a link to a target; what cannot be read is taken as it is. */
const nameOf = text => {
  try { return decodeURIComponent(text); } catch { return text; }
};

const route = () => {
  const match = /^#\/target\/(.+)$/.exec(location.hash);
  isList = match == null;
  $('list-view').hidden = !isList;
  $('target-view').hidden = isList;
  if (!isList) { show(nameOf(match[1])); return; }
  hide();
  scrollTo(0, scrolled);
  look(true);
};

addEventListener('hashchange', route);
addEventListener('scroll', () => { if (isList) { scrolled = scrollY; look(false); } }, { passive: true });
addEventListener('resize', redraw);
$('search').addEventListener('input', searched);
$('standing').addEventListener('change', searched);
$('search-form').addEventListener('submit', event => event.preventDefault());
route();
