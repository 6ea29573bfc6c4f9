// Loaded into a process before its own code (`node --import`): its clock goes wrong by what CLOCK_FILE says, from call to call.
import { readFileSync } from "node:fs";

const RealDate = Date;
const readOffsetMs = () => Number(readFileSync(process.env.CLOCK_FILE, "utf8"));

globalThis.Date = class extends RealDate {
  constructor(...parts) {
    if (parts.length === 0) super(RealDate.now() + readOffsetMs());
    else super(...parts);
  }

  static now() {
    return RealDate.now() + readOffsetMs();
  }
};
