import { call } from "./desk.ts";

export interface Hit {
  id: string;
  document_id: string;
  title: string;
  text: string;
  score: number;
  locator: { page?: number; chapter?: number; cell?: number; heading?: string; start: number; end: number };
  highlights: { start: number; end: number }[];
}

export interface SearchAnswer {
  query: string;
  intent: string;
  results: Hit[];
  total: number;
}

export async function search(token: string, request: Record<string, unknown>): Promise<SearchAnswer> {
  const answer = await call("/v1/search", { token, json: request });
  if (answer.status !== 200) throw new Error(`search: ${answer.status} ${await answer.text()}`);
  return await answer.json();
}

/** The words of a hit that its highlights point at. */
export function highlighted({ highlights, text }: Hit): string[] {
  return highlights.map(({ end, start }) => text.slice(start, end));
}
