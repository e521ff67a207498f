// A lower bound for every engine, and not an engine itself: the same API, with every result saved before the handler
// continues. It supports only sequential steps, a map of one step per item, and the pages of the state. It has no
// retries, checks, suspension, logging or errors. No engine can be faster, so a goal below this bound cannot be met on
// the machine that runs the benchmark.
import { createHash, randomUUID } from 'node:crypto';

const idAt = (position) => createHash('md5').update(String(position)).digest('hex').slice(0, 16);

export function withDurableExecution(handler, { durableExecutionClient }) {
  return async (event) => {
    const saved = new SavedState(durableExecutionClient, event);
    const reading = saved.readPages();
    const result = await handler({}, new FloorContext(saved));
    await reading;
    return { Status: 'SUCCEEDED', Result: JSON.stringify(result) };
  };
}

/** What the service has recorded, with the pages that are still to come, and what is saved now. */
class SavedState {
  #records = new Map();
  #marker;
  #token;
  #arrived;

  constructor(client, { DurableExecutionArn, CheckpointToken, InitialExecutionState }) {
    this.client = client;
    this.DurableExecutionArn = DurableExecutionArn;
    this.#token = CheckpointToken;
    this.#marker = InitialExecutionState.NextMarker;
    this.#keep(InitialExecutionState.Operations);
  }

  async readPages() {
    const { client, DurableExecutionArn } = this;
    const CheckpointToken = this.#token;
    while (this.#marker) {
      const page = { DurableExecutionArn, CheckpointToken, Marker: this.#marker, MaxItems: 1000 };
      const { NextMarker, Operations } = await client.getExecutionState(page);
      this.#marker = NextMarker;
      this.#keep(Operations);
    }
  }

  /** Whether it is known if the operation is recorded. */
  knows(Id) {
    return !this.#marker || this.#records.has(Id);
  }

  nextPage() {
    return new Promise((resolve) => (this.#arrived = resolve));
  }

  recordOf(Id) {
    return this.#records.get(Id);
  }

  async save(Updates) {
    const { client, DurableExecutionArn } = this;
    const request = { DurableExecutionArn, CheckpointToken: this.#token, ClientToken: randomUUID(), Updates };
    const { CheckpointToken, NewExecutionState } = await client.checkpoint(request);
    this.#token = CheckpointToken;
    this.#keep(NewExecutionState.Operations);
  }

  #keep(operations) {
    for (const operation of operations) this.#records.set(operation.Id, operation);
    this.#arrived?.();
  }
}

class FloorContext {
  #saved;
  #position = 0;

  constructor(saved) {
    this.#saved = saved;
  }

  async step(Name, body) {
    const Id = idAt((this.#position += 1));
    while (!this.#saved.knows(Id)) await this.#saved.nextPage();
    const known = this.#saved.recordOf(Id);
    if (known) return JSON.parse(known.StepDetails.Result);
    const operation = { Id, Type: 'STEP', SubType: 'Step', Name };
    const Payload = JSON.stringify(await body());
    await this.#saved.save([
      { ...operation, Action: 'START' },
      { ...operation, Action: 'SUCCEED', Payload },
    ]);
    return JSON.parse(Payload);
  }

  /** Sends as many updates as every engine must send, in full requests, one after the other. */
  async map(Name, items, body) {
    const position = (this.#position += 1);
    const parent = { Id: idAt(position), Type: 'CONTEXT', SubType: 'Map', Name };
    const all = [{ ...parent, Action: 'START' }];
    for (const [index, value] of items.entries()) {
      const Id = idAt(`${position}-${index + 1}`);
      const item = { Id, ParentId: parent.Id, Type: 'CONTEXT', SubType: 'MapIteration', Name: `map-item-${index}` };
      const inner = { Id: idAt(`${position}-${index + 1}-1`), ParentId: Id, Type: 'STEP', SubType: 'Step' };
      const Payload = JSON.stringify(await body({ step: (_name, run) => run() }, value));
      for (const operation of [item, { ...inner, Name: 'double' }]) all.push({ ...operation, Action: 'START' });
      for (const operation of [inner, item]) all.push({ ...operation, Action: 'SUCCEED', Payload });
    }
    all.push({ ...parent, Action: 'SUCCEED', Payload: '{}' });
    while (all.length > 0) await this.#saved.save(all.splice(0, 250));
    return { successCount: items.length };
  }
}
