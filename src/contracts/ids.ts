import { z } from 'zod';
import { BUSINESS_ID } from '../kit/contract/pipeline.ts';

export const OrderId = z.string().regex(BUSINESS_ID);
/** The number of a shipment of an order, from 1. */
export const Shipment = z.int().positive();
/** A stock-keeping unit, as the business writes it. */
export const Sku = z.string().min(1).max(64);
/** ISO 4217 alphabetic code. */
export const Currency = z.string().regex(/^[A-Z]{3}$/);
/** Integer minor units that fit a JSON number exactly. */
export const Minor = z.int();
