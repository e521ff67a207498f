import {
  type CompletionConfig,
  type DurableContext,
  NestingType,
  type BatchResult,
  type ParallelFunc,
  type Serdes,
} from 'nestjs-durable-execution/engine';
import { COUNTS, fail, projectionOf, succeed } from '../batch-projections.js';
import { register } from '../registry.js';

const ONE_BY_ONE = { maxConcurrency: 1 };

/** `ok` for a branch that ends well, `failing` for one that does not. */
const runBranches = (
  context: DurableContext,
  name: string,
  plan: { branches: ('ok' | 'failing')[]; completionConfig: CompletionConfig },
): Promise<BatchResult<string>> => {
  const branches: ParallelFunc<string>[] = plan.branches.map((kind) => (kind === 'ok' ? succeed('ok') : fail));
  return context.parallel<string>(name, branches, { ...ONE_BY_ONE, completionConfig: plan.completionConfig });
};

const wrappingSerdes: Serdes<string> = {
  serialize: async (value) => JSON.stringify({ wrapped: value }),
  deserialize: async (data) => (data === undefined ? undefined : (JSON.parse(data) as { wrapped: string }).wrapped),
};

register('8-2', async (_event, context) => {
  const batch = await context.parallel<string>([succeed('alpha'), succeed('beta')], ONE_BY_ONE);
  return batch.getResults();
});

register('8-3', async (_event, context) => {
  const branches = [
    { name: 'first', func: succeed('one') },
    { name: 'second', func: succeed('two') },
  ];
  const batch = await context.parallel<string>('named', branches, ONE_BY_ONE);
  return batch.getResults();
});

register('8-5', async (_event, context) => (await context.parallel<string>('empty', [])).getResults());

register('8-6', async (_event, context) => {
  const batch = await runBranches(context, 'failfast', {
    branches: ['ok', 'failing', 'ok'],
    completionConfig: { toleratedFailureCount: 0 },
  });
  return projectionOf(batch, [...COUNTS, 'status']);
});

register('8-8', async (_event, context) => {
  const batch = await runBranches(context, 'min-successful', {
    branches: ['ok', 'ok', 'ok', 'ok'],
    completionConfig: { minSuccessful: 2 },
  });
  return projectionOf(batch, ['completionReason', 'successCount', 'totalCount']);
});

register('8-9', async (_event, context) => {
  const batch = await runBranches(context, 'tolerated', {
    branches: ['ok', 'failing', 'ok'],
    completionConfig: { toleratedFailureCount: 1 },
  });
  return projectionOf(batch, [...COUNTS, 'status']);
});

register('8-11', async (_event, context) => {
  const branches = [succeed('r0'), succeed('r1'), succeed('r2')];
  const batch = await context.parallel<string>('concurrent', branches, { maxConcurrency: 2 });
  return batch.getResults();
});

register('8-12', async (_event, context) => {
  const stepOf = (text: string) => (branch: DurableContext) => branch.step(succeed(text));
  const batch = await context.parallel<string>('flat', [stepOf('fa'), stepOf('fb')], {
    ...ONE_BY_ONE,
    nesting: NestingType.FLAT,
  });
  return batch.getResults();
});

register('8-14', async (_event, context) => {
  const branches: ParallelFunc<string>[] = [
    (branch) => branch.step(succeed('b0')),
    async (branch) => {
      await branch.wait({ seconds: 2 });
      return 'b1';
    },
  ];
  return (await context.parallel<string>('replay', branches, ONE_BY_ONE)).getResults();
});

register('8-15', async (_event, context) => {
  const batch = await context.parallel<string>('serde', [succeed('x'), succeed('y')], {
    ...ONE_BY_ONE,
    itemSerdes: wrappingSerdes,
  });
  return batch.getResults();
});

register('8-17', async (_event, context) => {
  const batch = await runBranches(context, 'min-not-reached', {
    branches: ['ok', 'failing', 'ok'],
    completionConfig: { minSuccessful: 3 },
  });
  return projectionOf(batch, [...COUNTS, 'status']);
});

register('8-18', async (_event, context) => {
  const batch = await runBranches(context, 'combined', {
    branches: ['failing', 'failing', 'ok', 'ok'],
    completionConfig: { minSuccessful: 3, toleratedFailureCount: 1 },
  });
  return projectionOf(batch, COUNTS);
});

register('8-20', async (_event, context) => {
  const batch = await runBranches(context, 'accessors', {
    branches: ['ok', 'failing', 'ok'],
    completionConfig: { toleratedFailureCount: 1 },
  });
  return {
    hasFailure: batch.hasFailure,
    successCount: batch.succeeded().length,
    failureCount: batch.failed().length,
    errorCount: batch.getErrors().length,
  };
});

register('8-21', async (_event, context) => {
  const stepOf = (text: string) => (branch: DurableContext) => branch.step(succeed(text));
  const outer = await context.parallel<string[]>(
    'outer',
    [
      async (branch) => {
        const inner = await branch.parallel<string>('inner', [stepOf('i1'), stepOf('i2')], ONE_BY_ONE);
        return inner.getResults();
      },
    ],
    ONE_BY_ONE,
  );
  return outer.getResults();
});
