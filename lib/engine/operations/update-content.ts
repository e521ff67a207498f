import type { OperationUpdate } from '../../wire/operation.js';

/** The content of an update beside an operation's identity; its type only if it is recorded as another. */
export type UpdateContent = Omit<OperationUpdate, 'Id' | 'ParentId' | 'Type' | 'SubType' | 'Name' | 'Action'> &
  Partial<Pick<OperationUpdate, 'Type'>>;
