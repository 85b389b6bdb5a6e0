import type { Strategy } from "./declare.ts";

export const momentum: Strategy[] = [];
