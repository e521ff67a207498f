import { ConfigurableModuleBuilder } from '@nestjs/common';
import type { DurableExecutionModuleOptions } from './durable-execution.options.js';

export const { ConfigurableModuleClass, MODULE_OPTIONS_TOKEN, OPTIONS_TYPE, ASYNC_OPTIONS_TYPE } =
  new ConfigurableModuleBuilder<DurableExecutionModuleOptions>({ moduleName: 'DurableExecution' })
    .setClassMethodName('forRoot')
    .setFactoryMethodName('createDurableExecutionOptions')
    .setExtras({ isGlobal: true }, (definition, { isGlobal }) => ({ ...definition, global: isGlobal }))
    .build();
