import { bind, type Given } from "./calls.ts";
import { PineFault, type Place } from "./fault.ts";
import type { Machine, Plot } from "./machine.ts";
import type { Scope } from "./scope.ts";
import { parametersOf } from "./signature.ts";
import { type Code, NA, toBool, toNumber } from "./values.ts";

const STYLE =
  "color color?, int linewidth?, constant style?, bool trackprice?, float histbase?, int offset?, bool join?, bool editable?, int show_last?, constant display?, constant format?, int precision?, bool force_overlay?, constant linestyle?";
const MARKS =
  "constant style?, constant location?, color color?, int offset?, string text?, color textcolor?, bool editable?, constant size?, int show_last?, constant display?, constant format?, int precision?, bool force_overlay?";

/** What a script shows. Lines, shapes and alerts are kept as numbers; what only colours is checked and let go. */
const OUTPUTS = {
  plot: { kind: "plot", parameters: parametersOf(`float series, const string title?, ${STYLE}`) },
  plotshape: { kind: "shape", parameters: parametersOf(`any series, const string title?, ${MARKS}`) },
  plotchar: {
    kind: "shape",
    parameters: parametersOf(`any series, const string title?, const string char?, ${MARKS}`),
  },
  alertcondition: {
    kind: "alert",
    parameters: parametersOf("bool condition, const string title?, const string message?"),
  },
  hline: {
    kind: undefined,
    parameters: parametersOf(
      "input float price, const string title?, input color color?, constant linestyle?, input int linewidth?, bool editable?, constant display?",
    ),
  },
  fill: {
    kind: undefined,
    parameters: parametersOf(
      "plot plot1, plot plot2, color color?, const string title?, bool editable?, int show_last?, bool fillgaps?, constant display?",
    ),
  },
  bgcolor: {
    kind: undefined,
    parameters: parametersOf(
      "color color, int offset?, bool editable?, int show_last?, const string title?, constant display?, bool force_overlay?",
    ),
  },
  barcolor: {
    kind: undefined,
    parameters: parametersOf(
      "color color, int offset?, bool editable?, int show_last?, const string title?, constant display?",
    ),
  },
  alert: { kind: undefined, parameters: parametersOf("string message, constant freq?") },
} as const;
const isOutput = (name: string): name is keyof typeof OUTPUTS => Object.hasOwn(OUTPUTS, name);

const MOST_PLOTS = 64;

/** A call that shows something; undefined for what is none. */
export function outputCall(
  machine: Machine,
  called: string,
  given: readonly Given[],
  scope: Scope,
  place: Place,
): Code | undefined {
  if (!isOutput(called)) return undefined;
  const isGlobal = scope === scope.outermost();
  if (!isGlobal && called !== "alert") throw new PineFault(`${called}() stands outside of blocks`, place);
  const { kind, parameters } = OUTPUTS[called];
  const bound = bind(called, parameters, false, given, machine.version, place);
  if (bound instanceof PineFault) throw bound;
  const codes = bound.filter((code) => code !== undefined);
  const type = called === "plot" || called === "hline" ? "plot" : "void";
  if (kind === undefined)
    return {
      type,
      form: "series",
      run: () => {
        for (const code of codes) code.run();
        return NA;
      },
    };
  const [source, title] = bound;
  const named = title?.run();
  const plot: Plot = {
    kind,
    title: typeof named === "string" ? named : "",
    values: new Float64Array(machine.bars.close.length).fill(NA),
  };
  machine.plots.push(plot);
  if (machine.plots.length > MOST_PLOTS) throw new PineFault(`more than ${MOST_PLOTS} plots`, place);
  const run = () => {
    const value = source?.run();
    plot.values[machine.bar] = kind === "plot" ? toNumber(value) : Number(toBool(value));
    return NA;
  };
  return { type, form: "series", run };
}
