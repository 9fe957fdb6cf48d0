// `npm test`: every check and test, with one line of summary at the end. See tasks/test.ts.
import { runTask } from "./task.mjs";

await runTask("test");
