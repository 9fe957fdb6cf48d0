// Pure stand-ins for the native modules of the VS Code server, which npm would have to compile. They do what the
// workbench needs of them: log files and Output channels keep working, files are copied.

const spdlog = `"use strict";
const fs = require("fs");
const path = require("path");
const LEVELS = ["trace", "debug", "info", "warning", "error", "critical"];
class Logger {
  constructor(kind, name, file) {
    this.level = 2;
    this.raw = false;
    fs.mkdirSync(path.dirname(file), { recursive: true });
    this.file = fs.openSync(file, "a");
  }
  write(level, message) {
    if (level < this.level || this.file === undefined) return;
    const time = new Date().toISOString().replace("T", " ").replace("Z", "");
    fs.writeSync(this.file, this.raw ? message : time + " [" + LEVELS[level] + "] " + message + "\\n");
  }
  trace(message) { this.write(0, message); }
  debug(message) { this.write(1, message); }
  info(message) { this.write(2, message); }
  warn(message) { this.write(3, message); }
  error(message) { this.write(4, message); }
  critical(message) { this.write(5, message); }
  getLevel() { return this.level; }
  setLevel(level) { this.level = level; }
  setPattern() {}
  clearFormatters() { this.raw = true; }
  flush() {}
  drop() {
    if (this.file !== undefined) fs.closeSync(this.file);
    this.file = undefined;
  }
}
exports.version = 0;
exports.Logger = Logger;
exports.setLevel = () => {};
exports.setFlushOn = () => {};
exports.createRotatingLogger = async (name, file) => new Logger("rotating", name, file);
exports.createAsyncRotatingLogger = async (name, file) => new Logger("rotating_async", name, file);
`;

// The extension host also polls its parent once a second, in JavaScript.
const watchdog = `"use strict";
exports.start = () => {};
exports.exit = (code) => process.exit(code || 0);
`;

const copyFile = `"use strict";
const fs = require("fs");
exports.copyFile = fs.promises.copyFile;
exports.copyFileSync = fs.copyFileSync;
exports.cp = fs.promises.cp;
exports.isCloneSupported = () => false;
exports.constants = fs.constants;
`;

const deviceId = `"use strict";
exports.getDeviceId = async () => "00000000-0000-4000-8000-000000000000";
`;

/** Package name to the code of its index.js. */
export const standIns: Readonly<Record<string, string>> = {
  "@vscode/spdlog": spdlog,
  "@vscode/native-watchdog": watchdog,
  "@vscode/fs-copyfile": copyFile,
  "@vscode/deviceid": deviceId,
};
