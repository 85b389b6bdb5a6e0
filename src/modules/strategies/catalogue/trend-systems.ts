import type { Strategy } from "./declare.ts";

export const trendSystems: Strategy[] = [];
