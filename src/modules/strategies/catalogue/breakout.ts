import type { Strategy } from "./declare.ts";

export const breakout: Strategy[] = [];
