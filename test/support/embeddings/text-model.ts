import { z } from "zod";
import { bagOfWords } from "./bag-of-words.ts";

/** What Workers AI answers with another status than 200. */
export class ModelRefusal extends Error {
  readonly code: number;

  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }
}

const texts = z.array(z.string().min(1)).min(1).max(100);
const english = z.strictObject({ text: texts, pooling: z.enum(["mean", "cls"]).optional() });

/** `window`: the tokens of one call; at worst a character is one. `longest`: the characters that are surely read. */
const MODELS = {
  "@cf/baai/bge-m3": {
    dimensions: 1_024,
    window: 60_000,
    longest: 8_192,
    inputs: z.strictObject({ text: texts, truncate_inputs: z.boolean().optional() }),
  },
  "@cf/baai/bge-base-en-v1.5": { dimensions: 768, window: 153_600, longest: 2_048, inputs: english },
  "@cf/baai/bge-small-en-v1.5": { dimensions: 384, window: 153_600, longest: 2_048, inputs: english },
};

const modelName = z.enum(["@cf/baai/bge-m3", "@cf/baai/bge-base-en-v1.5", "@cf/baai/bge-small-en-v1.5"]);
const callShape = z.object({ inputs: z.unknown() });

/** An embedding model of Workers AI that counts words, and takes no more at once than the model that it stands for. */
export function runModel(model: string, body: string): { texts: string[]; answer: object } {
  const known = modelName.safeParse(model);
  if (!known.success) throw new ModelRefusal(5007, `No such model ${model}`);
  const { dimensions, inputs, longest, window } = MODELS[known.data];
  const parsed = inputs.safeParse(callShape.parse(JSON.parse(body)).inputs);
  if (!parsed.success) throw new ModelRefusal(5006, `Error: oneOf at '/' not met: ${parsed.error.message}`);
  const { text } = parsed.data;
  if (text.some((one) => one.length > longest)) throw new ModelRefusal(3030, "a text is too long");
  const length = text.reduce((sum, one) => sum + one.length, 0);
  if (length > window)
    throw new ModelRefusal(3030, `${length} tokens exceed the context window of ${window}`);
  const data = text.map((one) => bagOfWords(one, dimensions));
  return { texts: text, answer: { shape: [text.length, dimensions], data, pooling: "cls" } };
}
