import { utf8 } from "./bytes.ts";

const CELLS = [
  {
    cell_type: "markdown",
    metadata: {},
    source: [
      "# Crossing averages on a made-up price\n",
      "\n",
      "This notebook walks through the *golden heron* rule of the handbook: buy when the short average is above the ",
      "long one by more than half of the daily range.\n",
    ],
  },
  {
    cell_type: "code",
    execution_count: 1,
    metadata: {},
    source: ["prices = [100 + (i % 7) - (i % 3) for i in range(250)]\n", "len(prices)"],
    outputs: [
      { output_type: "execute_result", execution_count: 1, metadata: {}, data: { "text/plain": ["250"] } },
    ],
  },
  { cell_type: "markdown", metadata: {}, source: "## The signal\n\nWe compare **20** days with **100**." },
  {
    cell_type: "code",
    execution_count: 2,
    metadata: {},
    source:
      "def signal(prices):\n    return mean(prices[-20:]) > mean(prices[-100:])\n\nprint(signal(prices))",
    outputs: [
      { output_type: "stream", name: "stdout", text: "False\n" },
      {
        output_type: "display_data",
        metadata: {},
        data: { "image/png": "iVBORw0KGgo=", "text/plain": "<Figure size 640x480>" },
      },
    ],
  },
];

/** A Jupyter notebook of four cells: prose, a result, prose, and a printed line beside a picture. */
export async function makeSampleNotebook(): Promise<Uint8Array<ArrayBuffer>> {
  const metadata = { kernelspec: { display_name: "Python 3", language: "python", name: "python3" } };
  return utf8(JSON.stringify({ cells: CELLS, metadata, nbformat: 4, nbformat_minor: 5 }, null, 1));
}
