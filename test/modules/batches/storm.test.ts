import { afterEach, it } from "vitest";
import { Cut, installProbe } from "../../../src/platform/faults.ts";
import { batchScenario } from "../../support/batch-scenario.ts";
import { endDirections, sendLeftBehind } from "../../support/batches.ts";
import { newAccount } from "../../support/desk.ts";

afterEach(endDirections);

it("comes through pause, kills, resume and retry with each of many items done once, and 7 % failed twice", async () => {
  const { access_token: token } = await newAccount();
  const storm = () => {
    let borders = 0;
    installProbe((border) => {
      borders += 1;
      if (borders % 17 === 0) throw new Cut(border);
    });
  };
  const calm = () => installProbe(undefined);
  await batchScenario({ token, size: 300, storm, calm, meanwhile: sendLeftBehind });
}, 180_000);
