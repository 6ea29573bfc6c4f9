// The program of one case: the case in, what was seen of it out.
import { caseSchema } from "./case.ts";
import { playCase } from "./unattended.ts";

const seen = await playCase(caseSchema.parse(JSON.parse(process.argv[2] ?? "")));
process.stdout.write(`${JSON.stringify(seen)}\n`);
