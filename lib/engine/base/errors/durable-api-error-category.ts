import { DurableApiErrorCategory } from '../../../wire/durable-api-error-category.js';

export { DurableApiErrorCategory };

/** The name of {@link DurableApiErrorCategory} in the checkpoint part of the durable API. */
export const CheckpointErrorCategory = DurableApiErrorCategory;
export type CheckpointErrorCategory = DurableApiErrorCategory;
