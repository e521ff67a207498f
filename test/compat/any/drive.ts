import { runScenario } from './scenario.js';

/** `drive.js <module of the function> <"routes" when it has some>` */
const [modulePath = '', routes] = process.argv.slice(2);

runScenario({ module: modulePath }, { hasRoutes: routes === 'routes' }).then(
  () => console.log('the scenario holds'),
  (error: unknown) => {
    console.error(error);
    process.exitCode = 1;
  },
);
