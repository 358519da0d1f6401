// Numbers that look random. Agrees with chance.py.

/** `count` numbers from 0 to 1 that look random; the same seed gives the same numbers (xorshift). */
export function chance(seed, count) {
  let x = (seed + 1) * 0x9e3779b1;
  return Float64Array.from({ length: count }, () => {
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    return (x >>> 0) / 2 ** 32;
  });
}
