import type { StepConfig } from '../operations/step-config.js';

/** A date is written as JSON does; without its own serdes it would come back as text. */
export const NOW: StepConfig<Date> = {
  subType: 'Now',
  serdes: {
    serialize: async (date) => date?.toJSON(),
    deserialize: async (text) => (text === undefined ? undefined : new Date(text)),
  },
};
export const UUID: StepConfig<string> = { subType: 'Uuid' };
export const RANDOM: StepConfig<number> = { subType: 'Random' };
