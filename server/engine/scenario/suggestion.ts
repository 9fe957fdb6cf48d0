// "Did you mean": the known word that is nearest to a mistyped one.

/** Names that are compared with a wrong one: a file with many of both must not take forever. */
const CANDIDATES_MAX = 1000;

/** The known word within a distance of a third of its length (case and `_` weigh nothing); undefined if none is near. */
export function nearest(word: string, known: Iterable<string>): string | undefined {
  let looked = 0;
  let best: string | undefined;
  let bestDistance = Number.POSITIVE_INFINITY;
  for (const candidate of known) {
    if (CANDIDATES_MAX < ++looked) break;
    // Short names are near to all others; only longer ones say what was meant.
    const limit = Math.floor(Math.max(word.length, candidate.length) / 3);
    const distance = editDistance(plain(word), plain(candidate), limit);
    if (distance <= limit && distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

function plain(word: string): string {
  return word.toLowerCase().replaceAll("_", "");
}

/** Edits (insert, delete, replace, swap of neighbours), or more than `limit` where there are more. */
function editDistance(left: string, right: string, limit: number): number {
  if (Math.abs(left.length - right.length) > limit) return limit + 1;
  let beforePrevious: number[] = [];
  let previous = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (let row = 1; row <= left.length; row++) {
    const current = [row];
    for (let column = 1; column <= right.length; column++) {
      const isSame = left[row - 1] === right[column - 1];
      let cost = Math.min(
        previous[column]! + 1,
        current[column - 1]! + 1,
        previous[column - 1]! + (isSame ? 0 : 1),
      );
      const isSwap = left[row - 1] === right[column - 2] && left[row - 2] === right[column - 1];
      if (isSwap) cost = Math.min(cost, beforePrevious[column - 2]! + 1);
      current.push(cost);
    }
    beforePrevious = previous;
    previous = current;
  }
  return previous[right.length]!;
}
