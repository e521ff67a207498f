import { Type } from 'class-transformer';
import {
  ArrayNotEmpty,
  IsArray,
  IsInt,
  IsNotEmpty,
  IsOptional,
  IsString,
  Matches,
  Min,
  ValidateNested,
} from 'class-validator';

export class OrderItem {
  @IsString()
  @IsNotEmpty()
  sku!: string;

  @IsInt()
  @Min(1)
  quantity!: number;

  /** Of one item, in cents. */
  @IsInt()
  @Min(1)
  priceCents!: number;
}

/** What a customer posts. */
export class PlaceOrder {
  /** Names the order and its execution: posting the same order twice fulfils it once. Generated when absent. */
  @IsOptional()
  @Matches(/^[a-zA-Z0-9-_]{1,64}$/, { message: 'orderId must be 1 to 64 letters, digits, - or _' })
  orderId?: string;

  @IsString()
  @IsNotEmpty()
  customer!: string;

  @IsArray()
  @ArrayNotEmpty()
  @ValidateNested({ each: true })
  @Type(() => OrderItem)
  items!: OrderItem[];
}

/** An accepted order: the input of its execution. */
export interface Order {
  orderId: string;
  customer: string;
  items: OrderItem[];
  totalCents: number;
}
