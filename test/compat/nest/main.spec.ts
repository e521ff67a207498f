import { handler } from './main.js';
import { runScenario } from './scenario.js';

declare const it: (name: string, body: () => Promise<void>, timeoutMs: number) => void;

it('runs in process under a test runner', () => runScenario({ handler }, { hasRoutes: true }), 30_000);
