import { IsBoolean } from 'class-validator';

/** The back office's word on a large order. */
export class Approval {
  @IsBoolean()
  approved!: boolean;
}
