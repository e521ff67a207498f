import { runScenario } from './scenario.js';

/** `drive.js <module of the function> <"routes" when it has some>` */
const [module = '', routes] = process.argv.slice(2);

runScenario({ module }, { hasRoutes: routes === 'routes' }).then(
  () => console.log('the scenario holds'),
  (error: unknown) => {
    console.error(error);
    process.exitCode = 1;
  },
);
