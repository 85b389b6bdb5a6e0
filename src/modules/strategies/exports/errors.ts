import { PermanentFailure } from "../../jobs/define.ts";

export const dataChanged = () =>
  new PermanentFailure(
    "exports.data_changed",
    "The data set is not the one that this was computed from; run it again on the data that there is.",
  );

export const inPineInexpressible = (reason: string) => new PermanentFailure("exports.not_in_pine", reason);

export const pineTooMuch = (fault: string) =>
  new PermanentFailure(
    "exports.too_much",
    `The script could not be proved on so many bars (${fault}): run the backtest on fewer.`,
  );

export const pineDiffers = (difference: string) =>
  new PermanentFailure(
    "exports.differs",
    `The script would not do what the backtest did, so it is not given out. ${difference}.`,
  );
