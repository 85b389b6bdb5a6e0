import type { Strategy } from "./declare.ts";

export const volumeBased: Strategy[] = [];
