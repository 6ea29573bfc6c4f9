// Under which key a source's points of a row are kept: the extension's under the row's own, as ever, all others beside it.
// So the store needs no column for it, and a version that knows of one source reads on what it knows.

export function toSeriesKey(rowKey: string, source: string): string {
  return source === "extension" ? rowKey : `${rowKey} ${source}`;
}

export function isSeriesOf(seriesKey: string, rowKeys: readonly string[]): boolean {
  return rowKeys.some((rowKey) => seriesKey === rowKey || seriesKey.startsWith(`${rowKey} `));
}

/** A row's key is an organisation and an account, neither of which holds a space (merge.ts). */
export function toSeriesSource(seriesKey: string): string {
  return seriesKey.split(" ")[2] ?? "extension";
}
