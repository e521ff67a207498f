// Follows the README from the packed package in a folder that `nest new` creates, and prints what a stranger would see.
// `npm run test:stranger [-- --nest 11,12]`
import { parseArgs } from 'node:util';
import { bareDirectory, lockCache, packPackage } from '../test/compat/cache.mjs';
import { closedPort } from '../test/compat/libraries/loopback.mjs';
import { walk } from '../test/compat/stranger/path.mjs';
import { ensureBuilt } from './readiness.mjs';

const { values } = parseArgs({ options: { nest: { type: 'string', default: '12,11' } } });

/** How npm says that it cannot reach its registry; what the example says about the local service is another matter. */
const OFFLINE = /npm (?:error|ERR!) code (?:ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|ENETUNREACH|ENOTCACHED)/;

lockCache();
await ensureBuilt();
const tarball = packPackage();
let failed = 0;
for (const nest of values.nest.split(',')) {
  console.log(`── Nest ${nest}`);
  const directory = bareDirectory(`stranger-${nest}`);
  try {
    await walk({ nest, tarball, directory, port: await closedPort(), tell: (line) => console.log(line) });
    console.log(`ok      a stranger's path with Nest ${nest}`);
  } catch (error) {
    if (OFFLINE.test(error.message)) {
      console.log(`skipped a stranger's path with Nest ${nest}: npm cannot reach its registry`);
      continue;
    }
    failed += 1;
    console.log(`FAILED  a stranger's path with Nest ${nest}\n${error.stack}`);
  }
}
process.exitCode = failed === 0 ? 0 : 1;
