// `npm start`: opens the examples in a real VS Code with the extension loaded. See tasks/start.ts.
import { runTask } from "./task.mjs";

await runTask("start");
