/**
 * Numbers in [0, 1) with 32 bits each, the same in every run and on every machine: sfc32 of PractRand (Chris Doty-Humphrey),
 * begun from a seed of 32 bits as its author does, with twelve rounds thrown away.
 */
export function randomFrom(seed: number): () => number {
  let [a, b, c, counter] = [0, seed | 0, Math.floor(seed / 2 ** 32) | 0, 1];
  const next = () => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum;
    c |= 0;
    return (sum >>> 0) / 2 ** 32;
  };
  for (let round = 0; round < 12; round += 1) next();
  return next;
}
