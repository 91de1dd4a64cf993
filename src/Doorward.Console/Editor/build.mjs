// Builds cedar-editor.min.js and the notices of what is in it; both are committed, so that the product builds without npm.
// `npm ci --ignore-scripts`, then `npm run build`; `npm run check` says whether what is committed is what the sources build.
import { build } from "esbuild";
import { readFile, readdir, writeFile } from "node:fs/promises";

const bundle = "cedar-editor.min.js", notices = "cedar-editor.NOTICE.txt";
const built = await build({
  entryPoints: ["cedar-editor.js"], bundle: true, format: "esm", minify: true, target: "es2022", charset: "utf8", legalComments: "none", write: false, metafile: true,
  banner: { js: `/* The Cedar editor of Doorward (Apache-2.0), with CodeMirror (MIT): see ${notices}. Made by npm run build. */` },
});

const names = [...new Set(Object.keys(built.metafile.inputs)
  .map(input => /^node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(input)?.[1]).filter(Boolean))].sort();
const parts = await Promise.all(names.map(async name => {
  const { version, license } = JSON.parse(await readFile(`node_modules/${name}/package.json`, "utf8"));
  const file = (await readdir(`node_modules/${name}`)).find(entry => /^licen[cs]e/i.test(entry));
  if (!file) throw new Error(`${name} says nothing of its licence`);
  return `${name} ${version} (${license})\n\n${(await readFile(`node_modules/${name}/${file}`, "utf8")).trim()}\n`;
}));
const outputs = {
  [bundle]: built.outputFiles[0].text,
  [notices]: `${bundle} contains these packages, under these licences.\n\n${parts.join(`\n${"-".repeat(80)}\n\n`)}`,
};

if (process.argv.includes("--check")) {
  for (const [file, text] of Object.entries(outputs)) {
    if (await readFile(file, "utf8").catch(() => "") !== text) {
      console.error(`${file} is not what the sources build: run npm run build and commit it`);
      process.exitCode = 1;
    }
  }
} else {
  for (const [file, text] of Object.entries(outputs)) await writeFile(file, text);
}
