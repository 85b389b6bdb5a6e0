/** Figures of an equity curve while it is walked: nothing is kept of a bar but sums. Bars without a position change none. */
export class RunningCurve {
  last = 0;
  /** Of the returns, and of their squares. */
  sum = 0;
  squares = 0;

  #peak = 0;
  #trough = 0;
  #drawdown = 0;

  start(cash: number): void {
    this.last = cash;
    this.sum = 0;
    this.squares = 0;
    this.#peak = cash;
    this.#trough = cash;
    this.#drawdown = 0;
  }

  /** The equity at the close of one bar. */
  mark(value: number): void {
    const change = this.last > 0 ? value / this.last - 1 : 0;
    this.sum += change;
    this.squares += change * change;
    this.last = value;
    if (value > this.#peak) this.#crest(value);
    else if (value < this.#trough) this.#trough = value;
  }

  /**
   * The equity at the closes from one bar up to another, that one not included, while `signed` are held that were bought at
   * `entryPrice`. Gives the first bar at which nothing is left, without marking it, or else `to`.
   */
  hold(
    close: Float64Array,
    from: number,
    to: number,
    cash: number,
    signed: number,
    entryPrice: number,
  ): number {
    let { last, sum, squares } = this;
    let peak = this.#peak;
    let trough = this.#trough;
    let drawdown = this.#drawdown;
    let bar = from;
    for (; bar < to; bar += 1) {
      const value = cash + signed * ((close[bar] ?? 0) - entryPrice);
      if (value <= 0) break;
      const change = value / last - 1;
      sum += change;
      squares += change * change;
      last = value;
      if (value > peak) {
        // Only here is divided: within one peak the deepest point is the lowest.
        if (trough < peak) drawdown = Math.max(drawdown, (peak - trough) / peak);
        peak = value;
        trough = value;
      } else if (value < trough) trough = value;
    }
    this.last = last;
    this.sum = sum;
    this.squares = squares;
    this.#peak = peak;
    this.#trough = trough;
    this.#drawdown = drawdown;
    return bar;
  }

  /** The deepest fall from a peak, as a part of that peak. */
  drawdown(): number {
    return Math.max(this.#drawdown, (this.#peak - this.#trough) / this.#peak);
  }

  #crest(value: number): void {
    this.#drawdown = this.drawdown();
    this.#peak = value;
    this.#trough = value;
  }
}
