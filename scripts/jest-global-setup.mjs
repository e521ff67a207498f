// Before the first e2e test: the processes that those tests start run from `dist`.
import { ensureBuilt } from './readiness.mjs';

export default () => ensureBuilt('js');
