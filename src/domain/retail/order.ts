/** An order as the retail file tells it. Money in pence, quantities in pieces; lines and charges in file order. */
export interface RetailOrder {
  /** The invoice number. */
  orderId: string;
  currency: 'GBP';
  lines: RetailLine[];
  charges: RetailCharge[];
  shipTo: { country: string };
  /** The file has no means of payment; this is Stripe's test card that is never declined. */
  payment: { method: 'pm_card_visa' };
}

/** Goods: both numbers are whole and positive. */
export interface RetailLine {
  sku: string;
  quantity: number;
  unitPriceMinor: number;
}

/** Postage, discounts, fees, vouchers: money and never stock. May be negative or nothing. */
export interface RetailCharge {
  code: string;
  amountMinor: number;
}

export const unitsOf = (order: RetailOrder): number => order.lines.reduce((sum, line) => sum + line.quantity, 0);

export const goodsMinor = (order: RetailOrder): number =>
  order.lines.reduce((sum, line) => sum + line.quantity * line.unitPriceMinor, 0);

export const chargesMinor = (order: RetailOrder): number =>
  order.charges.reduce((sum, charge) => sum + charge.amountMinor, 0);

/** What the customer owes. A discount larger than the goods makes it negative: look before charging. */
export const totalMinor = (order: RetailOrder): number => goodsMinor(order) + chargesMinor(order);
