// The service of the soak test in a separate process, so that it can be killed: options are JSON, the endpoint is
// printed as a line.
import { startLocalService } from '../../dist/esm/local/index.js';

const { faults = [], ...options } = JSON.parse(process.argv[2]);
const service = await startLocalService({ ...options, workers: { ...options.workers, log: () => undefined } });
for (const rule of faults) service.faults.add(rule);
process.stdout.write(`${service.endpoint}\n`);
process.on('disconnect', () => process.exit(0));
