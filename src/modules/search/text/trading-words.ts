const phrases = (text: string) =>
  text
    .split(",")
    .map((phrase) => phrase.trim().replace(/\s+/g, " "))
    .filter((phrase) => phrase !== "");

/** Phrases of trading rules, by their words; plain plurals are added. */
const RULE_PHRASES =
  phrases(`entry, entries, exit, stop loss, stoploss, stop-loss, trailing stop, stop placement, take profit,
  profit target, buy signal, sell signal, trading signal, entry signal, exit signal, buy, sell, go long, go short,
  long only, long short, crossover, cross over, signal line, breakout, break out, backtest, back test, backtesting, position sizing,
  position size, risk per trade, money management, overbought, oversold, rebalance, rebalancing, scalping, swing trade,
  swing trading, day trading, intraday, trading system, trading rule, trading strategy, setup, pullback, fade, pyramiding,
  scale in, scale out, stop order, stopped out, reward ratio, risk reward, time stop, entry threshold, exit threshold,
  winning trade, losing trade, losing position, winning position, parameter optimisation, walk forward, trade filter`);

/** What such rules are made of: indicators, patterns and positions. */
const INSTRUMENT_PHRASES =
  phrases(`rsi, macd, atr, ema, sma, adx, cci, obv, vwap, moving average, bollinger, bollinger band,
  donchian, donchian channel, keltner, keltner channel, ichimoku, stochastic oscillator, fibonacci, fibonacci retracement,
  parabolic sar, supertrend, heikin ashi, pivot point, support and resistance, divergence, golden cross, death cross,
  head and shoulders, double bottom, double top, candlestick, engulfing, opening range, gap, turtle, pairs trading, pair trading,
  mean reversion, trend following, momentum, arbitrage, carry trade, iron condor, covered call, straddle, strangle,
  butterfly, calendar spread, credit spread, vertical spread, collar, protective put, grid trading, martingale, dual momentum,
  seasonality, squeeze, statistical arbitrage, market making, wheel, scalping, swing, intraday, futures, rotation, overnight`);

const STRATEGY_WORDS = new Set(
  phrases(`strategy, strategies, startegy, stratgy, handelsstrategie, strategie, stratégie, estrategia, strategia, estratégia,
  стратегия, 戦略, 策略`),
);
/** Beside the word strategy, also in other languages, these say that it is one of trading. */
const STRATEGY_SETTINGS = new Set(
  phrases(`trading, medias, móviles, bollinger, cruce, durchschnitte, durchschnitt, einstieg, ausstieg, trader, börse, momentum,
  achat, vente, compra, venta, kaufen, verkaufen, opciones, optionen, options`),
);

const LONGEST = 3;
const plural = (phrase: string) => [phrase, `${phrase}s`];
const RULES = new Set(RULE_PHRASES.flatMap(plural));
const INSTRUMENTS = new Set(INSTRUMENT_PHRASES.flatMap(plural));

export interface TradingWords {
  /** Different phrases of trading rules. */
  rules: Set<string>;
  /** Different indicators, patterns and positions. */
  instruments: Set<string>;
  /** How often any of them stands there. */
  count: number;
  /** Whether the word strategy stands there, and a word that says it is one of trading. */
  strategy: boolean;
}

/** The trading words among lower-case words, the longest phrases first, each word in one phrase at most. */
export function tradingWordsOf(words: readonly string[]): TradingWords {
  const found: TradingWords = { rules: new Set(), instruments: new Set(), count: 0, strategy: false };
  let at = 0;
  while (at < words.length) at += Math.max(1, phraseAt(words, at, found));
  const ofTrading = found.count > 0 || words.some((word) => STRATEGY_SETTINGS.has(word));
  found.strategy = ofTrading && words.some((word) => STRATEGY_WORDS.has(word));
  return found;
}

function phraseAt(words: readonly string[], at: number, found: TradingWords): number {
  for (let length = Math.min(LONGEST, words.length - at); length > 0; length -= 1) {
    const phrase = words.slice(at, at + length).join(" ");
    const isRule = RULES.has(phrase);
    if (!isRule && !INSTRUMENTS.has(phrase)) continue;
    (isRule ? found.rules : found.instruments).add(phrase);
    found.count += 1;
    return length;
  }
  return 0;
}
