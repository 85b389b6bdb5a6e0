import type { Cost } from "./cost.ts";

/**
 * The object with this name, seen as `Api`: the methods of its class that others may call, each counted. The
 * namespace itself is untyped, because the compiler gives up on RPC types that hold recursive JSON.
 */
export function openObject<Api extends object>(
  namespace: DurableObjectNamespace,
  name: string,
  cost: Cost,
): Api {
  const stub = namespace.getByName(name);
  const api: Api = Object.create(null);
  return new Proxy(api, {
    get(_, property) {
      if (property === "then") return undefined;
      const value: unknown = Reflect.get(stub, property, stub);
      if (typeof value !== "function") return value;
      return (...args: unknown[]) => {
        cost.durable_object_calls += 1;
        return Reflect.apply(value, stub, args);
      };
    },
  });
}

/** Sets the object's alarm, unless one comes sooner: however often this is called, what is due is not put off. */
export async function setAlarmBy(storage: DurableObjectStorage, at: number): Promise<void> {
  const planned = await storage.getAlarm();
  if (planned === null || planned > at) await storage.setAlarm(at);
}
