// The path of this Node that an update leaves in place: Homebrew removes the folder of the old version.
import { realpathSync } from "node:fs";

/** https://docs.brew.sh/Formula-Cookbook#homebrew-terminology */
const CELLAR = /^(.+)\/Cellar\/([^/]+)\/[^/]+\/bin\/node$/;

/** The link of the formula, else the one on the PATH, as far as it leads to this very program. */
export function toStableNode(path: string, resolve: (path: string) => string = realpathSync): string {
  const [, prefix, formula] = CELLAR.exec(path) ?? [];
  if (prefix === undefined) return path;
  const links = [`${prefix}/opt/${formula}/bin/node`, `${prefix}/bin/node`];
  return links.find((link) => isSame(link, path, resolve)) ?? path;
}

function isSame(link: string, path: string, resolve: (path: string) => string): boolean {
  try {
    return resolve(link) === resolve(path);
  } catch {
    // No such link.
    return false;
  }
}
