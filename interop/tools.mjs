// The names of the tools, which have a golden file each.
import {readdirSync} from 'node:fs';

const ending = '.golden.json';

export const toolNames = readdirSync(new URL('../tools/testdata/', import.meta.url))
  .filter(name => name.endsWith(ending))
  .map(name => name.slice(0, -ending.length))
  .sort();
