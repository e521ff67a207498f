// No engine, but the least that any can do: the same wire protocol, every result saved before the handler goes on. It knows
// one step after the other and the pages of the state, and nothing else: no retries, checks, suspension, logging or errors.
// What it takes no engine can save; a goal below it cannot be met on the machine that runs the benchmark.
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
      const response = await client.checkpoint({
        DurableExecutionArn,
        CheckpointToken: token,
        ClientToken: randomUUID(),
        Updates: [
          { ...operation, Action: 'START' },
          { ...operation, Action: 'SUCCEED', Payload },
        ],
      });
      token = response.CheckpointToken;
      keep(response.NewExecutionState.Operations);
      return JSON.parse(Payload);
    }

    const result = await handler({}, { step });
    await reading;
    return { Status: 'SUCCEEDED', Result: JSON.stringify(result) };
  };
}
