// Makes `dist` of the packages whose folders are given: modules, declarations and source maps, one for each source.
// Not bundled: that is for whoever uses them, with their own tools.
import { execFileSync } from "node:child_process";
import { copyFileSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const TSC = join(dirname(createRequire(import.meta.url).resolve("typescript/package.json")), "bin", "tsc");
const LICENSE = fileURLToPath(new URL("../../../LICENSE", import.meta.url));
/** The compiler gives imports the names that they have in `dist`, but knows nothing of workers' addresses. */
const WORKER_ADDRESS = /(new URL\("\.[^"]+)\.ts(", import\.meta\.url\))/g;

function build(folder) {
  const dist = join(folder, "dist");
  rmSync(dist, { recursive: true, force: true });
  for (const name of readdirSync(folder)
    .filter((name) => /^tsconfig\.build.*\.json$/.test(name))
    .sort())
    execFileSync(process.execPath, [TSC, "--project", join(folder, name)], { stdio: "inherit" });
  const modules = readdirSync(dist, { recursive: true }).filter((name) => name.endsWith(".js"));
  for (const name of modules) nameWorkers(join(dist, name));
  copyFileSync(LICENSE, join(dist, "LICENSE"));
}

function nameWorkers(module) {
  const text = readFileSync(module, "utf8");
  const named = text.replaceAll(WORKER_ADDRESS, "$1.js$2");
  if (named !== text) writeFileSync(module, named);
}

for (const folder of process.argv.slice(2)) build(resolve(folder));
