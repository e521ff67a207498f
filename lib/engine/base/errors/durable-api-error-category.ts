import { DurableApiErrorCategory } from '../../../wire/durable-api-error-category.js';

export { DurableApiErrorCategory };

/** The name by which the checkpoint half of the durable API knows {@link DurableApiErrorCategory}. */
export const CheckpointErrorCategory = DurableApiErrorCategory;
export type CheckpointErrorCategory = DurableApiErrorCategory;
