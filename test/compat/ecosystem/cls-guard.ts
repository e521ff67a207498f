import { clsUseCase } from './nestjs-cls.js';

export const useCase = clsUseCase('guard');
