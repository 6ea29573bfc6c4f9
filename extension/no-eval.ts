// zod probes for eval when it first parses, and the content security policy reports the probe as an error.
import * as z from "zod/mini";

z.config({ jitless: true });
