// Narrowing and extension of words by conversion code (code.ts): 0 all bits, then s32, u32, s16, u16, s8, u8, bool.

export function convertedLow(conversion: number, lo: number, hi: number): number {
  switch (conversion) {
    case 3:
      return (lo << 16) >> 16;
    case 4:
      return lo & 0xffff;
    case 5:
      return (lo << 24) >> 24;
    case 6:
      return lo & 0xff;
    case 7:
      return (lo | hi) === 0 ? 0 : 1;
    default:
      return lo;
  }
}

/** The high half that belongs to an already narrowed low half; `conversion` is not 0. */
export function convertedHigh(conversion: number, low: number): number {
  return (conversion & 1) === 1 && conversion < 7 ? low >> 31 : 0;
}
