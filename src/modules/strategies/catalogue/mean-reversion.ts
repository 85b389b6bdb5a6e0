import type { Strategy } from "./declare.ts";

export const meanReversion: Strategy[] = [];
