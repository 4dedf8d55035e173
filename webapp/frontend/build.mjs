// Bundles each script of src/ with the styles it imports into ../static/dist (staff.js, staff.css) and writes
// manifest.json: file name -> version by content. A name that begins with _ is a part of others.
// The rule: pages load from this site only, so everything that a page needs is bundled here.
import * as esbuild from 'esbuild';
import crypto from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import zlib from 'node:zlib';
import { fileURLToPath } from 'node:url';

const here = path.dirname(fileURLToPath(import.meta.url));
const dist = path.join(here, '..', 'static', 'dist');
const entries = fs.readdirSync(path.join(here, 'src')).filter((name) => name.endsWith('.js') && !name.startsWith('_'));

await esbuild.build({
  entryPoints: entries.map((name) => path.join(here, 'src', name)),
  outdir: dist,
  bundle: true,
  minify: true,
  format: 'iife',
  target: 'es2020',
  logLevel: 'warning',
  legalComments: 'linked',
  loader: { '.svg': 'dataurl', '.woff': 'dataurl', '.woff2': 'dataurl', '.ttf': 'dataurl', '.eot': 'dataurl', '.png': 'dataurl' },
});

const versions = {};
for (const name of fs.readdirSync(dist).sort()) {
  if (!/\.(js|css)$/.test(name)) continue;
  const bundle = fs.readFileSync(path.join(dist, name));
  versions[name] = crypto.createHash('sha256').update(bundle).digest('hex').slice(0, 12);
  fs.writeFileSync(path.join(dist, `${name}.gz`), zlib.gzipSync(bundle, { level: 9 }));
}
fs.writeFileSync(path.join(dist, 'manifest.json'), JSON.stringify(versions, null, 1));
