// Under which key a source's points of a row are kept: the extension's under the row's own, as ever, all others beside it.
// So the store needs no column for it, and a version that knows of one source reads on what it knows.

export function toSeriesKey(rowKey: string, source: string): string {
  return source === "extension" ? rowKey : `${rowKey} ${source}`;
}

/** Undefined when the series is another row's. */
export function findSource(seriesKey: string, rowKeys: readonly string[]): string | undefined {
  if (rowKeys.includes(seriesKey)) return "extension";
  const rowKey = rowKeys.find((key) => seriesKey.startsWith(`${key} `));
  return rowKey === undefined ? undefined : seriesKey.slice(rowKey.length + 1);
}
