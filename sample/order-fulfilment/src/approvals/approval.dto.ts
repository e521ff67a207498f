import { IsBoolean } from 'class-validator';

/** The decision of the back office about a large order. */
export class Approval {
  @IsBoolean()
  approved!: boolean;
}
