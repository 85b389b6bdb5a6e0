import { PineFault } from "../fault.ts";
import { action, type Builtin } from "../signature.ts";
import { isNa, NA, toBool, toNumber, type Value } from "../values.ts";

const ALERTS = "string comment?, string alert_message?, bool disable_alert?";
const OCA = "string oca_name?, constant oca_type?";

const textOf = (value: Value | undefined): string => (typeof value === "string" ? value : "");
/** A number that was given; what is na was not. */
const given = (value: Value | undefined): number | undefined =>
  value === undefined || isNa(value) ? undefined : toNumber(value);

const entry = (kind: "entry" | "order"): Builtin =>
  action(
    `string id, constant direction, float qty?, float limit?, float stop?, ${OCA}, ${ALERTS}`,
    "void",
    (machine, place) => (id, direction, qty, limit, stop, group, type) => {
      if (group !== undefined && type !== "strategy.oca.cancel")
        throw new PineFault("groups of orders that don't cancel each other are beyond the subset", place);
      if (given(limit) !== undefined && given(stop) !== undefined)
        throw new PineFault("an order with both limit and stop is beyond the subset", place);
      machine.broker.place({
        ...{ kind, id: textOf(id), direction: direction === "strategy.short" ? -1 : 1 },
        ...{ quantity: given(qty), limit: given(limit), stop: given(stop) },
        group: group === undefined ? undefined : textOf(group),
      });
      return NA;
    },
  );

/** Orders, as scripts give them to the broker. */
export const ORDERS: Readonly<Record<string, readonly Builtin[]>> = {
  "strategy.entry": [entry("entry")],
  "strategy.order": [entry("order")],
  "strategy.close": [
    action(
      "string id, string comment?, float qty?, float qty_percent?, string alert_message?, bool immediately?, bool disable_alert?",
      "void",
      ({ broker }, place) =>
        (id, _, qty, percent, __, immediately) => {
          if (qty !== undefined || percent !== undefined)
            throw new PineFault("closing a part is beyond the subset", place);
          broker.close(textOf(id), toBool(immediately));
          return NA;
        },
    ),
  ],
  "strategy.close_all": [
    action(
      "string comment?, string alert_message?, bool immediately?, bool disable_alert?",
      "void",
      ({ broker }) =>
        (_, __, immediately) => {
          broker.close(undefined, toBool(immediately));
          return NA;
        },
    ),
  ],
  "strategy.exit": [
    action(
      `string id, string from_entry?, float qty?, float qty_percent?, float profit?, float limit?, float loss?, float stop?, float trail_price?, float trail_points?, float trail_offset?, string oca_name?, string comment?, string comment_profit?, string comment_loss?, string comment_trailing?, string alert_message?, string alert_profit?, string alert_loss?, string alert_trailing?, bool disable_alert?`,
      "void",
      ({ broker }, place) =>
        (id, from, qty, percent, profit, limit, loss, stop, trailPrice, trailPoints, trailOffset) => {
          if (qty !== undefined || percent !== undefined)
            throw new PineFault("leaving with a part is beyond the subset", place);
          broker.exit({
            ...{ id: textOf(id), from: from === undefined ? undefined : textOf(from) },
            ...{ profit: given(profit), limit: given(limit), loss: given(loss), stop: given(stop) },
            trailPrice: given(trailPrice),
            trailPoints: given(trailPoints),
            trailOffset: given(trailOffset),
          });
          return NA;
        },
    ),
  ],
  "strategy.cancel": [
    action("string id", "void", ({ broker }) => (id) => {
      broker.cancel(textOf(id));
      return NA;
    }),
  ],
  "strategy.cancel_all": [
    action("", "void", ({ broker }) => () => {
      broker.cancel(undefined);
      return NA;
    }),
  ],
};
