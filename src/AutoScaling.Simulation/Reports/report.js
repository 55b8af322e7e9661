
const element = id => document.getElementById(id);
const timeText = time => new Date(time).toISOString().slice(0, 19).replace("T", " ");
const numberText = value => Number.isFinite(value) ? String(Number(value.toPrecision(4))) : "none";

// A click on a heading sorts its table, and once more the other way round.
for (const table of document.querySelectorAll("table.scores")) {
  const headings = [...table.tHead.rows[0].cells];
  headings.forEach((heading, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...heading.childNodes);
    heading.append(button);
    button.addEventListener("click", () => {
      const order = heading.getAttribute("aria-sort") === "ascending" ? "descending" : "ascending";
      headings.forEach(other => other.removeAttribute("aria-sort"));
      heading.setAttribute("aria-sort", order);
      const value = row => row.cells[column].dataset.value ?? row.cells[column].textContent;
      const compare = (a, b) => column === 0 ? value(a).localeCompare(value(b)) : Number(value(a)) - Number(value(b));
      const rows = [...table.tBodies[0].rows].sort((a, b) => order === "ascending" ? compare(a, b) : compare(b, a));
      table.tBodies[0].append(...rows);
    });
  });
}

class Explorer {
  constructor() {
    this.index = JSON.parse(element("index").textContent);
    this.chart = new Chart(element("plot"), element("overlay"));
    this.now = { trace: -1, run: -1 };
    this.list = new ScalingList(index => this.select(index));
    const options = names => names.map((name, i) => new Option(name, i));
    element("trace").append(...options(this.index.traces.map(t => t.name)));
    element("candidate").append(...options(this.index.candidates));
    this.listen();
  }

  listen() {
    const go = () => this.open({
      trace: Number(element("trace").value), run: Number(element("candidate").value),
      scaling: -1, from: 0, to: NaN,
    });
    element("trace").addEventListener("change", go);

    // Another candidate on the same trace: the view stays, for comparing.
    element("candidate").addEventListener("change", () => this.open({
      ...this.now, run: Number(element("candidate").value),
      scaling: -1, from: this.chart.from, to: this.chart.to,
    }));
    const click = (id, action) => element(id).addEventListener("click", action);
    click("zoom-in", () => this.zoom(0.5));
    click("zoom-out", () => this.zoom(2));
    click("reset", () => this.view(0, this.trace.steps));
    click("worst", () => this.worst());
    click("next", () => this.next());
    window.addEventListener("hashchange", () => this.follow());
    window.addEventListener("resize", () => this.chart.draw());
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.chart.draw());
    this.pointer(element("overlay"));
  }

  pointer(overlay) {
    let start = null;
    const inPlot = event => Math.min(Math.max(event.offsetX, Chart.left), this.chart.width - Chart.right);
    overlay.addEventListener("pointerdown", event => {
      start = inPlot(event);
      overlay.setPointerCapture(event.pointerId);
    });
    overlay.addEventListener("pointermove", event => {
      this.chart.point(inPlot(event), start);
      this.tip(inPlot(event), event.offsetY);
    });
    overlay.addEventListener("pointerup", event => {
      if (start === null) return;
      const [from, to] = [start, inPlot(event)].sort((a, b) => a - b);
      start = null;
      if (to - from > 4) this.view(this.chart.stepAt(from), this.chart.stepAt(to));
      else this.select(this.chart.scalingNear(to).index);
    });
    const leave = () => {
      start = null;
      this.chart.point(null);
      element("tip").hidden = true;
    };
    overlay.addEventListener("pointercancel", leave);
    overlay.addEventListener("pointerleave", leave);
    overlay.addEventListener("dblclick", () => this.view(0, this.trace.steps));
    overlay.addEventListener("keydown", event => {
      const action = {
        ArrowLeft: () => this.step(-1), ArrowRight: () => this.step(1),
        "+": () => this.zoom(0.5), "-": () => this.zoom(2), 0: () => this.view(0, this.trace.steps),
      }[event.key];
      if (!action) return;
      event.preventDefault();
      action();
    });
  }

  // The address says what is shown: #trace=0&run=1&scaling=3, and optionally &from=..&to=.. in steps.
  follow() {
    const said = new URLSearchParams(location.hash.slice(1));
    const whole = (name, count) => {
      const value = Number(said.get(name) ?? -1);
      return Number.isInteger(value) && value < count ? value : -1;
    };
    const trace = Math.max(0, whole("trace", this.index.traces.length));
    const run = said.has("run") ? Math.max(0, whole("run", this.index.candidates.length)) : this.index.first;
    if (said.toString() === this.said) return Promise.resolve();
    const jump = said.has("run") && this.said !== undefined;
    return this.open({
      trace, run, scaling: whole("scaling", Infinity), from: Number(said.get("from")) || 0, to: Number(said.get("to")) || NaN,
    })
      .then(() => { if (jump) element("explorer").scrollIntoView(); });
  }

  say() {
    const said = new URLSearchParams({ trace: this.now.trace, run: this.now.run });
    if (this.chart.selected >= 0) said.set("scaling", this.chart.selected);
    if (this.chart.from > 0 || this.chart.to < this.trace.steps) {
      said.set("from", Math.floor(this.chart.from));
      said.set("to", Math.ceil(this.chart.to));
    }
    this.said = said.toString();
    location.replace(`#${said}`);
  }

  async open({ trace, run, scaling, from, to }) {
    const wanted = this.wanted = {};
    const workload = trace === this.now.trace ? this.workload : await this.load(`trace-${trace}`);
    const data = await this.load(`run-${trace}-${run}`);
    if (this.wanted !== wanted) return;
    this.trace = this.index.traces[trace];
    if (trace !== this.now.trace) {
      this.workload = { load: Series.ofRuns(workload.load, this.trace.steps), demand: Series.ofRuns(workload.demand, this.trace.steps) };
    }
    this.now = { trace, run };
    let at = 0;
    data.scalings.at = data.scalings.after.map(after => (at += after) / this.trace.step);
    this.run = {
      ready: Series.ofRuns(data.ready, this.trace.steps),
      desired: Series.ofRuns(data.desired, this.trace.steps),
      utilization: Series.ofBuckets(data.utilization, this.trace.steps),
      shortages: data.shortages,
      scalings: data.scalings,
      forecast: data.forecast ? this.forecast(data.forecast) : null,
    };
    element("trace").value = trace;
    element("candidate").value = run;
    element("scores").textContent = this.trace.scores[run];
    this.chart.selected = scaling < data.scalings.at.length ? scaling : -1;
    this.chart.show(this.trace, this.workload, this.run);
    element("worst").disabled = element("next").disabled = data.shortages.from.length === 0;
    this.list.show(this.trace, this.run.scalings, this.chart);
    this.view(from, Number.isFinite(to) ? to : this.trace.steps);
    this.explain();
  }

  forecast(data) {
    let at = 0;
    const starts = Float64Array.from(data.after, after => at += after);
    const series = (low, high = low) => Series.ofMoments(starts, low, high, this.trace.steps);

    // A headroom can be less than nothing.
    const edge = pick => data.expected.map((value, i) => value === null ? null : pick(value, data.upTo[i]));
    return {
      ...data,
      with: series(data.upTo), bare: series(data.expected),
      band: series(edge(Math.min), edge(Math.max)),
      came: series(data.came), cost: series(data.cost), baseCost: series(data.baseCost),
    };
  }

  // What the forecast showed at a time, in words.
  forecastText(step) {
    const { band, bare, with: upTo, came, cost, baseCost, minutes, enough, name, names, open } = this.run.forecast;
    const i = band.indexAt(step);
    if (step < band.starts[i]) return "";
    const gate = open[i] ? "gate open" : "gate closed: target tracking decides";
    if (Number.isNaN(band.low[i])) return `no forecast yet · ${gate}`;
    const costs = Number.isNaN(cost.low[i])
      ? ""
      : ` · imagined cost ${numberText(cost.low[i])}, target tracking ${numberText(baseCost.low[i])}`;
    return `forecast for ${minutes[i]} min: ${numberText(bare.low[i])}, with headroom ${numberText(upTo.low[i])} `
      + `(${names[name[i]]}, enough ${numberText(enough[i] / 10)} % of the time) `
      + `· came ${numberText(came.low[i])} · ${gate}${costs}`;
  }

  async load(id) {
    const text = atob(element(id).textContent);
    const bytes = new Uint8Array(text.length);
    for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
    const opened = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
    return JSON.parse(await new Response(opened).text());
  }

  view(from, to) {
    this.chart.view(from, to);
    this.list.filter();
    this.say();
  }

  zoom(factor) {
    const { at } = this.run.scalings;
    const [from, to] = [this.chart.from, this.chart.to];
    const selected = at[this.chart.selected];
    const middle = selected >= from && selected <= to ? selected : (from + to) / 2;
    this.view(middle - (middle - from) * factor, middle + (to - middle) * factor);
  }

  select(index) {
    if (index < 0) return;
    this.chart.selected = index;
    const { at } = this.run.scalings;
    const width = this.chart.to - this.chart.from;
    if (at[index] < this.chart.from || at[index] > this.chart.to) this.chart.view(at[index] - width / 2, at[index] + width / 2);
    this.chart.point(null);
    this.list.filter();
    this.list.reveal(index);
    this.explain();
    this.say();
  }

  step(by) {
    const count = this.run.scalings.at.length;
    const index = this.chart.selected < 0
      ? (by > 0 ? this.chart.firstScaling(this.chart.from) : this.chart.firstScaling(this.chart.to) - 1)
      : this.chart.selected + by;
    if (index >= 0 && index < count) this.select(index);
  }

  explain() {
    const box = element("explanation");
    const index = this.chart.selected;
    const { at, from, to, text } = this.run.scalings;
    if (index < 0) {
      box.replaceChildren();
      return;
    }
    const title = document.createElement("h3");
    title.textContent = `Scaling ${index + 1} of ${at.length}: ${from[index]} → ${to[index]}, `
      + `${timeText(this.chart.timeOf(at[index]))} UTC`;
    const said = document.createElement("p");
    said.textContent = text[index];
    const buttons = [["Previous", -1], ["Next", 1]].map(([name, by]) => {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = name;
      button.disabled = index + by < 0 || index + by >= at.length;
      button.addEventListener("click", () => this.step(by));
      return button;
    });
    box.replaceChildren(title, said, ...buttons);
    this.list.reveal(index);
  }

  worst() {
    const { missing } = this.run.shortages;
    this.shortage(missing.reduce((best, value, i) => value > missing[best] ? i : best, 0));
  }

  next() {
    const { from } = this.run.shortages;
    const middle = (this.chart.from + this.chart.to) / 2;
    const whole = this.chart.to - this.chart.from >= this.trace.steps;
    const index = whole ? 0 : from.findIndex(start => start > middle);
    this.shortage(Math.max(0, index));
  }

  // Centred on its first step, so that the next one is to the right of the middle.
  shortage(index) {
    const { from, length } = this.run.shortages;
    const around = Math.max(30 * 60e3 / this.trace.step, 1.5 * length[index]);
    this.view(from[index] - around, from[index] + around);
  }

  tip(x, y) {
    const tip = element("tip");
    const step = Math.floor(this.chart.stepAt(x));
    const value = series => series.low[series.indexAt(step)];
    const { index, count } = this.chart.scalingNear(x);
    const percent = value(this.run.utilization) * 100;
    const lines = [
      `${timeText(this.chart.timeOf(step))} UTC`,
      `load ${numberText(value(this.workload.load))} · demand ${value(this.workload.demand)} · ready ${value(this.run.ready)} `
        + `· desired ${value(this.run.desired)} · utilization ${Number.isFinite(percent) ? `${Math.round(percent)} %` : "none"}`,
    ];
    if (this.run.forecast && this.forecastText(step)) lines.push(this.forecastText(step));
    tip.replaceChildren(...lines.map(line => Object.assign(document.createElement("div"), { textContent: line })));
    if (index >= 0) {
      const text = this.run.scalings.text[index] + (count > 1 ? ` (${count - 1} more here: zoom in.)` : "");
      tip.append(Object.assign(document.createElement("p"), { textContent: text }));
    }
    tip.hidden = false;
    const left = x + 16 + tip.offsetWidth > this.chart.width ? x - 16 - tip.offsetWidth : x + 16;
    tip.style.left = `${Math.max(0, left)}px`;
    tip.style.top = `${y + 14}px`;
  }
}

// A list of any length: only the rows in sight exist.
class ScalingList {
  static rowHeight = 26;

  constructor(pick) {
    this.pick = pick;
    this.shown = [];
    element("list").addEventListener("scroll", () => this.draw());
    window.addEventListener("resize", () => this.draw());
    for (const id of ["direction", "search", "in-view"]) element(id).addEventListener("input", () => this.filter());
  }

  show(trace, scalings, chart) {
    Object.assign(this, { trace, scalings, chart });
    element("list").scrollTop = 0;
  }

  filter() {
    const { at, from, to, text } = this.scalings;
    const direction = element("direction").value;
    const words = element("search").value.toLowerCase();
    const inView = element("in-view").checked;
    this.shown = [];
    for (let i = 0; i < at.length; i++) {
      if (direction !== "all" && (to[i] > from[i]) !== (direction === "up")) continue;
      if (inView && (at[i] < this.chart.from || at[i] > this.chart.to)) continue;
      if (words && !text[i].toLowerCase().includes(words)) continue;
      this.shown.push(i);
    }
    element("count").textContent = this.shown.length === at.length
      ? `${at.length} scalings`
      : `${this.shown.length} of ${at.length} scalings`;
    element("rows").style.height = `${this.shown.length * ScalingList.rowHeight}px`;
    this.draw();
  }

  draw() {
    const list = element("list");
    const first = Math.max(0, Math.floor(list.scrollTop / ScalingList.rowHeight) - 5);
    const last = Math.min(this.shown.length, first + Math.ceil(list.clientHeight / ScalingList.rowHeight) + 10);
    const rows = [];
    for (let row = first; row < last; row++) rows.push(this.row(row, this.shown[row]));
    element("rows").replaceChildren(...rows);
  }

  row(row, i) {
    const { at, from, to, text } = this.scalings;
    const made = document.createElement("button");
    made.type = "button";
    made.style.top = `${row * ScalingList.rowHeight}px`;
    if (i === this.chart.selected) made.setAttribute("aria-current", "true");
    const up = to[i] > from[i];
    const cells = [
      ["time", timeText(this.chart.timeOf(at[i]))],
      [up ? "up" : "down", `${up ? "▲" : "▼"} ${from[i]} → ${to[i]}`],
      ["why", text[i]],
    ];
    made.append(...cells.map(([name, content]) =>
      Object.assign(document.createElement("span"), { className: name, textContent: content })));
    made.addEventListener("click", () => this.pick(i));
    return made;
  }

  reveal(index) {
    const list = element("list");
    const row = this.shown.indexOf(index);
    const top = row * ScalingList.rowHeight;
    if (row >= 0 && (top < list.scrollTop || top + ScalingList.rowHeight > list.scrollTop + list.clientHeight))
      list.scrollTop = top - list.clientHeight / 2;
    this.draw();
  }
}

if (element("plots")) {
  element("plots").hidden = false;
  new Explorer().follow().catch(error => {
    element("scores").textContent = `The plots cannot be shown: ${error.message}. `
      + `They need a browser with DecompressionStream, from 2023 or later.`;
  });
}
