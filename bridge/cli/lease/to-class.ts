// What jobs are of one kind unless the user says so: the repository and the program.
import { existsSync } from "node:fs";
import { basename, dirname, join } from "node:path";

const OTHERS = /[^\p{L}\p{N}_.@+-]+/gu;
const MAX_CHARACTERS = 39;

export function toDefaultClass(folder: string, program: string): string {
  return `${toName(basename(findRepository(folder)))}/${toName(program)}`;
}

function toName(text: string): string {
  return text.replace(OTHERS, "-").slice(0, MAX_CHARACTERS) || "-";
}

/** The folder itself where there is none. */
function findRepository(folder: string): string {
  for (let each = folder; ; each = dirname(each)) {
    if (existsSync(join(each, ".git"))) return each;
    if (dirname(each) === each) return folder;
  }
}
