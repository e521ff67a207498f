// A lower bound for every engine, and not an engine itself: the same API, with every result saved before the handler
// continues. It supports only sequential steps, a map of one step per item, and the pages of the state. It has no
// retries, checks, suspension, logging or errors. No engine can be faster, so a goal below this bound cannot be met on
// the machine that runs the benchmark.
import { createHash, randomUUID } from 'node:crypto';

const idAt = (position) => createHash('md5').update(String(position)).digest('hex').slice(0, 16);

export function withDurableExecution(handler, { durableExecutionClient: client }) {
  return async ({ DurableExecutionArn, CheckpointToken, InitialExecutionState }) => {
    const records = new Map();
    let arrived;
    const keep = (operations) => {
      for (const operation of operations) records.set(operation.Id, operation);
      arrived?.();
    };
    keep(InitialExecutionState.Operations);
    let marker = InitialExecutionState.NextMarker;
    const read = async () => {
      while (marker) {
        const page = await client.getExecutionState({
          DurableExecutionArn,
          CheckpointToken,
          Marker: marker,
          MaxItems: 1000,
        });
        marker = page.NextMarker;
        keep(page.Operations);
      }
    };
    const reading = marker ? read() : undefined;
    let token = CheckpointToken;
    let position = 0;

    async function step(Name, body) {
      const Id = idAt((position += 1));
      while (marker && !records.has(Id)) await new Promise((resolve) => (arrived = resolve));
      const known = records.get(Id);
      if (known) return JSON.parse(known.StepDetails.Result);
      const operation = { Id, Type: 'STEP', SubType: 'Step', Name };
      const Payload = JSON.stringify(await body());
      await save([
        { ...operation, Action: 'START' },
        { ...operation, Action: 'SUCCEED', Payload },
      ]);
      return JSON.parse(Payload);
    }

    async function save(Updates) {
      const ClientToken = randomUUID();
      const response = await client.checkpoint({ DurableExecutionArn, CheckpointToken: token, ClientToken, Updates });
      token = response.CheckpointToken;
      keep(response.NewExecutionState.Operations);
    }

    /** Sends as many updates as every engine must send, in full requests, one after the other. */
    async function map(Name, items, body) {
      const updates = [];
      const parent = { Id: idAt((position += 1)), Type: 'CONTEXT', SubType: 'Map', Name };
      for (const [index, value] of items.entries()) {
        const Id = idAt(`${position}-${index + 1}`);
        const item = { Id, ParentId: parent.Id, Type: 'CONTEXT', SubType: 'MapIteration', Name: `map-item-${index}` };
        const inner = { Id: idAt(`${position}-${index + 1}-1`), ParentId: Id, Type: 'STEP', SubType: 'Step' };
        const Payload = JSON.stringify(await body({ step: (_name, run) => run() }, value));
        for (const operation of [item, { ...inner, Name: 'double' }]) updates.push({ ...operation, Action: 'START' });
        for (const operation of [inner, item]) updates.push({ ...operation, Action: 'SUCCEED', Payload });
      }
      const all = [{ ...parent, Action: 'START' }, ...updates, { ...parent, Action: 'SUCCEED', Payload: '{}' }];
      while (all.length > 0) await save(all.splice(0, 250));
      return { successCount: items.length };
    }

    const result = await handler({}, { step, map });
    await reading;
    return { Status: 'SUCCEEDED', Result: JSON.stringify(result) };
  };
}
