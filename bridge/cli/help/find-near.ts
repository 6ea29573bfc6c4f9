// Which of the known words somebody meant who typed another one. Pure.

/** Undefined when none is near enough to be a slip. */
export function findNear(typed: string, known: readonly string[]): string | undefined {
  const mostEdits = typed.replace(/^-+/, "").length <= 4 ? 1 : 2;
  const near = known.map((word) => ({ word, edits: countEdits(typed.toLowerCase(), word) }));
  return near.filter(({ edits }) => edits <= mostEdits).toSorted((a, b) => a.edits - b.edits)[0]?.word;
}

/** Letters added, left out, replaced, or in the wrong order beside each other. */
function countEdits(typed: string, word: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: word.length + 1 }, (_none, index) => index);
  for (let row = 1; row <= typed.length; row += 1) {
    const edits = [row];
    for (let column = 1; column <= word.length; column += 1) {
      const isSame = typed[row - 1] === word[column - 1];
      const isSwapped = typed[row - 1] === word[column - 2] && typed[row - 2] === word[column - 1];
      edits[column] = Math.min(
        at(last, column) + 1,
        at(edits, column - 1) + 1,
        at(last, column - 1) + (isSame ? 0 : 1),
        isSwapped ? at(beforeLast, column - 2) + 1 : Number.POSITIVE_INFINITY,
      );
    }
    beforeLast = last;
    last = edits;
  }
  return at(last, word.length);
}

function at(edits: readonly number[], index: number): number {
  return edits[index] ?? Number.POSITIVE_INFINITY;
}
