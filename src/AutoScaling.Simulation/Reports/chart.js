
// Draws a backtest: load, replicas, utilization and what a forecast showed below each other, over the same time.
class Chart {
  static left = 62;
  static right = 14;
  static row = 17;

  constructor(canvas, overlay) {
    Object.assign(this, { canvas, overlay, selected: -1 });
  }

  show(trace, workload, run) {
    Object.assign(this, { trace, workload, run });
    this.panels = [
      {
        title: "Load (as recorded, usually requests per second)", height: 120,
        keys: [["load", "line"]],
        least: 0, series: [workload.load],
      },
      {
        title: "Replicas", height: 260, whole: true,
        keys: [["demand", "line"], ["ready", "thick"], ["desired", "dash"], ["shortage", "area"], ["up", "up"], ["down", "down"]],
        least: 1, series: [workload.demand, run.ready, run.desired],
      },
      {
        title: "Utilization of the ready replicas (%)", height: 120,
        keys: [["utilization", "line"], ["objective", "dash"]],
        fixed: 1, series: [],
      },
    ];
    if (run.forecast) this.panels.push(...this.forecastPanels(run.forecast));
    this.view(0, trace.steps);
  }

  forecastPanels({ band, came, cost, baseCost, names }) {
    const colors = names.map((name, i) => [`c${i % 8}`, "solid", name]);
    return [
      {
        title: "Most load in the time ahead (replicas in full use)", height: 150,
        keys: [["forecast", "area", "forecast with headroom"], ["came", "line", "what came"]],
        least: 1, series: [band, came], paint: this.forecast,
      },
      {
        title: "In charge", height: 44,
        keys: [...colors, ["gate", "solid", "gate open"], ["shut", "solid", "gate closed: target tracking decides"]],
        strip: true, fixed: 1, series: [], paint: this.inCharge,
      },
      {
        title: "Imagined cost of the last day (replicas, shortage included)", height: 100,
        keys: [["forecast", "thick", "forecast"], ["desired", "dash", "target tracking"]],
        least: 1, series: [cost, baseCost], paint: this.costs,
      },
    ];
  }

  view(from, to) {
    const steps = this.trace.steps;
    const least = Math.min(steps, 8);
    const width = Math.min(steps, Math.max(least, to - from));
    this.from = Math.max(0, Math.min(steps - width, from));
    this.to = this.from + width;
    this.draw();
  }

  get plotWidth() { return this.width - Chart.left - Chart.right; }
  x(step) { return Chart.left + this.plotWidth * (step - this.from) / (this.to - this.from); }
  stepAt(x) { return this.from + (this.to - this.from) * (x - Chart.left) / this.plotWidth; }
  timeOf(step) { return this.trace.start + step * this.trace.step; }

  layout() {
    this.width = this.canvas.parentElement.clientWidth;
    const ratio = window.devicePixelRatio || 1;
    const context = this.canvas.getContext("2d");
    context.font = Chart.font();
    let top = 4;
    for (const panel of this.panels) {
      panel.legend = Chart.wrap(context, panel, this.width);
      panel.top = top + panel.legend.rows * Chart.row + 8;
      panel.bottom = panel.top + panel.height;
      top = panel.bottom + 14;
    }
    this.height = top + 44;
    for (const canvas of [this.canvas, this.overlay]) {
      canvas.width = Math.round(this.width * ratio);
      canvas.height = Math.round(this.height * ratio);
      canvas.style.height = `${this.height}px`;
      canvas.getContext("2d").setTransform(ratio, 0, 0, ratio, 0, 0);
    }
    this.ratio = ratio;
  }

  static font(weight = "") { return `${weight} 12px system-ui, sans-serif`.trim(); }

  static wrap(context, panel, width) {
    context.font = Chart.font("600");
    const title = context.measureText(panel.title).width;
    // What is wider than a narrow page begins further to the left.
    const start = size => Math.max(2, Math.min(Chart.left, width - 2 - size));
    const left = start(title);
    let [x, row] = [left + title + 18, 0];
    context.font = Chart.font();
    const keys = panel.keys.map(([name, kind, words]) => {
      const text = words ?? { up: "scale-up", down: "scale-down" }[name] ?? name;
      const size = 26 + context.measureText(text).width + 14;
      if (x + size > width && x > left) [x, row] = [start(size), row + 1];
      const key = { name, kind, text, x, row };
      x += size;
      return key;
    });
    return { keys, rows: row + 1, left };
  }

  color(name) { return this.colors.getPropertyValue(`--${name}`).trim(); }

  draw() {
    if (!this.trace) return;
    this.layout();
    this.colors = getComputedStyle(document.documentElement);
    const context = this.canvas.getContext("2d");

    // With a ground of its own the picture is readable on paper, even if it was drawn for a dark page.
    context.fillStyle = this.color("ground");
    context.fillRect(0, 0, this.width, this.height);
    context.lineJoin = "round";
    for (const panel of this.panels) {
      const most = panel.fixed ?? Math.max(panel.least, ...panel.series.map(s => s.max(this.from, this.to)));
      panel.most = panel.fixed ? 1.04 : (most || 1) * 1.06;
      panel.y = value => panel.bottom - panel.height * value / panel.most;
      this.frame(context, panel);
    }
    this.timeAxis(context);
    const [load, replicas, utilization] = this.panels;
    this.inside(context, load, () => this.line(context, load, this.workload.load, "load", 1.2));
    this.inside(context, replicas, () => this.replicas(context, replicas));
    this.inside(context, utilization, () => {
      this.rule(context, utilization, this.trace.objective);
      this.line(context, utilization, this.run.utilization, "utilization", 1.2);
    });
    for (const panel of this.panels) if (panel.paint) this.inside(context, panel, () => panel.paint.call(this, context, panel));
    this.point(null);
  }

  // The band from the bare forecast to that with its headroom, and the most that came in the time that it was for.
  forecast(context, panel) {
    const { band, came } = this.run.forecast;
    const columns = band.columns(this.from, this.to, Math.max(1, Math.round(this.plotWidth * this.ratio)));
    context.fillStyle = this.color("forecast");
    context.globalAlpha = 0.45;
    for (let c = 0; c < columns.count; c++) {
      if (!Number.isFinite(columns.low[c])) continue;
      const [top, bottom] = [panel.y(columns.high[c]), panel.y(columns.low[c])];
      context.fillRect(Chart.left + c / this.ratio, top, 1 / this.ratio, Math.max(1, bottom - top));
    }
    context.globalAlpha = 1;
    this.line(context, panel, came, "came", 1.2);
  }

  // Above the forecaster, below the gate.
  inCharge(context, panel) {
    const { band, name, open } = this.run.forecast;
    const middle = (panel.top + panel.bottom) / 2;
    for (let i = band.indexAt(this.from); i < band.starts.length && band.starts[i] < this.to; i++) {
      // Whole pixels of the screen, or the ground shines through between two that are alike.
      const [x0, x1] = [Math.max(this.from, band.starts[i]), Math.min(this.to, band.end(i))]
        .map(step => Math.round(this.x(step) * this.ratio) / this.ratio);
      if (!Number.isNaN(band.low[i])) {
        context.fillStyle = this.color(`c${name[i] % 8}`);
        context.fillRect(x0, panel.top, x1 - x0, middle - panel.top - 2);
      }
      context.fillStyle = this.color(open[i] ? "gate" : "shut");
      context.fillRect(x0, middle + 2, x1 - x0, panel.bottom - middle - 2);
    }
  }

  costs(context, panel) {
    this.line(context, panel, this.run.forecast.baseCost, "desired", 1.4, [5, 3]);
    this.line(context, panel, this.run.forecast.cost, "forecast", 2);
  }

  inside(context, panel, paint) {
    context.save();
    context.beginPath();
    context.rect(Chart.left, panel.top - 7, this.plotWidth, panel.height + 14);
    context.clip();
    paint();
    context.restore();
  }

  replicas(context, panel) {
    this.shortages(context, panel);
    this.line(context, panel, this.workload.demand, "demand", 1.2);
    this.line(context, panel, this.run.desired, "desired", 1, [4, 3]);
    this.line(context, panel, this.run.ready, "ready", 2);
    this.markers(context, panel);
  }

  // Between ready and demand, wherever demand is higher; and a strip at the bottom, where even one step in a month is seen.
  shortages(context, panel) {
    const { from, length } = this.run.shortages;
    const [demand, ready] = [this.workload.demand, this.run.ready];
    context.fillStyle = this.color("shortage");
    for (let s = this.firstShortage(this.from); s < from.length && from[s] < this.to; s++) {
      const [start, end] = [Math.max(from[s], this.from), Math.min(from[s] + length[s], this.to)];
      const [x0, x1] = [this.x(start), this.x(end)];
      context.globalAlpha = 1;
      context.fillRect(x0, panel.bottom - 4, Math.max(1, x1 - x0), 4);
      context.globalAlpha = 0.45;
      context.beginPath();
      this.edge(context, panel, demand, start, end, false);
      this.edge(context, panel, ready, start, end, true);
      context.fill();
    }
    context.globalAlpha = 1;
  }

  // The steps of a series between two times, forth or back, as a part of the current path.
  edge(context, panel, series, from, to, back) {
    const points = [];
    for (let i = series.indexAt(from); i < series.starts.length && series.starts[i] < to; i++) {
      const y = panel.y(series.low[i]);
      points.push([this.x(Math.max(series.starts[i], from)), y], [this.x(Math.min(series.end(i), to)), y]);
    }
    if (back) points.reverse();
    for (const [x, y] of points) context.lineTo(x, y);
  }

  firstShortage(step) {
    const { from, length } = this.run.shortages;
    let [low, high] = [0, from.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (from[middle] + length[middle] <= step) low = middle + 1; else high = middle;
    }
    return low;
  }

  line(context, panel, series, name, width, dash = []) {
    const columns = series.columns(this.from, this.to, Math.max(1, Math.round(this.plotWidth * this.ratio)));
    const x = column => Chart.left + (column + 0.5) / this.ratio;
    const banded = columns.dense || series.low !== series.high;
    context.strokeStyle = context.fillStyle = this.color(name);
    context.lineWidth = columns.seen > columns.count / 4 ? Math.min(width, 1.2) : width;
    if (banded) {
      context.globalAlpha = 0.3;
      for (let c = 0; c < columns.count; c++) {
        if (columns.high[c] > columns.low[c])
          context.fillRect(
            x(c) - 0.5 / this.ratio, panel.y(columns.high[c]),
            1 / this.ratio, panel.y(columns.low[c]) - panel.y(columns.high[c]));
      }
      context.globalAlpha = 1;
    }
    context.setLineDash(banded ? [] : dash);
    context.beginPath();
    let drawing = false;
    for (let c = 0; c < columns.count; c++) {
      if (Number.isNaN(columns.mean[c])) { drawing = false; continue; }
      const values = banded ? [columns.mean[c]] : [columns.first[c], columns.low[c], columns.high[c], columns.last[c]];
      for (const value of values) {
        if (drawing) context.lineTo(x(c), panel.y(value)); else context.moveTo(x(c), panel.y(value));
        drawing = true;
      }
      if (columns.gap[c]) drawing = false;
    }
    context.stroke();
    context.setLineDash([]);
  }

  rule(context, panel, value) {
    context.strokeStyle = this.color("objective");
    context.setLineDash([6, 4]);
    context.beginPath();
    context.moveTo(Chart.left, panel.y(value));
    context.lineTo(this.width - Chart.right, panel.y(value));
    context.stroke();
    context.setLineDash([]);
  }

  // Where many scalings fall on the same pixels, one marker stands for them.
  markers(context, panel) {
    const { at, from, to } = this.run.scalings;
    const taken = new Set();
    const first = this.firstScaling(this.from);
    const size = this.firstScaling(this.to) - first > this.plotWidth / 8 ? 2.5 : 4;
    for (let i = first; i < at.length && at[i] <= this.to; i++) {
      const up = to[i] > from[i];
      const place = `${up}${Math.round(this.x(at[i]) / 3)}`;
      if (taken.has(place)) continue;
      taken.add(place);
      this.marker(context, this.x(at[i]), panel.y(to[i]), up, size);
    }
  }

  marker(context, x, y, up, size) {
    const way = up ? -1 : 1;
    context.fillStyle = this.color(up ? "up" : "down");
    context.strokeStyle = this.color("ground");
    context.lineWidth = 1;
    context.beginPath();
    context.moveTo(x, y + way * size * 1.3);
    context.lineTo(x + size, y - way * size * 0.7);
    context.lineTo(x - size, y - way * size * 0.7);
    context.closePath();
    context.stroke();
    context.fill();
  }

  firstScaling(step) {
    const { at } = this.run.scalings;
    let [low, high] = [0, at.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (at[middle] < step) low = middle + 1; else high = middle;
    }
    return low;
  }

  frame(context, panel) {
    const end = Math.min(this.trace.scoredFrom, this.to);
    if (end > this.from) {
      context.fillStyle = this.color("unscored");
      context.fillRect(Chart.left, panel.top, this.x(end) - Chart.left, panel.height);
    }
    context.font = Chart.font();
    context.textAlign = "right";
    context.textBaseline = "middle";
    context.lineWidth = 1;
    const tick = panel.fixed ? 0.25 : Chart.tick(panel.most, panel.height / 28, panel.whole ? 1 : 0);
    for (let value = 0; value <= panel.most && !panel.strip; value += tick) {
      context.strokeStyle = this.color(value === 0 ? "axis" : "grid");
      context.beginPath();
      context.moveTo(Chart.left, Math.round(panel.y(value)) + 0.5);
      context.lineTo(this.width - Chart.right, Math.round(panel.y(value)) + 0.5);
      context.stroke();
      context.fillStyle = this.color("soft");
      context.fillText(panel.fixed ? Math.round(value * 100) : Number(value.toPrecision(6)), Chart.left - 7, panel.y(value));
    }
    context.textAlign = "left";
    const baseline = row => panel.top - 8 - (panel.legend.rows - row - 0.5) * Chart.row;
    context.fillStyle = this.color("ink");
    context.font = Chart.font("600");
    context.fillText(panel.title, panel.legend.left, baseline(0));
    context.font = Chart.font();
    for (const key of panel.legend.keys) this.key(context, key, baseline(key.row));
    if (panel === this.panels[0] && end > this.from && this.x(end) - Chart.left > 70) {
      context.fillStyle = this.color("soft");
      context.fillText("not scored", Chart.left + 6, panel.top + 10);
    }
  }

  key(context, { name, kind, text, x }, y) {
    context.strokeStyle = context.fillStyle = this.color(name);
    if (kind === "up" || kind === "down") this.marker(context, x + 12, y, kind === "up", 5);
    else if (kind === "area" || kind === "solid") {
      context.globalAlpha = kind === "area" ? 0.6 : 1;
      context.fillRect(x + 2, y - 5, 18, 10);
      context.globalAlpha = 1;
    } else {
      context.lineWidth = kind === "thick" ? 2.5 : 1.4;
      context.setLineDash(kind === "dash" ? [5, 3] : []);
      context.beginPath();
      context.moveTo(x, y);
      context.lineTo(x + 21, y);
      context.stroke();
      context.setLineDash([]);
    }
    context.fillStyle = this.color("ink");
    context.fillText(text, x + 26, y);
  }

  static tick(most, count, least) {
    const power = 10 ** Math.floor(Math.log10(most / count));
    return Math.max(least, [1, 2, 5, 10].map(m => m * power).find(t => most / t <= count));
  }

  timeAxis(context) {
    const [second, hour, day] = [1000, 3600e3, 86400e3];
    const sizes = [1, 5, 15, 30, 60, 300, 900, 1800].map(s => s * second)
      .concat([1, 3, 6, 12].map(h => h * hour), [1, 2, 7, 14, 30, 60, 120, 365].map(d => d * day));
    const [from, to] = [this.timeOf(this.from), this.timeOf(this.to)];
    const size = sizes.find(s => this.plotWidth * s / (to - from) >= 62) ?? sizes[sizes.length - 1];
    const bottom = this.panels[this.panels.length - 1].bottom;
    context.textAlign = "center";
    context.textBaseline = "top";
    let date = "";
    for (let time = Math.ceil(from / size) * size; time <= to; time += size) {
      const x = Chart.left + this.plotWidth * (time - from) / (to - from);
      context.strokeStyle = this.color("grid");
      context.lineWidth = 1;
      for (const panel of this.panels) {
        context.beginPath();
        context.moveTo(Math.round(x) + 0.5, panel.top);
        context.lineTo(Math.round(x) + 0.5, panel.bottom + (panel.bottom === bottom ? 5 : 0));
        context.stroke();
      }
      const [today, clock] = [
        new Date(time).toISOString().slice(0, 10),
        new Date(time).toISOString().slice(11, size < 60 * second ? 19 : 16),
      ];
      context.fillStyle = this.color("soft");
      if (size < day && x < this.width - 18) context.fillText(clock, x, bottom + 9);
      if (today !== date) {
        context.fillStyle = this.color("ink");
        if (x < this.width - 45) context.fillText(size < day ? today : today.slice(5), x, bottom + (size < day ? 25 : 9));
      }
      date = today;
    }
    context.fillStyle = this.color("soft");
    context.textAlign = "right";
    context.fillText("time (UTC)", this.width - Chart.right, bottom + 27);
    if (size >= day) {
      context.textAlign = "left";
      context.fillText(
        new Date(from).toISOString().slice(0, 10) + " to " + new Date(to).toISOString().slice(0, 10),
        Chart.left, bottom + 27);
    }
  }

  // What follows the pointer has a canvas of its own, so that a long run is not drawn anew for it.
  point(x, dragFrom = null) {
    const context = this.overlay.getContext("2d");
    context.clearRect(0, 0, this.width, this.height);
    const [top, bottom] = [this.panels[0].top, this.panels[this.panels.length - 1].bottom];
    if (dragFrom !== null && x !== null) {
      context.fillStyle = this.color("drag");
      context.fillRect(Math.min(x, dragFrom), top, Math.abs(x - dragFrom), bottom - top);
    }
    const { at, from, to } = this.run.scalings;
    if (this.selected >= 0 && at[this.selected] >= this.from && at[this.selected] <= this.to) {
      this.vertical(context, this.x(at[this.selected]), top, bottom, "ink");
      this.marker(context, this.x(at[this.selected]), this.panels[1].y(to[this.selected]), to[this.selected] > from[this.selected], 7);
    }
    if (x !== null) this.vertical(context, x, top, bottom, "soft", [3, 3]);
  }

  vertical(context, x, top, bottom, color, dash = []) {
    context.strokeStyle = this.color(color);
    context.lineWidth = 1;
    context.setLineDash(dash);
    context.beginPath();
    context.moveTo(x, top);
    context.lineTo(x, bottom);
    context.stroke();
    context.setLineDash([]);
  }

  // The nearest scaling within reach of the pointer, and how many there are.
  scalingNear(x) {
    const { at } = this.run.scalings;
    const reach = 7 * (this.to - this.from) / this.plotWidth;
    const step = this.stepAt(x);
    let [best, count] = [-1, 0];
    for (let i = this.firstScaling(step - reach); i < at.length && at[i] <= step + reach; i++) {
      count++;
      if (best < 0 || Math.abs(at[i] - step) < Math.abs(at[best] - step)) best = i;
    }
    return { index: best, count };
  }
}
