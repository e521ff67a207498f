// The functions of the soak test: an interpreter of random programs, written against the public API of an SDK.
import { appendFileSync } from 'node:fs';
import { randomUUID } from 'node:crypto';

const { withDurableExecution } = await import(process.env.SOAK_SDK);
const journal = process.env.SOAK_JOURNAL;

/** One line a record, appended in one write, so that the order of lines is the order of what happened. */
function record(kind, fields) {
  appendFileSync(
    journal,
    `${JSON.stringify({ kind, generation: process.env.SOAK_GENERATION, pid: process.pid, ...fields })}\n`,
  );
}

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const retryStrategy = (_, attempts) => ({ shouldRetry: attempts < 3, delay: { seconds: 1 } });

const interpreters = {
  async step({ path, fails, lastsMs, value }, context, execution) {
    const body = async ({ attempt }) => {
      const run = randomUUID();
      record('run', { execution, path, run, attempt });
      await pause(lastsMs);
      if (attempt <= fails) throw new Error(`attempt ${attempt} of ${path} fails`);
      return { value, run };
    };
    const settled = context.step(path, body, { retryStrategy }).then(
      (result) => result.value,
      () => `gave up ${path}`,
    );
    const outcome = await settled;
    record('passed', { execution, path });
    return outcome;
  },
  async wait({ path, seconds }, context) {
    await context.wait(path, { seconds });
    return `waited ${path}`;
  },
  async callback({ path }, context, execution) {
    const [answer, callbackId] = await context.createCallback(path);
    record('callback', { execution, path, callbackId });
    return `answered ${await answer}`;
  },
  child: ({ path, body }, context, execution) =>
    context.runInChildContext(path, (child) => interpretAll(body, child, execution)),
  async parallel({ path, branches }, context, execution) {
    const results = await context.parallel(
      path,
      branches.map((body) => (branch) => interpretAll(body, branch, execution)),
    );
    return results.getResults();
  },
  invokePlain: ({ path, value }, context) => context.invoke(path, 'plain', { value }),
  invokeDurable: ({ path, body }, context, execution) =>
    context.invoke(path, 'durable:$LATEST', { execution: `${execution}/${path}`, body }),
};

async function interpretAll(body, context, execution) {
  const values = [];
  for (const operation of body) values.push(await interpreters[operation.kind](operation, context, execution));
  return values;
}

export const durable = withDurableExecution(({ execution, body }, context) => interpretAll(body, context, execution));

export async function plain({ value }) {
  await pause(2);
  return `plain ${value}`;
}
