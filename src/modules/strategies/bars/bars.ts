/**
 * A series of one symbol as columns of equal length, oldest first. Times are the bars' openings in ms since 1970, UTC,
 * strictly rising; prices and volumes are as the source gives them. Whoever is given bars never writes to them.
 */
export interface Bars {
  readonly times: Float64Array;
  readonly open: Float64Array;
  readonly high: Float64Array;
  readonly low: Float64Array;
  readonly close: Float64Array;
  readonly volume: Float64Array;
}
