const WIDTH = 28;
const LINE = 100;

/** One line that is drawn again and again on a terminal; elsewhere, a line for each tenth and each new phase. */
export class ProgressBar {
  readonly #terminal = process.stdout.isTTY === true;
  #last = "";
  #open = false;

  show(fraction: number, phase: string, message: string): void {
    const filled = Math.round(fraction * WIDTH);
    const bar = "█".repeat(filled) + "░".repeat(WIDTH - filled);
    const percent = `${Math.floor(fraction * 100)} %`.padStart(5);
    const line = `${bar} ${percent}  ${phase}: ${message}`;
    if (this.#terminal) {
      process.stdout.write(`\r${line.slice(0, LINE).padEnd(LINE)}`);
      this.#open = true;
      return;
    }
    const step = `${phase} ${Math.floor(fraction * 10)}`;
    if (step !== this.#last) console.log(line);
    this.#last = step;
  }

  end(): void {
    if (this.#open) process.stdout.write("\n");
    this.#open = false;
  }
}
