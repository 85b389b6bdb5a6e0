import type { Settings } from "../../../../env.ts";
import { isoTime } from "../../../../platform/clock.ts";
import { alpacaNotConfigured } from "../errors.ts";
import { alpacaBars } from "./alpaca.ts";
import { barsOverHttp } from "./over-http.ts";
import type { Provider } from "./provider.ts";
import { type ImportRequest, spanOf } from "./schemas.ts";

/** Where the bars of a request come from. Throws a 422 where the deployment has no access to it. */
export function chosenProvider(settings: Settings, request: ImportRequest): Provider {
  const { provider, symbols, timeframe } = request;
  const { from, to } = spanOf(request);
  if (provider.kind === "http") return barsOverHttp(provider, { symbols, timeframe, from, to });
  const { ALPACA_DATA_URL: origin, ALPACA_KEY_ID: key_id, ALPACA_SECRET_KEY: secret_key } = settings;
  if (key_id === undefined || secret_key === undefined) throw alpacaNotConfigured();
  const { adjustment, feed } = provider;
  const span = { symbols, timeframe, from: isoTime(from), to: isoTime(to), adjustment, feed };
  return alpacaBars({ origin, key_id, secret_key }, span);
}
