"use strict";

// A value over time that holds from one start to the next, with its lowest and highest value where several steps were put together.
class Series {
  constructor(starts, low, high, steps) {
    Object.assign(this, { starts, low, high, steps });
  }

  static ofRuns(runs, steps) {
    const starts = new Float64Array(runs.length.length);
    let at = 0;
    runs.length.forEach((length, i) => { starts[i] = at; at += length; });
    const values = Float64Array.from(runs.value);
    return new Series(starts, values, values, steps);
  }

  // Thousandths, one for every so many steps; null is a gap.
  static ofBuckets({ stride, low, high }, steps) {
    const starts = Float64Array.from(low, (_, i) => i * stride);
    const values = column => Float64Array.from(column, value => value === null ? NaN : value / 1000);
    const lows = values(low);
    return new Series(starts, lows, high ? values(high) : lows, steps);
  }

  // Values from one start to the next, null where there is none; low and high are the edges of a band.
  static ofMoments(starts, low, high, steps) {
    const values = column => Float64Array.from(column, value => value === null ? NaN : value / 1000);
    const lows = values(low);
    return new Series(starts, lows, high === low ? lows : values(high), steps);
  }

  indexAt(step) {
    let [low, high] = [0, this.starts.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.starts[middle] <= step) low = middle; else high = middle - 1;
    }
    return low;
  }

  end(i) { return i + 1 < this.starts.length ? this.starts[i + 1] : this.steps; }

  max(from, to) {
    let most = 0;
    for (let i = this.indexAt(from); i < this.starts.length && this.starts[i] < to; i++) if (this.high[i] > most) most = this.high[i];
    return most;
  }

  // What each of so many columns of pixels shows of a stretch of time: first and last, lowest and highest, and the mean.
  columns(from, to, count) {
    const made = {
      count,
      first: new Float64Array(count), last: new Float64Array(count),
      low: new Float64Array(count), high: new Float64Array(count),
      mean: new Float64Array(count), gap: new Uint8Array(count),
    };
    const width = (to - from) / count;
    let i = this.indexAt(from);
    let seen = 0;
    for (let c = 0; c < count; c++) {
      const [start, end] = [from + c * width, from + (c + 1) * width];
      let [low, high, sum, time, first, last] = [Infinity, -Infinity, 0, 0, NaN, NaN];
      for (; i < this.starts.length; i++) {
        const overlap = Math.min(this.end(i), end) - Math.max(this.starts[i], start);
        if (overlap > 0) {
          if (Number.isNaN(this.low[i])) made.gap[c] = 1;
          else {
            const middle = (this.low[i] + this.high[i]) / 2;
            if (time === 0) first = middle;
            last = middle;
            low = Math.min(low, this.low[i]);
            high = Math.max(high, this.high[i]);
            sum += middle * overlap;
            time += overlap;
          }
          seen++;
        }
        if (this.end(i) > end) break;
      }
      made.first[c] = first; made.last[c] = last; made.low[c] = low; made.high[c] = high;
      made.mean[c] = time > 0 ? sum / time : NaN;
    }
    made.seen = seen - count;
    made.dense = seen > 2.5 * count;
    return made;
  }
}
