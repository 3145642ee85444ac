import { fieldsOf } from './fields.ts';
import { RetailFileRefused } from './refused.ts';

export const COLUMNS = [
  'InvoiceNo',
  'StockCode',
  'Description',
  'Quantity',
  'InvoiceDate',
  'UnitPrice',
  'CustomerID',
  'Country',
] as const;

export type Column = (typeof COLUMNS)[number];

/** Where each column stands. */
export type Header = Readonly<Record<Column, number>>;

/**
 * Reads the header: all eight columns, in any order, and no other. A file without its header has a customer's line in
 * its place, so an unknown column is named by its position and never by what it says.
 */
export function parseHeader(text: string): Header {
  const names = (fieldsOf(text) ?? []).map((name) => name.trim());
  for (const column of COLUMNS) {
    if (!names.includes(column)) throw new RetailFileRefused('column-missing', column);
    if (names.indexOf(column) !== names.lastIndexOf(column)) throw new RetailFileRefused('column-repeated', column);
  }
  const unknown = names.findIndex((name) => !(COLUMNS as readonly string[]).includes(name));
  if (unknown !== -1) throw new RetailFileRefused('column-unknown', `column ${unknown + 1} of ${names.length}`);
  const at = (column: Column): number => names.indexOf(column);
  return {
    InvoiceNo: at('InvoiceNo'),
    StockCode: at('StockCode'),
    Description: at('Description'),
    Quantity: at('Quantity'),
    InvoiceDate: at('InvoiceDate'),
    UnitPrice: at('UnitPrice'),
    CustomerID: at('CustomerID'),
    Country: at('Country'),
  };
}
